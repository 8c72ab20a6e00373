#!/usr/bin/env bats
# What strangers choose is bounded: origins of an answer, lengths of records, numbers, odd bytes.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	need kdig
	start_badserver - <<-END
		*.product.example txt $(product {1..1000})
		*.cover.example txt "1 2 | 9.0.0.0/8 8.0.0.0/8"
	END
}

teardown_file()
{
	stop_servers
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
}

# product N...: prints the strings of a TXT record that names these AS numbers for five prefixes.
product()
{
	local text="$* |" bits

	for bits in {1..5}; do
		text+=" 8.0.0.0/$bits"
	done
	fold -w 250 <<<"$text" | sed 's/.*/"&"/' | tr '\n' ' '
}

# --- products -----------------------------------------------------------------------------

# ask ZONE ARG...: looks 8.8.8.8 up in a zone of the server.
ask()
{
	asnq --no-config --no-names -z "$1" --mirror="$1=127.0.0.1@$BAD_PORT" "${@:2}" 8.8.8.8
}

@test "an answer has at most 2,048 origins, and the record and --explain say which" {
	run -0 ask product.example -o json
	json_ok
	(($(grep -o '"prefix":"8.0.0.0/5",' <<<"$output" | wc -l) == 1001))
	[[ $output == *'"asn":1,"asns":[1,2,3,'*',999,1000],"prefix":"8.0.0.0/5","prefixes":["8.0.0.0/5","0.0.0.0/4","0.0.0.0/3"],'* ]]
	[[ $output == *'"dnssec":null,"truncated":true}'* ]]
	run -0 ask product.example -f asn,sources
	assert_output_is "AS1	product.example=ok,truncated"
	run -0 ask product.example --explain
	[[ $output == *'there are more origins: only the first 2048 count, of the most specific'* ]]
}

@test "an answer within the bounds is not marked" {
	run -0 ask cover.example -o json -f asns,sources
	assert_output_is '{"asns":[1,2],"sources":[{"source":"cover.example","status":"ok","ttl":300,"dnssec":null}]}'
	run -0 ask cover.example --explain
	[[ $output == *'AS1 originates 8.0.0.0/8'*'AS2 originates 8.0.0.0/8'*'1 dropped, since the prefix does not cover the address' ]]
}

@test "filters take every word of a long answer, and --compare compares all of them" {
	printf 'asn_lookup product.example\n' >sa.cf
	run -0 asnq --no-config --mirror="product.example=127.0.0.1@$BAD_PORT" --like=spamassassin \
		--like-config=sa.cf 8.8.8.8
	[[ $output == *'_ASN_=AS1 AS2 '*' AS1000	'* ]]
	run --separate-stderr asnq --no-config --no-names --mirror="product.example=127.0.0.1@$BAD_PORT" \
		--mirror=asn.rspamd.com=127.0.0.1@9 --mirror=asn.cymru.com=127.0.0.1@9 \
		--mirror=asn.routeviews.org=127.0.0.1@9 -t 0.3 --compare --like-config=sa.cf -o json 8.8.8.8
	json_ok
	[[ $output == *'AS999 AS1000"'* ]]
}

@test "a table leaves out what a prefix has too many of, and says so once" {
	for i in {1..2100}; do
		printf '8.0.0.0/8\t%d\n' "$i"
	done >table
	run -0 --separate-stderr asnq --no-config -d table -f asns 8.8.8.8
	assert_output_is "$(printf 'AS%d ' {1..2048} | sed 's/ $//')"
	# shellcheck disable=SC2154	# run sets stderr
	[[ $stderr == "asnq: table: 52 origins were left out, of prefixes with more than 2048" ]]
}
