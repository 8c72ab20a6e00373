#!/usr/bin/env bats
# Compares asnq with the recorded output of the mail filters in tests/compat/expected.

load ../lib/common
load ../lib/servers

COMPAT=$BATS_TEST_DIRNAME/../compat

teardown()
{
	[[ -z ${server-} ]] || kill "$server"
}

# asnq_says FILTER FORMAT CONFIG PORT: prints what asnq says about the addresses on stdin.
asnq_says()
{
	local options=(--no-config --no-exit-status "--resolver=127.0.0.1@$4" "--like=$1" -o "$2")

	[[ $3 == - ]] || options+=("--like-config=$COMPAT/config/$3")
	asnq "${options[@]}" -
}

# compare PROGRAM FILTER [with|without]: for each run of FILTER (with, or without, a configuration
# file), PROGRAM prints what was recorded.
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
		# shellcheck disable=SC2094	# only read, twice
		"$1" "$filter" "$format" "$config" "$port" <"$addresses" 2>/dev/null |
			"$COMPAT/normalize.py" "$format" "$addresses" |
			diff "$COMPAT/expected/$filter-$format-${config%.*}-${table%.*}" -
		kill "$server"
		server=
	done <"$COMPAT/runs.tsv"
}

@test "asnq prints what Haraka's plugin printed when it was recorded" {
	asnq --version | grep -q "inih yes" || skip "built without inih"
	compare asnq_says haraka
}

@test "asnq prints what rspamd's module printed when it was recorded" {
	compare asnq_says rspamd without
}

@test "asnq prints what rspamd printed with its own configuration when it was recorded" {
	asnq --version | grep -q "libucl yes" || skip "built without libucl, which few systems package"
	compare asnq_says rspamd with
}

@test "Haraka's plugin still prints what was recorded" {
	need node
	export HARAKA_MODULES=${HARAKA_MODULES-$BATS_TEST_DIRNAME/../../build/compat/node_modules}
	[[ -d $HARAKA_MODULES/haraka-plugin-asn && -d $HARAKA_MODULES/haraka-net-utils ]] ||
		skip "haraka-plugin-asn is not installed (./quickstart deps --compat)"
	compare "$COMPAT/real" haraka
}

@test "rspamd's module still prints what was recorded" {
	need rspamd
	compare "$COMPAT/real" rspamd
}
