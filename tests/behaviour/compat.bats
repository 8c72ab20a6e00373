#!/usr/bin/env bats
# Compares asnq with the recorded output of the mail filters in tests/compat/expected.

load ../lib/common
load ../lib/servers
load ../compat/compare


# asnq_says FILTER FORMAT CONFIG PORT: prints what asnq says about the addresses on stdin.
asnq_says()
{
	local options=(--no-config --no-exit-status "--resolver=127.0.0.1@$4" "--like=$1" -o "$2")

	[[ $3 == - ]] || options+=("--like-config=$COMPAT/config/$3")
	asnq "${options[@]}" -
}

@test "asnq prints what Haraka's plugin printed when it was recorded" {
	asnq --version | grep -q "inih yes" || skip "built without inih"
	compare asnq_says haraka
}

@test "asnq prints what rspamd's module printed when it was recorded" {
	compare asnq_says rspamd without
}

@test "asnq prints what rspamd printed with its own configuration when it was recorded" {
	compare asnq_says rspamd with
}
