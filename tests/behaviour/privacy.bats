#!/usr/bin/env bats
# What leaves the machine, shown by a capture of every packet in a network namespace.
#
# Scripts for captured are in single quotes:
# shellcheck disable=SC2016

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	kit_python
}

setup()
{
	need kdig ip unshare
	cd "$BATS_TEST_TMPDIR" || return
	# every kind of special-purpose address; most contain 213 or d5d5, and no other address does
	cat >special <<-'END'
		0.171.213.1
		10.171.213.77
		::ffff:10.171.213.78
		100.64.213.77
		127.171.213.77
		169.254.213.77
		172.16.213.77
		192.168.213.77
		198.18.213.77
		203.0.113.213
		224.171.213.77
		255.255.255.255
		10.171.213.0/24
		[10.171.213.79]:80
		::1
		::
		64:ff9b::10.171.213.80
		64:ff9b:1::d5d5
		100::d5d5
		2001:db8:d5d5::1
		2002:aab:d54d::1
		fc00:d5d5::1
		fd00:d5d5::1
		fe80::d5d5%eth0
		ff02::d5d5
	END
	printf '%s\n' 1.2.3.4 2600:50:1::1 >public
	printf '%s\n' 1.2.3.213 2600:50:1:2:d5d5:d5d5:d5d5:d5d5 >hosts
	MARKS='[.]213[.]|([.][d5]){4}[.]|d5d5'
	printf '%s\t%s\n' 1.2.3.0/24 15169 2600::/16 15169 >table
}

# captured SCRIPT: runs SCRIPT in a network namespace that has only a loopback. badserver answers at
# $BAD_PORT, its zone is origin.example; the file "packets" describes all packets sent meanwhile.
captured()
{
	local flags=-n

	unshare $flags true 2>/dev/null || flags=-rn
	unshare $flags true 2>/dev/null || skip "no network of our own to listen in"
	export ASNQ BATS_FILE_TMPDIR BATS_TEST_TMPDIR BATS_TEST_DIRNAME BATS_TEST_NUMBER
	run unshare $flags "$BASH" -c '
		set -e
		exec 3>&- 4>&-
		source "$BATS_TEST_DIRNAME/../lib/common.bash"
		source "$BATS_TEST_DIRNAME/../lib/servers.bash"
		ip link set lo up || exit 99
		start_badserver - <<-END
			as*.asn.cymru.com	asname
			*.asn.rspamd.com	origin form=rspamd
			*.asn.routeviews.org	origin form=routeviews
			*.origin.asn.cymru.com	origin
			*			origin
		END
		"$KIT_PYTHON" "$KIT_LIB/capture.py" packets >ready 2>why &
		capture=$!
		trap "kill $capture $BAD_PID 2>/dev/null || true" EXIT
		for ((i = 0; i < 200; i++)); do
			[[ ! -s ready ]] || break
			sleep 0.05
		done
		[[ -s ready ]] || { cat why; exit 99; }
		set +e
		eval "$1"
		kill "$capture"
		wait "$capture" || true
	' bash "$1"
	((status != 99)) || skip "no packets can be captured: $output"
	echo "$output"
	((status == 0))
}

@test "special-purpose addresses are never sent" {
	captured '
		for way in --resolver=127.0.0.1@$BAD_PORT --mirror=origin.example=127.0.0.1@$BAD_PORT; do
			for transport in udp tcp; do
				for how in "-o json" --enrich=inline --summary --explain; do
					cat special public | asnq --no-config "$way" --transport=$transport \
						-z origin.example $how
					asnq --no-config --names "$way" --transport=$transport \
						-z origin.example $how $(<special)
				done
			done
		done >out 2>&1 </dev/null
		asnq --no-config --check --resolver=127.0.0.1@$BAD_PORT -z origin.example $(<special) >>out 2>&1
	'
	[[ $(grep -c 'Private-Use' out) -gt 10 ]]
	grep -a '[.]4[.]3[.]2[.]1[.]origin' packets
	grep -a '[.]1[.]0[.]0[.]0[.]0[.]5[.]0[.]0[.]0[.]0[.]6[.]2[.]origin' packets
	run ! grep -aE "$MARKS|[.]255[.]255[.]|([.]0){8}[.]origin|[.]2[.]0[.]0[.]2[.]origin" packets
	# nor in another protocol
	run ! grep -avE '^(udp|tcp) ' packets
}

@test "the capture sees a special-purpose address that --ask-special sends" {
	captured '
		asnq --no-config --ask-special -z origin.example --mirror=origin.example=127.0.0.1@$BAD_PORT \
			10.171.213.77
		asnq --no-config -z origin.example --mirror=origin.example=127.0.0.1@$BAD_PORT \
			--transport=tcp --ask-special 10.171.213.78
	'
	grep -a '^udp .*[.]77[.]213[.]171[.]10[.]origin[.]example' packets
	grep -a '^tcp .*[.]78[.]213[.]171[.]10[.]origin[.]example' packets
}

@test "--grain: host bits are never sent" {
	captured '
		for way in --resolver=127.0.0.1@$BAD_PORT --mirror=origin.example=127.0.0.1@$BAD_PORT; do
			for transport in udp tcp; do
				asnq --no-config "$way" --transport=$transport --grain=24,48 -z origin.example \
					-o json -i hosts
				asnq --no-config "$way" --transport=$transport --grain=24,48 -z origin.example \
					$(<hosts)
			done
		done >out
	'
	[[ $(wc -l <out) -eq 16 && $(grep -c 200515 out) -eq 8 ]]
	grep -a '[.]0[.]3[.]2[.]1[.]origin' packets
	grep -a "$(printf '0[.]%.0s' {1..20})1[.]0[.]0[.]0[.]0[.]5[.]0[.]0[.]0[.]0[.]6[.]2[.]origin" packets
	run ! grep -aE "$MARKS" packets
}

@test "the interface part of an IPv6 address is not sent to public zones" {
	captured '
		asnq --no-config --resolver=127.0.0.1@$BAD_PORT -z origin.example $(tail -n 1 hosts) >out'
	grep -a "$(printf '0[.]%.0s' {1..16})2[.]0[.]0[.]0[.]1[.]0[.]0[.]0[.]0[.]5[.]0[.]0[.]0[.]0[.]6[.]2[.]origin" packets
	run ! grep -aE "$MARKS" packets
}

@test "--no-dns, and databases alone, send no packet" {
	captured '
		for how in "-o json" --enrich --summary --names --explain "--transport=tcp" "--like=spamassassin" \
			"--like=haraka" "--like=rspamd" --compare; do
			cat special public | asnq --no-config --no-dns --resolver=127.0.0.1@$BAD_PORT $how
			asnq --no-config --no-dns --resolver=127.0.0.1@$BAD_PORT $how $(<public)
		done >out 2>&1
		asnq --no-config --no-dns AS15169 >>out
		asnq --no-config --db=table --resolver=127.0.0.1@$BAD_PORT $(<public) >>out
		asnq --no-config --db=table --names --no-dns $(<public) $(<special) >>out
	'
	[[ $(grep -c 15169 out) -gt 3 ]]
	[[ ! -s packets ]] || { cat packets; return 1; }
}

@test "the capture sees the queries that --no-dns prevents" {
	captured '
		asnq --no-config --resolver=127.0.0.1@$BAD_PORT -z origin.example $(<public) AS15169 >out'
	[[ $(grep -c '^udp ' packets) -ge 6 ]]
}

@test "DNS over TLS: names are not sent in the clear" {
	has_tls || skip "this libunbound speaks no TLS"
	need unbound openssl
	captured '
		start_unbound "example=127.0.0.1@1" || exit 99
		SSL_CERT_FILE=$CA_FILE asnq --no-config -z origin.example -t 2 \
			"@127.0.0.1@$UNBOUND_TLS_PORT#dns.example" 1.2.3.213 >out
		kill "$UNBOUND_PID"
		echo "$UNBOUND_TLS_PORT" >port'
	grep " $(<port) " packets
	run ! grep -aE " $(<port) .*([.]213[.]|origin)" packets
}

@test "without support for DNS over TLS, nothing is sent" {
	! has_tls || skip "this libunbound speaks TLS"
	captured '
		asnq --no-config -z origin.example -t 2 "@127.0.0.1@$BAD_PORT#dns.example" 1.2.3.213 >out 2>err ||
			echo $? >status'
	[[ $(<err) == "asnq: this libunbound was built without OpenSSL, so it cannot speak DNS over TLS" ]]
	[[ $(<status) == 4 && $(<out) == 1.2.3.213* ]]
	[[ ! -s packets ]] || { cat packets; return 1; }
}
