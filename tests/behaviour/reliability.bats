#!/usr/bin/env bats
# A small run of "make reliability": its script works, and it notices wrong results.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	need kdig
	kit_python
	export TIMEOUT=3 RECORDS=10 JOBS=8 LINES=20000 ADDRESSES=2000 ROW=20 SIDE=4
}

teardown()
{
	stop_servers
}

# Enriches a short log with the program $BATS_TEST_TMPDIR/asnq, which damages the output of asnq.
# Writes the figures to soak.tsv.
soak_with()
{
	cd "$BATS_TEST_TMPDIR" || return
	# shellcheck disable=SC2030,SC2031	# for this test only
	export TMPDIR=$BATS_TEST_TMPDIR ASNQ=$BATS_TEST_TMPDIR/asnq
	start_badserver - < <("$KIT_PYTHON" "$KIT_LIB/reliability.py" rules)
	"$KIT_PYTHON" "$KIT_LIB/reliability.py" soak 5000 soak.tsv
	cat soak.tsv
}

figure()
{
	awk -F '\t' -v name="$1" '$1 == name { print $2 }' soak.tsv
}

@test "with each fault, a log and many processes, the report finds all results right" {
	run --separate-stderr "$BATS_TEST_DIRNAME/../tools/reliability" "$(realpath "$ASNQ")"
	# shellcheck disable=SC2154	# run sets stderr
	echo "$output" "$stderr"
	((status == 0))
	[[ $output == *"All results are right." ]]
	[[ $(grep -c '| 10 | .* | 0 | 0 | 0 |' <<<"$output") -ge 26 ]]
	[[ $(grep -v -E '^\| (DNSSEC|TLS)' <<<"$output") != *"not run"* ]]
	[[ $output == *"| lines in | 20,000 |"*"| lines out | 20,000 |"* ]]
	[[ $output == *"| 20 | 20 |"*"| 4 | 4 |"* ]]
}

@test "a lost line, an altered one and one out of order are counted" {
	local asnq
	asnq=$(realpath "$ASNQ")

	printf '#!/bin/sh\n"%s" "$@" | sed -e 100d -e "s/ 200 777\\t/&x/" -e "4000{h;d}" -e "4010G"\n' \
		"$asnq" >"$BATS_TEST_TMPDIR/asnq"
	chmod +x "$BATS_TEST_TMPDIR/asnq"
	soak_with
	(($(figure lost) == 2))		# the line that is out of order counts twice
	(($(figure wrong) == 2))
	(($(figure came) == 4999))
}

@test "a wrong origin, and a failure without a fault, are counted" {
	local asnq
	asnq=$(realpath "$ASNQ")

	printf '#!/bin/sh\n"%s" "$@" | sed -e "300s/AS[0-9]*/AS64666/" -e "600s/\\tok.*/\\ttimeout\\t-\\t-/"\n' \
		"$asnq" >"$BATS_TEST_TMPDIR/asnq"
	chmod +x "$BATS_TEST_TMPDIR/asnq"
	soak_with
	(($(figure lost) == 0))
	(($(figure wrong) == 2))
	(($(figure 'octet 1 wrong') > 0))
}
