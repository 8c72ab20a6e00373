#!/usr/bin/env bats
# asnq against what the mail filters themselves print, as recorded in compat/expected.

load lib/common

COMPAT=$BATS_TEST_DIRNAME/compat

teardown()
{
	[[ -z ${server-} ]] || kill "$server"
}

# Compares every run of a filter with what was recorded.
compare()
{
	local filter format config table port options addresses=$BATS_TEST_TMPDIR/addresses

	while IFS=$'\t' read -r filter format config table; do
		[[ $filter == "$1" ]] || continue
		options=(--no-exit-status "--like=$filter" -o "$format" -i "$addresses")
		[[ $config == - ]] || options+=("--like-config=$COMPAT/config/$config")
		[[ $config != *.conf ]] || asnq --version | grep -q "libucl yes" || continue
		"$COMPAT/serve.py" --list "$COMPAT/cases/$table" >"$addresses"
		exec 4< <(exec "$COMPAT/serve.py" "$COMPAT/cases/$table" 3>&-)
		server=$!
		read -r port <&4
		asnq --no-config "--resolver=127.0.0.1@$port" "${options[@]}" 2>/dev/null |
			"$COMPAT/tell.py" "$format" "$addresses" |
			diff "$COMPAT/expected/$filter-$format-${config%.*}" -
		kill "$server"
		server=
	done <"$COMPAT/runs.tsv"
}

@test "Haraka's plugin and asnq say the same" {
	asnq --version | grep -q "inih yes" || skip "built without inih"
	compare haraka
}

@test "rspamd's module and asnq say the same" {
	compare rspamd
}
