#!/usr/bin/env bats
# Local databases: tables of prefixes in all formats, compressed or not, MMDBs, AS names from a
# file, and their combination with zones.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	printf '%s\t%s\n' 8.0.0.0/9 3356 8.8.8.0/24 15169 \
		9.9.9.0/24 19281 2001:4860::/32 15169 >table
}

setup_file()
{
	need rbldnsd kdig
	start_rbldnsd "$KIT_DATA" origin.asn.cymru.com:ip4trie:origin4 \
		origin6.asn.cymru.com:ip6trie:origin6
}

teardown_file()
{
	stop_servers
}

# Runs asnq with the zones that rbldnsd serves, for tests that combine them with a database.
cymru()
{
	db -z cymru --mirror="asn.cymru.com=127.0.0.1@$RBLDNSD_PORT" "$@"
}

db()
{
	asnq --no-config --no-exit-status --no-names "$@"
}

@test "db: a table gives the origin, and every prefix that covers the address" {
	run db -d table 8.8.8.8 8.1.1.1 2001:4860::1 7.7.7.7 10.1.1.1 nonsense
	assert_output_is - <<-'END'
	8.8.8.8	AS15169	8.8.8.0/24	-	-
	8.1.1.1	AS3356	8.0.0.0/9	-	-
	2001:4860::1	AS15169	2001:4860::/32	-	-
	7.7.7.7	-	-	-	not announced
	10.1.1.1	-	-	-	Private-Use (RFC 1918)
	nonsense	-	-	-	not an address
	END
	run db -d table -o json -f status,asn,asns,prefixes,sources 8.8.8.8
	assert_output_is '{"status":"ok","asn":15169,"asns":[15169],"prefixes":["8.8.8.0/24","8.0.0.0/9"],"sources":[{"source":"table","status":"ok","ttl":null,"dnssec":null}]}'
}

@test "db: a target prefix gets the prefixes that cover all of it" {
	run db -d table 8.8.8.0/25 8.8.0.0/16 8.0.0.0/8
	assert_output_is - <<-'END'
	8.8.8.0/25	AS15169	8.8.8.0/24	-	-
	8.8.0.0/16	AS3356	8.0.0.0/9	-	-
	8.0.0.0/8	-	-	-	no route covers 8.0.0.0/8; AS3356 announces 8.0.0.0/9 inside it
	END
}

@test "db: without a zone, no query is sent" {
	# -v reports every query
	run --separate-stderr asnq --no-config -v -d table @127.0.0.1@9 \
		8.8.8.8 7.7.7.7
	assert_line_count 2
	# shellcheck disable=SC2154	# run sets stderr
	[[ $stderr == "" ]]
	run --separate-stderr asnq --no-config -v -d table @127.0.0.1@9 AS15169
	assert_line_count 1
	((status == 1))
	# shellcheck disable=SC2154	# run sets stderr
	[[ $stderr == "" ]]
}

@test "db: a table may be compressed, and come from a pipe or stdin" {
	local packer

	"$ASNQ" --version | grep -q 'libarchive [0-9]' || skip "no libarchive"
	for packer in gzip bzip2 xz zstd; do
		command -v "$packer" >/dev/null || continue
		"$packer" -c <table >packed
		run db -d packed 8.8.8.8
		assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\t-\t-'
	done
	run db -d <(gzip -c table) 8.8.8.8
	assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\t-\t-'
	gzip -c <table >packed
	run db -d <(head -c 1 packed && sleep 0.1 && tail -c +2 packed) 8.8.8.8
	assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\t-\t-'
	run db -d - 8.8.8.8 <table
	assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\t-\t-'
	gzip -c /dev/null >packed
	run db -d packed 8.8.8.8
	((status == 2))
	assert_output_is "asnq: packed: no line has a prefix and its origin"
	gzip -c table | head -c 60 >broken
	run db -d broken 8.8.8.8
	((status == 2))
	assert_line_count 1
}

@test "db: stdin is the table or the records, not both" {
	run db -d - <table
	((status == 2))
	assert_output_is "asnq: standard input cannot be both a database and the records"
}

@test "db: TSV output can be used as a table" {
	printf '%s\n' 8.8.8.8 8.1.1.1 7.7.7.7 nonsense 2001:4860::1 >list
	db -d table -o tsv <list >yesterday
	run db -d yesterday -o tsv 8.8.8.8 8.1.1.1 2001:4860::1
	diff <(grep -v -e 7.7.7.7 -e nonsense yesterday) <(echo "$output")
}

@test "db: bad lines are skipped; the first ten are reported with their line numbers" {
	{
		cat table
		for i in $(seq 12); do
			echo "rubbish $i"
		done
	} >mixed
	run --separate-stderr db -d mixed 8.8.8.8
	((status == 0))
	assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\t-\t-'
	# shellcheck disable=SC2154	# run sets stderr_lines
	((${#stderr_lines[@]} == 11))
	[[ ${stderr_lines[0]} == "asnq: mixed:5: expected a prefix and its origin, not 'rubbish 1'" ]]
	[[ ${stderr_lines[10]} == "asnq: mixed: 12 bad lines were left out" ]]
}

@test "db: messages about bad lines are escaped for a terminal" {
	printf '\033[31mred\a\n8.8.8.0/24\t1\n' >mixed
	run --separate-stderr db -d mixed 8.8.8.8
	# shellcheck disable=SC2154
	[[ $stderr != *$'\033'* && $stderr == *'\x1b[31mred\x07'* ]]
}

@test "db: a missing file, an empty one and one without a good line give exit status 2" {
	: >empty
	echo rubbish >rubbish
	mkdir folder
	run db -d missing 8.8.8.8
	((status == 2))
	assert_output_is "asnq: missing: No such file or directory"
	run db -d empty 8.8.8.8
	((status == 2))
	assert_output_is "asnq: empty: no line has a prefix and its origin"
	run db -d rubbish 8.8.8.8
	((status == 2))
	[[ $output == *"asnq: rubbish: no line has"* ]]
	run db -d folder 8.8.8.8
	((status == 2))
	assert_line_count 1
}

@test "db: an IPv4 table is no source for IPv6" {
	printf '8.8.8.0/24\t15169\n' >four
	run asnq --no-config --no-names -d four -o json -f status 2001:4860::1
	((status == 1))
	assert_output_is '{"status":"nosource"}'
}

@test "db: the first database that has an origin ends the look-up; --mode=all merges" {
	printf '8.8.8.0/24\t64500\n' >other
	run db -d table -d other -o json -f asns,conflict,sources 8.8.8.8
	assert_output_is '{"asns":[15169],"conflict":false,"sources":[{"source":"table","status":"ok","ttl":null,"dnssec":null}]}'
	run db -d other -d table -f asn 9.9.9.9 8.8.8.8
	assert_output_is $'AS19281\nAS64500'
	run db --mode=all -d table -d other -f asns,conflict 8.8.8.8
	assert_output_is $'AS15169 AS64500\ttrue'
}

@test "db: zones and databases are used in the order given" {
	printf '8.8.8.0/24\t64500\n' >other
	run db -d other -z cymru --mirror="asn.cymru.com=127.0.0.1@$RBLDNSD_PORT" \
		-f asn,sources 8.8.8.8
	assert_output_is $'AS64500\tother=ok'
	run cymru -d other -f asn,sources 8.8.8.8
	assert_output_is $'AS15169\torigin.asn.cymru.com=ok'
	run cymru --mode=all -d other -f asn,asns,conflict,sources 8.8.8.8
	assert_output_is $'AS15169\tAS15169 AS64500\ttrue\torigin.asn.cymru.com=ok other=ok'
	# what the database lacks is queried
	run db -d other -z cymru --mirror="asn.cymru.com=127.0.0.1@$RBLDNSD_PORT" \
		-f asn,sources 9.9.9.9
	assert_output_is $'AS19281\tother=unannounced origin.asn.cymru.com=ok'
}

@test "db: special-purpose addresses are looked up only with --ask-special" {
	printf '10.0.0.0/8\t64512\n' >inside
	run db -d inside 10.1.1.1
	assert_output_is $'10.1.1.1\t-\t-\t-\tPrivate-Use (RFC 1918)'
	run db -d inside --ask-special 10.1.1.1
	assert_output_is $'10.1.1.1\tAS64512\t10.0.0.0/8\t-\t-'
}

@test "db: --names-db gives AS names from a file" {
	printf '15169\tGOOGLE, US\nAS3356\tLEVEL3\\, "US"\n19281\t\n' >names
	run asnq --no-config --no-exit-status -d table --names-db=names 8.8.8.8 9.9.9.9
	assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\t-\tGOOGLE, US\n9.9.9.9\tAS19281\t9.9.9.0/24\t-\t-'
	run asnq --no-config -d table --names-db=names -f name <<<8.8.8.8
	assert_output_is "GOOGLE, US"
	run asnq --no-config -d table --names-db=names AS15169
	((status == 0))
	assert_output_is $'AS15169\tAS15169\t-\t-\tGOOGLE, US'
	run asnq --no-config -d table --names-db=names AS7
	((status == 1))
	run asnq --no-config -d table --names-db=missing 8.8.8.8
	((status == 2))
}

@test "db: -d on the command line replaces the zones of the configuration file" {
	mkdir -p .config/asnq
	echo 'zone rspamd' >.config/asnq/config
	run asnq --no-names --no-exit-status -d table 7.7.7.7 -f sources
	assert_output_is table=unannounced
	echo "db $PWD/table" >.config/asnq/config
	run asnq --no-names 8.8.8.8 -f asn
	assert_output_is AS15169
}

@test "db: --check looks up an address in a database" {
	run asnq --no-config --check -d table
	((status == 0))
	[[ $output == *table*ok* ]]
}

@test "db: lines are enriched from a table byte for byte" {
	printf 'a 8.8.8.8 b\r\nno address\n9.9.9.9' >lines
	db -d table -e <lines >out
	printf 'a 8.8.8.8 b\tAS15169\t8.8.8.0/24\t-\r\nno address\t\t\t\n9.9.9.9\tAS19281\t9.9.9.0/24\t-' |
		cmp - out
}

@test "db: an address is cached by its text, not by the field around it" {
	run --separate-stderr db -d table -e -k 1 --stats <<-'END'
	8.8.8.8.
	8.8.8.8
	8.8.8.8
	END
	assert_output_is - <<-'END'
	8.8.8.8.	AS15169	8.8.8.0/24	-
	8.8.8.8	AS15169	8.8.8.0/24	-
	8.8.8.8	AS15169	8.8.8.0/24	-
	END
	# shellcheck disable=SC2154	# run sets stderr
	[[ $stderr == *"repeated 2"* ]]
}

@test "db: a table that is replaced while records arrive has no effect" {
	mkfifo records
	db -d table <records >out &
	local pid=$!
	exec 7>records
	echo 8.8.8.8 >&7
	until [[ -s out ]]; do
		sleep 0.05
	done
	printf '8.8.8.0/24\t1\n' >table
	echo 8.8.4.4 >&7
	echo 8.8.8.8 >&7
	exec 7>&-
	wait "$pid"
	[[ $(cut -f 2 out | tr '\n' ' ') == "AS15169 AS3356 AS15169 " ]]
}

@test "db: a table, a mirror that serves it, and the MMDB compiled from it agree" {
	asnq --no-config --compile=table.mmdb -d "$KIT_DATA/origin4" \
		-d "$KIT_DATA/origin6"
	printf '%s\n' 8.8.8.8 8.8.9.1 8.1.2.3 9.9.9.9 17.253.1.1 94.136.40.1 \
		7.7.7.7 2001:4860:4860::8888 2001:500:88::1 2001:db8::1 >list
	db -d "$KIT_DATA/origin4" -d "$KIT_DATA/origin6" -f ip,asn <list >by-table
	db -d table.mmdb -f ip,asn <list >by-mmdb
	cmp by-table by-mmdb
	cymru -f ip,asn <list >by-dns
	cmp by-table by-dns
}

@test "db: an MMDB shows its type and age, and never causes a conflict" {
	printf '8.8.8.0/25\t64500\n' >other
	SOURCE_DATE_EPOCH=1700000000 asnq --no-config --compile=other.mmdb -d other
	run db --mode=all -d other.mmdb -d table -f asn,prefix,prefixes,conflict 8.8.8.8
	assert_output_is $'AS15169\t8.8.8.0/24\t8.8.8.0/24 8.0.0.0/9 8.8.8.0/25\tfalse'
	run db -d other.mmdb -f sources 8.8.8.8
	[[ $output == "other.mmdb ("*" 2023-11-14)=ok" ]]
	run --separate-stderr db -v -d other.mmdb 8.8.8.8
	# shellcheck disable=SC2154
	[[ $stderr == *"other.mmdb ("*" days old"* ]]
}

@test "a prefix that no route covers: the words say what is announced inside" {
	printf '8.8.8.0/24\t15169\n' >inside
	run "$ASNQ" --no-config -d inside 8.8.8.0/23
	((status == 3))
	assert_output_is $'8.8.8.0/23\t-\t-\t-\tno route covers 8.8.8.0/23; AS15169 announces 8.8.8.0/24 inside it'
	run "$ASNQ" --no-config -d inside 8.8.10.0/23
	((status == 1))
	assert_output_is $'8.8.10.0/23\t-\t-\t-\tnot announced'
	"$ASNQ" --no-config -d inside --compile inside.mmdb
	run "$ASNQ" --no-config -d inside.mmdb -f status,info 8.8.8.0/23
	((status == 3))
	assert_output_is $'mismatch\tno route covers 8.8.8.0/23; AS15169 announces 8.8.8.0/24 inside it'
}

@test "operands: what people and lists put around an address" {
	printf '8.8.8.0/24\t15169\n' >t
	run "$ASNQ" --no-config -d t -f ip,asn '"8.8.8.8"' 8.8.8.8, '<8.8.8.8>' '(8.8.8.8)' http://8.8.8.8/x \
		'8.8.8.8 # note' 8.8.8.0-8.8.8.255
	((status == 0))
	assert_output_is "$(printf '8.8.8.8\tAS15169\n%.0s' {1..6}; printf '8.8.8.0-8.8.8.255\tAS15169\n')"
	run "$ASNQ" --no-config -d t -f asn,status,info AS64512 AS0 AS23456 AS1.10
	((status == 1))
	assert_output_is "$(printf '%s\tspecial\t%s\n' AS64512 'Private-Use (RFC 6996)' AS0 'Reserved (RFC 7607)' \
		AS23456 'AS_TRANS (RFC 6793)' AS65546 'Documentation (RFC 5398)')"
	run "$ASNQ" --no-config -d t -f status,info 8.8.8.0-8.8.8.2
	((status == 1))
	assert_output_is $'invalid\ta range, not a prefix; it takes 8.8.8.0/31 8.8.8.2/32'
}

@test "an empty or blank operand is invalid; a blank line of a stream is not" {
	printf '8.8.8.0/24\t15169\n' >t
	for operand in '' ' ' $'\t'; do
		run "$ASNQ" --no-config -d t -f status "$operand"
		((status == 1))
		assert_output_is invalid
	done
	run "$ASNQ" --no-config -d t -o tsv -f status --exit-status < <(printf '\n \n#\n')
	((status == 0))
	assert_output_is $'noaddress\nnoaddress\nnoaddress'
	run "$ASNQ" --no-config --no-dns --like=haraka -o json ''
	((status == 1))
}

@test "a byte-order mark before a list is skipped" {
	printf '8.8.8.0/24\t15169\n' >t
	printf '\xef\xbb\xbf8.8.8.8\n"8.8.8.8",\n' >list
	run "$ASNQ" --no-config -d t -f input,asn -i list -i list
	assert_output_is "$(printf '8.8.8.8\tAS15169\n"8.8.8.8",\tAS15169\n%.0s' 1 2)"
}
