#!/usr/bin/env bats
# --like, --compare and --explain: the results of mail filters, for addresses and in streams.
#
# shellcheck disable=SC2030,SC2031	# run sets output in each test

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	start_badserver - <<-'END'
		8.8.8.8.asn.routeviews.org txt "15169" "8.8.8.0" "24"
		9.8.8.8.asn.routeviews.org txt "hello 15169"
		10.8.8.8.asn.routeviews.org txt "no use \x1b[31m"
		11.8.8.8.asn.routeviews.org servfail
		8.8.8.8.origin.asn.cymru.com txt "15169 | 8.8.8.0/24 | US | arin | 2023-12-28"
		8.8.8.8.asn.rspamd.com txt "64500|8.8.0.0/16|US|arin|"
		*.asn.rspamd.com txt "15169|8.8.8.0/24|US|arin|"
		10.8.0.0.asn.example txt "7 | 0.0.8.0/24"
	END
}

teardown_file()
{
	stop_servers
}

like()
{
	asnq --no-config -r "127.0.0.1@$BAD_PORT" "$@"
}

@test "spamassassin: the formats are tags, header and json" {
	run -1 like --like=spamassassin 8.8.8.8 10.0.0.1 x
	assert_output_is - <<-'END'
		_IP_=8.8.8.8	_ASN_=AS15169	_ASNCIDR_=8.8.8.0/24
		_IP_=10.0.0.1	_ASN_=	_ASNCIDR_=
		_IP_=	_ASN_=	_ASNCIDR_=
	END
	run -1 --keep-empty-lines like --like=spamassassin -o header 8.8.8.8 10.0.0.1 x
	[[ $output == $'X-Spam-ASN: AS15169 8.8.8.0/24\n\nX-Spam-ASN:  \n\n\n' ]]
	run -1 like --like=spamassassin -o json 8.8.8.8 x
	json_ok
	[[ ${lines[0]} == '{"ip":"8.8.8.8","status":"ok","tags":{"ASN":"AS15169","ASNCIDR":"8.8.8.0/24"},"rules":{}}' ]]
	[[ ${lines[1]} == '{"ip":null,"status":"invalid","tags":{"ASN":"","ASNCIDR":""},"rules":{}}' ]]
	run -2 like --like=spamassassin -o csv 8.8.8.8
	assert_output_is "asnq: --like=spamassassin needs --output=json, tags or header"
}

@test "spamassassin: its tags are available in streams" {
	run -0 like --like=spamassassin -e <<<$'from 8.8.8.8\nnothing'
	assert_output_is - <<-'END'
		from 8.8.8.8	_ASN_=AS15169	_ASNCIDR_=8.8.8.0/24
		nothing	_ASN_=	_ASNCIDR_=
	END
	run -0 like --like=spamassassin -e=inline -T ' (_ASN_)' <<<"from 8.8.8.8 to 8.8.8.9."
	assert_output_is "from 8.8.8.8 (AS15169) to 8.8.8.9 (AShello AS15169)."
	run -0 like --like=spamassassin -e=csv -k ip <<<$'ip,n\n8.8.8.8,1'
	assert_output_is $'ip,n,asn,asncidr\n8.8.8.8,1,AS15169,8.8.8.0/24'
	run -0 like --like=spamassassin -e=json <<<'{"ip":"8.8.8.8"}'
	assert_output_is '{"ip":"8.8.8.8","as":{"ip":"8.8.8.8","status":"ok","tags":{"ASN":"AS15169","ASNCIDR":"8.8.8.0/24"},"rules":{}}}'
	run -0 like --like=spamassassin -T '_IP_ _STATUS_' --match='^AS15169$' - <<<$'8.8.8.8\n10.0.0.1\n8.8.8.9\n8.8.8.8'
	assert_output_is $'8.8.8.8 ok\n8.8.8.8 ok'
	run -2 like --like=spamassassin --match=x --match-tag=PREFIX 8.8.8.8
	assert_output_is "asnq: --match-tag: unknown tag '_PREFIX_'"
}

@test "spamassassin: a database replaces GeoDB" {
	printf '8.8.8.0\t8.8.8.255\t3356\tUS\tLEVEL3\n' >"$BATS_TEST_TMPDIR/db"
	printf '%s\n' 'asn_lookup asn.routeviews.org' 'asn_prefer_geodb no' \
		>"$BATS_TEST_TMPDIR/both.cf"
	run -1 like --like=spamassassin --no-dns -d "$BATS_TEST_TMPDIR/db" 8.8.8.8 9.9.9.9
	assert_output_is - <<-'END'
		_IP_=8.8.8.8	_ASN_=AS3356 LEVEL3	_ASNCIDR_=
		_IP_=9.9.9.9	_ASN_=	_ASNCIDR_=
	END
	run -0 like --like=spamassassin --like-config="$BATS_TEST_TMPDIR/both.cf" \
		-d "$BATS_TEST_TMPDIR/db" 8.8.8.8
	assert_output_is "_IP_=8.8.8.8	_ASN_=AS3356 ASLEVEL3 AS15169	_ASNCIDR_=8.8.8.0/24"
}

@test "haraka: a database replaces GeoLite2-ASN, and comes first" {
	local ini=$BATS_TEST_TMPDIR/haraka.ini db=$BATS_TEST_TMPDIR/db

	asnq --version | grep -q "inih yes" || skip "built without inih"
	printf '%s\t%s\t%s\n' 8.8.8.0 24 3356 8.8.9.0 24 64501 10.0.0.0 24 64500 >"$db.table"
	printf '%s\n' $'3356\tLEVEL3, US' $'64500\tSão Café' >"$db.names"
	asnq --no-config --compile="$db" -d "$db.table" --names-db="$db.names"
	printf '[main]\nproviders=asn.rspamd.com\n[header]\nprovider=true\n' >"$ini"
	# no zone is queried for an address in the database, not even for a private one
	run -1 like --like=haraka --like-config="$ini" -d "$db" 8.8.8.8 10.0.0.7 8.8.9.9 10.1.1.1
	assert_output_is - <<-'END'
		X-Haraka-ASN: 3356
		X-Haraka-ASN-Org: LEVEL3, US

		X-Haraka-ASN: 64500
		X-Haraka-ASN-Org: =?UTF-8?Q?S=C3=A3o_Caf=C3=A9?=

		X-Haraka-ASN: 64501
	END
	# the number is the database's, the other values are a zone's
	run -0 like --like=haraka --like-config="$ini" -o json -d "$db" 8.8.8.8 8.8.9.9 9.9.9.9
	assert_output_is - <<-'END'
		{"ip":"8.8.8.8","asn":3356,"org":"LEVEL3, US"}
		{"ip":"8.8.9.9","asn":64501}
		{"ip":"9.9.9.9","asn":"15169","net":"8.8.8.0/24","rspamd":{"asn":"15169","net":"8.8.8.0/24","country":"US","assignor":"arin","date":""}}
	END
	run -1 like --like=haraka --no-dns -d "$db" -T '_ASN_ _ORG_ _STATUS_' 8.8.8.8 9.9.9.9 10.1.1.1
	assert_output_is $'3356 LEVEL3, US ok\n  unannounced\n  special'
	printf '[protocols]\ngeoip=false\n' >>"$ini"
	run -0 like --like=haraka --like-config="$ini" -T '_ASN_/_ORG_' -d "$db" 8.8.8.8
	assert_output_is "64500/"
}

@test "haraka: a provider that fails its test, an IPv6 scope, and an invalid file" {
	local ini=$BATS_TEST_TMPDIR/haraka.ini

	asnq --version | grep -q "inih yes" || skip "built without inih"
	printf '%s\n' 'providers=asn.rspamd.com,asn.routeviews.org here' >"$ini"
	run -1 --separate-stderr like --like=haraka --like-config="$ini" 9.9.9.9 2001:db8::1%eth0
	assert_output_is "X-Haraka-ASN: 15169 8.8.8.0/24"
	# shellcheck disable=SC2154	# run sets stderr
	[[ $stderr == *"asnq: Haraka: unrecognized ASN provider: here"* ]]
	[[ $stderr == *"asnq: Haraka: asn.routeviews.org failed"* ]]
	[[ $stderr == *"it was asked for TXT 163.51.128.66.asn.routeviews.org (test_ip is 66.128.51.163) and has no such record"* ]]
	run -2 like --like=haraka --like-config="$ini.none" 8.8.8.8
	assert_output_is "asnq: $ini.none: No such file or directory"
}

# ini LINE...: runs --like=haraka with these lines as its asn.ini
ini()
{
	printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/asn.ini"
	run --separate-stderr like --like=haraka --like-config="$BATS_TEST_TMPDIR/asn.ini" 8.8.8.8
	stderr=${stderr//"$BATS_TEST_TMPDIR/"/}
}

@test "haraka: a line without = is skipped, or is a name without value, as Haraka has it" {
	local good=providers=asn.rspamd.com

	asnq --version | grep -q "inih yes" || skip "built without inih"
	ini $good '[protocols' 'a b = c' 'x : y' '= z' 'timeout' 'test_ip'
	[[ $output == "X-Haraka-ASN: 64500 8.8.0.0/16" && $status == 0 ]]
	[[ $stderr == *"asn.ini:3: Haraka skips a line"*"asn.ini:4: "*"asn.ini:5: "*"asn.ini:6: 'timeout' has no value"* ]]
	ini $good providers	# as if it was not set
	[[ $stderr == *"origin.asn.cymru.com failed its test"* ]]
	ini $good '[header]' asn
	[[ $output == "" && $status == 0 && $stderr == "asnq: asn.ini:3: 'asn' has no value, since '=' is missing" ]]
	ini $good '[header]' asn '[protocols]' dns
	[[ $output == "" && $status == 1 ]]
	ini $good '[header]' 'provider[]=false'		# a list is true
	[[ $output == *"X-Haraka-ASN-RSPAMD: asn=64500"* ]]
	ini $'providers=asn.rspamd.com\rtest_ip=8.8.8.8\r[header]\rasn=0'
	[[ $output == "" && $stderr == "" ]]
}

@test "haraka: what the plugin fails on is refused" {
	asnq --version | grep -q "inih yes" || skip "built without inih"
	for line in 'providers[]=asn.rspamd.com' providers=15169 providers=1.5 'providers[]'; do
		ini "$line"
		[[ $status == 2 && $stderr == *"the plugin fails if 'providers' is a list or a number"* ]]
	done
	ini 'providers[]=asn.rspamd.com' providers=asn.rspamd.com
	[[ $status == 0 && $output == "X-Haraka-ASN: 64500 8.8.0.0/16" ]]
	ini providers=asn.rspamd.com 'test_ip[]=8.8.8.8'
	[[ $status == 1 && $stderr == "asnq: Haraka: asn.rspamd.com failed its test: test_ip '[]' gives no query; so this provider is not used" ]]
	ini providers=asn.rspamd.com test_ip=0		# as if it was not set
	[[ $status == 0 ]]
	ini 'timeout[]=4'
	[[ $status == 2 && $stderr == "asnq: Haraka: 'timeout' cannot be a list" ]]
	: >"$BATS_TEST_TMPDIR/GeoLite2-ASN.mmdb"
	ini providers=asn.rspamd.com "dbdir=$BATS_TEST_TMPDIR"
	[[ $status == 2 && $stderr == *"the plugin would read GeoLite2-ASN.mmdb: add --db="* ]]
	ini providers=asn.rspamd.com "dbdir=$BATS_TEST_TMPDIR" '[protocols]' geoip=no
	[[ $status == 0 ]]
}

@test "haraka: IPv4 inside IPv6 is IPv4, as its connection has it" {
	asnq --version | grep -q "inih yes" || skip "built without inih"
	echo providers=asn.rspamd.com >"$BATS_TEST_TMPDIR/asn.ini"
	run -0 like --like=haraka --like-config="$BATS_TEST_TMPDIR/asn.ini" -T '_STATUS_ _ASN_' --no-exit-status \
		::ffff:8.8.8.8 ::ffff:808:808 ::FFFF:8.8.8.8%eth0 ::8.8.8.8 ::ffff:10.0.0.1 ::10.0.0.1 64:ff9b::8.8.8.8
	assert_output_is $'ok 64500\nok 64500\nok 64500\nok 64500\nspecial \nspecial \nunannounced '
}

@test "spamassassin: ::1.2.3.4 is private, since it begins as ::1 does" {
	echo 'asn_lookup_ipv6 asn.rspamd.com _ASN_ _ASNCIDR_' >"$BATS_TEST_TMPDIR/six.cf"
	run -0 like --like=spamassassin --like-config="$BATS_TEST_TMPDIR/six.cf" -T '_STATUS_' --no-exit-status \
		::1.2.3.4 ::1.0.0.0 ::10.0.0.1 ::8.8.8.8 ::102:304 ::1:1.2.3.4
	assert_output_is $'special\nspecial\nok\nok\nok\nok'
}

@test "spamassassin: invalid rules are refused in SpamAssassin's words" {
	local cf=$BATS_TEST_TMPDIR/bad.cf

	printf '%s\n' "header A eval:check_asn('/(/')" "header B eval:check_asn('/x/g')" \
		"header C eval:check_asn('/a**/')" "body D eval:check_asn('x')" \
		'header E eval:check_asn()' "header F eval:check_asn('/[a/')" >"$cf"
	run -2 like --like=spamassassin --like-config="$cf" 8.8.8.8
	assert_output_is - <<-END
		asnq: $cf:1: asn: invalid regexp for A '/(/': Unmatched ( in regex; marked by <-- HERE in m/( <-- HERE /
		asnq: $cf:2: asn: invalid regexp for B '/x/g': Useless (?g) - use /g modifier in regex; marked by <-- HERE in m/(?g <-- HERE )x/
		asnq: $cf:3: asn: invalid regexp for C '/a**/': Nested quantifiers in regex; marked by <-- HERE in m/a** <-- HERE /
		asnq: $cf:4: wrong rule type defined for D, expected 'header'
		asnq: $cf:5: asn: rule E eval argument missing
		asnq: $cf:6: asn: invalid regexp for F '/[a/': Unmatched [ in regex; marked by <-- HERE in m/[ <-- HERE a/
	END
	run -2 like --like=spamassassin --like-config="$cf.none" 8.8.8.8
	assert_output_is "asnq: $cf.none: No such file or directory"
}

@test "rspamd: maps may be files" {
	local dir=$BATS_TEST_TMPDIR

	printf '%s\n' '# one' '"15169" 2 # two' '7' 'US SYM:3' '/^1516/ 4' >"$dir/map"
	cat >"$dir/multimap.conf" <<-END
		A { type = asn; map = "$dir/map"; score = 1.5; description = "d"; }
		B { type = country; map = "file://$dir/map"; }
		C { type = asn; map = "regexp;$dir/map"; score = 1; }
		D { type = asn; map = ["$dir/map"]; glob = true; score = 1; }
	END
	run -0 like --like=rspamd --like-config="$dir/multimap.conf" -o json 9.9.9.9
	[[ $output == *'"maps":[{"symbol":"A","score":3.000,"description":"d"},{"symbol":"C","score":2.000,"description":"multimap, type asn: C"},{"symbol":"D","score":2.000,"description":"multimap, type asn: D"},{"symbol":"SYM","score":3.000,"description":null}]}' ]]
	echo '(' >>"$dir/map"
	run -2 like --like=rspamd --like-config="$dir/multimap.conf" 8.8.8.8
	[[ $output == "asnq: $dir/map:6: missing closing parenthesis"* ]]
	echo 'A { type = asn; map = "here"; }' >"$dir/multimap.conf"
	run -2 like --like=rspamd --like-config="$dir/multimap.conf" 8.8.8.8
	assert_output_is "asnq: $dir/multimap.conf: A: here: invalid map fetching protocol"
	echo 'A { type = asn; map = "'"$dir"'"; }' >"$dir/multimap.conf"
	run -2 like --like=rspamd --like-config="$dir/multimap.conf" 8.8.8.8
	assert_output_is "asnq: $dir: Is a directory"
	echo 'asn {' >"$dir/asn.conf"
	run -2 like --like=rspamd --like-config="$dir/asn.conf" 8.8.8.8
	[[ $output == "asnq: $dir/asn.conf:"[0-9]*": "* ]]
}

# maps LINE...: runs --like=rspamd with these lines as its multimap.conf, and sets $maps to the
# symbols that maps insert for 9.9.9.9 (15169, US).
maps()
{
	local conf=$BATS_TEST_TMPDIR/multimap.conf

	printf '%s\n' "$@" >"$conf"
	run --separate-stderr like --like=rspamd --like-config="$conf" -o json 9.9.9.9
	stderr=${stderr//"$BATS_TEST_TMPDIR/"/}
	maps=$(grep -o '{"symbol":"[^"]*"' <<<"${output#*maps}" | cut -d'"' -f4 | paste -sd' ')
}

@test "rspamd: maps may be tables" {
	cd "$BATS_TEST_TMPDIR"
	echo 15169 >a
	echo US >b
	maps "A { type = asn; map = { urls = [\"$PWD/a\", \"$PWD/b\"]; name = x; }; }" \
		"B { type = country; map { url = \"$PWD/b\"; description = y } }" \
		"C { type = asn; map = { upstreams = \"$PWD/b\"; url = \"$PWD/a\"; } }" \
		"D { type = asn; map = { url = static; data = [\"7\", \"15169\"] } }" \
		"E { type = asn; map = { urls = [\"static\", \"$PWD/a\"]; data = \"7\" } }"
	[[ $maps == "A B D E" && $status == 0 && $stderr == "" ]]
	maps 'A { type = asn; map = { name = x; }; }'
	[[ $status == 2 && $stderr == "asnq: multimap.conf: A: {}: map has no urls to be loaded" ]]
}

@test "rspamd: a file of a map may be missing, or be the fallback of a URL" {
	cd "$BATS_TEST_TMPDIR"
	echo 15169 >a
	maps "A { type = asn; map = \"$PWD/none\"; }" "B { type = asn; map = [\"$PWD/none\", \"$PWD/a\"] }"
	[[ $maps == "B" && $status == 0 ]]
	[[ $stderr == *"multimap.conf: A: there is no none; as in rspamd, this map is without it"* ]]
	maps "A { type = asn; map = [\"http://map.example/x\", \"fallback+file://$PWD/a\"]; }"
	[[ $maps == "A" && $stderr == "asnq: multimap.conf: A: http://map.example/x is not fetched, but its fallback a is read" ]]
	# no URL, no fallback
	maps "A { type = asn; map = [\"$PWD/none\", \"fallback+file://$PWD/a\"]; }"
	[[ $maps == "" && $status == 0 ]]
	maps "A { type = asn; map = \"fallback+file://$PWD/a\"; }"
	[[ $status == 2 && $stderr == *"cannot add map with fallback only backend" ]]
	for map in http://map.example/x "$PWD/a.zst" "sign+$PWD/a" "cdb;$PWD/a" "radix;$PWD/a" redis://x; do
		maps "A { type = asn; map = \"$map\"; }"
		[[ $status == 2 && $stderr == "asnq: multimap.conf: A: "* ]]
	done
	maps 'A { type = asn; map = [15169, "7"]; }'
	[[ $maps == "" && $stderr == "asnq: multimap.conf: A: rspamd does not read an element that is no text: 15169" ]]
}

@test "rspamd: require_symbols decides whether a map is looked at" {
	local map='type = asn; map = ["15169"]'

	maps "A { $map; require_symbols = \"C & !B\"; }" "B { type = asn; map = [\"7\"] }" "C { $map }" \
		"D { $map; require_symbols = \"B | !C\"; }" "E { $map; require_symbols = \"A + B + C > 1\"; }" \
		"F { $map; require_symbols = \"A + B + C >= 3\"; }" "G { $map; require_symbols = \"ASN and not (B or ASN_FAIL)\"; }" \
		"H { $map; require_symbols = \"A & B | C\"; }" "I { $map; require_symbols = \"!(A & C)\"; }"
	[[ $maps == "A C E G H" && $stderr == "" ]]
	# symbols that values insert
	maps "A { type = asn; map = [\"15169 X\"]; symbols = [X, Y]; }" "B { $map; require_symbols = X }" "C { $map; require_symbols = Y }"
	[[ $maps == "B X" ]]
	maps "A { $map; require_symbols = \"!MAILCOW_WHITE\"; }" "B { $map; require_symbols = DKIM; }"
	[[ $maps == "A" && $stderr == *"A requires MAILCOW_WHITE, which does not follow from an address: it counts as absent"* ]]
	maps "A { $map; require_symbols = B; }" "B { $map; require_symbols = A; }"
	[[ $status == 2 && $stderr == *"require_symbols of A leads back to it" ]]
	for bad in '(A' 'A &' 'A B' 'A, B' 'A > B' '1 < A' 2 ')'; do
		maps "A { $map; require_symbols = \"$bad\"; }"
		[[ $status == 2 && $stderr == "asnq: multimap.conf: A: require_symbols: "* ]]
	done
}

@test "rspamd: settings that change results are honoured or refused" {
	local map='type = asn; map = ["15169"]'

	maps "multimap { enabled = false; A { $map } }"
	[[ $maps == "" && $status == 0 ]]
	maps "asn { disabled = yes }" "multimap { A { $map } }"
	[[ $output == *'"symbol":null'* && $status == 1 ]]
	maps "A { $map; filter = ip_addr }"
	[[ $status == 2 ]]
	maps "A { $map; multi = true; regexp = true; one_shot = true }"
	[[ $status == 2 ]]
	maps "A { $map; action = reject }"
	[[ $maps == A && $stderr == "asnq: multimap.conf: A: rspamd may end at its action, and insert no symbol of other maps then" ]]
	maps "options { check_local = true }" "asn { symbol = S }"
	[[ $output == *'"symbol":"S"'* ]]
	maps "A { $map } A { $map }"
	[[ $status == 2 && $stderr == "asnq: multimap.conf:1: 'type' is set twice" ]]
	maps "A { $map } A { score = 1 }"
	[[ $status == 2 && $stderr == "asnq: multimap.conf: 'A' is set twice" ]]
	maps "A { $map; .lua { } }"
	[[ $status == 2 && $stderr == "asnq: multimap.conf:1: .lua is not read, but only .include" ]]
}

@test "rspamd: what rspamadm configdump prints is its configuration" {
	local dump='{"symbol": "S", "check_local": false}
{"A": {"type": "asn", "score": 2.5, "map": ["15169"]}, "B": {"type": "ip", "map": "/none"}}'

	run -0 like --like=rspamd --like-config=- 9.9.9.9 -o json <<<"$dump"
	[[ $output == *'"symbol":"S"'*'"maps":[{"symbol":"A","score":2.500,'* ]]
	run -0 like --like=rspamd --like-config=<(echo "$dump") 9.9.9.9 -o json
	[[ $output == *'"symbol":"S"'*'"maps":[{"symbol":"A","score":2.500,'* ]]
	run -0 like --like=rspamd --like-config=- 9.9.9.9 -o json <<<"${dump#*$'\n'}"
	[[ $output == *'"symbol":"ASN"'*'"maps":[{"symbol":"A",'* ]]
	run -0 like --like=rspamd --like-config=- 9.9.9.9 -o json <<<$'Section asn NOT FOUND \n'"${dump#*$'\n'}"
	[[ $output == *'"symbol":"ASN"'*'"maps":[{"symbol":"A",'* ]]
	run -0 like --like=rspamd --like-config=- 9.9.9.9 -o json <<<"{\"asn\": ${dump%%$'\n'*}, \"worker\": {}, \"multimap\": ${dump#*$'\n'}}"
	[[ $output == *'"symbol":"S"'*'"maps":[{"symbol":"A",'* ]]
}

@test "--like-config takes a directory, and reads it as the filter does" {
	local dir=$BATS_TEST_TMPDIR/etc

	mkdir -p "$dir/local.d" "$dir/override.d" "$dir/config" "$dir/empty"
	run -2 like --like=spamassassin --like-config="$dir" 8.8.8.8
	assert_output_is "asnq: $dir: there are no .cf files in this directory"
	echo 'asn_prefix B' >"$dir/20.cf"
	echo 'asn_prefix A' >"$dir/10.CF"
	echo 'asn_lookup asn.routeviews.org' >"$dir/init.pre"
	echo 'asn_prefix X' >"$dir/30.cf.off"
	run -0 like --like=spamassassin --like-config="$dir" 8.8.8.8
	assert_output_is "_IP_=8.8.8.8	_ASN_=B15169	_ASNCIDR_=8.8.8.0/24"

	run -2 like --like=rspamd --like-config="$dir/empty" 8.8.8.8
	assert_output_is "asnq: $dir/empty: there is no local.d, asn.conf or multimap.conf in this directory"
	printf '%s\n' 'X { type = asn; map = ["15169"]; score = 1; }' 'Y { type = asn; map = ["15169"]; }' \
		>"$dir/local.d/multimap.conf"
	echo 'X { type = asn; map = ["15169"]; score = 2; }' >"$dir/override.d/multimap.conf"
	echo 'symbol = S' >"$dir/local.d/asn.conf"
	run -0 like --like=rspamd --like-config="$dir" -o json 9.9.9.9
	[[ $output == *'"symbol":"S"'*'{"symbol":"X","score":2.000'*'{"symbol":"Y","score":0.000'* ]]
	run -0 like --like=rspamd --like-config="$dir/local.d" -o json 9.9.9.9
	[[ $output == *'"symbol":"S"'*'{"symbol":"X","score":1.000'*'{"symbol":"Y","score":0.000'* ]]

	asnq --version | grep -q "inih yes" || return 0
	run -2 like --like=haraka --like-config="$dir" 8.8.8.8
	assert_output_is "asnq: $dir: there is no asn.ini in this directory"
	echo providers=asn.rspamd.com >"$dir/config/asn.ini"
	run -0 like --like=haraka --like-config="$dir" 8.8.8.8
	assert_output_is "X-Haraka-ASN: 64500 8.8.0.0/16"
	run -0 like --like=haraka --like-config="$dir/config" 8.8.8.8
	assert_output_is "X-Haraka-ASN: 64500 8.8.0.0/16"
}

@test "each status is printed, and decides the exit status" {
	run -3 like --like=spamassassin -t 1 -T _STATUS_ 8.8.8.8 8.8.8.10 8.8.8.11 8.8.8.12 10.0.0.1 '#' x
	assert_output_is $'ok\nmalformed\nservfail\nunannounced\nspecial\nnoaddress\ninvalid'
}

@test "--explain shows how each record came about, below it; --verbose reports bugs" {
	run -0 --separate-stderr like --like=spamassassin --explain -v 8.8.8.9
	[[ ${lines[0]} == "_IP_=8.8.8.9	_ASN_=AShello AS15169	_ASNCIDR_=" ]]
	[[ $output == *$'\n    record "hello 15169"\n'* ]]
	# shellcheck disable=SC2154	# run sets stderr
	[[ $stderr == *"asnq: 8.8.8.9: 'hello' is no AS number, but SpamAssassin takes"* ]]
	run -3 like --like=spamassassin --explain 8.8.8.10
	[[ $output == *'    record "no use \x1b[31m"'* ]]
	run -0 like --explain -z routeviews --no-names 8.8.8.8
	assert_output_is - <<-'END'
		8.8.8.8	AS15169	8.8.8.0/24	-	-
		    asn.routeviews.org, asked for TXT 8.8.8.8.asn.routeviews.org, answered
		    record "15169" "8.8.8.0" "24"
		    AS15169 originates 8.8.8.0/24
	END
}

@test "--verbose reports a bug for the address that shows it, and for no other" {
	local reply err=$BATS_TEST_TMPDIR/err
	coproc ASNQ_PEER { like --like=spamassassin -v 2>"$err"; }
	local to=${ASNQ_PEER[1]} pid=$ASNQ_PEER_PID

	for ip in 8.8.8.8 8.8.8.9 8.8.8.8; do
		echo "$ip" >&"$to"
		read -r reply <&"${ASNQ_PEER[0]}"
		[[ $reply == "_IP_=$ip	"* ]]
	done
	exec {to}>&-
	wait "$pid"
	[[ $(grep -c 'is no AS number' "$err") == 1 ]]
	grep -q "^asnq: 8.8.8.9: 'hello' is no AS number" "$err"
}

@test "--compare prints a line for each filter, and marks differences" {
	run -0 --separate-stderr like --compare --no-names 8.8.8.8
	assert_line_count 4
	[[ ${lines[0]} == "8.8.8.8	asnq	ok	AS15169	8.8.8.0/24	US" ]]
	[[ ${lines[1]} == "8.8.8.8	spamassassin	ok	AS15169	8.8.8.0/24	-" ]]
	[[ ${lines[3]} == "8.8.8.8	rspamd	ok	64500*	8.8.0.0/16*	US" ]]
	run -0 --separate-stderr like --compare --no-names -o json 8.8.8.8
	json_ok
	[[ $output == *'"rspamd":{"status":"ok","asn":"64500","prefix":"8.8.0.0/16","country":"US","differs":["asn","prefix"]}}' ]]
	touch "$BATS_TEST_TMPDIR/x.txt"
	run -2 like --compare --like-config="$BATS_TEST_TMPDIR/x.txt" 8.8.8.8
	[[ $output == *"with --compare the name must end in .cf, .ini or .conf"* ]]
}
