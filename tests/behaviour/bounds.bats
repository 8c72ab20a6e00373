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
		*.origin.example origin
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

# --- numbers ------------------------------------------------------------------------------

# Values of each option that takes a number: those that work, and those that are refused. Words are
# separated by blanks; _ is an empty value. All is in the order: 0, 1, the smallest, the largest.
numbers()
{
	cat <<-'END'
		timeout    1 0.000001 3600 3600.0 .5     | 0 3601 3600.000001 -1 _ 1e3 1x 0x1 +1 1.2.3 0.0000001
		grace      1 0.000001 3600               | 0 3601 -1 _ 1e3 1x nan inf
		in-flight  1 60000                       | 0 60001 -1 _ 1e3 1x 1.5 99999999999999999999
		qps        0 1 1000000                   | 1000001 -1 _ 1e3 1x 0.5 18446744073709551616
		grain      1,1 32,128                    | 0,0 0,1 1,0 33,128 32,129 -1,1 _ 1 1, ,1 1e1,1 1,1x
		cache-size 0 1 1K 1024G 1099511627776    | 1025G 1099511627777 -1 _ 1e3 1x 1KK K 1T 18446744073709551616
		max-record 20 1K 1024G                   | 0 0K 1025G 1099511627777 -1 _ 1e3 1x
		key        1 1000000 -1 -1000000         | 0 1000001 -1000001 1e3 1x _
		asn        1 0 4294967295 AS1            | 4294967296 -1 _ 1e3 1x AS 1,,2
		mirror     m=127.0.0.1@1 m=127.0.0.1@65535 | m=127.0.0.1@0 m=127.0.0.1@65536 m=127.0.0.1@-1 m=127.0.0.1@ m=127.0.0.1@1x
		resolver   127.0.0.1@1 127.0.0.1@65535   | 127.0.0.1@0 127.0.0.1@65536 127.0.0.1@-1 127.0.0.1@ 127.0.0.1@1e3
	END
}

@test "every option that takes a number is in the table of this test" {
	local option

	for option in $("$ASNQ" --help | sed -nE 's/^ .*--([a-z-]+)=(N|SECONDS|BYTES|V4,V6)( .*)?$/\1/p'); do
		echo "$option"
		numbers | grep -q "^$option "
	done
}

@test "the smallest and largest numbers work, and anything else is one line and exit status 2" {
	local option good bad value enrich

	printf '10.0.0.1\n' >in
	while IFS='|' read -r good bad; do
		read -r option good <<<"$good"
		enrich=()
		[[ $option != key ]] || enrich=(-e)
		for value in $good; do
			run -0 --separate-stderr asnq --no-config -z x.example --mirror=x.example=127.0.0.1@9 \
				"${enrich[@]}" "--$option=$value" -i in
			echo "--$option=$value: $output $stderr"
			[[ $option == asn || $output == 10.0.0.1* ]]
			[[ -z $stderr || ($option == in-flight && $stderr == *lowered*) ]]
		done
		for value in $bad; do
			[[ $value != _ ]] || value=
			run -2 --separate-stderr asnq --no-config -z x.example --mirror=x.example=127.0.0.1@9 \
				"${enrich[@]}" "--$option=$value" -i in
			echo "--$option=$value: $output $stderr"
			[[ -z $output && $stderr == "asnq: "* && $stderr != *$'\n'* ]]
		done
	done < <(numbers)
}

@test "a look-up with the shortest time-out ends" {
	run -0 asnq --no-config -z x.example,y.example --mirror=x.example=127.0.0.1@9 \
		--mirror=y.example=127.0.0.1@9 -t 0.000001 --mode=first -f status --no-exit-status 8.8.8.8
	[[ $output == timeout || $output == servfail ]]
}

# --- bytes --------------------------------------------------------------------------------

# nul FILE LINES...: writes lines, of which @ is a NUL.
nul()
{
	printf '%s\n' "${@:2}" | tr '@' '\0' >"$1"
}

@test "a NUL in a configuration or in a list is refused with file and line" {
	nul config 'no-dns' 'timeout 3@600'
	nul ini '[main]' 'providers=asn.routeviews.org@'
	nul cf '# a comment' 'asn_lookup a.example@.org'
	mv cf x.cf
	mv ini x.ini
	nul list '15169' '3@6040'
	nul countries 'US@' 'DE'
	run -2 asnq -c config 10.0.0.1
	assert_output_is "asnq: config:2: the line has a NUL"
	run -2 asnq --no-config --no-dns --asn-list=list 10.0.0.1
	assert_output_is "asnq: --asn-list: list:2: the line has a NUL"
	run -2 asnq --no-config --no-dns --country-list=countries 10.0.0.1
	assert_output_is "asnq: --country-list: countries:1: the line has a NUL"
	run -2 asnq --no-config --like=spamassassin --like-config=x.cf 10.0.0.1
	assert_output_is "asnq: x.cf:2: the line has a NUL"
	if asnq --version | grep -q 'inih'; then
		run -2 asnq --no-config --like=haraka --like-config=x.ini 10.0.0.1
		[[ $output == "asnq: x.ini:2: the line has a NUL" || $output == *"built without inih"* ]]
	fi
}

@test "a NUL in a table or in a file of names cuts nothing off" {
	nul table '8.0.0.0/8	1' '@8.8.8.0/24	2' '8.8.0.0/16	3@4'
	nul names '1	ONE@MORE' '2@	TWO'
	run -0 --separate-stderr asnq --no-config -d table --names-db=names -f asns,name 8.8.8.8
	assert_output_is 'AS1	ONE\x00MORE'
	# shellcheck disable=SC2154	# run sets stderr
	[[ $stderr == *"table:2: expected a prefix and its origin, not '\x008.8.8.0/24"* ]]
	[[ $stderr == *"table:3: expected"*"3\x004'"* ]]
	[[ $stderr == *"names:2: expected an AS number, a TAB and a name, not '2\x00"* ]]
}

@test "ClickHouse: a head that is no number ends the input at once, with its first bytes" {
	run -2 --separate-stderr asnq --no-config --no-dns --engine=clickhouse \
		< <(head -c 3000000 /dev/zero | tr '\0' x)
	# shellcheck disable=SC2154	# run sets stderr
	[[ $stderr == "asnq: stdin: expected the count of a block's records, not '$(printf 'x%.0s' {1..60})...'" ]]
}

@test "SIGUSR1 while a database loads does not end the program" {
	local pid

	mkfifo table
	"$ASNQ" --no-config -d table -f asns --stats 8.8.8.8 >out 2>err &
	pid=$!
	# opens once the program has
	exec 9>table
	kill -USR1 "$pid"
	printf '8.8.8.0/24\t15169\n' >&9
	exec 9>&-
	wait "$pid"
	[[ $(cat out) == AS15169 ]]
	grep -q records err
}

# --- lengths ------------------------------------------------------------------------------

@test "a record that is too long is one invalid record, with a reason and its first bytes" {
	{
		printf '10.0.0.1\n8.8.8.8 '
		head -c 300000 /dev/zero | tr '\0' x
		printf '\n10.0.0.2\n'
	} >in
	run -0 asnq --no-config --no-dns --max-record=1K -f status,input,info -i in
	assert_output_is "special	10.0.0.1	Private-Use (RFC 1918)
invalid	8.8.8.8 $(printf 'x%.0s' {1..52})	longer than --max-record
special	10.0.0.2	Private-Use (RFC 1918)"
	run -0 --separate-stderr asnq --no-config --no-dns --max-record=100K --stats=json -o json -i in
	json_ok
	assert_line_count 3
	# shellcheck disable=SC2154	# run sets stderr
	[[ $stderr == *'"records":3,'*'"invalid":1,'*'"toolong":1,'* ]]
	run -0 asnq --no-config --no-dns --max-record=300009 -f status,info -i in
	[[ $output == *$'invalid\tnot an address'* ]]
}

@test "what was cached is not taken for the start of a record that is too long" {
	printf '8.8.8.0/24\t15169\n' >table
	printf '8.8.8.8   \n8.8.8.8   x\n8.8.8.8   \n' >in
	run -0 asnq --no-config -d table --max-record=10 -f status -i in
	assert_output_is $'ok\ninvalid\nok'
	run asnq --no-config --no-dns --like=spamassassin --max-record=10 -o json -i in
	[[ $(sed -n 2p <<<"$output") == *'"status":"invalid"'* ]]
}

@test "with --enrich a record that is too long passes, to the byte, in every format" {
	local format big header

	printf '8.8.8.0/24\t15169\n' >table
	big=$(head -c 200000 /dev/zero | tr '\0' 8)
	{
		printf '{"ip":"8.8.8.8","x":"%s"}\r\n' "$big"
		printf '8.8.8.8,"%s\n%s8.8.8.8",x\n' "$big" "$big"
		printf '%s 8.8.8.8 \0 \xff\r\r\n' "$big"
		printf '8.8.8.8 %s' "$big"
	} >in
	for format in text inline csv tsv json; do
		header=()
		[[ $format != csv ]] || header=(--no-header)
		asnq --no-config -d table -e="$format" "${header[@]}" --max-record=70K --stats=json \
			-i in >out 2>err
		cmp in out
		grep -Eq '"toolong":[45],' err
	done
	asnq --no-config -d table -e -0 --max-record=70K -i in >out
	cmp in out
}

@test "with --enrich and a choice, a line that is too long is undecided" {
	printf '8.8.8.0/24\t15169\n' >table
	printf 'x 8.8.8.8\nlong line 8.8.8.8\nx 8.8.8.8\n' >in
	for invert in '' --invert-match; do
		run -0 --separate-stderr asnq --no-config -d table -e --max-record=9 --asn=1 $invert \
			--stats -i in
		# shellcheck disable=SC2154	# run sets stderr
		[[ $output != *long* && $stderr == *"undecided 1"* ]]
	done
}

@test "a header that is too long ends the program with a line" {
	printf '%s,ip\nx,8.8.8.8\n' 'a long name' >in
	run -2 --separate-stderr asnq --no-config --no-dns -e=csv -k ip --max-record=10 -i in
	# shellcheck disable=SC2154	# run sets stderr
	[[ $stderr == "asnq: --key: the header is longer than --max-record" && -z $output ]]
}

@test "ClickHouse: a record that is too long is one record of its block" {
	printf '2\n10.0.0.1 and more\n10.0.0.2\n1\n10.0.0.3\n' >in
	run -0 asnq --no-config --no-dns --engine=clickhouse --max-record=8 -f status,input -i in
	assert_output_is $'invalid\t10.0.0.1\nspecial\t10.0.0.2\nspecial\t10.0.0.3'
}

@test "records that end in NUL may be too long as well" {
	printf '10.0.0.1\n\n\n\0%s\0' 10.0.0.2 >in
	asnq --no-config --no-dns -0 --max-record=9 -f status,info -i in | tr '\0' '\n' >out
	[[ $(cat out) == $'invalid\tlonger than --max-record\nspecial\tPrivate-Use (RFC 1918)' ]]
}

# many_addresses: prints more addresses than the window has room for, one a line.
many_addresses()
{
	python3 -c 'for i in range(20000): print("20.%d.%d.1" % (i // 250, i % 250))'
}

@test "inline: a line with very many addresses is the same as many lines" {
	many_addresses >column
	{
		tr '\n' ' ' <column
		printf 'and some text at the end\r\n'
	} >in
	run -0 asnq --no-config -z origin.example --mirror="origin.example=127.0.0.1@$BAD_PORT" \
		-j 1000 -e=inline -i column
	printf '%s\n' "${lines[@]}" | tr '\n' ' ' >want
	printf 'and some text at the end\r\n' >>want
	asnq --no-config -z origin.example --mirror="origin.example=127.0.0.1@$BAD_PORT" \
		-j 1000 -e=inline --stats=json -i in >out 2>err
	cmp want out
	grep -q '"records":1,' err
}

@test "inline: the pieces of a line have one status, and its end may be an address" {
	printf '8.8.8.0/24\t15169\n' >table
	for i in {1..63}; do
		printf '8.8.8.8,'
	done >in
	cp in in.64
	printf '8.8.8.8\n8.8.8.8\n' >>in.64
	run -0 --separate-stderr asnq --no-config -d table -e=inline -T '!' --stats --exit-status -i in.64
	[[ ${lines[0]} == "$(printf '8.8.8.8!,%.0s' {1..63})8.8.8.8!" && ${lines[1]} == '8.8.8.8!' ]]
	# shellcheck disable=SC2154	# run sets stderr
	[[ $stderr == *"records 2"* && $stderr == *"ok 2"* ]]
	printf '8.8.8.8 8.8.8.8 1.1.1.1 x\n' >>in
	run -1 --separate-stderr asnq --no-config -d table -e=inline -T '!' --stats --exit-status -i in
	[[ $output == *'8.8.8.8! 8.8.8.8! 1.1.1.1! x' ]]
	[[ $stderr == *"records 1"* && $stderr == *"unannounced 1"* ]]
}

@test "inline: a choice counts all addresses of a long line" {
	printf '8.8.8.0/24\t15169\n' >table
	{
		printf '1.1.1.1 %.0s' {1..100}
		printf '8.8.8.8\n'
	} >in
	run -0 asnq --no-config -d table -e=inline -T '!' --asn=15169 -i in
	[[ $output == '1.1.1.1! '*' 8.8.8.8!' ]]
	run -0 asnq --no-config -d table -e=inline -T '!' --asn=15169 --invert-match -i in
	[[ -z $output ]]
}
