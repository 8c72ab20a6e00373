#!/usr/bin/env bats
# Every form of resolver in the sandbox: what libunbound and libc do for it is permitted.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers
load ../lib/confined

setup_file()
{
	start_badserver - <<-'END'
		*.big.example	big 3000
		*		origin
	END
}

teardown_file()
{
	stop_servers
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$PWD XDG_CONFIG_HOME=$PWD/.config LC_ALL=C.UTF-8
	echo 'example. IN DS 1 13 2 '"$(printf '%064d' 1)" >anchor
}

# Nothing was printed, by `try`.
all_good()
{
	[[ ! -s results ]] || {
		cat results
		return 1
	}
}

@test "resolvers on loopback: addresses, ports, several of them, TCP, mirrors, DNSSEC" {
	local r=127.0.0.1@$BAD_PORT

	{
		try "$GOOD" -r "$r"
		try "$GOOD" -r "$r" --transport=tcp
		try "$GOOD" -r "$r,::1@$BAD_PORT,127.0.0.2@$BAD_PORT"
		try "$GOOD" -r "127.0.0.1@1,$r"
		try "$GOOD" -r "::1@1,$r" --transport=tcp
		try '*' -r "$r" -z x.big.example
		try "$GOOD" -r 127.0.0.1@1 "--mirror=example=$r"
		try "$GOOD" -r 127.0.0.1@1 "--mirror=example=::1@1,$r"
		try "$GOOD" -r 127.0.0.1@1 "--mirror=example=$r" --transport=tcp
		try "$GOOD" -r 127.0.0.1@1 "--mirror=example=$r" --dnssec=on
		try '*' -r "$r" --dnssec=on
		try '*' -r "$r" --dnssec=on --trust-anchor=anchor
		try '*' -r "$r" --dnssec=require --trust-anchor=anchor --transport=tcp
		try '*' -r ::1@1
		try '*' -r fe80::1%1@1
		try '*' -r fe80::1%4242@1,fe80::2%1@1
		try '*' -r 127.0.0.1@1 --mirror=example=fe80::1%1@1
	} >results
	all_good
}

@test "a resolver with TLS works in the sandbox" {
	has_tls || skip "this libunbound speaks no TLS"
	start_unbound example="127.0.0.1@$BAD_PORT"
	export SSL_CERT_FILE=$CA_FILE
	{
		try "$GOOD" -r "127.0.0.1@$UNBOUND_TLS_PORT#dns.example"
		try "$GOOD" -r "127.0.0.1@1#dns.example,127.0.0.1@$UNBOUND_TLS_PORT#dns.example"
		try "$GOOD" -r "127.0.0.1@$UNBOUND_TLS_PORT#dns.example" --mirror="example=127.0.0.1@$BAD_PORT"
		try '*' -r "127.0.0.1@$UNBOUND_TLS_PORT#wrong.example"
		try '*' -r "127.0.0.1@$UNBOUND_PORT#dns.example"
		unset SSL_CERT_FILE
		try '*' -r "127.0.0.1@$UNBOUND_TLS_PORT#dns.example"
	} >results
	all_good
}

@test "each form of resolv.conf works in the sandbox" {
	# shellcheck disable=SC2016	# expanded in the namespace
	in_namespace '
		for ((i = 1; i < 40; i++)); do
			many+="nameserver 127.0.0.$i\n"
		done
		while IFS="|" read -r expected text; do
			printf "%b" "${text/MANY/$many}" >resolv.conf
			for transport in udp tcp; do
				failed=$(try "${expected/ok/$GOOD}" --transport="$transport")
				[[ -z $failed ]] || echo "$failed: $text"
			done
		done <<-"END"
			ok|nameserver 127.0.0.1\n
			ok|nameserver ::1\n
			ok|
			ok|# nothing\n; at all\n
			ok|nameserver fe80::53%lo\n
			ok|nameserver fe80::53%1\n
			ok|nameserver 127.0.0.1\nnameserver fe80::53%lo\n
			ok|nameserver fe80::53%lo\nnameserver 127.0.0.1\n
			ok|nameserver fe80::53%none\nnameserver 127.0.0.1\n
			ok|nameserver fe80::53%none\n
			*|nameserver fe80::53%4242\n
			*|nameserver fe80::53\nnameserver ::1\n
			*|nameserver fe80::54%lo\nnameserver 127.0.0.1\n
			ok|domain a.example\nsearch a.example b.example c.example\nnameserver 127.0.0.1\n
			ok|options edns0 trust-ad rotate timeout:1 ndots:15 use-vc inet6\nnameserver ::1\n
			ok|sortlist 130.155.160.0/255.255.240.0\nnameserver 127.0.0.1\nlookup file bind\n
			ok|nameserver 127.0.0.1@53\n
			ok|MANY
			*|nameserver 192.0.2.1\nnameserver 127.0.0.1\n
		END
	'
}

@test "link-local servers, many servers, from the root, and without a network or /etc, the sandbox refuses nothing" {
	# shellcheck disable=SC2016	# expanded in the namespace
	in_namespace '
		for ((i = 100; i < 140; i++)); do
			many+=,127.0.0.1@$i
		done
		try "$GOOD" -r fe80::53%lo
		try "$GOOD" -r fe80::53%1 --transport=tcp
		try "$GOOD" -r fe80::53%lo,127.0.0.1
		try "$GOOD" -r 127.0.0.1@1 --mirror=example=fe80::53%lo
		try "$GOOD" -r 127.0.0.1@1 --mirror=example=::1@1,fe80::53%lo --transport=tcp
		try "$GOOD" -r "127.0.0.1$many" --transport=tcp
		try "*" -r "::1@1$many"
		try "*" -r fe80::53%4242
		try "*" -r fe80::53
		try "*" -r recursive
		try "*" -r recursive --transport=tcp
		try "*" -r recursive --dnssec=on
		try "$GOOD" -r recursive --mirror=example=127.0.0.1
		ip link set lo down
		for r in system 127.0.0.1 ::1 fe80::53%lo recursive; do
			try "*" -r "$r"
			try "*" -r "$r" --transport=tcp
			try "*" -r "$r" --dnssec=on
		done
		mkdir -p etc
		mount --bind etc /etc
		try "*"
		try "*" --dnssec=on
		try "*" -r 127.0.0.1#dns.example
	'
}

@test "an interface that does not exist is an error of the option" {
	run -2 asnq --no-config -r fe80::1%no-such-one 1.2.3.4
	assert_output_is "asnq: --resolver: there is no network interface 'no-such-one'"
	run -2 asnq --no-config -z a.example --mirror=a.example=::1,fe80::1%no-such-one 1.2.3.4
	assert_output_is "asnq: --mirror: there is no network interface 'no-such-one'"
}
