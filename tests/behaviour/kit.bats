#!/usr/bin/env bats
# Tests of the test kit itself: every server starts, answers from its data, and ends.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	need rbldnsd nsd unbound openssl kdig ldns-signzone drill
	make_signed "$BATS_FILE_TMPDIR/signed"
	start_rbldnsd "$KIT_DATA" origin.asn.cymru.com:ip4trie:origin4 \
		origin6.asn.cymru.com:ip6trie:origin6 asn.rspamd.com:ip4trie:rspamd4 \
		asn6.rspamd.com:ip6trie:rspamd6
	start_nsd "$KIT_DATA" asn.routeviews.org=routeviews.zone \
		aspath.routeviews.org=aspath.zone origin.asn.cymru.com=origin.zone \
		origin6.asn.cymru.com=origin6.zone origin.asn.spameatingmonkey.net=monkey.zone \
		asn.cymru.com=names.zone big.example=big.zone \
		"${SIGNED_ZONES[@]/=/=$BATS_FILE_TMPDIR/signed/}"
	start_badserver - <<-'END'
		# a comment
		*.txt.example		txt ttl=77 "one" "t\x1b\"o" + "three"
		*.origin.example	origin
		*.rv.example		origin form=routeviews
		*.rspamd.example	origin form=rspamd
		as*.names.example	asname
		*.records.example	records 3
		*.big.example		big 3000
		*.nodata.example	nodata soa=17
		*.nosoa.example		nxdomain soa=none
		*.servfail.example	servfail
		*.refused.example	refused
		*.formerr.example	formerr
		*.notimp.example	notimp
		*.alias.example		cname 4.3.2.1.origin.example
		*.dangling.example	cname nowhere.example
		*.loop.example		cnameloop
		*.silent.example	silent
		*.delay.example		delay 0.5 origin
		*.truncate.example	truncate txt "by TCP"
		*.never.example		truncate-only
		*.wrongid.example	wrongid
		*.wrongq.example	wrongquestion
		*.garbage.example	garbage
		*.empty.example		empty
		*.drop.example		drop 50 txt "kept"
		*.slow.example		slow 50 30 txt "fast"
		*.once.example		once servfail / txt "later"
		*.close.example		tcpclose 2
		*.reset.example		tcpreset
		*.pointer.example	pointerloop
		*.otherport.example	otherport
		*.turns.example		turns txt "odd" / txt "even"
		*.bare.example		records 2 form=bare
	END
	start_unbound --anchor="$BATS_FILE_TMPDIR/signed/anchor.ds" \
		"origin.asn.cymru.com=127.0.0.1@$RBLDNSD_PORT" "asn.cymru.com=127.0.0.1@$NSD_PORT" \
		"signed.example=127.0.0.1@$NSD_PORT" "bogus.example=127.0.0.1@$NSD_PORT" \
		"unsigned.example=127.0.0.1@$NSD_PORT" "example=127.0.0.1@$BAD_PORT"
}

teardown_file()
{
	stop_servers
}

teardown()
{
	stop_servers
}

# ask PORT ARG...: sets $output to the data of the answer. UDP only, unless +tcp is given.
ask()
{
	run kit_ask "$@"
}

# ask_all PORT ARG...: sets $output to the whole answer: status, flags, records with owner and TTL.
ask_all()
{
	local port=$1

	shift
	run kdig @127.0.0.1 -p "$port" +timeout=1 +retry=0 "$@"
}

# tcp_talk PORT NAME...: sends a query for each name over one TCP connection, all at once. Prints
# the IDs of the answers (1 for the first name ...) as they arrive, then "end" once it is closed.
tcp_talk()
{
	"$KIT_PYTHON" -c '
import socket, struct, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.settimeout(2)
for i, name in enumerate(sys.argv[2:], 1):
    q = b"".join(bytes([len(x)]) + x for x in name.encode().split(b".")) + b"\0\0\x10\0\1"
    q = struct.pack("!6H", i, 0x100, 1, 0, 0, 0) + q
    s.sendall(struct.pack("!H", len(q)) + q)
f = s.makefile("rb")
try:
    while head := f.read(2):
        print(struct.unpack_from("!H", f.read(struct.unpack("!H", head)[0]))[0])
    print("end")
except TimeoutError:
    print("open")
' "$@"
}

@test "free_port never gives a port twice" {
	for _ in {1..20}; do
		free_port
	done >"$BATS_TEST_TMPDIR/ports"
	run sort -u "$BATS_TEST_TMPDIR/ports"
	assert_line_count 20
}

@test "rbldnsd: serves Cymru's format, with the most specific prefix only" {
	ask "$RBLDNSD_PORT" TXT 8.8.8.8.origin.asn.cymru.com
	assert_output_is '"15169 | 8.8.8.0/24 | US | arin | 2023-12-28"'
	ask "$RBLDNSD_PORT" TXT 1.9.8.8.origin.asn.cymru.com
	assert_output_is '"3356 | 8.8.0.0/16 | US | arin | 1992-12-01"'
	ask "$RBLDNSD_PORT" TXT 1.40.136.94.origin.asn.cymru.com
	assert_output_is '"20738 20773 | 94.136.40.0/24 | DE | ripencc | 2008-07-17"'
	ask_all "$RBLDNSD_PORT" TXT 1.1.1.55.origin.asn.cymru.com
	[[ $output == *"status: NXDOMAIN"* ]]
}

@test "rbldnsd: serves IPv6 and rspamd's format" {
	local google=8.8.8.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.8.4.0.6.8.4.1.0.0.2

	ask "$RBLDNSD_PORT" TXT $google.origin6.asn.cymru.com
	assert_output_is '"15169 | 2001:4860:4860::/48 | US | arin | 2005-03-14"'
	ask "$RBLDNSD_PORT" TXT $google.asn6.rspamd.com
	assert_output_is '"15169|2001:4860::/32|US|arin|"'
	ask "$RBLDNSD_PORT" TXT 1.0.149.130.asn.rspamd.com
	assert_output_is '"680|130.149.0.0/16|--|--|"'
}

@test "rbldnsd: rereads changed data" {
	start_rbldnsd "$KIT_DATA" z.example:ip4trie:rspamd4
	sleep 1
	echo '55.1.1.0/24 64500|55.1.1.0/24|US|arin|' >>"$RBLDNSD_DATA/rspamd4"
	sleep 2.2
	ask "$RBLDNSD_PORT" TXT 1.1.1.55.z.example
	assert_output_is '"64500|55.1.1.0/24|US|arin|"'
}

@test "rbldnsd: invalid data and a missing file are errors" {
	run start_rbldnsd "$KIT_DATA" z.example:ip4trie:missing
	((status == 1))
	[[ $output == *missing* ]]
	run start_rbldnsd "$KIT_DATA" z.example:nonsense:origin4
	((status == 1))
	[[ $output == *"its log"* ]]
}

@test "nsd: serves RouteViews' format, wildcards, sentinel, MOAS and AS_SET" {
	ask "$NSD_PORT" TXT 8.8.8.8.asn.routeviews.org
	assert_output_is '"15169" "8.8.8.0" "24"'
	ask "$NSD_PORT" TXT 9.9.9.9.asn.routeviews.org
	assert_output_is '"19282" "9.9.9.9" "32"'
	ask "$NSD_PORT" TXT 10.9.9.9.asn.routeviews.org
	assert_output_is '"19281" "9.9.9.0" "24"'
	ask "$NSD_PORT" TXT 3.2.1.203.asn.routeviews.org
	assert_output_is '"4294967295" "0" "0"'
	ask "$NSD_PORT" TXT 1.40.136.94.asn.routeviews.org
	assert_line_count 2
	ask "$NSD_PORT" TXT 1.48.129.12.asn.routeviews.org
	assert_output_is '"{64512,64513}" "12.129.48.0" "24"'
	ask_all "$NSD_PORT" TXT 3.2.1.8.asn.routeviews.org
	[[ $output == *"status: NXDOMAIN"* ]]
	ask "$NSD_PORT" TXT 1.16.0.1.aspath.routeviews.org
	assert_output_is '"34224 3356 174 2519" "1.0.16.0" "24"'
}

@test "nsd: serves Cymru's format, aliases, split strings, several records" {
	ask "$NSD_PORT" TXT 1.192.50.189.origin.asn.cymru.com
	assert_line_count 2
	ask "$NSD_PORT" TXT 1.4.8.8.origin.asn.cymru.com
	assert_output_is '"15169 | 8.8." "" "4.0/24 | US | arin | 2023-12-28"'
	ask "$NSD_PORT" TXT 10.9.9.9.origin.asn.cymru.com
	assert_output_is - <<-'END'
		hop.alias.origin.asn.cymru.com.
		quad9.alias.origin.asn.cymru.com.
		"19281 | 9.9.9.0/24 | US | arin | 2017-09-13"
	END
	ask_all "$NSD_PORT" TXT 1.5.0.20.origin.asn.cymru.com
	[[ $output == *"status: NOERROR"*"ANSWER: 0"* ]]
	ask_all "$NSD_PORT" TXT 0.6.6.0.20.origin.asn.cymru.com
	[[ $output == *"status: NXDOMAIN"* ]]
	ask_all "$NSD_PORT" TXT 6.6.0.20.origin.asn.cymru.com
	[[ $output == *"status: NOERROR"*"ANSWER: 0"* ]]
	ask "$NSD_PORT" TXT AS1234.asn.cymru.com
	assert_output_is '"1234 | EU | ripencc | 1993-09-01 | FORTUM-AS | Fortum, FI"'
	ask "$NSD_PORT" TXT AS61666.asn.cymru.com
	[[ $output == *'\027[31mEVIL\027]0;title\007\010'* ]]
}

@test "nsd: answers that do not fit in UDP go over TCP" {
	run drill -a -t -p "$NSD_PORT" @127.0.0.1 TXT 8.8.8.8.big.example
	[[ $output == *"ANSWER: 51"* ]]
	ask_all "$NSD_PORT" +ignore +bufsize=1232 TXT 8.8.8.8.big.example
	[[ $output == *"Flags: qr aa tc"* ]]
	ask "$NSD_PORT" +tcp TXT 1.1.1.1.big.example
	((${#output} > 4000))
}

@test "nsd: speaks TLS, with the name in its certificate only" {
	ask "$NSD_TLS_PORT" +tls-ca="$CA_FILE" +tls-hostname=dns.example TXT AS15169.asn.cymru.com
	assert_output_is '"15169 | US | arin | 2000-03-30 | GOOGLE, US"'
	ask "$NSD_TLS_PORT" +tls-ca="$CA_FILE" +tls-hostname=wrong.example TXT AS15169.asn.cymru.com
	[[ $output != *GOOGLE* ]]
	start_nsd --cert=wrong.example "$KIT_DATA" asn.cymru.com=names.zone
	ask "$NSD_TLS_PORT" +tls-ca="$CA_FILE" +tls-hostname=wrong.example TXT AS15169.asn.cymru.com
	[[ $output == *GOOGLE* ]]
}

@test "nsd: a zone that does not load is an error" {
	echo nonsense >"$BATS_TEST_TMPDIR/z"
	run start_nsd "$BATS_TEST_TMPDIR" z.example=z
	((status == 1))
	[[ $output == *error* ]]
}

@test "unbound: forwards to the servers given, and answers over plain DNS and TLS" {
	ask "$UNBOUND_PORT" TXT 8.8.8.8.origin.asn.cymru.com
	assert_output_is '"15169 | 8.8.8.0/24 | US | arin | 2023-12-28"'
	ask "$UNBOUND_TLS_PORT" +tls-ca="$CA_FILE" +tls-hostname=dns.example TXT AS1234.asn.cymru.com
	[[ $output == *Fortum* ]]
	grep -qi 'AS1234.asn.cymru.com. TXT' "$UNBOUND_LOG"
}

@test "unbound: refuses other names without a query to the real root" {
	ask_all "$UNBOUND_PORT" TXT www.iana.org
	[[ $output == *"status: REFUSED"* ]]
}

@test "dnssec: unbound tells signed, bogus and unsigned answers apart" {
	ask_all "$NSD_PORT" +dnssec TXT 8.8.8.8.signed.example
	[[ $output == *RRSIG* ]]
	run drill -D -k "$BATS_FILE_TMPDIR/signed/anchor.ds" -p "$NSD_PORT" @127.0.0.1 \
		SOA signed.example
	[[ $output == *RRSIG* ]]
	ask_all "$UNBOUND_PORT" +dnssec TXT 8.8.8.8.signed.example
	[[ $output == *"status: NOERROR"*" ad;"* ]]
	ask_all "$UNBOUND_PORT" +dnssec TXT 1.1.1.1.signed.example
	[[ $output == *"status: NOERROR"*" ad;"* ]]
	ask_all "$UNBOUND_PORT" +dnssec TXT 1.1.1.55.signed.example
	[[ $output == *"status: NXDOMAIN"*" ad;"* ]]
	ask_all "$UNBOUND_PORT" +dnssec TXT 8.8.8.8.bogus.example
	[[ $output == *"status: SERVFAIL"* ]]
	ask_all "$UNBOUND_PORT" +dnssec TXT 9.9.9.9.bogus.example
	[[ $output == *"status: NOERROR"*" ad;"* ]]
	ask_all "$UNBOUND_PORT" +dnssec TXT 8.8.8.8.unsigned.example
	[[ $output == *"status: NOERROR"* && $output != *" ad;"* ]]
}

@test "badserver: txt gives several strings and records" {
	ask_all "$BAD_PORT" TXT a.TXT.example
	[[ $output == *$'77\tIN\tTXT\t"one" "t\\027\\"o"'*$'77\tIN\tTXT\t"three"'* ]]
	ask_all "$BAD_PORT" A a.txt.example
	[[ $output == *"status: NOERROR"*"ANSWER: 0"* ]]
	ask_all "$BAD_PORT" TXT unknown.invalid
	[[ $output == *"status: NXDOMAIN"* ]]
}

@test "badserver: origin, asname and records compute their answers" {
	ask "$BAD_PORT" TXT 4.3.2.1.origin.example
	assert_output_is '"200515 | 1.2.3.0/24 | US | arin | 2001-01-01"'
	ask "$BAD_PORT" TXT 4.3.2.1.rv.example
	assert_output_is '"200515" "1.2.3.0" "24"'
	ask "$BAD_PORT" TXT 4.3.2.1.rspamd.example
	assert_output_is '"200515|1.2.3.0/24|US|arin|"'
	ask "$BAD_PORT" TXT 8.8.8.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.8.4.0.6.8.4.1.0.0.2.origin.example
	assert_output_is '"318528 | 2001:4860:4860::/48 | US | arin | 2001-01-01"'
	ask_all "$BAD_PORT" TXT no.address.origin.example
	[[ $output == *"status: NXDOMAIN"* ]]
	ask "$BAD_PORT" TXT AS65000.names.example
	assert_output_is '"65000 | US | arin | 2001-01-01 | NAME-65000, US"'
	ask "$BAD_PORT" TXT 4.3.2.1.records.example
	assert_line_count 3
}

@test "badserver: nxdomain and nodata set a negative TTL" {
	ask_all "$BAD_PORT" TXT x.nodata.example
	[[ $output == *"status: NOERROR"*"ANSWER: 0"*"SOA"*" 17"* ]]
	ask_all "$BAD_PORT" TXT x.nosoa.example
	[[ $output == *"status: NXDOMAIN"*"AUTHORITY: 0"* ]]
}

@test "badserver: servfail, refused, formerr and notimp set the status" {
	local word

	for word in servfail refused formerr notimp; do
		ask_all "$BAD_PORT" TXT x.$word.example
		[[ $output == *"status: ${word^^}"* ]]
	done
}

@test "badserver: cname and cnameloop give aliases" {
	ask "$BAD_PORT" TXT x.alias.example
	assert_output_is - <<-'END'
		4.3.2.1.origin.example.
		"200515 | 1.2.3.0/24 | US | arin | 2001-01-01"
	END
	ask_all "$BAD_PORT" TXT x.dangling.example
	[[ $output == *"status: NOERROR"*"ANSWER: 1"* ]]
	ask "$BAD_PORT" TXT x.loop.example
	assert_output_is $'loop.x.loop.example.\nx.loop.example.'
}

@test "badserver: silent does not answer, and delay answers later" {
	local start

	ask "$BAD_PORT" TXT x.silent.example
	[[ $output == *timeout* ]]
	start=${EPOCHREALTIME/./}
	ask "$BAD_PORT" TXT 4.3.2.1.delay.example
	[[ $output == *200515* ]]
	((${EPOCHREALTIME/./} - start >= 500000))
}

@test "badserver: truncate, truncate-only and big set the TC flag" {
	ask_all "$BAD_PORT" +ignore TXT x.truncate.example
	[[ $output == *" tc "*"ANSWER: 0"* ]]
	ask_all "$BAD_PORT" TXT x.truncate.example
	[[ $output == *"by TCP"* ]]
	ask_all "$BAD_PORT" TXT x.never.example
	[[ $output == *"failed to query"* ]]
	ask_all "$BAD_PORT" +ignore +bufsize=4096 TXT 4.3.2.1.big.example
	[[ $output == *" tc "*"ANSWER: 0"* ]]
	ask "$BAD_PORT" +tcp TXT 4.3.2.1.big.example
	[[ $output == '"200515 | 1.2.3.0/24 | US'* ]]
	output=${output//[\" ]/}	# 3000 bytes without the blanks
	((${#output} > 2900))
}

@test "badserver: wrongid, wrongquestion, garbage and empty give unusable answers" {
	ask "$BAD_PORT" TXT 4.3.2.1.wrongid.example
	[[ $output != *200515* && $output == *timeout* ]]
	ask_all "$BAD_PORT" TXT 4.3.2.1.wrongq.example
	[[ $output == *another.4.3.2.1.wrongq.example* || $output == *timeout* ]]
	ask "$BAD_PORT" TXT x.garbage.example
	[[ $output == *malformed* || $output == *failed* ]]
	ask "$BAD_PORT" TXT x.empty.example
	[[ $output == *malformed* || $output == *failed* ]]
}

@test "badserver: drop, slow and once vary their answers" {
	local i lost=0 waits=0

	for i in {1..6}; do
		ask "$BAD_PORT" TXT "n$i.drop.example"
		[[ $output == '"kept"' ]] || lost=$((lost + 1))
		ask "$BAD_PORT" TXT "n$i.drop.example"
		[[ $output == '"kept"' ]]
	done
	((lost > 0 && lost < 6))
	for i in {1..6}; do
		ask "$BAD_PORT" TXT "n$i.slow.example"
		[[ $output == '"fast"' ]] || waits=$((waits + 1))
	done
	((waits > 0 && waits < 6))
	ask_all "$BAD_PORT" TXT x.once.example
	[[ $output == *"status: SERVFAIL"* ]]
	ask "$BAD_PORT" TXT x.once.example
	assert_output_is '"later"'
}

@test "badserver: tcpclose closes a connection after some answers" {
	run tcp_talk "$BAD_PORT" 1.0.0.1.close.example 2.0.0.1.close.example 3.0.0.1.close.example
	assert_output_is $'1\n2\nend'
	run tcp_talk "$BAD_PORT" 1.0.0.1.delay.example 2.0.0.1.origin.example
	assert_output_is $'2\n1\nopen'
}

@test "badserver: tcpreset resets a connection inside an answer" {
	run "$KIT_PYTHON" -c '
import socket, struct, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
q = struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + b"\1a\5reset\7example\0\0\x10\0\1"
s.sendall(struct.pack("!H", len(q)) + q)
got = b""
try:
    while more := s.recv(4096):
        got += more
    print("end")
except ConnectionResetError:
    print("reset", 2 < len(got) < 2 + struct.unpack_from("!H", got)[0])' "$BAD_PORT"
	[[ $output == "reset True" ]] || [[ $output == "reset "* && $output != *end* ]]
	ask "$BAD_PORT" TXT 4.3.2.1.reset.example
	[[ $output == *200515* ]]
}

@test "badserver: pointerloop and otherport give unusable answers" {
	ask_all "$BAD_PORT" TXT x.pointer.example
	[[ $output == *malformed* || $output == *failed* ]]
	ask "$BAD_PORT" TXT 4.3.2.1.otherport.example
	[[ $output != *200515* && $output == *timeout* ]]
	ask "$BAD_PORT" +tcp TXT 4.3.2.1.otherport.example
	[[ $output == *200515* ]]
}

@test "badserver: turns alternates, and records may have another format" {
	local word

	for word in odd even odd; do
		ask "$BAD_PORT" TXT x.turns.example
		assert_output_is "\"$word\""
	done
	ask "$BAD_PORT" TXT 4.3.2.1.bare.example
	assert_output_is $'"200515|1.2.3.0/24"\n"200516|1.2.3.0/24"'
}

@test "badserver: counts are written when it ends" {
	start_badserver - <<<$'a.* count first txt "a"\nb.* turns count second silent / txt "b"'
	ask "$BAD_PORT" TXT a.example
	ask "$BAD_PORT" TXT a.example
	ask "$BAD_PORT" TXT b.example
	ask "$BAD_PORT" TXT b.example
	stop_servers
	run sort "$BAD_COUNTS"
	assert_output_is $'first\t2\nsecond\t1'
}

@test "dnssec: make_spoilt changes, expires and removes signatures" {
	local zone=$BATS_TEST_TMPDIR/spoilt octet

	for octet in 1 88 89 90; do
		printf '7.0.0.%d 60 TXT "200000 | %d.0.0.0/24 | US | arin | 2001-01-01"\n' $octet $octet
	done | cat <(printf '@ 60 SOA a. b. 1 1 1 1 1\n@ 60 NS a.\n') - >"$BATS_TEST_TMPDIR/zone"
	make_spoilt "$zone" "$BATS_TEST_TMPDIR/zone"
	grep -q $'^7\.0\.0\.88\.dnssec.*\tTXT\t"61666 ' "$zone/dnssec.example.zone"
	[[ $(grep -c $'^7\.0\.0\.[189]*\.dnssec.*\tRRSIG\tTXT' "$zone/dnssec.example.zone") == 3 ]]
	[[ $(grep -c $'^7\.0\.0\.90\.dnssec.*\tRRSIG\tTXT' "$zone/dnssec.example.zone") == 0 ]]
	[[ $(grep -cFf "$zone/expired" "$zone/dnssec.example.zone") -ge 1 ]]
}

@test "badserver: the log has transport, name and type of each query" {
	ask "$BAD_PORT" TXT counted.txt.example
	ask "$BAD_PORT" +tcp TXT Counted.txt.example
	[[ $(bad_count ' udp counted\.txt\.example TXT [0-9]+$') == 1 ]]
	[[ $(bad_count ' tcp counted\.txt\.example TXT c[0-9]+$') == 1 ]]
	[[ $(bad_count 'never-asked') == 0 ]]
}

@test "badserver: bad_toggle stops its answers, and starts them again" {
	start_badserver - <<<'* txt "here"'
	bad_toggle
	ask "$BAD_PORT" TXT x.example
	[[ $output == *timeout* ]]
	ask "$BAD_PORT" +tcp TXT x.example
	[[ $output == *timeout* ]]
	bad_toggle
	ask "$BAD_PORT" TXT x.example
	assert_output_is '"here"'
	[[ $(bad_count) == 3 ]]
}

@test "badserver: holds thousands of delayed answers at once" {
	start_badserver - <<<'* delay 1 origin'
	run "$KIT_PYTHON" -c '
import socket, struct, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
s.connect(("127.0.0.1", int(sys.argv[1])))
s.settimeout(3)
start = time.monotonic()
for i in range(5000):
    s.send(struct.pack("!6H", i, 0, 1, 0, 0, 0) + b"\1a\1b\0\0\x10\0\1")
    if i % 100 == 99:
        time.sleep(0.01)    # the socket buffers of some systems are small
got = {s.recv(2000)[:2] for _ in range(5000)}
print(len(got), time.monotonic() - start < 10)' "$BAD_PORT"
	assert_output_is "5000 True"
}

@test "badserver: an unknown rule is reported with its line" {
	run start_badserver - <<<$'# fine\n*.example nonsense'
	((status == 1))
	[[ $output == *":2: unknown behaviour 'nonsense'"* ]]
}

@test "a server tries another port if its port is in use" {
	local taken=$RBLDNSD_PORT counter=$BATS_TEST_TMPDIR/tries

	# the first port given is the running rbldnsd's
	eval "real_$(declare -f free_port)"
	free_port()
	{
		echo x >>"$counter"
		if (($(wc -l <"$counter") == 1)); then
			echo "$taken"
		else
			real_free_port
		fi
	}
	start_rbldnsd "$KIT_DATA" z.example:ip4trie:origin4
	((RBLDNSD_PORT != taken))
	rm "$counter"
	taken=$UNBOUND_PORT
	start_unbound z.example=127.0.0.1@1
	((UNBOUND_PORT != taken))
	rm "$counter"
	taken=$NSD_PORT
	start_nsd "$KIT_DATA" asn.cymru.com=names.zone
	((NSD_PORT != taken))
}

@test "stop_servers ends every process of the test, and no server of setup_file" {
	local pids before=$NSD_PID

	start_rbldnsd "$KIT_DATA" z.example:ip4trie:origin4
	start_nsd "$KIT_DATA" asn.cymru.com=names.zone
	start_unbound "asn.cymru.com=127.0.0.1@$NSD_PORT"
	start_badserver - <<<'* silent'
	pids=("$RBLDNSD_PID" "$UNBOUND_PID" "$BAD_PID" "$NSD_PID")
	mapfile -t -O 4 pids < <(ps -o pid= --ppid "$NSD_PID" | tr -d ' ')
	((${#pids[@]} > 4))
	stop_servers
	for pid in "${pids[@]}"; do
		if kit_alive "$pid"; then
			echo "$pid is still there"
			return 1
		fi
	done
	kit_alive "$before"
}

@test "the assertions fail on wrong output" {
	output=$'a\n\nb' status=0
	assert_output_is $'a\n\nb'
	assert_line_count 3
	run ! assert_output_is "a"
	run printf '{"a":1}\n[2]\n'
	json_ok
	run printf '{"a":1}\n{"a":NaN}\n'
	run ! json_ok
	printf '{"a":"\xff"}\n' >"$BATS_TEST_TMPDIR/latin1"
	run ! json_ok "$BATS_TEST_TMPDIR/latin1"
}
