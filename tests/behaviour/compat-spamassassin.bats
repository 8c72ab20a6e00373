#!/usr/bin/env bats
# Compares asnq --like=spamassassin with SpamAssassin's recorded output in tests/compat/expected,
# line by line.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers
load ../compat/spamassassin

setup_file()
{
	sa_start
}

teardown_file()
{
	sa_stop
}

against_recorded()
{
	local config=$1 form=$2

	shift 2
	sa_addresses "$@" | sa_ours "$PORT" "$config" "$form" >"$BATS_TEST_TMPDIR/ours"
	[[ -s $SA_COMPAT/expected/spamassassin-$config.$form ]]
	same "$config.$form" "$BATS_TEST_TMPDIR/ours"
}

@test "asnq prints what SpamAssassin printed when it was recorded" {
	sa_each against_recorded
}

@test "configuration: asnq reports what SpamAssassin reported when it was recorded" {
	cd "$SA_COMPAT/config"
	run -2 --separate-stderr asnq --no-config --like=spamassassin \
		--like-config=spamassassin-bad.cf 192.0.2.7
	[[ -z $output ]]
	# shellcheck disable=SC2154	# run sets stderr
	sed -E 's,^asnq: spamassassin-bad.cf:[0-9]+: ,,' <<<"$stderr" |
		diff -u "$SA_COMPAT/expected/spamassassin-bad.lint" -
}
