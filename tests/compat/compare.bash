# Compares with the recorded output of Haraka's plugin and rspamd's module.
# shellcheck shell=bash

COMPAT=$BATS_TEST_DIRNAME/../compat

teardown()
{
	[[ -z ${server-} ]] || kill "$server"
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
