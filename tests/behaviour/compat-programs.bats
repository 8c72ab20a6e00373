#!/usr/bin/env bats
# Compares the recorded output in tests/compat/expected with that of the mail filters which are
# installed: they still do what asnq does.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers
load ../compat/compare
load ../compat/spamassassin

setup_file()
{
	sa_start
}

teardown_file()
{
	sa_stop
}

against_program()
{
	local config=$1 form=$2

	shift 2
	sa_addresses "$@" | sa_real "$PORT" "$config" "$form" >"$BATS_TEST_TMPDIR/real"
	[[ -s $BATS_TEST_TMPDIR/real ]]
	same "$config.$form" "$BATS_TEST_TMPDIR/real"
}

@test "SpamAssassin still prints what was recorded" {
	perl -MMail::SpamAssassin -e 1 2>/dev/null || skip "SpamAssassin is not installed"
	sa_each against_program
}

@test "configuration: SpamAssassin still reports what was recorded" {
	perl -MMail::SpamAssassin -e 1 2>/dev/null || skip "SpamAssassin is not installed"
	sa_lint | diff -u "$SA_COMPAT/expected/spamassassin-bad.lint" -
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
