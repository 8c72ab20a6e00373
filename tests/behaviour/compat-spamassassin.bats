#!/usr/bin/env bats
# asnq --like=spamassassin against SpamAssassin: line by line what it has printed, as recorded in
# tests/compat/expected, and what it prints now, where it is installed.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers
load ../compat/spamassassin

setup_file()
{
	kit_python
	"$KIT_PYTHON" "$SA_COMPAT/serve.py" "$SA_CASES/common.tsv" "$SA_CASES/spamassassin.tsv" \
		>"$BATS_FILE_TMPDIR/port" 3>&- 4>&- &
	export SERVER=$!
	while [[ ! -s $BATS_FILE_TMPDIR/port ]] && kill -0 "$SERVER"; do
		sleep 0.05
	done
	PORT=$(cat "$BATS_FILE_TMPDIR/port")
	export PORT
}

teardown_file()
{
	kill "$SERVER"
}

# The first differences are enough.
same()
{
	cmp -s "$SA_COMPAT/expected/spamassassin-$1" "$2" && return
	diff -u --label recorded --label "$1" "$SA_COMPAT/expected/spamassassin-$1" "$2" |
		head -n 40 | cat -A
	return 1
}

against_recorded()
{
	local config=$1 form=$2

	shift 2
	sa_addresses "$@" | sa_ours "$PORT" "$config" "$form" >"$BATS_TEST_TMPDIR/ours"
	[[ -s $SA_COMPAT/expected/spamassassin-$config.$form ]]
	same "$config.$form" "$BATS_TEST_TMPDIR/ours"
}

against_program()
{
	local config=$1 form=$2

	shift 2
	sa_addresses "$@" | sa_real "$PORT" "$config" "$form" >"$BATS_TEST_TMPDIR/real"
	[[ -s $BATS_TEST_TMPDIR/real ]]
	same "$config.$form" "$BATS_TEST_TMPDIR/real"
}

@test "as SpamAssassin was recorded" {
	sa_each against_recorded
}

@test "as SpamAssassin is" {
	perl -MMail::SpamAssassin -e 1 2>/dev/null || skip "SpamAssassin is not installed"
	sa_each against_program
}

@test "configuration: what SpamAssassin has against it" {
	cd "$SA_COMPAT/config"
	run -2 --separate-stderr asnq --no-config --like=spamassassin \
		--like-config=spamassassin-bad.cf 192.0.2.7
	[[ -z $output ]]
	# shellcheck disable=SC2154	# run sets it
	sed -E 's,^asnq: spamassassin-bad.cf:[0-9]+: ,,' <<<"$stderr" |
		diff -u "$SA_COMPAT/expected/spamassassin-bad.lint" -
}

@test "configuration: what SpamAssassin has against it now" {
	perl -MMail::SpamAssassin -e 1 2>/dev/null || skip "SpamAssassin is not installed"
	sa_lint | diff -u "$SA_COMPAT/expected/spamassassin-bad.lint" -
}
