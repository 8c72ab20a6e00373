#!/usr/bin/env bats
# asnq against what the mail filters themselves print, as recorded in compat/expected.

load ../lib/common
load ../lib/servers

COMPAT=$BATS_TEST_DIRNAME/../compat

teardown()
{
	[[ -z ${server-} ]] || kill "$server"
}

# What asnq says about addresses: asnq_says FILTER FORMAT CONFIG PORT
asnq_says()
{
	local options=(--no-config --no-exit-status "--resolver=127.0.0.1@$4" "--like=$1" -o "$2")

	[[ $3 == - ]] || options+=("--like-config=$COMPAT/config/$3")
	asnq "${options[@]}" -
}

# Holds the runs of a filter against what was recorded: compare WHO FILTER [with|without], a configuration of its own.
compare()
{
	local filter format config table port addresses=$BATS_TEST_TMPDIR/addresses

	while IFS=$'\t' read -r filter format config table; do
		[[ $filter == "$2" ]] || continue
		[[ ${3-} != with || $config != - ]] || continue
		[[ ${3-} != without || $config == - ]] || continue
		"$COMPAT/serve.py" --list "$COMPAT/cases/$table" >"$addresses"
		exec 4< <(exec "$COMPAT/serve.py" "$COMPAT/cases/$table" 3>&-)
		server=$!
		read -r port <&4
		# shellcheck disable=SC2094	# it is only read
		"$1" "$filter" "$format" "$config" "$port" <"$addresses" 2>/dev/null |
			"$COMPAT/tell.py" "$format" "$addresses" |
			diff "$COMPAT/expected/$filter-$format-${config%.*}-${table%.*}" -
		kill "$server"
		server=
	done <"$COMPAT/runs.tsv"
}

@test "Haraka's plugin and asnq say the same" {
	asnq --version | grep -q "inih yes" || skip "built without inih"
	compare asnq_says haraka
}

@test "rspamd's module and asnq say the same" {
	compare asnq_says rspamd without
}

@test "rspamd's module and asnq say the same, with files of configuration" {
	asnq --version | grep -q "libucl yes" || skip "built without libucl, which few systems package"
	compare asnq_says rspamd with
}

@test "Haraka's plugin says what was recorded" {
	need node
	export HARAKA_MODULES=${HARAKA_MODULES-$BATS_TEST_DIRNAME/../../build/compat/node_modules}
	[[ -d $HARAKA_MODULES/haraka-plugin-asn && -d $HARAKA_MODULES/haraka-net-utils ]] ||
		skip "haraka-plugin-asn is not installed (./quickstart deps --compat)"
	compare "$COMPAT/real" haraka
}

@test "rspamd's module says what was recorded" {
	need rspamd
	compare "$COMPAT/real" rspamd
}
