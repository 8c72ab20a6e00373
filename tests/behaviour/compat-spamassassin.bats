#!/usr/bin/env bats
# Compares asnq --like=spamassassin with SpamAssassin, line by line: with its recorded output in
# tests/compat/expected, and the recorded output with that of an installed SpamAssassin.

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

# same NAME FILE: FILE equals the recorded output; otherwise the first differences are printed.
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

@test "asnq prints what SpamAssassin printed when it was recorded" {
	sa_each against_recorded
}

@test "SpamAssassin still prints what was recorded" {
	perl -MMail::SpamAssassin -e 1 2>/dev/null || skip "SpamAssassin is not installed"
	sa_each against_program
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

@test "configuration: SpamAssassin still reports what was recorded" {
	perl -MMail::SpamAssassin -e 1 2>/dev/null || skip "SpamAssassin is not installed"
	sa_lint | diff -u "$SA_COMPAT/expected/spamassassin-bad.lint" -
}
