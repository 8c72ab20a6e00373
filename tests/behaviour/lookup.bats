#!/usr/bin/env bats
# Which query each form of input causes, and what the answers become. Servers are real where a real
# one can give the answer (rbldnsd, NSD), else badserver.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	need rbldnsd nsd openssl kdig
	cat >"$BATS_FILE_TMPDIR/alias.zone" <<-'END'
		$TTL 3600
		@	IN SOA	ns.kit.invalid. hostmaster.kit.invalid. 1 600 300 86400 300
		@	IN NS	ns.kit.invalid.
		; in a zone that another server has
		*.8.8.8	CNAME	8.8.8.8.origin.asn.cymru.com.
	END
	start_rbldnsd "$KIT_DATA" origin.asn.cymru.com:ip4trie:origin4 \
		origin6.asn.cymru.com:ip6trie:origin6 asn.rspamd.com:ip4trie:rspamd4 \
		asn6.rspamd.com:ip6trie:rspamd6
	start_nsd "$KIT_DATA" asn.routeviews.org=routeviews.zone \
		aspath.routeviews.org=aspath.zone origin.asn.cymru.com=origin.zone \
		origin6.asn.cymru.com=origin6.zone origin.asn.spameatingmonkey.net=monkey.zone \
		asn.cymru.com=names.zone big.example=big.zone \
		"alias.example=$BATS_FILE_TMPDIR/alias.zone"
	start_badserver - <<-'END'
		*.origin.example	origin
		*.rv.example		origin form=routeviews
		*.rspamd.example	origin form=rspamd
		*.stdin.example		origin
		*.operand.example	origin
		*.prefix.example	origin
		*.special.example	origin
		*.public.example	origin
		*.servfail.example	servfail
		*.refused.example	refused
		*.formerr.example	formerr
		*.notimp.example	notimp
		*.loop.example		cnameloop
		*.silent.example	silent
		*.wrongid.example	wrongid
		*.wrongq.example	wrongquestion
		*.garbage.example	garbage
		*.nodata.example	nodata
		*.lame.example		referral
		*.dangling.example	cname nowhere.example
		*.hop.example		cname 4.3.2.1.origin.example
		*.truncate.example	truncate origin
		*.long.example		big 60000
		*.mixed.example		txt "v=spf1 mx -all" + "64496 | 1.2.3.0/24 | US | arin | 2001-01-01"
		*.hijack.example	txt "v=spf1 mx -all"
		*.words.example		txt "please visit our portal"
		*.one.example		txt "15169"
		*.as.example		txt "AS15169 | 1.2.3.0/24 | US | arin | 2001-01-01"
		*.zero.example		txt "0 3356 | 1.2.3.0/24 | US | arin | 2001-01-01"
		*.private.example	txt "64512 | 1.2.3.0/24 | | | " + "4200000000 65551 3356 64496 | 1.2.3.0/24 | | | "
		*.reserved.example	txt "4200000000 65551 65535 64496 | 1.2.3.0/24 | | | "
		*.dash.example		txt "3356 | 1.2.3.0/24 | -- | -- | "
		*.zz.example		txt "3356 | 1.2.3.0/24 | ZZ | arin | "
		*.un.example		txt "3356 | 1.2.3.0/24 | UN | UN | "
		*.na.example		txt "3356 | 1.2.3.0/24 | NA | NA | NA"
		*.namibia.example	txt "3356 | 1.2.3.0/24 | NA | afrinic | 2001-01-01"
		*.eu.example		txt "3356 | 1.2.3.0/24 | EU | ripencc | 2001-01-01"
		*.wider.example		txt "3356 | 1.2.0.0/16 | DE | ripencc | 1999-01-01" + "3356 | 1.2.3.0/24 | | | " + "3356 | 1.0.0.0/8 | FR | arin | 1998-01-01"
		*.shadow.example	txt "12876 | 1.2.3.0/24 |  | FR | Online SAS"
		*.nobody.example	txt " | 1.2.3.0/24 |  |  | "
		*.nothing.example	txt " | |  |  | "
		as*.asn.cymru.com	asname
	END
}

teardown_file()
{
	stop_servers
}

teardown()
{
	stop_servers
}

# via_rbldnsd ARG...: runs asnq with Cymru's and rspamd's zones at rbldnsd, which answers with the
# most specific prefix only.
via_rbldnsd()
{
	run asnq --no-names --mirror="origin.asn.cymru.com=127.0.0.1@$RBLDNSD_PORT" \
		--mirror="origin6.asn.cymru.com=127.0.0.1@$RBLDNSD_PORT" \
		--mirror="asn.rspamd.com=127.0.0.1@$RBLDNSD_PORT" \
		--mirror="asn6.rspamd.com=127.0.0.1@$RBLDNSD_PORT" "$@"
}

# via_nsd_with_names ARG...: runs asnq with all zones at NSD, which sends all covering prefixes.
via_nsd_with_names()
{
	run asnq --mirror="routeviews.org=127.0.0.1@$NSD_PORT" \
		--mirror="asn.cymru.com=127.0.0.1@$NSD_PORT" \
		--mirror="origin.asn.cymru.com=127.0.0.1@$NSD_PORT" \
		--mirror="origin6.asn.cymru.com=127.0.0.1@$NSD_PORT" \
		--mirror="spameatingmonkey.net=127.0.0.1@$NSD_PORT" \
		--mirror="example=127.0.0.1@$NSD_PORT" "$@"
}

via_nsd()
{
	via_nsd_with_names --no-names "$@"
}

# via_bad ARG...: runs asnq with badserver as a mirror of all zones under example.
via_bad()
{
	run asnq --no-names --mirror="example=127.0.0.1@$BAD_PORT" "$@"
}

# Compares $output with the lines on stdin, in which blanks stand for TABs.
assert_fields()
{
	local expected

	expected=$(tr -s ' ' '\t')
	assert_output_is "$expected"
}

# queried ZONE: prints the names below ZONE and the types that badserver was queried for, sorted.
queried()
{
	awk -v zone=".$1" '
		substr($3, length($3) - length(zone) + 1) == zone {
			print substr($3, 1, length($3) - length(zone)), $4
		}' "$BAD_LOG" | sort
}

# json EXPRESSION: prints a Python expression of each record r in $output.
json()
{
	printf '%s\n' "$output" | "$KIT_PYTHON" -c '
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    print(eval(sys.argv[1]))' "$1"
}

# Checks that $output has nothing that a terminal would act on: no C0 except newline and TAB, no DEL
# and no C1, and that all of it is UTF-8.
assert_harmless()
{
	printf '%s' "$output" | "$KIT_PYTHON" -c '
import sys
text = sys.stdin.buffer.read().decode("utf-8")
bad = [c for c in text if c not in "\n\t" and (c < " " or "\x7f" <= c <= "\x9f")]
sys.exit(f"control characters: {bad!r}" if bad else 0)'
}

# --- addresses -----------------------------------------------------------------------------

@test "IPv4: the zone's longest match is the origin" {
	via_rbldnsd -z cymru 8.8.8.8 8.8.9.1 8.1.2.3 45.33.32.156 45.33.32.157
	assert_output_is - <<-'END'
		8.8.8.8	AS15169	8.8.8.0/24	US	-
		8.8.9.1	AS3356	8.8.0.0/16	US	-
		8.1.2.3	AS3356	8.0.0.0/9	US	-
		45.33.32.156	AS63949	45.33.32.156/32	US	-
		45.33.32.157	AS63949	45.33.32.0/19	US	-
	END
	((status == 0))
}

@test "IPv6: the zone's longest match is the origin, and neighbouring /64s may differ" {
	via_rbldnsd -z cymru -f ip,asn,prefix,country 2001:4860:4860::8888 2001:4860:1::1 \
		2a00:1450:4001:80b::200e 2a00:1450:4001:80c::200e 2804:14d::1 2001:500:88::2
	assert_fields <<-'END'
		2001:4860:4860::8888 AS15169 2001:4860:4860::/48 US
		2001:4860:1::1 AS15169 2001:4860::/32 US
		2a00:1450:4001:80b::200e AS15169 2a00:1450:4001:80b::/64 IE
		2a00:1450:4001:80c::200e AS15169 2a00:1450::/29 IE
		2804:14d::1 AS28573 2804:14c::/31 BR
		2001:500:88::2 AS16876 2001:500:88::/48 US
	END
}

@test "rspamd's format is read, for IPv4 and IPv6" {
	via_rbldnsd -z rspamd -f ip,asn,prefix,country,registry 8.8.8.8 130.149.1.2 2620:fe::9 2a03:2880::1
	assert_fields <<-'END'
		8.8.8.8 AS15169 8.8.8.0/24 US arin
		130.149.1.2 AS680 130.149.0.0/16 - -
		2620:fe::9 AS19281 2620:fe::/48 US arin
		2a03:2880::1 AS32934 2a03:2880::/32 - -
	END
}

@test "RouteViews' format is read: a /32 inside a /24, and prefixes in full" {
	via_nsd -z routeviews -f ip,asn,prefix 9.9.9.9 9.9.9.10 193.0.6.139
	assert_fields <<-'END'
		9.9.9.9 AS19282 9.9.9.9/32
		9.9.9.10 AS19281 9.9.9.0/24
		193.0.6.139 AS3333 193.0.0.0/21
	END
}

@test "aspath: the last AS of the path is the origin" {
	via_nsd -z aspath -f ip,asn,asns,prefix 1.0.16.1 8.8.8.8 12.129.48.1
	assert_output_is - <<-'END'
		1.0.16.1	AS2519	AS2519	1.0.16.0/24
		8.8.8.8	AS15169	AS15169	8.8.8.0/24
		12.129.48.1	AS64512	AS64512 AS64513	12.129.48.0/24
	END
}

@test "SpamEatingMonkey's format is read: prefix first, then name, date and country" {
	via_nsd -z monkey -o json 8.8.8.8
	[[ $(json 'r["asn"], r["prefix"], r["country"], r["allocated"], r["origins"][0]["name"]') == \
		"(15169, '8.8.8.0/24', 'US', '2000-03-30', 'Google Inc.')" ]]
	via_nsd -z monkey -f ip,status,asn,prefix,country 74.125.44.1 55.1.1.1
	assert_fields <<-'END'
		74.125.44.1 ok AS15169 74.125.44.0/23 -
		55.1.1.1 unannounced - - -
	END
}

@test "a prefix in an unusual spelling is printed in the canonical one" {
	via_nsd -z cymru -f prefix 2a02:6b8::1
	assert_output_is 2a02:6b8::/32
}

# --- forms of input ------------------------------------------------------------------------

@test "an operand in every form of input is echoed, and its address is printed and queried" {
	via_bad -z operand.example -f input,ip,status -o csv --no-header -- 1.2.3.4 1.2.3.5:53 \
		2a00:0:0:0:0:0:0:A 2A00::B 2a00::0.0.0.12 '[2a00::d]' '[2a00::e]:443' \
		2a00::f%eth0 '[2a00::10%25]:80' ::ffff:1.2.3.6 ::FFFF:102:307 \
		0:0:0:0:0:ffff:1.2.3.8 64:ff9b::1.2.3.9 64:ff9b::102:30a ' 1.2.3.11 '
	assert_output_is - <<-'END'
		1.2.3.4,1.2.3.4,ok
		1.2.3.5:53,1.2.3.5,ok
		2a00:0:0:0:0:0:0:A,2a00::a,ok
		2A00::B,2a00::b,ok
		2a00::0.0.0.12,2a00::c,ok
		[2a00::d],2a00::d,ok
		[2a00::e]:443,2a00::e,ok
		2a00::f%eth0,2a00::f,ok
		[2a00::10%25]:80,2a00::10,ok
		::ffff:1.2.3.6,1.2.3.6,ok
		::FFFF:102:307,1.2.3.7,ok
		0:0:0:0:0:ffff:1.2.3.8,1.2.3.8,ok
		64:ff9b::1.2.3.9,1.2.3.9,ok
		64:ff9b::102:30a,1.2.3.10,ok
		" 1.2.3.11 ",1.2.3.11,ok
	END
	output=$(queried operand.example)
	assert_output_is - < <({
		printf '%s.3.2.1 TXT\n' {4..11}
		for last in {a..f}.0 0.1; do
			printf '%s.%s0.0.a.2 TXT\n' "$last" "$(printf '0.%.0s' {1..26})"
		done
	} | sort)
}

@test "stdin takes every form of input, CRLF, and a last line without newline" {
	via_bad -z stdin.example -f input,ip,status -o csv --no-header < <(
		printf '1.2.3.4\n1.2.3.5:53\r\n[2a00::e]:443\r\n::ffff:1.2.3.6\n  1.2.3.7\t\n1.2.9.9/24'
	)
	assert_output_is - <<-'END'
		1.2.3.4,1.2.3.4,ok
		1.2.3.5:53,1.2.3.5,ok
		[2a00::e]:443,2a00::e,ok
		::ffff:1.2.3.6,1.2.3.6,ok
		"  1.2.3.7\t",1.2.3.7,ok
		1.2.9.9/24,1.2.9.0,ok
	END
	output=$(queried stdin.example)
	assert_output_is - < <({
		printf '%s TXT\n' {4..7}.3.2.1 0.9.2.1
		printf 'e.0.%s0.0.a.2 TXT\n' "$(printf '0.%.0s' {1..26})"
	} | sort)
}

@test "a prefix is queried by its network address, and an origin must cover all of it" {
	via_bad -z prefix.example -f input,ip,status,prefix 1.2.3.77/24 1.2.3.128/25 1.2.2.0/23 \
		2a00:1:2:3::4/64 ::ffff:1.2.4.5/120
	assert_fields <<-'END'
		1.2.3.77/24 1.2.3.0 ok 1.2.3.0/24
		1.2.3.128/25 1.2.3.128 ok 1.2.3.0/24
		1.2.2.0/23 1.2.2.0 mismatch -
		2a00:1:2:3::4/64 2a00:1:2:3:: ok 2a00:1:2::/48
		::ffff:1.2.4.5/120 1.2.4.0 ok 1.2.4.0/24
	END
	output=$(queried prefix.example | grep '\.1 TXT$')
	assert_output_is $'0.2.2.1 TXT\n0.3.2.1 TXT\n0.4.2.1 TXT\n128.3.2.1 TXT'
	via_nsd -z cymru -f asn,prefix,prefixes 8.8.8.0/23
	assert_fields <<<'AS3356 8.0.0.0/9 8.0.0.0/9'
}

@test "text that is not an address is invalid, and causes no query" {
	local word

	for word in 1.2.3 01.2.3.4 1.2.3.4.5 256.1.1.1 1.2.3.4/33 0x1.2.3.4 16909060 2001:::1 \
		1.2.3.4:99999 1.2.3.4: 1.2.3.4/ 1.2.3.4/24/8 1.2.3.4%eth0 '[2a00::1' 2a00::1% \
		2a00::/129 :: AS ASX AS4294967296 AS-1 example.com 1.2.3.4x $'\xff\xfe'; do
		[[ $word != :: ]] || continue
		via_bad -z operand.example -o tsv -f input,ip,status -- "$word"
		((status == 1))
		[[ $output == *$'\t\\N\tinvalid' ]] || {
			echo "$word: $output"
			return 1
		}
	done
	[[ -z $(queried operand.example | grep -v '^[0-9a-f]*\.3\.2\.1 \|\.a\.2 ' || true) ]]
	via_bad -z operand.example nonsense
	assert_line_count 1
	[[ $output == nonsense$'\t-\t-\t-\t'?* ]]
}

@test "blank lines and comments give an empty line, and are not failures" {
	run --keep-empty-lines asnq --no-names --mirror="example=127.0.0.1@$BAD_PORT" \
		-z origin.example --exit-status < <(printf '\n# note\n1.2.3.4\n   \n')
	assert_output_is $'\n\n1.2.3.4\tAS200515\t1.2.3.0/24\tUS\t-\n\n'
	((status == 0))
	via_bad -z origin.example -o json < <(printf '\n# "note"\n')
	json_ok
	[[ $(json 'r["input"], r["ip"], r["status"], r["asn"], r["asns"], r["sources"]') == \
		"('', None, 'noaddress', None, [], [])"$'\n'"('# \"note\"', None, 'noaddress', None, [], [])" ]]
	via_bad -z origin.example -o tsv < <(printf '\n#x\n')
	assert_output_is $'\t\\N\tnoaddress\t\\N\t\\N\t\\N\t\\N\n#x\t\\N\tnoaddress\t\\N\t\\N\t\\N\t\\N'
}

@test "a line of a megabyte, and one that is not text, are one record each" {
	via_bad -z origin.example -f ip,status -o tsv < <(
		head -c 1000000 /dev/zero | tr '\0' x
		printf '\n\xff\xfe\x1b\n1.2.3.4\n'
	)
	assert_output_is $'\\N\tinvalid\n\\N\tinvalid\n1.2.3.4\tok'
}

@test "repeated addresses and other spellings of them keep their own input" {
	via_bad -z origin.example -f input,ip -o tsv < <(
		printf '%s\n' 1.2.3.4 ::ffff:1.2.3.4 1.2.3.4:80 1.2.3.4
	)
	assert_fields <<-'END'
		1.2.3.4 1.2.3.4
		::ffff:1.2.3.4 1.2.3.4
		1.2.3.4:80 1.2.3.4
		1.2.3.4 1.2.3.4
	END
}

# --- AS numbers ----------------------------------------------------------------------------

@test "AS<N>: the record has name and registration, but no prefix" {
	via_nsd_with_names -f input,status,asn,name,country,registry,allocated,prefix AS15169 as1234 AS19281
	assert_output_is - <<-'END'
		AS15169	ok	AS15169	GOOGLE, US	US	arin	2000-03-30	-
		as1234	ok	AS1234	FORTUM-AS | Fortum, FI	EU	ripencc	1993-09-01	-
		AS19281	ok	AS19281	QUAD9-AS-1, US	US	arin	2014-01-17	-
	END
	((status == 0))
	via_nsd_with_names -o json AS15169
	[[ $(json 'r["ip"], r["prefix"], r["prefixes"], r["origins"]') == "(None, None, [], [])" ]]
}

@test "AS<N>: text for another number, or without one, is not an answer" {
	via_nsd_with_names -o tsv -f input,status,name AS12345 AS61601 AS6185 AS60068 AS61602 AS61999 AS61603
	assert_output_is - <<-'END'
		AS12345	malformed	\N
		AS61601	malformed	\N
		AS6185	malformed	\N
		AS60068	ok	CDN77, GB
		AS61602	unannounced	\N
		AS61999	unannounced	\N
		AS61603	ok	\N
	END
}

@test "AS<N>: empty fields are null, and NA is Namibia" {
	via_nsd_with_names -o tsv -f asn,country,registry,allocated,name AS10290 AS36996
	assert_output_is - <<-'END'
		10290	\N	arin	\N	TELECOM-EXAMPLE
		36996	NA	afrinic	2006-01-09	TELECOM-NAMIBIA, NA
	END
}

@test "AS<N>: a job without names looks it up too" {
	via_nsd_with_names --no-names -f asn,name < <(echo AS714)
	assert_output_is $'AS714\tAPPLE-ENGINEERING, US'
}

# --- special addresses ---------------------------------------------------------------------

@test "special-purpose addresses are recognized locally and never sent" {
	run asnq --no-names --resolver="127.0.0.1@$BAD_PORT" -z public.example -o tsv \
		-f ip,status,sources <<-'END'
		0.0.0.0
		0.1.2.3
		10.1.2.3
		100.64.0.1
		127.0.0.1
		169.254.1.1
		172.16.0.1
		172.31.255.255
		192.0.0.1
		192.0.0.8
		192.0.0.170
		192.0.2.1
		192.168.1.1
		198.18.0.1
		198.19.255.255
		198.51.100.7
		203.0.113.9
		224.0.0.1
		239.255.255.255
		240.0.0.1
		255.255.255.255
		::
		::1
		::8.8.8.8
		64:ff9b:1::1
		100::1
		2001:2::1
		2001:10::1
		2001:db8::1
		2002:a00:1::1
		2002:c0a8:101::1
		3fff::1
		5f00::1
		fc00::1
		fdff::1
		fe80::1
		fec0::1
		ff02::1
		::ffff:10.0.0.1
		64:ff9b::192.168.0.1
		10.0.0.0/8
		fe80::1%eth0
	END
	((status == 0))
	assert_line_count 42
	run grep -v $'\tspecial\t\\(\\\\N\\)\\?$' <<<"$output"
	assert_output_is ""
	[[ -z $(queried public.example) ]]
}

@test "globally reachable addresses inside special-purpose blocks are queried" {
	run asnq --no-names --resolver="127.0.0.1@$BAD_PORT" -z public.example -o tsv \
		-f ip,status <<-'END'
		192.0.0.9
		192.0.0.10
		192.31.196.1
		192.52.193.1
		192.88.99.1
		192.175.48.1
		100.128.0.1
		172.32.0.1
		198.20.0.1
		2001::1
		2001:1::1
		2001:1::2
		2001:3::1
		2001:4:112::1
		2001:20::1
		2001:30::1
		2002:808:808::1
		2620:4f:8000::1
	END
	assert_line_count 18
	run grep -v $'\tok$' <<<"$output"
	assert_output_is ""
	run queried public.example
	assert_line_count 17	# 2001:1::1 and ::2 are in one /64
}

@test "a special-purpose record names the block and its RFC" {
	via_bad -z public.example 10.1.2.3
	assert_output_is $'10.1.2.3\t-\t-\t-\tPrivate-Use (RFC 1918)'
	((status == 1))
	via_bad -z public.example -o json 192.0.2.1 2001:db8::1
	[[ $(json 'r["special"]') == $'Documentation (TEST-NET-1) (RFC 5737)\nDocumentation (RFC 3849)' ]]
	via_bad -z public.example -o json 8.8.8.8
	[[ $(json 'r["special"]') == None ]]
}

@test "--ask-special queries mirrors, never public zones" {
	run asnq --no-names --ask-special --mirror="special.example=127.0.0.1@$BAD_PORT" \
		--resolver="127.0.0.1@$BAD_PORT" -z special.example,public.example -o tsv \
		-f ip,status,asn,special,sources 10.77.3.4 fe80::1
	assert_output_is - <<-'END'
		10.77.3.4	ok	219715	Private-Use (RFC 1918)	special.example=ok
		fe80::1	ok	300000	Link-Local Unicast (RFC 4291)	special.example=ok
	END
	[[ -z $(queried public.example | grep 77.10 || true) ]]
	[[ $(queried special.example | grep 10) == "4.3.77.10 TXT" ]]
	run asnq --no-names --ask-special --resolver="127.0.0.1@$BAD_PORT" -z public.example \
		-o tsv -f ip,status 10.77.3.4
	assert_fields <<<'10.77.3.4 special'
	[[ -z $(queried public.example | grep 77.10 || true) ]]
}

# --- statuses ------------------------------------------------------------------------------

@test "unannounced: every way in which zones say that there is no origin" {
	via_nsd -z cymru -o tsv -f ip,status,asn,prefix 20.0.0.1 20.0.1.1 20.0.2.1 20.0.3.1 20.0.4.1 \
		20.0.5.1 20.0.6.6 55.1.1.1 2a0f::1
	((status == 1))
	assert_fields <<-'END'
		20.0.0.1 unannounced \N \N
		20.0.1.1 unannounced \N \N
		20.0.2.1 unannounced \N \N
		20.0.3.1 unannounced \N \N
		20.0.4.1 unannounced \N \N
		20.0.5.1 unannounced \N \N
		20.0.6.6 unannounced \N \N
		55.1.1.1 unannounced \N \N
		2a0f::1 unannounced \N \N
	END
	via_nsd -z routeviews -o tsv -f ip,status,asn,prefix 203.1.2.3 12.12.12.12 8.1.2.3
	assert_fields <<-'END'
		203.1.2.3 unannounced \N \N
		12.12.12.12 unannounced \N \N
		8.1.2.3 unannounced \N \N
	END
	via_bad -z nobody.example,nothing.example,nodata.example,dangling.example -f status,sources \
		1.2.3.4
	assert_output_is $'unannounced\tnobody.example=unannounced nothing.example=unannounced nodata.example=unannounced dangling.example=unannounced'
}

@test "a referral to the root says nothing, so it is a failure" {
	via_bad -z lame.example -t 2 -f status,sources 1.2.3.4
	[[ $status == 3 ]]
	assert_output_is $'servfail\tlame.example=servfail'
}

@test "unannounced: text output says so in words" {
	via_nsd -z cymru 55.1.1.1
	assert_output_is $'55.1.1.1\t-\t-\t-\tnot announced'
}

@test "AS 0 next to a real origin is left out" {
	via_bad -z zero.example -f status,asn,asns 1.2.3.4
	assert_fields <<<'ok AS3356 AS3356'
}

@test "malformed: text that is not an answer in any format" {
	via_nsd -z cymru -o tsv -f ip,status 21.0.1.1 21.0.2.1 21.0.3.1 21.0.4.1 21.0.7.1
	((status == 3))
	assert_fields <<-'END'
		21.0.1.1 malformed
		21.0.2.1 malformed
		21.0.3.1 malformed
		21.0.4.1 malformed
		21.0.7.1 malformed
	END
	via_nsd -z routeviews -o tsv -f ip,status 80.80.81.1
	assert_fields <<<'80.80.81.1 malformed'
	via_bad -z hijack.example,words.example,one.example -o tsv -f status,sources 1.2.3.4
	assert_output_is $'malformed\thijack.example=malformed words.example=malformed one.example=malformed'
}

@test "mismatch: an answer for another prefix, or for the other family" {
	via_nsd -z cymru -o tsv -f ip,status,asn,prefix 21.0.0.1 21.0.6.1
	((status == 3))
	assert_fields <<-'END'
		21.0.0.1 mismatch \N \N
		21.0.6.1 mismatch \N \N
	END
	via_nsd -z routeviews -o tsv -f ip,status,asn 200.160.0.1
	assert_fields <<<'200.160.0.1 mismatch \N'
}

@test "one valid record among others is the answer" {
	via_nsd -z cymru -o tsv -f ip,status,asns,prefixes 21.0.8.1
	assert_fields <<<'21.0.8.1 ok 64497 21.0.8.0/24'
	via_bad -z mixed.example -f status,asn 1.2.3.4
	assert_fields <<<'ok AS64496'
}

@test "an ASN may begin with AS, and a prefix may have host bits" {
	via_bad -z as.example -f asn,prefix 1.2.3.4
	assert_fields <<<'AS15169 1.2.3.0/24'
	via_nsd -z cymru -f status,asn,prefix 140.82.112.3 21.0.5.1
	[[ ${lines[0]} == $'ok\tAS36459\t140.82.112.0/20' ]]
	[[ ${lines[1]} == $'ok\tAS64496\t21.0.5.0/24' || ${lines[1]} == $'malformed\t-\t-' ]]
}

@test "nosource: there is no zone for the address's family" {
	via_bad -z origin.example/4 -o tsv -f ip,status 2a00::1 1.2.3.4
	((status == 1))
	assert_fields <<-'END'
		2a00::1 nosource
		1.2.3.4 ok
	END
	via_nsd -z routeviews 2a00::1
	[[ $output == $'2a00::1\t-\t-\t-\t'?* ]]
	((status == 1))
	run asnq --no-dns -o tsv -f ip,status,name 8.8.8.8 AS15169 10.0.0.1
	assert_fields <<-'END'
		8.8.8.8 nosource \N
		\N nosource \N
		10.0.0.1 special \N
	END
}

@test "servfail: every status that a server sends instead of an answer" {
	local word

	for word in servfail refused formerr notimp loop; do
		via_bad -z $word.example -o tsv -f status,sources 1.2.3.4
		assert_output_is $'servfail\t'"$word.example=servfail"
		((status == 3))
	done
}

@test "timeout: a server that does not answer" {
	via_bad -z silent.example -t 0.5 -o tsv -f ip,status,sources 1.2.3.4
	assert_fields <<<'1.2.3.4 timeout silent.example=timeout'
	((status == 3))
}

@test "answers to another question, and garbage, are never accepted" {
	local word

	for word in wrongid wrongq garbage; do
		via_bad -z $word.example -t 0.5 -o tsv -f status,asn 1.2.3.4
		((status == 3))
		[[ $output == timeout$'\t\\N' || $output == servfail$'\t\\N' ]]
	done
}

# --- records -------------------------------------------------------------------------------

@test "several origins of a prefix are all listed, one is selected, and moas is true" {
	via_nsd -z cymru -o tsv -f asn,asns,prefix,prefixes,moas,conflict,country 94.136.40.9
	assert_output_is $'20738\t20738 20773\t94.136.40.0/24\t94.136.40.0/24 94.136.32.0/19\ttrue\tfalse\tDE'
	via_nsd -z cymru -o tsv -f asns,prefixes,moas 94.136.32.9
	assert_output_is $'20738\t94.136.32.0/19\tfalse'
	via_nsd -z routeviews -o tsv -f asns,prefix,moas 94.136.40.9
	assert_output_is $'20738 20773\t94.136.40.0/24\ttrue'
	via_nsd -z cymru -o tsv -f asn,asns,moas 2001:500:88::2
	assert_output_is $'16876\t16876 40528\ttrue'
}

@test "an AS_SET is several origins" {
	via_nsd -z routeviews,cymru -o tsv -f asn,asns,moas,conflict 130.149.1.1
	assert_output_is $'680\t680 3320\ttrue\tfalse'
	via_nsd -z routeviews -o tsv -f asn,asns,moas 12.129.48.1
	assert_output_is $'64512\t64512 64513\ttrue'
}

@test "asn is the lowest origin that is neither reserved nor private" {
	via_bad -z private.example -o tsv -f asn,asns 1.2.3.4
	assert_output_is $'3356\t3356 64496 64512 65551 4200000000'
	via_bad -z reserved.example -o tsv -f asn,asns 1.2.3.4
	assert_output_is $'64496\t64496 65535 65551 4200000000'
}

@test "origins of less specific prefixes are listed, but are not the answer" {
	via_nsd -z cymru -o json 8.8.8.8
	[[ $(json 'r["asn"], r["asns"], r["prefix"], r["prefixes"], r["moas"], r["conflict"]') == \
		"(15169, [15169], '8.8.8.0/24', ['8.8.8.0/24', '8.0.0.0/9'], False, False)" ]]
	[[ $(json '[(o["asn"], o["prefix"], o["source"]) for o in r["origins"]]') == \
		"[(15169, '8.8.8.0/24', 'origin.asn.cymru.com'), (3356, '8.0.0.0/9', 'origin.asn.cymru.com')]" ]]
}

@test "the order of records in an answer never changes the output" {
	local i first="" zone records permutation

	records=('"28333 | 1.2.0.0/20 | BR | lacnic | 2008-02-07"'
		'"3356 28333 | 1.2.0.0/22 | US | arin | "'
		'"3356 | 1.2.0.0/22 | BR | lacnic | 2008-02-07"'
		'"v=spf1 mx -all"'
		'"0 | 1.2.0.0/24 | FR | ripencc | 2001-01-01"'
		'"64500 | 9.9.9.0/24 | DE | ripencc | 2001-01-01"'
		'"28333 | 1.2.0.0/20 | AR | lacnic | 2009-02-07"')
	for i in {1..12}; do
		permutation=$(printf '%s\n' "${records[@]}" |
			shuf --random-source=<(yes "$i") | paste -sd+)
		echo "*.order$i.example txt ${permutation//\"+\"/\" + \"}"
	done >"$BATS_TEST_TMPDIR/rules"
	start_badserver "$BATS_TEST_TMPDIR/rules"
	for i in {1..12}; do
		zone=order$i.example
		via_bad -z "$zone" -o json 1.2.0.1
		output=${output//$zone/ZONE}
		first=${first:-$output}
		assert_output_is "$first"
	done
	[[ $(json 'r["asn"], r["prefix"], r["asns"], r["prefixes"]') == \
		"(3356, '1.2.0.0/22', [3356, 28333], ['1.2.0.0/22', '1.2.0.0/20'])" ]]
}

@test "of nested prefixes, in either order, the most specific is the answer" {
	via_nsd -z cymru -o tsv -f ip,prefix,prefixes 189.50.192.1 189.50.193.1 189.50.196.1
	assert_output_is - <<-'END'
		189.50.192.1	189.50.192.0/22	189.50.192.0/22 189.50.192.0/20
		189.50.193.1	189.50.192.0/22	189.50.192.0/22 189.50.192.0/20
		189.50.196.1	189.50.192.0/20	189.50.192.0/20
	END
	via_nsd -z routeviews -o tsv -f prefix,prefixes 189.50.192.1
	assert_output_is $'189.50.192.0/22\t189.50.192.0/22 189.50.192.0/20'
}

@test "the character-strings of a record are joined without a separator" {
	via_nsd -z cymru -f asn,prefix,country,allocated 8.8.4.4
	assert_fields <<<'AS15169 8.8.4.0/24 US 2023-12-28'
}

@test "aliases are followed: one, two, and into a zone of another server" {
	via_nsd -z cymru -f ip,asn,prefix 9.9.9.9 9.9.9.10
	assert_fields <<-'END'
		9.9.9.9 AS19281 9.9.9.0/24
		9.9.9.10 AS19281 9.9.9.0/24
	END
	via_bad -z hop.example -f asn,prefix 1.2.3.4
	assert_fields <<<'AS200515 1.2.3.0/24'
	via_rbldnsd -z alias.example --mirror="alias.example=127.0.0.1@$NSD_PORT" -f asn,prefix 8.8.8.1
	assert_fields <<<'AS15169 8.8.8.0/24'
}

@test "an alias without a target is unannounced" {
	via_nsd -z cymru -o tsv -f ip,status 149.112.112.112
	assert_fields <<<'149.112.112.112 unannounced'
}

@test "an answer that does not fit in a datagram comes over TCP" {
	via_nsd -z big.example -o json 8.8.8.8 1.1.1.1
	[[ $(json 'r["status"], r["asn"], r["prefix"], len(r["prefixes"]), len(r["origins"])') == \
		"('ok', 15169, '8.8.8.0/24', 17, 51)"$'\n'"('ok', 13335, '1.1.1.0/24', 1, 1)" ]]
	via_bad -z truncate.example -f asn 1.2.3.4
	assert_output_is AS200515
	[[ $(bad_count ' udp 4\.3\.2\.1\.truncate\.example') -ge 1 ]]
	[[ $(bad_count ' tcp 4\.3\.2\.1\.truncate\.example') == 1 ]]
}

@test "an answer may have 2000 records" {
	"$KIT_PYTHON" -c '
records = " + ".join(f"\"{n}|1.2.0.0/16\"" for n in range(2001, 1, -1))
print(f"*.many.example txt {records}")' >"$BATS_TEST_TMPDIR/rules"
	start_badserver "$BATS_TEST_TMPDIR/rules"
	via_bad -z many.example -o json 1.2.3.4
	[[ $(json 'r["status"], r["asn"], len(r["origins"]), r["moas"], r["prefixes"]') == \
		"('ok', 2, 2000, True, ['1.2.0.0/16'])" ]]
	[[ $(json 'r["asns"] == list(range(2, 2002))') == True ]]
}

@test "a record may have 60000 bytes" {
	via_bad -z long.example -o json 1.2.3.4
	json_ok
	[[ $(json 'r["status"], r["asn"], r["prefix"]') == "('ok', 200515, '1.2.3.0/24')" ]]
}

@test "thousands of addresses give one record each, in order" {
	"$KIT_PYTHON" -c '
for i in range(5000):
    print(f"1.{i // 250}.{i % 250}.{i % 7}")' >"$BATS_TEST_TMPDIR/in"
	"$KIT_PYTHON" -c '
for i in range(5000):
    b, c = i // 250, i % 250
    print(f"1.{b}.{c}.{i % 7}\t{200000 + 256 * b + c}\t1.{b}.{c}.0/24")' >"$BATS_TEST_TMPDIR/expected"
	via_bad -z origin.example -o tsv -f input,asn,prefix -i "$BATS_TEST_TMPDIR/in"
	cmp "$BATS_TEST_TMPDIR/expected" - <<<"$output"
}

# --- country, registry, date ---------------------------------------------------------------

@test "country: empty values are null, and NA is Namibia" {
	via_bad -z dash.example,zz.example,un.example,na.example,namibia.example,eu.example -o json \
		--mode=all 1.2.3.4
	[[ $(json '[(o["source"].split(".")[0], o["country"]) for o in r["origins"]]') == \
		"[('dash', None), ('zz', None), ('un', None), ('na', None), ('namibia', 'NA'), ('eu', 'EU')]" ]]
	via_bad -z na.example -o tsv -f asn,country,registry,allocated 1.2.3.4
	[[ $output == $'3356\t\\N\t'* ]]
}

@test "country: it comes from the longest prefix that has one" {
	via_bad -z wider.example -o tsv -f prefix,country 1.2.3.4
	assert_fields <<<'1.2.3.0/24 DE'
}

@test "registry and date are printed as the zone has them; an empty date is null" {
	via_nsd -z cymru -o tsv -f registry,allocated 8.8.8.8 12.129.48.1 80.80.80.1
	assert_output_is $'arin\t2023-12-28\narin\t\\N\n\\N\t\\N'
}

@test "country: it is found in another order of fields" {
	via_bad -z shadow.example -o tsv -f asn,prefix,country 1.2.3.4
	assert_output_is $'12876\t1.2.3.0/24\tFR'
}

# --- names ---------------------------------------------------------------------------------

@test "a question shows AS names, a job does not, unless an option says so" {
	via_nsd_with_names -z routeviews 8.8.8.8
	assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\t-\tGOOGLE, US'
	via_nsd_with_names -z routeviews --no-names 8.8.8.8
	assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\t-\t-'
	via_nsd_with_names -z routeviews < <(echo 8.8.8.8)
	assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\t-\t-'
	via_nsd_with_names -z routeviews --names < <(echo 8.8.8.8)
	assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\t-\tGOOGLE, US'
}

@test "a missing name leaves the record as it is" {
	# 199524 has a name, 36459 has none, and there is no answer for 64497
	via_nsd_with_names -z cymru -o tsv -f ip,status,asn,name 212.22.66.1 140.82.112.1
	assert_output_is $'212.22.66.1\tok\t199524\tGCORE, LU\n140.82.112.1\tok\t36459\t\\N'
	((status == 0))
	run asnq --names -z origin.example --mirror="example=127.0.0.1@$BAD_PORT" \
		--mirror="asn.cymru.com=127.0.0.1@1" -t 2 -o tsv -f status,asn,name 1.2.3.4
	assert_output_is $'ok\t200515\t\\N'
	((status == 0))
}

@test "a name is queried once for each AS" {
	local i

	for i in {1..40}; do
		echo "1.2.3.$i"
		echo "1.2.4.$i"
	done >"$BATS_TEST_TMPDIR/in"
	run asnq --names -z origin.example --mirror="example=127.0.0.1@$BAD_PORT" \
		--mirror="asn.cymru.com=127.0.0.1@$BAD_PORT" -o tsv -f asn,name \
		-i "$BATS_TEST_TMPDIR/in"
	assert_line_count 80
	[[ $(sort -u <<<"$output") == $'200515\tNAME-200515, US\n200516\tNAME-200516, US' ]]
	[[ $(bad_count ' as200515\.asn\.cymru\.com TXT') == 1 ]]
	[[ $(bad_count ' as200516\.asn\.cymru\.com TXT') == 1 ]]
}

@test "without names, the zone of names is not queried" {
	run asnq --no-names -z rv.example --mirror="example=127.0.0.1@$BAD_PORT" \
		--mirror="asn.cymru.com=127.0.0.1@$BAD_PORT" -f asn 1.99.3.4
	assert_output_is AS225347
	[[ $(bad_count ' as225347\.') == 0 ]]
}

@test "a name in UTF-8 is printed, one in Latin-1 is escaped" {
	via_nsd_with_names -o text -f name AS22548 AS28333
	assert_output_is $'Núcleo de Inf. e Coord., BR\nS\\xe3o Paulo Ltda, BR'
	via_nsd_with_names -o json AS28333
	json_ok
	[[ $(json 'ascii(r["name"])') == "'S\\ufffdo Paulo Ltda, BR'" ]]
}

# --- hostile text --------------------------------------------------------------------------

@test "hostile text in a name gives one harmless line in every format" {
	local format

	for format in text csv tsv tags header; do
		via_nsd_with_names -o $format --no-header AS61666
		assert_line_count 1
		assert_harmless
	done
	via_nsd_with_names -T '_ASN_ _ASNNAME_ _INFO_' AS61666
	assert_line_count 1
	assert_harmless
	via_nsd_with_names -f name -o tsv AS61666
	assert_output_is '\x1b[31mEVIL\x1b]0;title\x07\n8.8.8.8\tAS1\x7f\xc2\x9b\xff, "quoted", <b>&amp;'
	via_nsd_with_names -f name -o csv --no-header AS61666
	assert_output_is '"\x1b[31mEVIL\x1b]0;title\x07\n8.8.8.8\tAS1\x7f\xc2\x9b\xff, ""quoted"", <b>&amp;"'
}

@test "hostile text in a name is escaped in JSON" {
	via_nsd_with_names -o json AS61666
	assert_line_count 1
	assert_harmless
	json_ok
	[[ $(json 'r["name"] == "\x1b[31mEVIL\x1b]0;title\x07\n8.8.8.8\tAS1\x7f\x9b\ufffd, \"quoted\", <b>&amp;"') == True ]]
}

@test "hostile text in country, registry and date is escaped" {
	local format

	for format in text csv tsv json; do
		via_nsd -z cymru -o $format --no-header -f status,country,registry,allocated 21.0.9.1
		assert_line_count 1
		assert_harmless
	done
	via_nsd -z cymru -o tsv -f status,country,registry,allocated 21.0.9.1
	assert_output_is $'ok\t\\N\tar\\nin\t\\xff\\xfe'
}

@test "hostile text is escaped in --verbose too" {
	via_nsd_with_names -v AS61666
	assert_harmless
	[[ $output == *EVIL* ]]
	via_nsd -v -z cymru 21.0.9.1
	assert_harmless
}

@test "hostile input is escaped in every format" {
	local format

	printf '\x1b[31mred\x07\x7f\xc2\x9b\xff\ttab "q",\\.\n' >"$BATS_TEST_TMPDIR/in"
	for format in text csv tsv json tags header; do
		via_bad -z origin.example -o $format --no-header -i "$BATS_TEST_TMPDIR/in"
		assert_line_count 1
		assert_harmless
	done
	via_bad -z origin.example -o tsv -f input -i "$BATS_TEST_TMPDIR/in"
	assert_output_is '\x1b[31mred\x07\x7f\xc2\x9b\xff\ttab "q",\\.'
}
