#!/usr/bin/env bats
# Compares asnq with the recorded output of the mail filters in tests/compat/expected.

bats_require_minimum_version 1.5.0

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

@test "asnq reads rspamd's files as rspamadm reads them" {
	local conf dump file=$BATS_TEST_TMPDIR/rspamd.conf options

	command -v rspamadm >/dev/null || skip "rspamd is not installed"
	start_badserver - <<<'* txt "15169|8.8.8.0/24|US|arin|"'
	options=(--no-config -r "127.0.0.1@$BAD_PORT" --like=rspamd -o json 8.8.8.8)
	for conf in multimap multimap-lists other; do
		conf=$COMPAT/config/rspamd-$conf.conf
		if [[ $conf == *multimap* ]]; then
			printf 'multimap { .include(try=true,priority=1,duplicate=merge) "%s"; } asn { }\n' "$conf" >"$file"
		else
			printf 'asn { .include "%s"\n}\nmultimap { A = { type: asn, map = [ "1 x"; 7k, 15169 B ] # c\n } }\n' "$conf" >"$file"
		fi
		dump=$(rspamadm configdump -c "$file" -j asn multimap 2>/dev/null)
		[[ $dump == *'"'* ]]
		run -0 --separate-stderr asnq "${options[@]}" --like-config=- <<<"$dump"
		[[ $output == *'"symbol"'* ]]
		dump=$output
		run -0 --separate-stderr asnq "${options[@]}" --like-config="$file"
		assert_output_is "$dump"
	done
	stop_servers
}
