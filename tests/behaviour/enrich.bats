#!/usr/bin/env bats
# --enrich copies lines byte for byte, and adds to them.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	need python3
	kit_python
	start_badserver - <<-'END'
		*.0.6.8.4.1.0.0.2.t.example	txt "206 | 2001:4860::/32 | US | arin | 2001-01-01"
		*.1.t.example	txt "201 | 1.0.0.0/8 | US | arin | 2001-01-01"
		*.2.t.example	txt "202 | 2.0.0.0/8 | DE | ripencc | 2001-01-01"
		*.3.t.example	txt "203 | 3.0.0.0/8 | FR | ripencc | 2001-01-01" + "213 | 3.0.0.0/8 | FR | ripencc | 2001-01-01"
		*.5.t.example	silent
		*.6.t.example	servfail
		*.7.t.example	nxdomain
		*.8.t.example	txt "15169 | 8.8.8.0/24 | US | arin | 2001-01-01"
		*.9.t.example	delay 0.3 txt "209 | 9.0.0.0/8 | FR | ripencc | 2001-01-01"
		*.t.example	nxdomain
		as201.asn.cymru.com	txt "201 | US | arin | 2001-01-01 | A, \"B\"\t\x1b]\xff"
		as*.asn.cymru.com	asname
	END
}

teardown_file()
{
	stop_servers
}

setup()
{
	ZONE=(-z t.example --mirror="t.example=127.0.0.1@$BAD_PORT"
		--mirror="asn.cymru.com=127.0.0.1@$BAD_PORT" -t 1)
	cd "$BATS_TEST_TMPDIR" || return 1
}

# As in lib/common, but a hang is a failure.
asnq()
{
	NO_COLOR='' HOME="$BATS_TEST_TMPDIR" XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/.config" \
		LC_ALL=C.UTF-8 timeout -k 1 120 "$ASNQ" "${ZONE[@]}" "$@"
}

# gives IN OUT ARG...: asnq turns printf IN into printf OUT, with nothing on stderr and status 0.
gives()
{
	local input=$1 want=$2 status=0

	shift 2
	# shellcheck disable=SC2059	# they are formats
	printf "$input" >in
	# shellcheck disable=SC2059
	printf "$want" >want
	asnq "$@" <in >out 2>err || status=$?
	if cmp -s want out && [[ ! -s err ]] && ((status == 0)); then
		return
	fi
	echo "status $status of: asnq $*"
	diff <(cat -A want) <(cat -A out)
	cat -A err
	return 1
}

# finds LINE ADDRESS: asnq finds ADDRESS first in LINE; "" means none.
finds()
{
	# shellcheck disable=SC2031
	printf '%s\n' "$1" >in
	asnq --enrich=text -T '_IP_' <in >out
	printf '%s\t%s\n' "$1" "$2" >want
	cmp -s want out && return
	diff <(cat -A want) <(cat -A out)
	return 1
}

# refused TEXT ARG...: asnq exits with 2 and one line that contains TEXT, and reads no input.
refused()
{
	local want=$1 left

	shift
	{
		run --separate-stderr asnq "$@"
		read -r left
	} < <(printf 'first\nsecond\n')
	# shellcheck disable=SC2154	# run sets stderr and its lines
	if ((status != 2)) || [[ -n $output || ${#stderr_lines[@]} != 1 || $stderr != *"$want"* ]]; then
		printf 'status %s, output %q, messages %q\n' "$status" "$output" "$stderr"
		return 1
	fi
	[[ $left == first ]]
}

need_jsmn()
{
	asnq --enrich=json </dev/null 2>none || ! grep -q 'without jsmn' none || skip "built without jsmn"
}

US='\tAS201\t1.0.0.0/8\tUS'
DE='\tAS202\t2.0.0.0/8\tDE'

# --- text ---------------------------------------------------------------------------------

@test "text: each line is followed by a TAB and the fields; -e and --enrich are the same" {
	gives 'x 1.1.1.1 y\n2.2.2.2\n' "x 1.1.1.1 y$US\n2.2.2.2$DE\n" --enrich=text
	gives 'x 1.1.1.1 y\n2.2.2.2\n' "x 1.1.1.1 y$US\n2.2.2.2$DE\n" --enrich
	gives 'x 1.1.1.1 y\n2.2.2.2\n' "x 1.1.1.1 y$US\n2.2.2.2$DE\n" -e
	gives 'x 1.1.1.1 y\n2.2.2.2\n' "x 1.1.1.1 y$US\n2.2.2.2$DE\n" -etext
	gives '[2001:4860::1]:53\n' '[2001:4860::1]:53\tAS206\t2001:4860::/32\tUS\n' -e
}

@test "text: unknown values are -, and nothing is added without an address" {
	gives '7.7.7.7\n10.0.0.1\n6.6.6.6\n5.5.5.5\n' \
		'7.7.7.7\t-\t-\t-\n10.0.0.1\t-\t-\t-\n6.6.6.6\t-\t-\t-\n5.5.5.5\t-\t-\t-\n' -e
	gives 'none here\n\n# 1.1.1.1\n \n' "none here\t\t\t\n\t\t\t\n# 1.1.1.1$US\n \t\t\t\n" -e
	gives '' '' -e
}

@test "text: --fields, --template, --asn-prefix and --names decide what is added" {
	gives 'a 1.1.1.1\nb\n7.7.7.7\n' \
		'a 1.1.1.1\tok\t1.1.1.1\nb\tnoaddress\t\n7.7.7.7\tunannounced\t7.7.7.7\n' -e -f status,ip
	gives 'a 1.1.1.1\nb\n' 'a 1.1.1.1\t<AS201|1.0.0.0/8>\nb\t<|>\n' -e -T '<_ASN_|_ASNCIDR_>'
	gives 'a 2.2.2.2\n' 'a 2.2.2.2\t202\tNAME-202, US\n' -e --asn-prefix= -f asn,name --names
	# a name from DNS cannot add a column
	gives 'a 1.1.1.1\n' 'a 1.1.1.1\tA, "B"\\t\\x1b]\\xff\n' -e -f name --names
	# the input is the address that was found
	gives 'a [::ffff:1.1.1.1]:80\n' 'a [::ffff:1.1.1.1]:80\t1.1.1.1\n' -e -f ip
}

@test "text: --key=N counts words between blanks and TABs" {
	gives '2.2.2.2 1.1.1.1\n  2.2.2.2 \t  1.1.1.1  \n' \
		"2.2.2.2 1.1.1.1$US\n  2.2.2.2 \t  1.1.1.1  $US\n" -e --key=2
	gives '2.2.2.2 1.1.1.1\n' "2.2.2.2 1.1.1.1$DE\n" -e -k 1
	# too few words, or a word without an address
	gives '1.1.1.1\n1.1.1.1 x\n\n' "1.1.1.1\t\t\t\n1.1.1.1 x\t\t\t\n\t\t\t\n" -e -k 2
	gives 'x=1.1.1.1:80, [1.1.1.1] "1.1.1.1"\n' "x=1.1.1.1:80, [1.1.1.1] \"1.1.1.1\"$US\n" -e -k 1
	gives 'a b c d e f g h i j k 1.1.1.1\n' "a b c d e f g h i j k 1.1.1.1$US\n" -e -k 12
}

# --- the first address anywhere in the line -----------------------------------------------

@test "an address is found anywhere: in brackets, with ports, in quotes, after other characters" {
	finds '1.1.1.1' 1.1.1.1
	finds '1.1.1.1 - - [22/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 2.2.2.2' 1.1.1.1
	finds 'connect from unknown[1.1.1.1]' 1.1.1.1
	finds 'connect from unknown[1.1.1.1]:25' 1.1.1.1
	finds 'from=<1.1.1.1>, to=2.2.2.2' 1.1.1.1
	finds 'x "1.1.1.1" y' 1.1.1.1
	finds "x '1.1.1.1' y" 1.1.1.1
	finds 'a=1.1.1.1;b=2.2.2.2' 1.1.1.1
	finds '(1.1.1.1)' 1.1.1.1
	finds '1.1.1.1:443' 1.1.1.1
	finds '1.1.1.1: gone' 1.1.1.1
	finds 'It was 1.1.1.1.' 1.1.1.1
	finds 'at 1.1.1.1, then' 1.1.1.1
	finds 'http://1.1.1.1/x' 1.1.1.1
	finds 'http://1.1.1.1:8080/x' 1.1.1.1
	finds 'user@1.1.1.1' 1.1.1.1
	finds '1.1.1.1/24' 1.1.1.1
	finds '1.1.1.1-2.2.2.2' 1.1.1.1
	finds '1.1.1.1->2.2.2.2' 1.1.1.1
	finds $'a\t1.1.1.1\tb' 1.1.1.1
	finds 'a,1.1.1.1,b' 1.1.1.1
	finds 'a|1.1.1.1|b' 1.1.1.1
}

@test "an IPv6 address is found in every spelling" {
	finds '2001:4860:4860::8888 x' 2001:4860:4860::8888
	finds 'x 2001:4860:4860:0:0:0:0:8888.' 2001:4860:4860::8888
	finds 'x [2001:4860::1]:443 y' 2001:4860::1
	finds 'x [2001:4860::1] y' 2001:4860::1
	finds 'http://[2001:4860::1]:443/' 2001:4860::1
	finds '"2001:4860::1"' 2001:4860::1
	finds 'ip=2001:4860::1,' 2001:4860::1
	finds '2001:4860::1/48' 2001:4860::1
	finds '2001:4860::1: gone' 2001:4860::1
	finds 'FE80::1%eth0 x' fe80::1
	finds '::ffff:1.1.1.1 x' 1.1.1.1
	finds '2001:4860::1.1.1.1' 2001:4860::101:101
	finds '12:34:56 2001:4860::1' 2001:4860::1
}

@test "an address is found after a name and a colon" {
	finds 'inet addr:1.1.1.1  Bcast:2.2.2.2' 1.1.1.1
	finds 'ip:1.1.1.1' 1.1.1.1
	finds 'client:1.1.1.1:443' 1.1.1.1
	finds 'face:1.1.1.1' 1.1.1.1
	finds ':1.1.1.1' 1.1.1.1
	finds 'Received: from x ([IPv6:2001:4860::1])' 2001:4860::1
	finds '1.1.1.1:https' 1.1.1.1
	finds '1.1.1.1:error' 1.1.1.1
}

@test "text that only resembles an address is skipped" {
	finds 'v 1.2.3.4.5' ''
	finds '1.2.3.4.5 1.1.1.1' 1.1.1.1
	finds 'foo v1.2.3.4-rc bar' ''
	finds 'v1.2.3.4-rc 1.1.1.1' 1.1.1.1
	finds 'v1.2.3.4' ''
	finds '1.2.3.4-rc1' ''
	finds '12:34:56' ''
	finds '12:34:56 1.1.1.1' 1.1.1.1
	finds '12:34:56.789 up' ''
	finds '2026-11-22T12:34:56+01:00 up' ''
	finds '1.2.3 1.2.3. 1.2' ''
	finds '256.1.1.1 1.1.1.256' ''
	finds '01.2.3.4' ''
	finds '1.2.3.4a a1.2.3.4 1.2.3.4_ x1.2.3.4x' ''
	finds '00:11:22:33:44:55' ''
	finds 'std::vector::begin a::b ::' ''
	finds '1:2:3:4:5:6:7:8:9' ''
	finds '2001:4860::1::2' ''
	finds '12345::1' ''
	finds '1..2.3.4 .1.2.3' ''
	finds 'version=1.2.3.4.5.6.7.8' ''
}

@test "an address is found in the spellings of logs" {
	finds 'x-forwarded-for 10.0.0.1,%201.1.1.1' 10.0.0.1
	finds 'GET /?a=%201.1.1.1' 1.1.1.1
	finds 'GET /?ip=%3D1.1.1.1&u=http%3A%2F%2F2.2.2.2%2F' 1.1.1.1
	finds 'u=http%3A%2F%2F1.1.1.1%2F' 1.1.1.1
	finds 'from \u003c1.1.1.1\u003e' 1.1.1.1
	finds 'ref \x221.1.1.1\x22' 1.1.1.1
	finds 'a#0111.1.1.1' 1.1.1.1
	finds '10:00:00.1 IP 1.1.1.1.53 > 2.2.2.2.40000: UDP, length 40' 1.1.1.1
	finds 'IP 1.1.1.1.domain > 2.2.2.2.40000: UDP' 1.1.1.1
	finds 'IP6 2001:4860::8.53 > fe80::1.4000: UDP' 2001:4860::8
	finds 'haproxy[760]: 2001:4860::8:58430 [22/Nov/2026:10:00:00.1]' 2001:4860::8
	finds 'elb 2001:4860:1:2:3:4:5:6:53016 1.1.1.1:80' 2001:4860:1:2:3:4:5:6
	finds 'connecting to...1.1.1.1' 1.1.1.1
	finds '1 TCP_MISS/200 GET http://x/ - HIER_DIRECT/1.1.1.1 text/html' 1.1.1.1
	finds 'permitted tcp inside/1.1.1.1(443) -> outside/2.2.2.2(80)' 1.1.1.1
}

@test "versions of products and hardware addresses are no addresses" {
	finds 'unknown - - "GET / HTTP/1.1" 200 1 "-" "Mozilla/5.0 Chrome/129.0.0.0 Safari/537.36"' ''
	finds '"-" "Mozilla/5.0 OPR/114.0.0.0" 1.1.1.1' 1.1.1.1
	finds '"okhttp/4.9.0.1"' ''
	finds 'ua=Chrome/129.0.0.0 ip=1.1.1.1' 1.1.1.1
	# not even after a line where the same number is an address
	gives 'a 1.2.3.4\nb Chrome/1.2.3.4\n' 'a 1.2.3.4\t1.2.3.4\nb Chrome/1.2.3.4\t\n' -e -f ip
	finds 'wwn 50:01:43:80:12:34:56:78 ip 1.1.1.1' 1.1.1.1
	gives '50:01:43:80:12:34:56:78\n' '50:01:43:80:12:34:56:78\t50:1:43:80:12:34:56:78\n' -e -k 1 -f ip
}

@test "text: --key=-N counts from the end, with what is in quotes as one field" {
	gives '2.2.2.2 "x" "1.1.1.1, 2.2.2.2"\n' "2.2.2.2 \"x\" \"1.1.1.1, 2.2.2.2\"$US\n" -e -k -1
	gives '2.2.2.2 "x" "1.1.1.1, 2.2.2.2"\n' "2.2.2.2 \"x\" \"1.1.1.1, 2.2.2.2\"$DE\n" -e --key=-3
	gives '2.2.2.2 x\n' '2.2.2.2 x\t\t\t\n' -e -k -3
}

@test "--key=first-public passes special-purpose addresses over" {
	gives '10.0.0.1 fe80::1 1.1.1.1 2.2.2.2\n' "10.0.0.1 fe80::1 1.1.1.1 2.2.2.2$US\n" -e -k first-public
	gives '2.2.2.2 10.0.0.1,1.1.1.1\n' "2.2.2.2 10.0.0.1,1.1.1.1$US\n" -e -k 2:first-public
	gives '10.0.0.1 x\n' '10.0.0.1 x\t\t\t\n' -e -k first-public
	gives 'ip,n\n"10.0.0.1, 1.1.1.1",1\n' 'ip,n,asn\n"10.0.0.1, 1.1.1.1",1,201\n' \
		--enrich=csv -k ip:first-public -f asn
}

@test "what cannot be read where a key names the field is not answered for by the next address" {
	gives '1.1.1.256,2.2.2.2\n' '1.1.1.256,2.2.2.2\t\t\t\n' -e -k 1
	gives '1.1.1.256,2.2.2.2\n' "1.1.1.256,2.2.2.2$DE\n" -e
	gives 'ip\n"1.1.1.256, 2.2.2.2"\n' 'ip,asn\n"1.1.1.256, 2.2.2.2",\n' --enrich=csv -k ip -f asn
	gives '10.0.0.256,1.1.1.1\n' '10.0.0.256,1.1.1.1\t\t\t\n' -e -k 1:first-public
}

@test "several files of CSV or TSV: each has its own header and columns" {
	printf 'n,ip\n1,1.1.1.1\n' >a
	printf 'ip,n,m\n2.2.2.2,1,1\n2,3\n' >b
	run asnq --enrich=csv -k ip -f asn -i a -i b -i a
	assert_output_is "$(printf '%s\n' n,ip,asn 1,1.1.1.1,201 ip,n,m,asn 2.2.2.2,1,1,202 2,3, n,ip,asn 1,1.1.1.1,201)"
	run asnq --enrich=csv --no-header -f asn -i a -i b
	assert_output_is "$(printf '%s\n' n,ip, 1,1.1.1.1,201 ip,n,m, 2.2.2.2,1,1,202 2,3,)"
	printf 'n\tip\n1\t1.1.1.1' >a
	printf 'm\tip\n1\t2.2.2.2\n' >b
	run asnq --enrich=tsv -k ip -f asn -i a -i b
	[[ $output == *$'1.1.1.1\t201'*$'m\tip\tasn\n1\t2.2.2.2\t202' ]]
}

@test "an address is found between NUL, invalid UTF-8 and escape sequences" {
	gives '\0001.1.1.1\000\n' "\0001.1.1.1\000$US\n" -e
	gives '\3771.1.1.1\376\n' "\3771.1.1.1\376$US\n" -e
	gives '\033[31m1.1.1.1\033[0m 2.2.2.2\n' '\033[31m1.1.1.1\033[0m 2.2.2.2\t1.1.1.1\n' -e -f ip
	gives '\033[0;31m \033[1m[1.1.1.1]\n' "\033[0;31m \033[1m[1.1.1.1]$US\n" -e
}

# --- byte for byte ------------------------------------------------------------------------

@test "text: line endings are kept: CRLF, a lone CR, no final newline" {
	gives '1.1.1.1\r\n2.2.2.2\n\r\nx\r\r\n1.1.1.1\rx\n2.2.2.2' \
		"1.1.1.1$US\r\n2.2.2.2$DE\n\t\t\t\r\nx\r\t\t\t\r\n1.1.1.1\rx$US\n2.2.2.2$DE" -e
	# a CR at the very end is a line ending too
	gives '1.1.1.1\r' "1.1.1.1$US\r" -e
	gives '1.1.1.1\000a\nb\000\000c 2.2.2.2' "1.1.1.1$US\000a\nb\t\t\t\000\t\t\t\000c 2.2.2.2$DE" -e -0
}

@test "text: random bytes are copied unchanged, in order" {
	"$KIT_PYTHON" - <<-'END'
		import random
		random.seed(11)
		addresses = [b"1.1.1.1", b"2.2.2.2", b"[2001:4860::1]:53", b"7.7.7.7", b"6.6.6.6", b"9.9.9.9", b"5.5.5.5"]
		with open("in", "wb") as f:
		    for i in range(20000):
		        line = bytes(random.choice(b"\0\r\t \"'{}[],=\\\x1b\x7f\xff\xc3\xa9abc019")
		                     for _ in range(random.choice([0, 1, 5, 40, 200])))
		        if random.random() < 0.7:
		            line += b" " + random.choice(addresses) + b" " + line[::-1]
		        f.write(line + random.choice([b"\n", b"\n", b"\r\n"]))
		    f.write(b"the last: 1.1.1.1")
	END
	asnq -e <in >out
	"$KIT_PYTHON" - <<-'END'
		import re
		got = re.sub(rb"\t[^\t\n\r]*\t[^\t\n\r]*\t[^\t\n\r]*(\r?(?:\n|\Z))", rb"\1", open("out", "rb").read())
		open("stripped", "wb").write(got)
	END
	cmp in stripped
	# every line with the address gets its origin
	(($(grep -ac $'\tAS201\t1.0.0.0/8\tUS\r*$' out) == $(grep -ac '1\.1\.1\.1' in)))
}

@test "a line of 10 MB is enriched, and its neighbours too" {
	{
		echo 2.2.2.2
		head -c 5000000 /dev/zero | tr '\0' x
		printf ' 1.1.1.1 '
		head -c 5000000 /dev/zero | tr '\0' 1
		printf '\n2.2.2.2\n'
	} >in
	asnq -e <in >out
	sed -E 's/\t[^\t]*\t[^\t]*\t[^\t]*$//' out | cmp in -
	[[ $(tail -c 60 out) == *$'1\tAS201\t1.0.0.0/8\tUS\n2.2.2.2\tAS202\t2.0.0.0/8\tDE' ]]
}

@test "the time for a hostile line is linear in its length" {
	local text

	for text in '1.1.1.1:' '1.1.1.1.' '::1.' '1:' 'a::1 ' '1.1.1.1:x' '\\n1.' 'addr:1.2.3.4.5:' \
		'a/1.2.3.4 ' '1.1.1.1.. ' '%25' '"x ' ']' '" '; do
		"$KIT_PYTHON" -c 'import sys; print(sys.argv[1] * (1000000 // len(sys.argv[1])))' "$text" >in
		asnq -e <in >out
		sed -E 's/\t[^\t]*\t[^\t]*\t[^\t]*$//' out | cmp in -
		timeout -k 1 120 "$ASNQ" --no-config --no-dns --enrich=inline -T '<>' <in >out
		sed 's/<>//g' out | cmp in -
	done
}

@test "lines keep their order with unanswered and slow addresses between them, and none is lost" {
	local i

	for i in {1..500}; do
		printf '%s\n' "$i a 1.1.1.$((i % 7))" "$i b 9.9.9.$((i % 5))" "$i c 5.5.5.$((i % 3))" \
			"$i d" "$i e 10.0.0.1" "$i f 2.2.2.2"
	done >in
	"$KIT_PYTHON" - <<-'END'
		tail = {"a": "AS201\t1.0.0.0/8\tUS", "b": "AS209\t9.0.0.0/8\tFR", "c": "-\t-\t-", "d": "\t\t",
		        "e": "-\t-\t-", "f": "AS202\t2.0.0.0/8\tDE"}
		with open("want", "w") as f:
		    for line in open("in"):
		        f.write(line[:-1] + "\t" + tail[line.split()[1]] + "\n")
	END
	asnq -e <in >out
	cmp want out
}

@test "a line is printed while the input stays open" {
	local line peer i

	coproc asnq -e -f asn
	peer=$COPROC_PID
	for i in {1..50}; do
		echo "$i 1.1.1.1 x" >&"${COPROC[1]}"
		IFS='' read -r -t 3 line <&"${COPROC[0]}"
		[[ $line == "$i 1.1.1.1 x"$'\tAS201' ]]
		echo "$i" >&"${COPROC[1]}"
		IFS='' read -r -t 3 line <&"${COPROC[0]}"
		[[ $line == "$i"$'\t' ]]
	done
	eval "exec ${COPROC[1]}>&-"
	wait "$peer"
}

@test "several inputs are one stream" {
	echo '1.1.1.1 a' >a
	printf '2.2.2.2 b' >b
	run asnq -e -f asn -i a -i b -i - < <(echo 'c 1.1.1.1')
	((status == 0))
	[[ ${lines[0]} == $'1.1.1.1 a\tAS201' ]]
	[[ $output == *$'c 1.1.1.1\tAS201' ]]
	(($(grep -c AS202 <<<"$output") == 1))
}

# --- inline -------------------------------------------------------------------------------

@test "inline: text is added after every address of the line" {
	gives 'a 1.1.1.1 b 2.2.2.2 c\n' 'a 1.1.1.1 [AS201 1.0.0.0/8 US] b 2.2.2.2 [AS202 2.0.0.0/8 DE] c\n' \
		--enrich=inline
	gives '1.1.1.1,1.1.1.1\r\n1.1.1.1' \
		'1.1.1.1 [AS201 1.0.0.0/8 US],1.1.1.1 [AS201 1.0.0.0/8 US]\r\n1.1.1.1 [AS201 1.0.0.0/8 US]' \
		--enrich=inline
	gives '2001:4860::1 v1.2.3.4-rc 1.2.3.4.5 12:34:56 (3.3.3.3).\n' \
		'2001:4860::1 [AS206 2001:4860::/32 US] v1.2.3.4-rc 1.2.3.4.5 12:34:56 (3.3.3.3 [AS203 3.0.0.0/8 FR]).\n' \
		--enrich=inline
}

@test "inline: a line without an address is unchanged; unknown values are -" {
	gives 'none\n\n\r\n12:34:56' 'none\n\n\r\n12:34:56' --enrich=inline
	gives 'a 7.7.7.7 b 1.1.1.1\n' 'a 7.7.7.7 [- - -] b 1.1.1.1 [AS201 1.0.0.0/8 US]\n' --enrich=inline
}

@test "inline: --template and --fields decide what is added" {
	gives 'a 1.1.1.1, 2.2.2.2\n' 'a 1.1.1.1(AS201), 2.2.2.2(AS202)\n' --enrich=inline -T '(_ASN_)'
	gives 'a 1.1.1.1, 2.2.2.2\n' 'a 1.1.1.1 [US], 2.2.2.2 [DE]\n' --enrich=inline -f country
}

@test "inline: lines and their addresses keep their order when the answers come in another" {
	gives '9.9.9.9 1.1.1.1 5.5.5.5 2.2.2.2\n1.1.1.1\n2.2.2.2 9.9.9.9\nx\n' \
		'9.9.9.9<AS209> 1.1.1.1<AS201> 5.5.5.5<> 2.2.2.2<AS202>\n1.1.1.1<AS201>\n2.2.2.2<AS202> 9.9.9.9<AS209>\nx\n' \
		--enrich=inline -T '<_ASN_>'
}

@test "inline: random bytes are copied unchanged around many addresses in a line" {
	"$KIT_PYTHON" - <<-'END'
		import random
		random.seed(12)
		with open("in", "wb") as f:
		    for i in range(3000):
		        line = b""
		        for _ in range(random.randrange(6)):
		            line += bytes(random.choice(b"\0\r\t \"'{},\\\x1b\x7f\xff\xc3\xa9xyz") for _ in range(9))
		            line += b" " + random.choice([b"1.1.1.1", b"2.2.2.2", b"9.9.9.9", b"7.7.7.7", b"1.2.3.4.5"]) + b" "
		        f.write(line + b"\n")
		    f.write(b"1.1.1.1 " * 2000)
	END
	asnq --enrich=inline -T '<<_ASN_>>' <in >out
	sed -E 's/<<[^>]*>>//g' out | cmp in -
	(($(grep -ao '1\.1\.1\.1<<AS201>>' out | wc -l) == $(grep -ao '1\.1\.1\.1' in | wc -l)))
	(($(grep -ao '7\.7\.7\.7<<>>' out | wc -l) == $(grep -ao '7\.7\.7\.7' in | wc -l)))
}

# --- CSV and TSV --------------------------------------------------------------------------

@test "csv: the header line and each record get the columns" {
	gives 'n,ip\n1,1.1.1.1\n2,2.2.2.2\n3,\n' \
		'n,ip,asn,prefix,country\n1,1.1.1.1,201,1.0.0.0/8,US\n2,2.2.2.2,202,2.0.0.0/8,DE\n3,,,,\n' \
		--enrich=csv
	gives 'ip,other\n1.1.1.1,2.2.2.2\n' 'ip,other,country\n1.1.1.1,2.2.2.2,DE\n' \
		--enrich=csv --key=other -f country
	gives 'ip,other\n1.1.1.1,2.2.2.2\n' 'ip,other,country\n1.1.1.1,2.2.2.2,DE\n' \
		--enrich=csv -k 2 -f country
	gives 'ip,n\r\n1.1.1.1,1\r\n2.2.2.2,2' 'ip,n,asn\r\n1.1.1.1,1,201\r\n2.2.2.2,2,202' --enrich=csv -f asn
}

@test "csv: unknown values are empty" {
	gives 'ip\n7.7.7.7\n10.0.0.1\nx\n' \
		'ip,status,asn\n7.7.7.7,unannounced,\n10.0.0.1,special,\nx,noaddress,\n' --enrich=csv -f status,asn
}

@test "csv: --no-header says that there is no header line" {
	gives '1.1.1.1,2.2.2.2\n' '1.1.1.1,2.2.2.2,DE\n' --enrich=csv -k 2 -f country --no-header
	gives '1.1.1.1,2.2.2.2\n' '1.1.1.1,2.2.2.2,US\n' --enrich=csv -f country --no-header
}

@test "csv: quotes are kept" {
	gives '"n","the ip, quoted"\n"a,b","1.1.1.1"\n"say ""1.2.3.4""",2.2.2.2\n' \
		'"n","the ip, quoted",asn\n"a,b","1.1.1.1",201\n"say ""1.2.3.4""",2.2.2.2,202\n' \
		--enrich=csv --key='the ip, quoted' -f asn
	gives 'a,b\n"x,y,z",1.1.1.1\n"x,""2.2.2.2"",z",1.1.1.1\n' \
		'a,b,asn\n"x,y,z",1.1.1.1,201\n"x,""2.2.2.2"",z",1.1.1.1,201\n' --enrich=csv -k 2 -f asn
}

@test "csv: newlines in quotes belong to the record" {
	gives 'n,ip\n"two\nlines",1.1.1.1\n"three\r\n""2.2.2.2""\n",2.2.2.2\r\nx,1.1.1.1' \
		'n,ip,asn\n"two\nlines",1.1.1.1,201\n"three\r\n""2.2.2.2""\n",2.2.2.2,202\r\nx,1.1.1.1,201' \
		--enrich=csv --key=ip -f asn
	gives '"the\nip",n\n1.1.1.1,2.2.2.2\n' '"the\nip",n,asn\n1.1.1.1,2.2.2.2,201\n' \
		--enrich=csv --key=$'the\nip' -f asn
}

@test "csv: a quote inside an unquoted cell is an ordinary character" {
	gives 'n,ip\n5" disk,1.1.1.1\nx,2.2.2.2\n6" disk,1.1.1.1\ny,2.2.2.2\n' \
		'n,ip,asn\n5" disk,1.1.1.1,201\nx,2.2.2.2,202\n6" disk,1.1.1.1,201\ny,2.2.2.2,202\n' \
		--enrich=csv --key=ip -f asn
}

@test "csv: a quote that is never closed loses nothing" {
	gives 'n,ip\nx,1.1.1.1\n"y,2.2.2.2\nz,1.1.1.1\n' 'n,ip,asn\nx,1.1.1.1,201\n"y,2.2.2.2\nz,1.1.1.1\n' \
		--enrich=csv --key=ip -f asn || {
		# or with empty values, inside the quotes
		asnq --enrich=csv --key=ip -f asn <in >out
		tr -d '\n' <out | grep -q '^n,ip,asnx,1\.1\.1\.1,201"y,2\.2\.2\.2z,1\.1\.1\.1,*$'
	}
}

@test "csv: added values are quoted where necessary" {
	gives 'ip\n2.2.2.2\n1.1.1.1\n' 'ip,name\n2.2.2.2,"NAME-202, US"\n1.1.1.1,"A, ""B""\\t\\x1b]\\xff"\n' \
		--enrich=csv -f name --names
}

@test "csv: a record of the wrong width gets empty values, and is counted" {
	gives 'n,ip\n1,1.1.1.1\n1.1.1.1\n1,1.1.1.1,2\n\n2,2.2.2.2\n' \
		'n,ip,asn\n1,1.1.1.1,201\n1.1.1.1,\n1,1.1.1.1,2,\n,\n2,2.2.2.2,202\n' --enrich=csv --key=ip -f asn
	asnq --enrich=csv --key=ip -f asn --stats=json <in >out 2>err
	json_ok err
	grep -q '"records":5,' err
	grep -q '"odd":3' err
}

@test "csv: a byte order mark is not part of the first name" {
	gives '\357\273\277ip,n\n1.1.1.1,2.2.2.2\n' '\357\273\277ip,n,asn\n1.1.1.1,2.2.2.2,201\n' \
		--enrich=csv --key=ip -f asn
}

@test "csv: a byte order mark may precede a quoted name" {
	gives '\357\273\277"the ip",n\n1.1.1.1,2.2.2.2\n' '\357\273\277"the ip",n,asn\n1.1.1.1,2.2.2.2,201\n' \
		--enrich=csv --key='the ip' -f asn
	gives '\357\273\277"a,b",ip\n2.2.2.2,1.1.1.1\n' '\357\273\277"a,b",ip,asn\n2.2.2.2,1.1.1.1,201\n' \
		--enrich=csv --key=ip -f asn
}

@test "csv: --key takes a column's name without its quotes" {
	gives '"say ""x""",n\n1.1.1.1,2.2.2.2\n' '"say ""x""",n,asn\n1.1.1.1,2.2.2.2,201\n' \
		--enrich=csv --key='say "x"' -f asn
}

@test "csv: the header line shows what separates cells, or --delimiter says it" {
	gives 'ip;n\r\n1.1.1.1;1,5\r\n2.2.2.2;"a;\n1"\r\n' \
		'ip;n;asn;country\r\n1.1.1.1;1,5;201;US\r\n2.2.2.2;"a;\n1";202;DE\r\n' --enrich=csv --key=ip -f asn,country
	gives 'n|ip\n1|1.1.1.1\n' 'n|ip|asn\n1|1.1.1.1|201\n' --enrich=csv -f asn
	gives 'n\tip\n1\t1.1.1.1\n' 'n\tip\tasn\n1\t1.1.1.1\t201\n' --enrich=csv --key=ip -f asn
	gives 'n;m,ip\n1;2,1.1.1.1\n' 'n;m,ip,asn\n1;2,1.1.1.1,201\n' --enrich=csv --key=ip -f asn
	gives 'n,m;ip\n1,2;1.1.1.1\n' 'n,m;ip;asn\n1,2;1.1.1.1;201\n' --enrich=csv --key=ip -f asn --delimiter=';'
	gives '1;1.1.1.1\n' '1;1.1.1.1;201;US\n' --enrich=csv --no-header -k 2 -f asn,country --delimiter=';'
	gives 'n\tip\n1\t1.1.1.1\n' 'n\tip\tasn\n1\t1.1.1.1\t201\n' --enrich=csv --delimiter=tab --key=ip -f asn
	gives 'n;ip\n1;1.1.1.1\n' 'n;ip,asn\n1;1.1.1.1,201\n' --enrich=csv --delimiter=, -f asn
	# whole rows of one width, and each file for itself
	gives 'n;ip\n1.1.1.1\n1;1.1.1.1\n' 'n;ip;asn\n1.1.1.1;\n1;1.1.1.1;201\n' --enrich=csv --delimiter=auto -f asn
	printf 'n;ip\n1;1.1.1.1\n' >a
	printf 'ip,n\n1.1.1.1,1\n' >b
	run -0 asnq --enrich=csv --key=ip -f asn,country -i a -i b -i a
	[[ $output == $'n;ip;asn;country\n1;1.1.1.1;201;US\nip,n,asn,country\n1.1.1.1,1,201,US\nn;ip;asn;country\n1;1.1.1.1;201;US' ]]
}

@test "csv: added values are quoted where they have the separator" {
	gives 'ip n\n1.1.1.1 2\n' 'ip n asns name\n1.1.1.1 2 201 "A, ""B""\\t\\x1b]\\xff"\n' \
		--enrich=csv --delimiter=' ' -f asns,name --names
	gives 'ip;n\n2.2.2.2;2\n' 'ip;n;input\n2.2.2.2;2;2.2.2.2\n' --enrich=csv -f input
}

@test "csv: --delimiter takes one character, tab or auto, and needs csv" {
	for bad in '' a 1 '"' ';;' $'\n'; do
		run asnq --enrich=csv --delimiter="$bad" </dev/null
		((status == 2))
	done
	run asnq --enrich=tsv --delimiter=';' </dev/null
	((status == 2))
	run asnq --delimiter=';' 1.1.1.1
	((status == 2))
}

@test "csv: an unknown column lists those that there are" {
	run asnq --enrich=csv --key=nope < <(printf 'ip;the n\n1.1.1.1;2\n')
	((status == 2))
	[[ $output == *"no column 'nope' in the header, which has ip, the n" ]]
}

@test "csv: NUL bytes and invalid UTF-8 are kept" {
	gives 'n,ip\n\000\377,1.1.1.1\n"\000\n\376",2.2.2.2\n' \
		'n,ip,asn\n\000\377,1.1.1.1,201\n"\000\n\376",2.2.2.2,202\n' --enrich=csv --key=ip -f asn
}

@test "csv: python reads the output, and finds the input's cells first" {
	"$KIT_PYTHON" - <<-'END'
		import csv, random
		random.seed(13)
		with open("in", "w", newline="") as f:
		    w = csv.writer(f, quoting=csv.QUOTE_MINIMAL)
		    w.writerow(["text", "ip", "more"])
		    for i in range(2000):
		        cells = ["".join(random.choice('ab,"\n\r\' 1.2.3.4') for _ in range(random.randrange(12)))
		                 for _ in range(2)]
		        w.writerow([cells[0], random.choice(["1.1.1.1", "2.2.2.2", "9.9.9.9", "", "7.7.7.7"]), cells[1]])
	END
	asnq --enrich=csv --key=ip -f asn,name,country --names <in >out
	"$KIT_PYTHON" - <<-'END'
		import csv
		rows, got = (list(csv.reader(open(n, newline=""))) for n in ("in", "out"))
		assert len(rows) == len(got) == 2001, len(got)
		want = {"1.1.1.1": ["201", 'A, "B"\\t\\x1b]\\xff', "US"], "2.2.2.2": ["202", "NAME-202, US", "DE"],
		        "9.9.9.9": ["209", "NAME-209, US", "FR"], "": ["", "", ""], "7.7.7.7": ["", "", ""],
		        "ip": ["asn", "name", "country"]}
		for a, b in zip(rows, got):
		    assert b == a + want[a[1]], (a, b)
	END
}

@test "tsv: --key takes a number or a name; unknown values are \\N" {
	gives 'x y\t1.1.1.1\n\t2.2.2.2\n7.7.7.7\t7.7.7.7\n' \
		'x y\t1.1.1.1\t201\tUS\n\t2.2.2.2\t202\tDE\n7.7.7.7\t7.7.7.7\t\\N\t\\N\n' \
		--enrich=tsv -k 2 -f asn,country
	gives 'n\tthe ip\n2.2.2.2\t1.1.1.1\n' 'n\tthe ip\tasn\tcountry\n2.2.2.2\t1.1.1.1\t201\tUS\n' \
		--enrich=tsv --key='the ip' -f asn,country
	# quotes have no meaning in TSV
	gives '"\t1.1.1.1\n"\t2.2.2.2\n' '"\t1.1.1.1\t201\n"\t2.2.2.2\t202\n' --enrich=tsv -k 2 -f asn
	gives 'x 2.2.2.2\t1.1.1.1\r\n' 'x 2.2.2.2\t1.1.1.1\t202\tDE\r\n' --enrich=tsv -f asn,country
}

@test "tsv: a Zeek log remains one: #fields and #types are extended, - is unset" {
	local head='#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n'

	gives "$head"'#fields\tuid\tid.orig_h\n#types\tstring\taddr\n2.2.2.2\t1.1.1.1\nb\t-\nc\t7.7.7.7\n#close\t2026\n' \
		"$head"'#fields\tuid\tid.orig_h\tasn\tprefix\tcountry\n#types\tstring\taddr\tcount\tsubnet\tstring\n2.2.2.2\t1.1.1.1\t201\t1.0.0.0/8\tUS\nb\t-\t-\t-\t-\nc\t7.7.7.7\t-\t-\t-\n#close\t2026\n' \
		--enrich=tsv -k id.orig_h
	# by number, and other lines stay when records are chosen
	gives "$head"'#fields\tip\n#types\taddr\n1.1.1.1\n2.2.2.2\n#close\t2026\n' \
		"$head"'#fields\tip\tasn\n#types\taddr\tcount\n2.2.2.2\t202\n#close\t2026\n' \
		--enrich=tsv -k 1 -f asn --country=DE
	gives '#separator \\x7c\n#fields|ip\n1.1.1.1\n' '#separator \\x7c\n#fields|ip|name\n1.1.1.1|A, "B"\\x09\\x1b]\\xff\n' \
		--enrich=tsv -k ip -f name --names
	run asnq --enrich=tsv -k nope < <(printf '%b' "$head" '#fields\tuid\tip\n')
	((status == 2))
	[[ $output == *"which has uid, ip"* ]]
}

@test "w3c: #Fields: names the columns, and gets those that are added" {
	gives '#Software: IIS\r\n#Fields: date s-ip c-ip\r\nx 2.2.2.2 1.1.1.1\r\nx 2.2.2.2 -\r\n' \
		'#Software: IIS\r\n#Fields: date s-ip c-ip asn prefix country\r\nx 2.2.2.2 1.1.1.1 201 1.0.0.0/8 US\r\nx 2.2.2.2 - - - -\r\n' \
		--enrich=w3c -k c-ip
	gives '#Version: 1.0\n#Fields: date c-ip\nx\t1.1.1.1\ny\t2.2.2.2\n' \
		'#Version: 1.0\n#Fields: date c-ip name\nx\t1.1.1.1\tA,+"B"+\\x1b]\\xff\n' \
		--enrich=w3c -k c-ip -f name --names --country=US
	run asnq --enrich=w3c -k ip < <(printf '#Fields: date c-ip\n')
	((status == 2))
	[[ $output == *"which has date, c-ip"* ]]
}

@test "tsv: an added value cannot add a column" {
	gives '1.1.1.1\n' '1.1.1.1\tA, "B"\\t\\x1b]\\xff\n' --enrich=tsv -f name --names
}

@test "an unknown column gives exit status 2, and nothing is written" {
	local format

	for format in csv tsv; do
		run --separate-stderr asnq --enrich=$format --key=nope < <(printf 'a\tb\n1.1.1.1\t2\n')
		((status == 2))
		[[ -z $output ]]
		# shellcheck disable=SC2154	# run sets stderr and its lines
		((${#stderr_lines[@]} == 1))
		# shellcheck disable=SC2154
		[[ $stderr == *"'nope'"* ]]
	done
	# a name must match in full
	run asnq --enrich=csv --key=i < <(printf 'ip,n\n1.1.1.1,2\n')
	((status == 2))
}

# --- JSON ---------------------------------------------------------------------------------

AS201='"as":{"status":"ok","asn":201,"prefix":"1.0.0.0/8","country":"US"}'
AS202='"as":{"status":"ok","asn":202,"prefix":"2.0.0.0/8","country":"DE"}'
NOBODY='"as":{"status":"noaddress","asn":null,"prefix":null,"country":null}'

@test "json: a member is added before the last brace, and the rest is kept byte for byte" {
	need_jsmn
	gives '{"ip":"1.1.1.1"}\n' "{\"ip\":\"1.1.1.1\",$AS201}\n" --enrich=json --key=.ip
	gives '{ "ip" : "1.1.1.1" , "n":1.50e+0 }\r\n' "{ \"ip\" : \"1.1.1.1\" , \"n\":1.50e+0 ,$AS201}\r\n" \
		--enrich=json --key=.ip
	gives ' {"ip":"2.2.2.2"} \t\n{"ip":"1.1.1.1"}' " {\"ip\":\"2.2.2.2\",$AS202} \t\n{\"ip\":\"1.1.1.1\",$AS201}" \
		--enrich=json --key=.ip
}

@test "json: without a key, the first address of the line counts" {
	need_jsmn
	gives '{"a":"x","b":["from [1.1.1.1]:25"],"c":"2.2.2.2"}\n' \
		"{\"a\":\"x\",\"b\":[\"from [1.1.1.1]:25\"],\"c\":\"2.2.2.2\",$AS201}\n" --enrich=json
	gives '{"a":"v1.2.3.4-rc"}\n' "{\"a\":\"v1.2.3.4-rc\",$NOBODY}\n" --enrich=json
}

@test "json: an address is found after an escape" {
	need_jsmn
	gives '{"a":"x\\t1.1.1.1\\n"}\n' "{\"a\":\"x\\\\t1.1.1.1\\\\n\",$AS201}\n" --enrich=json --key=.a
	gives '{"a":"x\\n1.1.1.1"}\n' "{\"a\":\"x\\\\n1.1.1.1\",$AS201}\n" --enrich=json
	gives '{"a":"\\/1.1.1.1\\/24"}\n' "{\"a\":\"\\\\/1.1.1.1\\\\/24\",$AS201}\n" --enrich=json
}

@test "json: --key takes paths" {
	need_jsmn
	gives '{"ip":"2.2.2.2","client":{"ip":"1.1.1.1"}}\n' \
		"{\"ip\":\"2.2.2.2\",\"client\":{\"ip\":\"1.1.1.1\"},$AS201}\n" --enrich=json -k .client.ip
	gives '{"ips":["1.1.1.1","2.2.2.2"]}\n' "{\"ips\":[\"1.1.1.1\",\"2.2.2.2\"],$AS201}\n" \
		--enrich=json -k '.ips[0]'
	gives '{"ips":[[3],{"a":[1]},"2.2.2.2"]}\n' "{\"ips\":[[3],{\"a\":[1]},\"2.2.2.2\"],$AS202}\n" \
		--enrich=json -k '.ips[2]'
	gives '{"a":[{"b":1},{"b":[0,"2.2.2.2"]}]}\n' "{\"a\":[{\"b\":1},{\"b\":[0,\"2.2.2.2\"]}],$AS202}\n" \
		--enrich=json -k '.a[1].b[1]'
	gives '{"x-y z":"2.2.2.2"}\n' "{\"x-y z\":\"2.2.2.2\",$AS202}\n" --enrich=json -k '.x-y z'
	# a member of an inner object is not the outer object's
	gives '{"x":{"ip":"2.2.2.2"},"ip":"1.1.1.1"}\n' "{\"x\":{\"ip\":\"2.2.2.2\"},\"ip\":\"1.1.1.1\",$AS201}\n" \
		--enrich=json -k .ip
	# a value is not a name
	gives '{"x":"ip","y":"2.2.2.2","ip":"1.1.1.1"}\n' "{\"x\":\"ip\",\"y\":\"2.2.2.2\",\"ip\":\"1.1.1.1\",$AS201}\n" \
		--enrich=json -k .ip
}

@test "json: --key names members with dots, as jq does" {
	local key as='"as":{"number":201,"organization":{"name":null}}'

	need_jsmn
	for key in .id.orig_h '."id.orig_h"' '.["id.orig_h"]' id.orig_h '"id.orig_h"'; do
		gives '{"id.orig_h":"1.1.1.1","id.resp_h":"2.2.2.2"}\n' \
			"{\"id.orig_h\":\"1.1.1.1\",\"id.resp_h\":\"2.2.2.2\",$AS201}\n" --enrich=json -k "$key"
	done
	for key in .client.ip client.ip '.["client"].ip' '.client["ip"]' '.client.["ip"]'; do
		gives '{"client":{"ip":"1.1.1.1"}}\n' "{\"client\":{\"ip\":\"1.1.1.1\"},$AS201}\n" --enrich=json -k "$key"
	done
	# with both spellings in an object: a key with a dot before it is a path, one without is a name
	gives '{"client.ip":"1.1.1.1","client":{"ip":"2.2.2.2"}}\n' \
		"{\"client.ip\":\"1.1.1.1\",\"client\":{\"ip\":\"2.2.2.2\"},$AS202}\n" --enrich=json -k .client.ip
	gives '{"client.ip":"1.1.1.1","client":{"ip":"2.2.2.2"}}\n' \
		"{\"client.ip\":\"1.1.1.1\",\"client\":{\"ip\":\"2.2.2.2\"},$AS201}\n" --enrich=json -k client.ip
	# names in quotes are taken as they are
	gives '{"client.ip":"1.1.1.1"}\n' "{\"client.ip\":\"1.1.1.1\",$NOBODY}\n" --enrich=json -k '."client"."ip"'
	gives '{"client.ip":"1.1.1.1"}\n' "{\"client.ip\":\"1.1.1.1\",$as}\n" --enrich=json --elastic -k .client.ip
	gives '{"x.y":{"ip":"1.1.1.1"}}\n' "{\"x.y\":{\"ip\":\"1.1.1.1\",$as}}\n" --enrich=json --elastic -k .x.y.ip
	# escapes in names are those of JSON
	gives '{"\\u00e9":"1.1.1.1"}\n' "{\"\\\\u00e9\":\"1.1.1.1\",$AS201}\n" --enrich=json -k .é
	gives '{"é":"1.1.1.1"}\n' "{\"é\":\"1.1.1.1\",$AS201}\n" --enrich=json -k '."\u00e9"'
	gives '{"xff.all":"10.0.0.1, 1.1.1.1"}\n' "{\"xff.all\":\"10.0.0.1, 1.1.1.1\",$AS201}\n" \
		--enrich=json -k xff.all:first-public
}

@test "json: a key that is no path is refused" {
	local key

	need_jsmn
	for key in . .a. '.a[' '."a' '.["a"' '[x]' 1 -1 '.ips[]'; do
		run asnq --enrich=json -k "$key" </dev/null
		((status == 2))
		((${#lines[@]} == 1))
		[[ ${lines[0]} == *"'$key'"* ]]
	done
	[[ ${lines[0]} == *"name one element"* ]]
}

@test "json: of members of the same name, the last counts" {
	need_jsmn
	gives '{"ip":"2.2.2.2","ip":"1.1.1.1"}\n' "{\"ip\":\"2.2.2.2\",\"ip\":\"1.1.1.1\",$AS201}\n" \
		--enrich=json -k .ip
	gives '{"c":{"ip":"2.2.2.2"},"c":{"ip":"1.1.1.1"}}\n' \
		"{\"c\":{\"ip\":\"2.2.2.2\"},\"c\":{\"ip\":\"1.1.1.1\"},$AS201}\n" --enrich=json -k .c.ip
	gives '{"ip":"1.1.1.1","ip":null}\n' "{\"ip\":\"1.1.1.1\",\"ip\":null,$NOBODY}\n" --enrich=json -k .ip
}

@test "json: a byte-order mark before the first object is kept" {
	need_jsmn
	gives '\357\273\277{"ip":"1.1.1.1"}\n{"ip":"2.2.2.2"}\n' \
		"\357\273\277{\"ip\":\"1.1.1.1\",$AS201}\n{\"ip\":\"2.2.2.2\",$AS202}\n" --enrich=json -k .ip
	gives '\357\273\277{}\n' "\357\273\277{$NOBODY}\n" --enrich=json
}

@test "json: a path without a value, or to a value without an address, gives noaddress" {
	local line

	need_jsmn
	for line in '{"ip":null}' '{"ip":12}' '{"ip":"x"}' '{"ip":["1.1.1.1"]}' '{"ip":{"ip":"1.1.1.1"}}' \
		'{"ipp":"1.1.1.1"}' '{"i":"1.1.1.1"}' '{"x":{"ip":"1.1.1.1"}}' '{"ip":true}' '{"ip":""}'; do
		gives "$line\n" "${line%\}},$NOBODY}\n" --enrich=json -k .ip
	done
	gives '{"ips":["1.1.1.1"]}\n' "{\"ips\":[\"1.1.1.1\"],$NOBODY}\n" --enrich=json -k '.ips[1]'
	gives '{"ips":{"0":"1.1.1.1"}}\n' "{\"ips\":{\"0\":\"1.1.1.1\"},$NOBODY}\n" --enrich=json -k '.ips[0]'
	gives '{"a":"1.1.1.1"}\n' "{\"a\":\"1.1.1.1\",$NOBODY}\n" --enrich=json -k .a.b
}

@test "json: every status is printed" {
	need_jsmn
	gives '{"ip":"7.7.7.7"}\n{"ip":"10.0.0.1"}\n{"ip":"5.5.5.5"}\n' \
		'{"ip":"7.7.7.7","as":{"status":"unannounced","asn":null,"prefix":null,"country":null}}\n{"ip":"10.0.0.1","as":{"status":"special","asn":null,"prefix":null,"country":null}}\n{"ip":"5.5.5.5","as":{"status":"timeout","asn":null,"prefix":null,"country":null}}\n' \
		--enrich=json -k .ip
}

@test "json: a member is added to an empty object" {
	need_jsmn
	gives '{}\n{ }\n  {\t}\n' "{$NOBODY}\n{ $NOBODY}\n  {\t$NOBODY}\n" --enrich=json
	gives '{"a":{},"ip":"1.1.1.1"}\n{"ip":"1.1.1.1","a":{}}\n' \
		"{\"a\":{},\"ip\":\"1.1.1.1\",$AS201}\n{\"ip\":\"1.1.1.1\",\"a\":{},$AS201}\n" --enrich=json -k .ip
}

@test "json: braces, quotes and brackets in strings do not count" {
	need_jsmn
	gives '{"a":"}","ip":"1.1.1.1","b":"{\\"}]["}\n' \
		"{\"a\":\"}\",\"ip\":\"1.1.1.1\",\"b\":\"{\\\\\"}][\",$AS201}\n" --enrich=json -k .ip
	gives '{"a":"\\\\","ip":"1.1.1.1"}\n' "{\"a\":\"\\\\\\\\\",\"ip\":\"1.1.1.1\",$AS201}\n" \
		--enrich=json -k .ip
}

@test "json: an existing member is left alone, and the line is counted" {
	need_jsmn
	gives '{"ip":"1.1.1.1","as":7}\n{"as":{},"ip":"1.1.1.1"}\n{"ip":"2.2.2.2"}\n' \
		"{\"ip\":\"1.1.1.1\",\"as\":7}\n{\"as\":{},\"ip\":\"1.1.1.1\"}\n{\"ip\":\"2.2.2.2\",$AS202}\n" \
		--enrich=json -k .ip
	# a member of another object, a longer name, a value and upper case do not count as existing
	gives '{"ip":"1.1.1.1","x":{"as":1},"ass":2,"y":"as","AS":[]}\n' \
		"{\"ip\":\"1.1.1.1\",\"x\":{\"as\":1},\"ass\":2,\"y\":\"as\",\"AS\":[],$AS201}\n" --enrich=json -k .ip
	printf '{"ip":"1.1.1.1","as":7}\n[]\n{"ip":"2.2.2.2"}\n' | asnq --enrich=json --stats=json 2>err >out
	grep -q '"records":3,' err
	grep -q '"passed":2,' err
}

@test "json: a line that is not an object passes unchanged" {
	local line

	need_jsmn
	for line in '' ' ' x '[]' '["1.1.1.1"]' '[{"ip":"1.1.1.1"}]' '"1.1.1.1"' 1.1.1.1 null 12 \
		'{"ip":"1.1.1.1"' '{"ip":"1.1.1.1' '{"ip":"1.1.1.1"}}' '{"ip":"1.1.1.1"} x' \
		'{"ip":"1.1.1.1"}{"ip":"1.1.1.1"}' '{"ip":"1.1.1.1"} {}' '}' '{' '{"ip":"1.1.1.1"]' \
		'x {"ip":"1.1.1.1"}' '{ip:"1.1.1.1"}' '{"ip":"1.1.1.1"' "{'ip':'1.1.1.1'}"; do
		gives "$line\n" "$line\n" --enrich=json -k .ip
	done
	gives '{"ip":"1.1.1.1","a":"\377\000"\n' '{"ip":"1.1.1.1","a":"\377\000"\n' --enrich=json
}

@test "json: a line that resembles an object but is invalid passes unchanged" {
	local line

	need_jsmn
	for line in '{"ip":"1.1.1.1",}' '{"ip"}' '{"ip":"1.1.1.1" "a":1}' '{"ip" "1.1.1.1"}' '{,}' \
		'{"ip":"1.1.1.1","a":}' '{"ip":"1.1.1.1","a"}' '{"ip":"1.1.1.1",,"a":1}' '{1:2,"ip":"1.1.1.1"}' \
		'{"ip":"1.1.1.1","a":tru}' '{"ip":"1.1.1.1","a":1x}' '{"ip":"1.1.1.1";"a":1}'; do
		gives "$line\n" "$line\n" --enrich=json -k .ip
	done
}

@test "json: bytes above 127 and NUL in an object are kept" {
	need_jsmn
	gives '{"é":"\377","ip":"1.1.1.1"}\n' "{\"é\":\"\377\",\"ip\":\"1.1.1.1\",$AS201}\n" --enrich=json -k .ip
	gives '{"é":"1.1.1.1"}\n' "{\"é\":\"1.1.1.1\",$AS201}\n" --enrich=json -k .é
}

@test "json: --member names the member" {
	need_jsmn
	gives '{"ip":"1.1.1.1","as":1}\n' "{\"ip\":\"1.1.1.1\",\"as\":1,\"net\"${AS201#*as\"}}\n" \
		--enrich=json -k .ip --member=net
	gives '{"ip":"1.1.1.1","net":1}\n' '{"ip":"1.1.1.1","net":1}\n' --enrich=json -k .ip --member=net
	gives '{"ip":"1.1.1.1"}\n' "{\"ip\":\"1.1.1.1\",\"my net-1\"${AS201#*as\"}}\n" \
		--enrich=json --member="my net-1"
	# unusual names are refused or escaped
	run asnq --enrich=json --member=$'a"b\\c\nd' < <(echo '{"ip":"1.1.1.1"}')
	((status == 2)) || json_ok
	run asnq --enrich=json --member=$'a\nb\t\x01' < <(echo '{"ip":"1.1.1.1"}')
	((status == 2)) || json_ok
}

@test "json: --fields and --names decide what is added" {
	need_jsmn
	gives '{"ip":"3.3.3.3"}\n' '{"ip":"3.3.3.3","as":{"asns":[203,213],"moas":true,"name":"NAME-203, US"}}\n' \
		--enrich=json -f asns,moas,name --names
	printf '{"ip":"1.1.1.1"}\n' | asnq --enrich=json -f name --names >out
	json_ok out
}

@test "json: --elastic adds its member next to the key" {
	local as='"as":{"number":202,"organization":{"name":"NAME-202, US"}}'

	need_jsmn
	gives '{"source":{"ip":"2.2.2.2"},"n":1}\n' "{\"source\":{\"ip\":\"2.2.2.2\",$as},\"n\":1}\n" \
		--enrich=json --elastic --names -k .source.ip
	gives '{"ip":"2.2.2.2"}\n' "{\"ip\":\"2.2.2.2\",$as}\n" --enrich=json --elastic --names -k .ip
	gives '{"c":[{},{"ip":"2.2.2.2" }]}\n' "{\"c\":[{},{\"ip\":\"2.2.2.2\" ,$as}]}\n" \
		--enrich=json --elastic --names -k '.c[1].ip'
	# for an element of an array: to the object that holds the array
	gives '{"host":{"ip":["2.2.2.2"]}}\n' "{\"host\":{\"ip\":[\"2.2.2.2\"],$as}}\n" \
		--enrich=json --elastic --names -k '.host.ip[0]'
	# an existing member of another object does not matter, one of the same object does
	gives '{"source":{"ip":"2.2.2.2"},"as":1}\n' "{\"source\":{\"ip\":\"2.2.2.2\",$as},\"as\":1}\n" \
		--enrich=json --elastic --names -k .source.ip
	gives '{"source":{"as":1,"ip":"2.2.2.2"}}\n' '{"source":{"as":1,"ip":"2.2.2.2"}}\n' \
		--enrich=json --elastic --names -k .source.ip
	gives '{"ip":"2.2.2.2"}\n' '{"ip":"2.2.2.2","as":{"number":202,"organization":{"name":null}}}\n' \
		--enrich=json --elastic -k .ip
}

@test "json: random, deep and long lines stay JSON" {
	need_jsmn
	"$KIT_PYTHON" - <<-'END'
		import json, random
		random.seed(14)
		def value(depth):
		    kind = random.randrange(7 if depth < 5 else 4)
		    if kind < 2:
		        return "".join(random.choice('ab{}[]",:\\\n\té\x01😀as') for _ in range(random.randrange(9)))
		    if kind < 4:
		        return random.choice([None, True, 1.5, -3, 1e99])
		    if kind == 4:
		        return [value(depth + 1) for _ in range(random.randrange(4))]
		    return {str(random.randrange(99)) + "{": value(depth + 1) for _ in range(random.randrange(4))}
		with open("in", "w") as f:
		    for i in range(2000):
		        o = {f"k{n}": value(0) for n in range(random.randrange(5))}
		        o["c"] = {"x": value(0), "ip": random.choice(["1.1.1.1", "2.2.2.2", "7.7.7.7", "9.9.9.9", "no"]), "z": value(0)}
		        o["y"] = value(0)
		        f.write(json.dumps(o, ensure_ascii=random.random() < 0.5) + "\n")
		    f.write('{"c":{"ip":"1.1.1.1"},"d":' + "[" * 100 + "]" * 100 + "}\n")
		    f.write('{"c":{"ip":"2.2.2.2"},"d":[' + ",".join(["0"] * 100000) + "]}\n")
	END
	asnq --enrich=json --key=.c.ip -f asn <in >out
	"$KIT_PYTHON" - <<-'END'
		import json
		asn = {"1.1.1.1": 201, "2.2.2.2": 202, "9.9.9.9": 209}
		rows, got = (open(n, "rb").read().split(b"\n") for n in ("in", "out"))
		assert len(rows) == len(got) == 2003, len(got)
		for n, (a, b) in enumerate(zip(rows[:-1], got)):
		    ip = "1.1.1.1" if n == 2000 else json.loads(a)["c"]["ip"]
		    want = json.dumps({"as": {"asn": asn.get(ip)}}, separators=(",", ":"))[1:].encode()
		    assert b == a[:-1] + b"," + want, (n, a[:200], b[:200])
	END
}

@test "json: deeply nested and unclosed brackets do no harm" {
	need_jsmn
	"$KIT_PYTHON" - >in <<-'END'
		for deep in "[" * 300000 + "]" * 300000, '{"a":' * 100000 + "1" + "}" * 100000, "[" * 300000, '{"a":' * 100000:
		    print('{"c":{"ip":"x"},"d":' + deep + "}")
	END
	# such lines may pass unchanged
	asnq --enrich=json --key=.c.ip -f asn <in >out
	sed 's/,"as":{"asn":null}}$/}/' out | cmp in -
}

# --- with options that select records -----------------------------------------------------

@test "--country, --asn and lists select lines, like grep" {
	printf 'a 1.1.1.1\nb 2.2.2.2\nc\nd 8.8.8.8\ne 6.6.6.6\nf 7.7.7.7\ng 1.1.1.1\n' >in
	run asnq -e -f asn --country=US <in
	((status == 0))
	assert_output_is $'a 1.1.1.1\tAS201\nd 8.8.8.8\tAS15169\ng 1.1.1.1\tAS201'
	run asnq -e -f asn --asn=202 <in
	assert_output_is $'b 2.2.2.2\tAS202'
	# the others, except the undecided one
	run asnq -e -f asn --country=US --invert-match <in
	assert_output_is $'b 2.2.2.2\tAS202\nc\t\nf 7.7.7.7\t-'
	echo DE >blocked
	run asnq -e -f asn --country-list=blocked <in
	assert_output_is $'b 2.2.2.2\tAS202'
	run asnq -e --country=ZW --exit-status <in
	((status == 3))
	run asnq -e --country=ZW --exit-status < <(grep -v ^e in)
	((status == 1))
	assert_output_is ""
	run asnq -e --country=US --exit-status < <(grep -v ^e in)
	((status == 0))
}

@test "selected lines keep their bytes, and the header is printed" {
	gives 'n,ip\r\n"a\nb",1.1.1.1\r\nc,2.2.2.2\r\n' 'n,ip,asn\r\n"a\nb",1.1.1.1,201\r\n' \
		--enrich=csv --key=ip -f asn --country=US
	gives 'n,ip\n1,2.2.2.2\n' 'n,ip,asn\n' --enrich=csv --key=ip -f asn --country=US
}

@test "a header line is not a record: it is neither counted nor selected" {
	printf 'n,ip\n1,2.2.2.2\n' >in
	run asnq --enrich=csv --key=ip -f asn --country=US --exit-status <in
	((status == 1))
	assert_output_is n,ip,asn
	run asnq --enrich=csv --key=ip -f asn --country=DE --exit-status <in
	((status == 0))
	run --separate-stderr asnq --enrich=csv --key=ip --engine=hadoop <in
	# shellcheck disable=SC2154	# run sets stderr
	[[ $stderr == reporter:counter:asnq,ok,1 ]]
}

@test "selection and JSON: a line that is not an object has no country" {
	need_jsmn
	gives 'x\n{"ip":"1.1.1.1"}\n{"ip":"2.2.2.2"}\n[]\n' "{\"ip\":\"1.1.1.1\",$AS201}\n" --enrich=json --country=US
}

@test "selection and JSON: an existing member does not hide the address" {
	need_jsmn
	gives '{"ip":"1.1.1.1","as":7}\n{"ip":"2.2.2.2","as":7}\n' '{"ip":"1.1.1.1","as":7}\n' \
		--enrich=json -k .ip --country=US
	gives '{"ip":"1.1.1.1","as":7}\n{"ip":"2.2.2.2","as":7}\n{"ip":"6.6.6.6","as":7}\n' \
		'{"ip":"2.2.2.2","as":7}\n' --enrich=json -k .ip --country=US --invert-match
}

@test "selection and inline: any address of a line can select it" {
	printf '1 1.1.1.1 2.2.2.2\n2 2.2.2.2 1.1.1.1\n3 2.2.2.2 7.7.7.7\n4 1.1.1.1\n5 none\n' >in
	run asnq --enrich=inline -T '<_ASN_>' --country=US <in
	assert_output_is $'1 1.1.1.1<AS201> 2.2.2.2<AS202>\n2 2.2.2.2<AS202> 1.1.1.1<AS201>\n4 1.1.1.1<AS201>'
}

@test "selection and inline: --invert-match selects the other lines" {
	printf '1 1.1.1.1 2.2.2.2\n2 2.2.2.2 1.1.1.1\n3 2.2.2.2 7.7.7.7\n4 1.1.1.1\n5 none\n' >in
	run asnq --enrich=inline -T '<_ASN_>' --country=US --invert-match <in
	assert_output_is $'3 2.2.2.2<AS202> 7.7.7.7<>\n5 none'
	# an address without an answer may be the one to exclude
	run asnq --enrich=inline -T '<_ASN_>' --country=US --invert-match < <(printf '2.2.2.2 6.6.6.6\n6.6.6.6 2.2.2.2\n')
	assert_output_is ""
}

@test "an address without an answer decides the exit status, wherever it is in the line" {
	run asnq --enrich=inline --exit-status < <(echo '1.1.1.1 6.6.6.6')
	((status == 3))
	run asnq --enrich=inline --exit-status < <(echo '7.7.7.7 1.1.1.1')
	((status == 1))
	run asnq --enrich=inline --exit-status < <(echo '1.1.1.1 7.7.7.7')
	((status == 1))
	run asnq --enrich=inline --exit-status < <(printf '1.1.1.1 2.2.2.2\nnone\n')
	((status == 0))
	# a line without an address does not count
	run asnq -e --exit-status < <(printf '1.1.1.1 2.2.2.2\nnone\n')
	((status == 0))
	run asnq -e < <(echo 6.6.6.6)
	((status == 0))
}

# --- mistakes -----------------------------------------------------------------------------

@test "operands are refused: '-e csv' with a space gets a hint" {
	local format

	for format in text inline csv tsv json; do
		refused "--enrich=" -e $format
		refused "--enrich=" --enrich $format
	done
	refused "operand" -e 1.1.1.1
	refused "did you mean 'json'" --enrich=jsn
}

@test "an invalid key is refused before input is read" {
	refused "asnq: --key: expected the number of a field" -e --key=name
	refused "--key" -e --key=0
	refused "--key" -e --key=-0
	refused "--key" -e --key=
	refused "--key" --enrich=inline --key=1
	refused "--key needs --enrich" --key=1
}

@test "an invalid JSON path is refused before input is read" {
	local path

	need_jsmn
	refused "asnq: --key: '.a..b': expected a path" --enrich=json --key=.a..b
	for path in . .. .a. .a..b '.ips[' '.ips[]' '.ips[x]' '.ips[0' '.ips[-1]' '.ips[0]x' 1 ''; do
		refused "--key" --enrich=json --key="$path"
	done
}

@test "options that contradict --enrich are refused" {
	refused "--output" -e -o json
	refused "--enrich" -e --summary
	refused "--enrich" -e --check
	refused "--member" --member=x
	refused "--member" -e --member=x
	refused "--elastic" -e --elastic
	refused "--template" --enrich=csv -T x
	refused "unknown field 'asnn'" -e -f asnn
	refused "--template" -e -T _NOPE_
}

@test "an output that cannot be written gives exit status 5" {
	[[ -c /dev/full ]] || skip "no /dev/full"
	run bash -c 'yes "x 1.1.1.1" | head -n 100000 | "$0" "$@" -e >/dev/full' "$ASNQ" "${ZONE[@]}"
	((status == 5))
}

@test "asnq ends quietly when its reader has closed the pipe" {
	run bash -c 'yes "x 1.1.1.1" | "$0" "$@" -e 2>err | head -n 2; echo "${PIPESTATUS[1]}"' "$ASNQ" "${ZONE[@]}"
	assert_output_is $'x 1.1.1.1\tAS201\t1.0.0.0/8\tUS\nx 1.1.1.1\tAS201\t1.0.0.0/8\tUS\n141'
	[[ ! -s err ]]
}
