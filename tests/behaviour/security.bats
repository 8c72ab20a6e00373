#!/usr/bin/env bats
# Which servers are queried, and how: resolvers, TCP, TLS, DNSSEC, /etc/resolv.conf.
#
# Scripts for in_namespace are in single quotes:
# shellcheck disable=SC2016

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	need nsd unbound openssl kdig ldns-signzone
	make_signed "$BATS_FILE_TMPDIR/signed"
	make_expired "$BATS_FILE_TMPDIR/signed"
	cat >"$BATS_FILE_TMPDIR/alias.zone" <<-'END'
		$TTL 3600
		@	IN SOA	ns.kit.invalid. hostmaster.kit.invalid. 1 600 300 86400 300
		@	IN NS	ns.kit.invalid.
		*.8.8.8	CNAME	8.8.8.8.origin.asn.cymru.com.
	END
	start_nsd "$KIT_DATA" origin.asn.cymru.com=origin.zone asn.cymru.com=names.zone \
		big.example=big.zone "alias.example=$BATS_FILE_TMPDIR/alias.zone" \
		"expired.example=$BATS_FILE_TMPDIR/signed/expired.example.zone" \
		"${SIGNED_ZONES[@]/=/=$BATS_FILE_TMPDIR/signed/}"
	start_badserver - <<-'END'
		*.origin.example	origin
		*.close.example		tcpclose 3 origin
		*.refused.example	refused
		*.spf.example		txt "v=spf1 mx -all"
		as*.asn.cymru.com	asname
		*.origin.asn.cymru.com	origin
		*.asn.routeviews.org	origin form=routeviews
	END
	# it does not validate, so that asnq must
	start_unbound "asn.cymru.com=127.0.0.1@$NSD_PORT" \
		"origin.asn.cymru.com=127.0.0.1@$NSD_PORT" "big.example=127.0.0.1@$NSD_PORT" \
		"signed.example=127.0.0.1@$NSD_PORT" "bogus.example=127.0.0.1@$NSD_PORT" \
		"unsigned.example=127.0.0.1@$NSD_PORT" "expired.example=127.0.0.1@$NSD_PORT" \
		"example=127.0.0.1@$BAD_PORT"
	export ANCHOR=$BATS_FILE_TMPDIR/signed/anchor.ds
}

teardown_file()
{
	stop_servers
}

teardown()
{
	stop_servers
}

# Makes expired.example, whose signatures ended yesterday, and adds its DS record to the anchors.
make_expired()
{
	local dir=$1 key now

	printf -v now '%(%s)T' -1
	key=$(cd "$dir" && ldns-keygen -a ECDSAP256SHA256 -k expired.example) || return 1
	ldns-signzone -i $((now - 30 * 86400)) -e $((now - 86400)) -o expired.example \
		-f "$dir/expired.example.zone" "$KIT_DATA/signed.zone" "$dir/$key" || return 1
	cat "$dir/$key.ds" >>"$dir/anchor.ds"
}

via_unbound()
{
	run asnq --no-names --resolver="127.0.0.1@$UNBOUND_PORT" "$@"
}

via_tls()
{
	run env SSL_CERT_FILE="$CA_FILE" LC_ALL=C.UTF-8 "$ASNQ" --no-config --no-names \
		--resolver="127.0.0.1@$UNBOUND_TLS_PORT#dns.example" "$@"
}

# mirror_of ZONE ARG...: runs asnq with NSD as the mirror of ZONE.
mirror_of()
{
	local zone=$1

	shift
	run asnq --no-names --mirror="$zone=127.0.0.1@$NSD_PORT" -z "$zone" "$@"
}

assert_fields()
{
	local expected

	expected=$(tr -s ' ' '\t')
	assert_output_is "$expected"
}

json()
{
	printf '%s\n' "$output" | "$KIT_PYTHON" -c '
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    print(eval(sys.argv[1]))' "$1"
}

need_tls()
{
	has_tls || skip "this libunbound speaks no TLS"
}

# assert_judged TEXT: the status and DNSSEC state of the first source, and the origin, are TEXT.
assert_judged()
{
	local got

	got=$(json '" ".join(str(x) for x in (r["status"], r["sources"][0]["dnssec"], r["asn"]))')
	[[ $got == "$1" ]] && return
	echo "'$got' instead of '$1': $output"
	return 1
}

# in_namespace RESOLV_CONF|none SCRIPT: runs SCRIPT, which may call $ASNQ, in a namespace that has
# only loopback and this file as /etc/resolv.conf. badserver is at 127.0.0.1 port 53, with its rules
# in $RULES and its log in $QUERIES.
in_namespace()
{
	local conf=$1 script=$2 flags=-mn

	need unshare ip mount
	kit_python
	unshare $flags true 2>/dev/null || flags=-rmn
	unshare $flags true 2>/dev/null || skip "namespaces are not permitted here"
	[[ -e /etc/resolv.conf ]] || skip "no /etc/resolv.conf to replace"
	RULES=$BATS_TEST_TMPDIR/rules
	export QUERIES=$BATS_TEST_TMPDIR/queries
	[[ -e $RULES ]] || echo '* origin' >"$RULES"
	: >"$QUERIES"
	mkdir -p "$BATS_TEST_TMPDIR/etc"
	cp /etc/ld.so.cache "$BATS_TEST_TMPDIR/etc" 2>/dev/null || true
	export LC_ALL=C.UTF-8
	run unshare $flags "$BASH" -c '
		conf=$1 script=$2 etc=$3 python=$4 server=$5 rules=$6
		exec 3>&- 4>&-
		mount --make-rprivate / 2>/dev/null
		if [[ $conf == none ]]; then
			mount --bind "$etc" /etc
		else
			mount --bind "$conf" /etc/resolv.conf
		fi || exit 99
		ip link set lo up || exit 99
		"$python" "$server" --port 53 --log "$QUERIES" "$rules" >"$QUERIES.port" &
		pid=$!
		trap "kill $pid" EXIT
		for ((i = 0; i < 200; i++)); do
			[[ -s $QUERIES.port ]] && break
			sleep 0.05
		done
		[[ -s $QUERIES.port ]] || exit 99
		eval "$script"
	' bash "$conf" "$script" "$BATS_TEST_TMPDIR/etc" "$KIT_PYTHON" "$KIT_LIB/badserver.py" \
		"$RULES"
	((status != 99)) || skip "no namespace could be set up: $output"
}

# --- resolvers -----------------------------------------------------------------------------

@test "--resolver queries this resolver" {
	via_unbound -z cymru -f ip,asn,prefix 8.8.8.8
	assert_fields <<<'8.8.8.8 AS15169 8.8.8.0/24'
	run asnq --resolver="127.0.0.1@$UNBOUND_PORT" -z cymru 8.8.8.8
	assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\tUS\tGOOGLE, US'
}

@test "@ADDRESS may be anywhere among the operands" {
	run asnq --no-names -z cymru -f ip,asn "@127.0.0.1@$UNBOUND_PORT" 8.8.8.8
	assert_fields <<<'8.8.8.8 AS15169'
	run asnq --no-names 8.8.8.8 -z cymru -f ip,asn "@127.0.0.1@$UNBOUND_PORT"
	assert_fields <<<'8.8.8.8 AS15169'
	run asnq --no-names -z cymru -f ip,asn "@127.0.0.1@$UNBOUND_PORT" < <(echo 8.8.8.8)
	assert_fields <<<'8.8.8.8 AS15169'
}

@test "one of two resolvers may be closed" {
	run asnq --no-names -z cymru -r "127.0.0.1@1,127.0.0.1@$UNBOUND_PORT" -o tsv -f status < <(
		printf '8.8.8.%s\n' {1..30}
	)
	[[ $(sort <<<"$output" | uniq -c | tr -d ' ') == 30ok ]]
}

@test "a resolver that refuses or is closed gives a failure, not an answer" {
	via_unbound -z other.net -o tsv -f status,sources 8.8.8.8
	assert_output_is $'servfail\tother.net=servfail'
	((status == 3))
	run asnq --no-names -z cymru -t 1 -r 127.0.0.1@1 -o tsv -f status 8.8.8.8
	[[ $output == servfail || $output == timeout ]]
	((status == 3))
}

@test "an answer that is not in the provider's format is refused" {
	via_unbound -z spf.example -o tsv -f status,asn 8.8.8.8
	assert_output_is $'malformed\t\\N'
}

@test "an invalid resolver is refused with one line" {
	local where

	for where in nonsense 127.0.0.1@ 127.0.0.1@0 127.0.0.1@65536 127.0.0.1@x '127.0.0.1#' \
		'127.0.0.1,' "" '127.0.0.1#dns.example,127.0.0.2'; do
		run asnq -z cymru --resolver="$where" 8.8.8.8
		((status == 2))
		assert_line_count 1
	done
}

@test "only the queries themselves are sent, with absolute names" {
	run asnq -z cymru -r "127.0.0.1@$BAD_PORT" -f asn 1.77.3.4
	assert_output_is AS219715
	[[ $(awk '$3 ~ /^4[.]3[.]77[.]1|219715/ { print $2, $3, $4 }' "$BAD_LOG") == \
		$'udp 4.3.77.1.origin.asn.cymru.com TXT\nudp as219715.asn.cymru.com TXT' ]]
	[[ $(bad_count ' (NS|DNSKEY|DS|SOA|A|AAAA) ') == 0 ]]
	[[ $(bad_count ' \. ') == 0 ]]
}

@test "with a mirror for every zone, nothing is sent to the resolver" {
	local before

	before=$(bad_count)
	run asnq -r "127.0.0.1@$BAD_PORT" --mirror="asn.cymru.com=127.0.0.1@$NSD_PORT" -z cymru \
		8.8.8.8
	[[ $output == *GOOGLE* ]]
	[[ $(bad_count) == "$before" ]]
}

@test "an alias that leads out of a mirrored zone is followed through the resolver" {
	run asnq --no-names -r "127.0.0.1@$UNBOUND_PORT" \
		--mirror="alias.example=127.0.0.1@$NSD_PORT" -z alias.example -f asn 8.8.8.8
	assert_output_is AS15169
}

# senders NAME: the ports that queries by UDP for names matching NAME came from, one per line.
senders()
{
	awk -v name="$1" '$2 == "udp" && $3 ~ name { sub(/.*:/, "", $5); print $5 }' "$BAD_LOG"
}

# Nobody can forge answers that do not leave this host, and a short list of ports is made faster.
@test "queries to servers on this host come from few ports, others from all" {
	run asnq --no-names -r "127.0.0.1@$BAD_PORT" --mirror="example=127.0.0.1@$BAD_PORT" \
		-z origin.example -q < <(printf '1.183.%s\n' {0..9}.{1..20})
	[[ $(senders '[.]183[.]1[.]origin' | awk '49152 <= $1 && $1 <= 53247' | sort -u | wc -l) -gt 100 ]]
	[[ $(senders '[.]183[.]1[.]origin' | awk '$1 < 49152 || 53247 < $1') == '' ]]
	# the resolver would be asked for aliases
	run asnq --no-names -r 192.0.2.1 --mirror="example=127.0.0.1@$BAD_PORT" \
		-z origin.example -q < <(printf '1.184.%s\n' {0..9}.{1..20})
	[[ $(senders '[.]184[.]1[.]origin' | awk '$1 < 49152 || 53247 < $1' | wc -l) -gt 100 ]]
}

@test "servers may have IPv4 and IPv6 addresses" {
	run asnq --no-names --mirror="example=127.0.0.1@$BAD_PORT" -r ::1 -z origin.example -f asn \
		1.185.3.4
	assert_output_is AS247363
	run asnq --no-names -t 2 -r "::1@1,127.0.0.1@$BAD_PORT" -z cymru -f asn 1.186.3.4
	assert_output_is AS247619
}

# --- TCP -----------------------------------------------------------------------------------

@test "--transport=tcp sends no datagram, and keeps connections open" {
	run asnq --no-names --transport=tcp --mirror="example=127.0.0.1@$BAD_PORT" \
		-z origin.example -o tsv -f status < <(printf '1.80.%s\n' {0..9}.{1..100})
	[[ $(sort <<<"$output" | uniq -c | tr -d ' ') == 1000ok ]]
	[[ $(bad_count ' udp [0-9.]+\.80\.1\.origin\.example') == 0 ]]
	[[ $(bad_count ' tcp [0-9.]+\.80\.1\.origin\.example') == 1000 ]]
	run awk '$3 ~ /\.80\.1\.origin/ && !seen[$5]++ { n++ } END { print n }' "$BAD_LOG"
	((output <= 32))
}

@test "--transport=tcp works with a resolver" {
	run asnq --no-names --transport=tcp -r "127.0.0.1@$BAD_PORT" -z cymru -f asn 1.81.3.4
	assert_output_is AS220739
	[[ $(bad_count ' udp 4\.3\.81\.1\.') == 0 ]]
	[[ $(bad_count ' tcp 4\.3\.81\.1\.') == 1 ]]
	via_unbound --transport=tcp -z big.example -f asn 8.8.8.8
	assert_output_is AS15169
}

@test "a server that closes connections after a few answers causes no failure" {
	run asnq --no-names --transport=tcp --mirror="example=127.0.0.1@$BAD_PORT" \
		-z close.example -o tsv -f status < <(printf '1.82.%s\n' {0..2}.{1..100})
	[[ $(sort <<<"$output" | uniq -c | tr -d ' ') == 300ok ]]
}

@test "--transport=tcp with a server that has no TCP fails in time" {
	run asnq --no-names --transport=tcp -t 1 --mirror=example=127.0.0.1@1 -z origin.example \
		-o tsv -f status 1.2.3.4
	[[ $output == servfail || $output == timeout ]]
}

# --- TLS -----------------------------------------------------------------------------------

@test "TLS: a resolver whose certificate has the name is used" {
	need_tls
	via_tls -z cymru -f ip,asn < <(printf '8.8.8.%s\n' {1..20})
	assert_line_count 20
	[[ $(cut -f 2 <<<"$output" | sort -u) == AS15169 ]]
	run env SSL_CERT_FILE="$CA_FILE" "$ASNQ" --no-config --no-names -z cymru -f asn \
		"@127.0.0.1@$UNBOUND_TLS_PORT#dns.example" 8.8.8.8
	assert_output_is AS15169
}

@test "TLS: another name, or an untrusted authority, fails" {
	need_tls
	run env SSL_CERT_FILE="$CA_FILE" "$ASNQ" --no-config --no-names -z cymru -t 2 -o tsv \
		-f status,asn "@127.0.0.1@$UNBOUND_TLS_PORT#wrong.example" 8.8.8.8
	[[ $output == @(servfail|timeout)$'\t\\N' ]]
	((status == 3))
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj '/CN=another CA' -keyout "$BATS_TEST_TMPDIR/key" -out "$BATS_TEST_TMPDIR/ca" \
		2>/dev/null
	run env SSL_CERT_FILE="$BATS_TEST_TMPDIR/ca" "$ASNQ" --no-config --no-names -z cymru -t 2 \
		-o tsv -f status,asn "@127.0.0.1@$UNBOUND_TLS_PORT#dns.example" 8.8.8.8
	[[ $output == @(servfail|timeout)$'\t\\N' ]]
	((status == 3))
}

@test "TLS: a certificate file that cannot be read gives exit status 4 and one line" {
	need_tls
	run env SSL_CERT_FILE=/nonexistent/ca.pem "$ASNQ" --no-config --no-names -z cymru -t 2 \
		-o tsv -f status "@127.0.0.1@$UNBOUND_TLS_PORT#dns.example" 8.8.8.8 8.8.4.4
	((status == 4))
	[[ $(grep -c '^asnq:' <<<"$output") == 1 ]]
}

@test "TLS: a resolver without TLS fails, and is not queried in the clear" {
	need_tls
	run env SSL_CERT_FILE="$CA_FILE" "$ASNQ" --no-config --no-names -z cymru -t 2 -o tsv \
		-f status "@127.0.0.1@$BAD_PORT#dns.example" 1.83.3.4
	[[ $output == servfail || $output == timeout ]]
	[[ $(bad_count '4\.3\.83\.1') == 0 ]]
}

@test "TLS: a libunbound without TLS is reported in one line, and nothing is sent" {
	! has_tls || skip "this libunbound speaks TLS"
	run asnq --no-names -z cymru -t 2 -o tsv -f status "@127.0.0.1@$BAD_PORT#dns.example" \
		1.84.3.4 1.84.3.5
	((status == 2 || status == 4))
	[[ $(grep -c '^asnq:' <<<"$output") == 1 ]]
	[[ $(grep '^asnq:' <<<"$output") == *TLS* ]]
	[[ $(bad_count '3\.84\.1') == 0 ]]
}

@test "TLS to the resolver and plain DNS to a mirror work together" {
	need_tls
	via_tls --mirror="example=127.0.0.1@$BAD_PORT" -z origin.example,cymru -o tsv -f sources \
		8.8.8.8
	assert_output_is "origin.example=ok origin.asn.cymru.com=ok"
	[[ $(bad_count ' udp 8\.8\.8\.8\.origin\.example') == 1 ]]
}

# --- DNSSEC --------------------------------------------------------------------------------

@test "--dnssec=off does not validate" {
	via_unbound -z signed.example -o json 8.8.8.8
	assert_judged "ok None 15169"
	via_unbound -z bogus.example -o json 8.8.8.8
	assert_judged "ok None 61666"
}

@test "--dnssec=on through a resolver tells secure, insecure and bogus answers apart" {
	via_unbound --dnssec=on --trust-anchor="$ANCHOR" -z signed.example -o json 8.8.8.8
	assert_judged "ok secure 15169"
	via_unbound --dnssec=on --trust-anchor="$ANCHOR" -z unsigned.example -o json 8.8.8.8
	assert_judged "ok insecure 15169"
	via_unbound --dnssec=on --trust-anchor="$ANCHOR" -z bogus.example -o json 8.8.8.8
	assert_judged "bogus None None"
	((status == 3))
}

@test "--dnssec=on works through a resolver that validates itself" {
	start_unbound --anchor="$ANCHOR" "signed.example=127.0.0.1@$NSD_PORT" \
		"bogus.example=127.0.0.1@$NSD_PORT"
	via_unbound --dnssec=on --trust-anchor="$ANCHOR" -z signed.example -o json 8.8.8.8
	assert_judged "ok secure 15169"
	via_unbound --dnssec=on --trust-anchor="$ANCHOR" -z bogus.example -o json 9.9.9.9
	assert_judged "ok secure 19281"
	via_unbound --dnssec=on --trust-anchor="$ANCHOR" -z bogus.example -o json 8.8.8.8
	[[ $(json 'r["status"] in ("bogus", "servfail"), r["asn"]') == "(True, None)" ]]
}

@test "--dnssec=on validates wildcards, and that a name does not exist" {
	via_unbound --dnssec=on --trust-anchor="$ANCHOR" -z signed.example -o json 1.1.1.1
	assert_judged "ok secure 13335"
	via_unbound --dnssec=on --trust-anchor="$ANCHOR" -z signed.example -o json 55.1.1.1
	assert_judged "unannounced secure None"
	((status == 1))
}

@test "--dnssec=on: expired signatures are bogus" {
	via_unbound --dnssec=on --trust-anchor="$ANCHOR" -z expired.example -o json 8.8.8.8
	assert_judged "bogus None None"
}

@test "--dnssec=require refuses unsigned answers" {
	via_unbound --dnssec=require --trust-anchor="$ANCHOR" -z signed.example -o json 8.8.8.8
	assert_judged "ok secure 15169"
	via_unbound --dnssec=require --trust-anchor="$ANCHOR" -z unsigned.example -o json 8.8.8.8
	[[ $(json 'r["status"], r["asn"]') == "('bogus', None)" ]]
	((status == 3))
	via_unbound --dnssec=require --trust-anchor="$ANCHOR" -z unsigned.example -o json 55.1.1.1
	[[ $(json 'r["status"]') == bogus ]]
	via_unbound --dnssec=require --trust-anchor="$ANCHOR" -z unsigned.example 8.8.8.8
	[[ $output == $'8.8.8.8\t-\t-\t-\t'*[Dd][Nn][Ss][Ss][Ee][Cc]* ]]
}

@test "--dnssec: a mirror's zone is validated if a trust anchor names it" {
	mirror_of signed.example --dnssec=on --trust-anchor="$ANCHOR" -o json 8.8.8.8
	assert_judged "ok secure 15169"
	mirror_of bogus.example --dnssec=on --trust-anchor="$ANCHOR" -o json 8.8.8.8
	assert_judged "bogus None None"
	mirror_of bogus.example --dnssec=on --trust-anchor="$ANCHOR" -o json 9.9.9.9
	assert_judged "ok secure 19281"
	mirror_of expired.example --dnssec=on --trust-anchor="$ANCHOR" -o json 9.9.9.9
	assert_judged "bogus None None"
	mirror_of signed.example --dnssec=require --trust-anchor="$ANCHOR" -o json 8.8.8.8
	assert_judged "ok secure 15169"
}

@test "--dnssec: a mirror's zone without a trust anchor counts as unsigned" {
	mirror_of signed.example --dnssec=on -o json 8.8.8.8
	assert_judged "ok insecure 15169"
	mirror_of unsigned.example --dnssec=on --trust-anchor="$ANCHOR" -o json 8.8.8.8
	assert_judged "ok insecure 15169"
	mirror_of signed.example --dnssec=require -o json 8.8.8.8
	[[ $(json 'r["status"]') == bogus ]]
}

@test "--dnssec: a bogus source does not affect good ones" {
	via_unbound --dnssec=on --trust-anchor="$ANCHOR" -o json \
		-z bogus.example,signed.example,unsigned.example 8.8.8.8
	[[ $(json '[(s["status"], s["dnssec"]) for s in r["sources"]]') == \
		"[('bogus', None), ('ok', 'secure'), ('ok', 'insecure')]" ]]
	[[ $(json 'r["status"], r["asns"]') == "('ok', [15169])" ]]
}

@test "--dnssec works over TCP" {
	via_unbound --transport=tcp --dnssec=on --trust-anchor="$ANCHOR" -z signed.example -o json \
		8.8.8.8
	assert_judged "ok secure 15169"
}

@test "--dnssec works over TLS" {
	need_tls
	via_tls --dnssec=on --trust-anchor="$ANCHOR" -z signed.example -o json 8.8.8.8
	assert_judged "ok secure 15169"
	via_tls --dnssec=on --trust-anchor="$ANCHOR" -z bogus.example -o json 8.8.8.8
	assert_judged "bogus None None"
}

@test "--trust-anchor may be a DNSKEY; an invalid or missing file is reported" {
	sed -n '/DNSKEY/p' "$BATS_FILE_TMPDIR/signed/signed.example.zone" |
		grep -v RRSIG >"$BATS_TEST_TMPDIR/key"
	via_unbound --dnssec=on --trust-anchor="$BATS_TEST_TMPDIR/key" -z signed.example -o json \
		8.8.8.8
	assert_judged "ok secure 15169"
	via_unbound --dnssec=on --trust-anchor=/nonexistent -z signed.example 8.8.8.8
	((status == 2))
	assert_line_count 1
	echo 'signed.example. IN DS nonsense' >"$BATS_TEST_TMPDIR/bad"
	via_unbound --dnssec=on --trust-anchor="$BATS_TEST_TMPDIR/bad" -z signed.example -o tsv \
		-f status 8.8.8.8
	((status == 2 || status == 4))
	[[ $(grep -c '^asnq:' <<<"$output") == 1 ]]
	[[ $output == *trust-anchor* || $output == *"$BATS_TEST_TMPDIR/bad"* ]]
}

@test "--verbose shows whether an answer is secure or failed validation" {
	via_unbound -v --dnssec=on --trust-anchor="$ANCHOR" -z signed.example 8.8.8.8
	[[ $output == *secure* ]]
	via_unbound -v --dnssec=on --trust-anchor="$ANCHOR" -z bogus.example 8.8.8.8
	[[ $output == *DNSSEC* ]]
}

# --- the system's resolver -----------------------------------------------------------------

@test "system resolver: a nameserver on loopback is used without the search domain" {
	printf 'search evil.example\noptions ndots:15\nnameserver 127.0.0.1\n' >"$BATS_TEST_TMPDIR/conf"
	in_namespace "$BATS_TEST_TMPDIR/conf" '
		"$ASNQ" --no-config --no-names -z asn.example -f asn,prefix 1.2.3.4 55.1.1.1'
	assert_fields <<-'END'
		AS200515 1.2.3.0/24
		AS200257 55.1.1.0/24
	END
	((status == 0))
	[[ $(awk '{ print $3, $4 }' "$QUERIES" | sort) == \
		$'1.1.1.55.asn.example TXT\n4.3.2.1.asn.example TXT' ]]
}

@test "system resolver: a name that does not exist is not queried in the search domain" {
	echo '*.evil.example origin' >"$BATS_TEST_TMPDIR/rules"
	printf 'domain evil.example\nsearch evil.example\nnameserver 127.0.0.1\n' >"$BATS_TEST_TMPDIR/conf"
	in_namespace "$BATS_TEST_TMPDIR/conf" '
		"$ASNQ" --no-config -z asn.example -o tsv -f status,asn 1.2.3.4'
	assert_output_is $'unannounced\t\\N'
	[[ $(grep -c evil "$QUERIES") == 0 ]]
}

@test "system resolver: a stub on another loopback address works, with comments and odd lines" {
	printf '# by a daemon\n; more\nnameserver 127.0.0.53\nnameserver 127.0.0.1\n\noptions edns0 trust-ad\n' \
		>"$BATS_TEST_TMPDIR/conf"
	in_namespace "$BATS_TEST_TMPDIR/conf" '
		"$ASNQ" --no-config --no-names -z asn.example -f asn 1.2.3.4'
	assert_output_is AS200515
}

@test "system resolver: an empty resolv.conf means 127.0.0.1, as resolv.conf(5) says" {
	: >"$BATS_TEST_TMPDIR/conf"
	in_namespace "$BATS_TEST_TMPDIR/conf" '
		"$ASNQ" --no-config --no-names -z asn.example -f asn 1.2.3.4'
	assert_output_is AS200515
	[[ $(awk '{ print $3, $4 }' "$QUERIES") == "4.3.2.1.asn.example TXT" ]]
}

@test "without resolv.conf: exit status 4, one line that says what to do, and every record" {
	in_namespace none '
		printf "%s\n" 1.2.3.4 10.0.0.1 nonsense 1.2.3.5 |
			"$ASNQ" --no-config --no-names -z asn.example -o tsv -f input,status'
	((status == 4))
	[[ $(grep '^asnq:' <<<"$output") == *resolv.conf*--resolver* ]]
	[[ $(grep -c '^asnq:' <<<"$output") == 1 ]]
	[[ $(grep -v '^asnq:' <<<"$output") == \
		$'1.2.3.4\tservfail\n10.0.0.1\tspecial\nnonsense\tinvalid\n1.2.3.5\tservfail' ]]
	[[ ! -s $QUERIES ]]
}

@test "without resolv.conf, but with no need for it, nothing is reported" {
	in_namespace none '
		"$ASNQ" --no-config --no-names -z asn.example --mirror=asn.example=127.0.0.1@53 -f asn 1.2.3.4
		"$ASNQ" --no-config --no-names -z asn.example --resolver=127.0.0.1 -f asn 1.2.4.4
		"$ASNQ" --no-config -f ip,status 10.1.2.3'
	assert_output_is $'AS200515\nAS200516\n10.1.2.3\tspecial'
}

@test "--resolver=system names the default" {
	echo 'nameserver 127.0.0.1' >"$BATS_TEST_TMPDIR/conf"
	in_namespace "$BATS_TEST_TMPDIR/conf" '
		"$ASNQ" --no-config --no-names -r system -z asn.example -f asn 1.2.3.4'
	assert_output_is AS200515
}

@test "system resolver: a network that is down gives a failure in time" {
	echo 'nameserver 192.0.2.53' >"$BATS_TEST_TMPDIR/conf"
	in_namespace "$BATS_TEST_TMPDIR/conf" '
		"$ASNQ" --no-config --no-names -t 1 -z asn.example -o tsv -f status 1.2.3.4'
	[[ $output == servfail || $output == timeout ]]
	((status == 3))
}

# --- from the root -------------------------------------------------------------------------

@test "--resolver=recursive queries no resolver, and without a network it fails" {
	echo 'nameserver 127.0.0.1' >"$BATS_TEST_TMPDIR/conf"
	in_namespace "$BATS_TEST_TMPDIR/conf" '
		"$ASNQ" --no-config --no-names -t 1 -r recursive -z asn.example -o tsv -f status 1.2.3.4'
	[[ $output == servfail || $output == timeout ]]
	((status == 3))
	[[ ! -s $QUERIES ]]
}

@test "--resolver=recursive works together with a mirror" {
	echo 'nameserver 127.0.0.1' >"$BATS_TEST_TMPDIR/conf"
	in_namespace "$BATS_TEST_TMPDIR/conf" '
		"$ASNQ" --no-config --no-names -t 2 -r recursive -z asn.example \
			--mirror=asn.example=127.0.0.1@53 -f asn 1.2.3.4'
	assert_output_is AS200515
}
