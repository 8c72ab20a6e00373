#!/usr/bin/env bats
# The command line, the configuration file, the environment and exit statuses.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	need kdig
	kit_python
	start_badserver - <<-'END'
		*.61.opt.example	nxdomain
		*.62.opt.example	servfail
		*.63.opt.example	silent
		*.64.opt.example	txt "v=spf1 -all"
		*.65.opt.example	txt "64500 | 99.0.0.0/24 | US | arin | 2001-01-01"
		*.opt.example		origin
	END
}

teardown_file()
{
	stop_servers
}

setup()
{
	# shellcheck disable=SC2054	# the comma belongs to the option
	OPT=(-z opt.example/4 --mirror="opt.example=127.0.0.1@$BAD_PORT" --no-names -t 1)
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir -p .config/asnq
	CONFIG=$BATS_TEST_TMPDIR/.config/asnq/config
}

# As in lib/common, but a hang is a failure.
asnq()
{
	NO_COLOR='' HOME="$BATS_TEST_TMPDIR" XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/.config" \
		LC_ALL=C.UTF-8 timeout -k 1 120 "$ASNQ" "$@"
}

# assert_refused TEXT ARG...: asnq prints nothing on stdout and one line with TEXT on stderr, and
# exits with 2.
assert_refused()
{
	local text=$1

	shift
	run --separate-stderr asnq "$@" </dev/null
	# shellcheck disable=SC2154
	if ((status != 2)) || [[ $output ]] || [[ $stderr != "asnq: "*"$text"* ]] ||
		[[ $stderr == *$'\n'* ]]; then
		printf '%q ' "$@"
		printf '\nstatus %s, stdout: %s\nstderr: %s\nexpected: %s\n' "$status" "$output" \
			"$stderr" "$text"
		return 1
	fi
}

# assert_contradict ONE OTHER ARG...: asnq refuses the two options, named in either order.
assert_contradict()
{
	local one=$1 other=$2

	shift 2
	assert_refused " contradicts --" "$@"
	[[ $stderr == "asnq: --$one contradicts --$other" ||
		$stderr == "asnq: --$other contradicts --$one" ]]
}

# assert_status STATUS ARG...: asnq exits with STATUS.
assert_status()
{
	local expected=$1

	shift
	run --separate-stderr asnq "${OPT[@]}" "$@"
	((status == expected)) && return
	printf '%q ' "$@"
	printf '\nstatus %s instead of %s\n%s\n%s\n' "$status" "$expected" "$output" "$stderr"
	return 1
}

# --- help and the form of the command line ------------------------------------------------

@test "--help and --version print to stdout and exit with 0, whatever else is given" {
	local option

	for option in --help -h; do
		run --separate-stderr asnq "$option" </dev/null
		((status == 0))
		[[ $output == "usage: asnq "* && $output == *--resolver=* ]]
		# shellcheck disable=SC2154
		[[ $stderr == "" ]]
	done
	for option in --version -V; do
		run --separate-stderr asnq "$option" </dev/null
		((status == 0))
		[[ $output == "asnq "[0-9]*libunbound*libevent* ]]
		[[ $stderr == "" ]]
	done
	run --separate-stderr asnq 10.0.0.1 --help
	((status == 0))
	[[ $output == "usage: asnq "* ]]
}

@test "--help fits 80 columns and lists each option once" {
	asnq --help >help
	awk 'length > 79 { print; bad = 1 } END { exit bad }' help
	grep -oE '^  (-.,|   ) --[a-z-]+' help | grep -oE -e '--[a-z-]+' | sort >options
	(($(wc -l <options) >= 30))
	[[ ! $(uniq -d options) ]]
}

@test "every option is accepted" {
	local args word

	: >anchor
	asnq --help | grep -oE '^  (-.,|   ) --[a-z-]+' | grep -oE -e '--[a-z-]+' | sort >listed
	{
		cat <<-'END'
			--zone=cymru
			--zone=routeviews,cymru,rspamd,monkey,aspath
			--zone=some.zone.example,other.example/4,third.example/6
			--mode=all
			--mode=first
			--no-dns
			--names
			--no-names
			--resolver=system
			--resolver=recursive
			--resolver=127.0.0.1
			--resolver=127.0.0.1@5353
			--resolver=::1@5353
			--resolver=127.0.0.1@853#dns.example,::1#dns.example
			--mirror=opt.example=127.0.0.1@1,::1@2
			--transport=udp
			--transport=tcp
			--dnssec=off
			--dnssec=on
			--dnssec=require
			--trust-anchor=anchor
			--timeout=0.25
			--grace=0.1
			--in-flight=1
			--qps=0
			--grain=24,48
			--ask-special
			--cache-size=1K
			--max-record=1K
			--cache-size=100000
			--input=empty
			--null
			--output=text
			--output=json
			--output=csv
			--output=tsv
			--output=tags
			--output=header
			--fields=ip,asn
			--template=_IP_
			--asn-prefix=
			--elastic --output=json
			--no-header --output=csv
			--color=auto
			--color=always
			--color=never
			--stats
			--stats=json
			--explain
			--like=spamassassin
			--like=haraka
			--like=rspamd
			--like=spamassassin --like-config=empty
			--compare
			--progress=auto
			--progress=always
			--progress=never
			--config=anchor
			--no-config
			--exit-status
			--no-exit-status
			--no-sandbox
			--quiet
			--verbose
			-z cymru
			-r 127.0.0.1
			-t 1
			-j 5
			-i empty
			-0
			-o json
			-f ip
			-T x
			-c anchor
			-q
			-v
			-t1 -j5 -ojson
			-0q
		END
	} >lines
	: >empty
	while read -r -a args; do
		# --ask-special would query the test's mirror; no other option causes a query
		run --separate-stderr asnq "${args[@]}" '#' </dev/null
		((status == 0)) || {
			echo "${args[*]}: status $status, $stderr"
			return 1
		}
	done <lines
	# no listed option was left out
	grep -oE -e '--[a-z-]+' lines | sort -u >tried
	# options for selecting, enriching and counting have tests of their own
	printf '%s\n' --check --help --version --asn --asn-list --compile --country --db \
		--country-list --delimiter --engine --enrich --invert-match --key --match --match-tag --member --names-db \
		--summary >>tried
	run comm -23 listed <(sort tried)
	for word in $output; do
		echo "not tried: $word"
	done
	[[ ! $output ]]
}

@test "options may be abbreviated, follow operands, and have their value attached or separate" {
	run asnq "${OPT[@]}" 10.0.0.1 --out=json --fie status
	((status == 1))
	assert_output_is '{"status":"special"}'
	run asnq 10.0.0.1 -ojson -f status "${OPT[@]}"
	assert_output_is '{"status":"special"}'
	run asnq 10.0.0.1 --outp json -fstatus
	assert_output_is '{"status":"special"}'
	assert_refused "'--no'" --no 10.0.0.1
	assert_refused "--in" --in 10.0.0.1
}

@test "-- ends the options, and what follows are records" {
	run asnq -f input,status -- 10.0.0.1 -o --help
	((status == 1))
	assert_output_is $'10.0.0.1\tspecial\n-o\tinvalid\n--help\tinvalid'
}

@test "an empty operand and a blank one are invalid records" {
	run asnq -f input,status -o csv --no-header 10.0.0.1 "" " " "#x" 10.0.0.2
	((status == 1))
	assert_output_is $'10.0.0.1,special\n,invalid\n" ",invalid\n#x,noaddress\n10.0.0.2,special'
}

@test "an operand @RESOLVER names the resolver" {
	run asnq --no-names -z opt.example "@127.0.0.1@$BAD_PORT" 1.2.3.4 -f asn
	((status == 0))
	assert_output_is AS200515
	run asnq --no-names -z opt.example 1.2.3.4 -f asn "@127.0.0.1@$BAD_PORT"
	assert_output_is AS200515
	assert_refused "'nonsense'" @nonsense 1.2.3.4
	# it is not a record: without other operands stdin is read
	run asnq --no-names -z opt.example "@127.0.0.1@$BAD_PORT" -f asn <<<1.2.3.4
	assert_output_is AS200515
}

@test "the last of a repeated option wins; lists grow" {
	run asnq -o json -o csv --no-header -f status 10.0.0.1
	assert_output_is special
	run asnq -f status -f ip 10.0.0.1
	assert_output_is 10.0.0.1
	run asnq "${OPT[@]}" -z a.example/6 -z b.example/6 -o json -f sources 1.2.3.4
	[[ $output == *opt.example* && $output != *a.example* ]]
}

# --- messages of one line -----------------------------------------------------------------

@test "a misspelt option is refused with a suggestion" {
	assert_refused "unknown option '--zoen'; did you mean '--zone'?" --zoen=x 10.0.0.1
	assert_refused "unknown option '--resolvr'; did you mean '--resolver'?" --resolvr x
	assert_refused "unknown option '--time-out'; did you mean '--timeout'?" --time-out=3
	assert_refused "unknown option '--xyzzy'; try 'asnq --help'" --xyzzy
	assert_refused "unknown option '-x'" -x
	assert_refused "unknown option '-x'" -qx
	assert_refused "unknown option" $'--\e[31m' 10.0.0.1
	[[ $stderr != *$'\e'* ]]
}

@test "a misspelt provider, field, format or word is refused with a suggestion" {
	assert_refused "--zone: unknown provider 'cymruu'; did you mean 'cymru'?" -z cymruu
	assert_refused "--zone: unknown provider 'route-views'; did you mean 'routeviews'?" -z route-views
	assert_refused "--resolver: unknown resolver 'sytem'; did you mean 'system'?" -r sytem
	assert_refused "--zone: unknown provider 'xyz'; expected one of: routeviews cymru rspamd monkey aspath, or a zone" --zone=xyz
	assert_refused "--output: unknown word 'jsn'; did you mean 'json'?" -o jsn
	assert_refused "--output: unknown word 'yaml'; expected one of: text json csv tsv tags header" -o yaml
	assert_refused "--fields: unknown field 'prefx'; did you mean 'prefix'?" -f ip,prefx
	assert_refused "--fields: unknown field 'xyzzy'; expected one of: input ip status" --fields=xyzzy
	assert_refused "--mode: unknown word 'frist'; did you mean 'first'?" --mode=frist
	assert_refused "--transport: unknown word 'tls'; expected one of: udp tcp" --transport=tls
	assert_refused "--dnssec: unknown word 'yes'; expected one of: off on require" --dnssec=yes
	assert_refused "--color: unknown word 'alway'; did you mean 'always'?" --color=alway
	assert_refused "--progress: unknown word 'x'; expected one of: auto always never" --progress=x
}

@test "an invalid value is refused with the option, what was expected and what was given" {
	local value

	for value in 0 -1 x 1h "" 99999 1e9 nan inf 0x5 " 1" "1,"; do
		assert_refused "--timeout: expected seconds" --timeout="$value"
		assert_refused "--grace: expected seconds" --grace="$value"
	done
	for value in 0 -1 x "" 1.5 99999999999999999999 1k; do
		assert_refused "--in-flight: expected a number from 1 to " -j "$value"
	done
	for value in -1 x "" 1.5 99999999999999999999; do
		assert_refused "--qps: expected a number from 0 to " --qps="$value"
	done
	for value in 24 33,64 32,129 0,64 32,0 "," 24,48,1 a,b ""; do
		assert_refused "--grain: expected V4,V6, up to 32,128" --grain="$value"
	done
	for value in x "" K 5T -1 1.5M 99999999999G; do
		assert_refused "--cache-size: expected bytes, as in" --cache-size="$value"
	done
	assert_refused "--stats: unknown word 'xml'; expected json" --stats=xml
	assert_refused "--trust-anchor: missing: No such file" --trust-anchor=missing
}

@test "invalid resolvers and mirrors are refused" {
	local value

	for value in 1.2.3 dns.example "" 127.0.0.1@ 127.0.0.1@0 127.0.0.1@65536 127.0.0.1@x \
		"127.0.0.1," ",127.0.0.1" "127.0.0.1#" "127.0.0.1#a b" 127.0.0.1:53; do
		assert_refused "--resolver: expected ADDRESS[@PORT][#TLSNAME]" --resolver="$value"
	done
	assert_refused "--resolver: either all resolvers speak TLS, or none" -r "1.1.1.1,9.9.9.9#a.example"
	for value in x =127.0.0.1 "" a..b=127.0.0.1; do
		assert_refused "--mirror: expected ZONE=ADDRESS[@PORT]" --mirror="$value"
	done
	for value in a.example= a.example=b a.example=127.0.0.1@0 "a.example=127.0.0.1,"; do
		assert_refused "--mirror: expected " --mirror="$value"
	done
}

@test "invalid zones are refused" {
	assert_refused "peer.asn.cymru.com lists upstreams, not origins" -z peer.asn.cymru.com
	assert_refused "peer.asn.cymru.com lists upstreams, not origins" -z Peer.ASN.cymru.com.
	assert_refused "--zone: " -z ""
	assert_refused "--zone: " -z cymru,
	assert_refused "--zone: 'a.example/5': expected ZONE, ZONE/4 or ZONE/6" -z a.example/5
	assert_refused "--zone: 'a..example' is not a zone name" -z a..example
	assert_refused "--zone: " -z "$(printf 'x%.0s' {1..64}).example"
}

@test "invalid templates are refused" {
	assert_refused "--template: unknown tag '_FOO_'" -T "_IP_ _FOO_"
	assert_refused "--template: unknown tag '_ASNCDIR_'" -T "_ASNCDIR_"
	[[ $stderr == *_ASNCIDR_* ]]
	assert_refused "--template: '\\x': expected " -T 'a\x'
	assert_refused "--template: '\\': expected " -T "a\\"
}

@test "a missing argument and an unexpected one are refused" {
	assert_refused "--timeout: needs SECONDS" 10.0.0.1 --timeout
	assert_refused "--timeout: needs SECONDS" 10.0.0.1 -t
	assert_refused "--output: needs text|json|csv|tsv|tags|header" 10.0.0.1 -o
	assert_refused "--names: takes no value" --names=yes 10.0.0.1
	assert_refused "--quiet: takes no value" --quiet=x 10.0.0.1
}

@test "options that contradict each other are refused" {
	assert_contradict names no-names --names --no-names 10.0.0.1
	assert_contradict names no-names --no-names --names 10.0.0.1
	assert_contradict fields template -T x -f ip 10.0.0.1
	assert_contradict output template -T x -o json 10.0.0.1
	assert_contradict no-dns zone --no-dns -z cymru 10.0.0.1
	assert_contradict no-dns mirror --no-dns --mirror=a.example=::1 10.0.0.1
	assert_contradict exit-status no-exit-status --exit-status --no-exit-status
	assert_contradict quiet no-exit-status -q --no-exit-status 10.0.0.1
	assert_contradict config no-config -c /dev/null --no-config 10.0.0.1
	assert_contradict no-dns check --no-dns --check
	assert_contradict check output --check -o json
	assert_contradict check input --check -i /dev/null
	assert_refused "--elastic needs --output=json" --elastic 10.0.0.1
	assert_refused "--no-header needs --output=csv" --no-header -o tsv 10.0.0.1
	assert_refused "--fields needs --output=text, json, csv or tsv" -f ip -o tags 10.0.0.1
}

# --- configuration file -------------------------------------------------------------------

@test "a configuration file may have key value, key=value, comments, blanks and CRLF" {
	{
		printf '# a comment\n\n  \t\n'
		printf 'zone opt.example/4\r\n'
		printf '  mirror = opt.example=127.0.0.1@%s  \n' "$BAD_PORT"
		printf '\ttimeout=0.5\nno-names\n# the last line has no newline\nqps 100'
	} >"$CONFIG"
	run --separate-stderr asnq 1.2.3.4
	((status == 0))
	# shellcheck disable=SC2154
	[[ $stderr == "" ]]
	assert_output_is $'1.2.3.4\tAS200515\t1.2.3.0/24\tUS\t-'
}

@test "the configuration file is found through XDG_CONFIG_HOME, then HOME; -c names another" {
	local home=$BATS_TEST_TMPDIR/home xdg=$BATS_TEST_TMPDIR/xdg

	mkdir -p "$home/.config/asnq" "$xdg/asnq"
	echo "timeout home" >"$home/.config/asnq/config"
	echo "timeout xdg" >"$xdg/asnq/config"
	echo "timeout named" >named
	run env -i HOME="$home" XDG_CONFIG_HOME="$xdg" "$ASNQ" 10.0.0.1
	((status == 2))
	[[ $output == "asnq: $xdg/asnq/config:1: timeout: "*"'xdg'" ]]
	run env -i HOME="$home" "$ASNQ" 10.0.0.1
	((status == 2))
	[[ $output == "asnq: $home/.config/asnq/config:1: timeout: "*"'home'" ]]
	# relative paths are ignored, as the XDG specification says
	run env -i HOME="$home" XDG_CONFIG_HOME=xdg "$ASNQ" 10.0.0.1
	[[ $output == *"'home'" ]]
	run env -i HOME=home "$ASNQ" 10.0.0.1
	((status == 1))
	run env -i HOME="$home" XDG_CONFIG_HOME="$xdg" "$ASNQ" -c named 10.0.0.1
	((status == 2))
	[[ $output == "asnq: named:1: timeout: "*"'named'" ]]
	run env -i HOME="$home" XDG_CONFIG_HOME="$xdg" "$ASNQ" --no-config 10.0.0.1
	((status == 1))
	assert_output_is $'10.0.0.1\t-\t-\t-\tPrivate-Use (RFC 1918)'
}

@test "a file named by -c must exist; the default file need not" {
	assert_refused "missing: No such file or directory" -c missing 10.0.0.1
	assert_refused ".: Is a directory" -c . 10.0.0.1
	run asnq 10.0.0.1
	((status == 1))
}

@test "a configuration file that cannot be read is an error" {
	((EUID)) || skip "root reads everything"
	: >"$CONFIG"
	chmod 0 "$CONFIG"
	assert_refused "config: Permission denied" 10.0.0.1
}

@test "errors in the configuration file are reported with FILE:LINE" {
	local option

	echo "timeout=x" >"$CONFIG"
	assert_refused "$CONFIG:1: timeout: expected seconds, above 0 and up to 3600, not 'x'" 10.0.0.1
	printf '# one\n\ntimout 1\n' >"$CONFIG"
	assert_refused "$CONFIG:3: unknown option 'timout'; did you mean 'timeout'?" 10.0.0.1
	for option in "output json" "fields ip" "template x" quiet verbose "input x" null help \
		version "config x" no-config exit-status no-exit-status check elastic no-header \
		"asn-prefix x" "progress always" stats; do
		echo "$option" >"$CONFIG"
		assert_refused "$CONFIG:1: '${option% *}' belongs on the command line" 10.0.0.1
	done
	echo "names yes" >"$CONFIG"
	assert_refused "$CONFIG:1: names: takes no value" 10.0.0.1
	echo "timeout" >"$CONFIG"
	assert_refused "$CONFIG:1: timeout: needs SECONDS" 10.0.0.1
	echo "zone peer.asn.cymru.com" >"$CONFIG"
	assert_refused "$CONFIG:1: zone: peer.asn.cymru.com lists upstreams" 10.0.0.1
	printf '\e[31mx\n' >"$CONFIG"
	assert_refused "$CONFIG:1: unknown option '\\x1b[31mx'" 10.0.0.1
}

@test "contradictions within the configuration file are errors, too" {
	printf 'no-dns\nzone cymru\n' >"$CONFIG"
	assert_refused "no-dns" 10.0.0.1
	printf 'names\nno-names\n' >"$CONFIG"
	assert_refused "names" 10.0.0.1
}

@test "the command line overrides the configuration file" {
	printf 'mirror opt.example=127.0.0.1@%s\nzone opt.example\nno-names\n' "$BAD_PORT" >"$CONFIG"
	echo "timeout 600" >>"$CONFIG"	# longer than the time limit of asnq()
	run asnq -t 0.3 63.1.1.1 -f status
	((status == 3))
	assert_output_is timeout
	# zones on the command line replace the file's
	run asnq -z a.example -t 0.3 --mirror="a.example=127.0.0.1@$BAD_PORT" -o json -f sources 1.2.3.4
	[[ $output == *'"a.example"'* && $output != *opt.example* ]]
	# so does an option whose opposite is in the file
	echo "no-dns" >"$CONFIG"
	run asnq "${OPT[@]}" 1.2.3.4 -f status
	assert_output_is ok
	run asnq 1.2.3.4 -f status
	assert_output_is nosource
	printf 'color always\n' >"$CONFIG"
	run asnq --color=never 10.0.0.1
	[[ $output != *$'\e'* ]]
	run asnq 10.0.0.1
	[[ $output == *$'\e'* ]]
}

@test "with no-dns in the file, a mirror on the command line causes no other queries" {
	echo "no-dns" >"$CONFIG"
	run --separate-stderr asnq -v --mirror="opt.example=127.0.0.1@$BAD_PORT" 8.8.8.8
	[[ $stderr != *routeviews.org* ]]
}

# --- environment --------------------------------------------------------------------------

@test "colors appear on request, never in a pipe by default" {
	run asnq "${OPT[@]}" 1.2.3.4 10.0.0.1
	[[ $output != *$'\e'* ]]
	run asnq "${OPT[@]}" --color=always 1.2.3.4 10.0.0.1
	[[ $output == *$'\e'* ]]
	run env NO_COLOR=1 TERM=dumb "$ASNQ" --no-config "${OPT[@]}" --color=always 1.2.3.4
	[[ $output == *$'\e'* ]]
	# other formats have no colors
	for format in json csv tsv tags header; do
		run asnq "${OPT[@]}" --color=always -o "$format" 1.2.3.4
		[[ $output != *$'\e'* ]]
	done
}

@test "asnq runs without environment, HOME or terminal, and in a deleted directory" {
	run --separate-stderr env -i "$ASNQ" "${OPT[@]}" 1.2.3.4 -f asn
	((status == 0))
	assert_output_is AS200515
	# shellcheck disable=SC2154
	[[ $stderr == "" ]]
	run --separate-stderr env -i HOME=/nonexistent TERM=nonsense LC_ALL=nonsense \
		"$ASNQ" "${OPT[@]}" 1.2.3.4 -f asn
	((status == 0))
	assert_output_is AS200515
	[[ $stderr == "" ]]
	mkdir gone
	(
		cd gone
		rmdir ../gone
		run --separate-stderr asnq "${OPT[@]}" 1.2.3.4 -f asn
		((status == 0))
		assert_output_is AS200515
		[[ $stderr == "" ]]
	)
	command -v setsid >/dev/null || return 0
	run --separate-stderr setsid -w env -i "$ASNQ" "${OPT[@]}" -f asn <<<1.2.3.4
	((status == 0))
	assert_output_is AS200515
	[[ $stderr == "" ]]
}

# --- exit statuses ------------------------------------------------------------------------

OK=1.2.3.4 UNANNOUNCED=61.1.1.1 SPECIAL=10.0.0.1 INVALID=junk NOSOURCE=2a00::1
SERVFAIL=62.1.1.1 TIMEOUT=63.1.1.1 MALFORMED=64.1.1.1 MISMATCH=65.1.1.1

@test "the next tests' addresses have the statuses that they expect" {
	run asnq "${OPT[@]}" -f status "$OK" "$UNANNOUNCED" "$SPECIAL" "$INVALID" "$NOSOURCE" \
		"$SERVFAIL" "$TIMEOUT" "$MALFORMED" "$MISMATCH" ""
	assert_output_is $'ok\nunannounced\nspecial\ninvalid\nnosource\nservfail\ntimeout\nmalformed\nmismatch\ninvalid'
}

@test "the records of a question decide the exit status" {
	local address

	assert_status 0 $OK
	assert_status 0 $OK 1.2.3.5
	for address in $UNANNOUNCED $SPECIAL $INVALID $NOSOURCE; do
		assert_status 1 "$address"
		assert_status 1 $OK "$address"
		assert_status 1 "$address" $OK
	done
	for address in $SERVFAIL $TIMEOUT $MALFORMED $MISMATCH; do
		assert_status 3 "$address"
		assert_status 3 $OK "$address" $SPECIAL
	done
	assert_status 3 $UNANNOUNCED $SERVFAIL $SPECIAL $INVALID
	# comments do not count, an empty operand does
	assert_status 0 $OK "# x"
	assert_status 1 $OK ""
	assert_status 0 --no-exit-status $SPECIAL $SERVFAIL
	assert_status 3 --exit-status $SERVFAIL
}

@test "the records of a job decide the exit status only with --exit-status" {
	local address args

	printf '%s\n' $OK $UNANNOUNCED $SPECIAL $INVALID $NOSOURCE $SERVFAIL >all
	assert_status 0 <all
	assert_status 0 - <all
	assert_status 0 -i all
	assert_status 0 $SPECIAL - </dev/null
	assert_status 0 $SPECIAL -i /dev/null
	assert_status 0 --no-exit-status <all
	assert_status 3 --exit-status <all
	assert_status 0 --exit-status <<<$OK
	assert_status 0 --exit-status </dev/null
	for address in $UNANNOUNCED $SPECIAL $INVALID $NOSOURCE; do
		assert_status 1 --exit-status <<<$'\n'"$address"
	done
	for address in $SERVFAIL $TIMEOUT $MALFORMED $MISMATCH; do
		assert_status 3 --exit-status <<<"$address"
	done
}

@test "-q prints no records and gives only the exit status" {
	assert_status 0 -q $OK
	[[ ! $output ]]
	assert_status 1 -q $SPECIAL
	[[ ! $output$stderr ]]
	assert_status 3 -q $SERVFAIL
	# in a job, too
	assert_status 0 -q <<<$OK
	[[ ! $output ]]
	assert_status 1 -q <<<$SPECIAL
	assert_status 3 -q $SPECIAL - <<<$SERVFAIL
	[[ ! $output$stderr ]]
	for format in json csv tsv tags header; do
		assert_status 1 -q -o $format $SPECIAL
		[[ ! $output$stderr ]]
	done
	# and an stdout that cannot be written does not matter
	# shellcheck disable=SC2016
	run bash -c '"$@" >/dev/full' - "$ASNQ" --no-config "${OPT[@]}" -q $SPECIAL
	((status == 1))
}

@test "an unreadable input gives 2, whatever the records say" {
	assert_status 2 -i missing
	assert_status 2 -i missing --no-exit-status
	assert_status 2 -i missing --exit-status $SERVFAIL
	assert_status 2 -q -i missing $SPECIAL
	[[ $stderr == "asnq: missing: No such file or directory" ]]
}

@test "a resolver that cannot be opened gives 4, before 2; a failed output gives 5, before both" {
	local resolver=(--no-config --no-names -t 1 -z a.example -r "127.0.0.1@1#dns.example")

	export SSL_CERT_FILE=/nonexistent
	run --separate-stderr "$ASNQ" "${resolver[@]}" 8.8.8.8
	((status == 4))
	# the record is printed nevertheless
	[[ $output == $'8.8.8.8\t-\t-\t-\t'* ]]
	# shellcheck disable=SC2154
	[[ $stderr == "asnq: "* && $stderr != *$'\n'* ]]
	[[ $stderr == *SSL_CERT_FILE* || $stderr == */nonexistent* ]]
	run "$ASNQ" "${resolver[@]}" - -i missing <<<8.8.8.8
	((status == 4))
	# shellcheck disable=SC2016
	run bash -c '"$@" >/dev/full' - "$ASNQ" "${resolver[@]}" -i missing 8.8.8.8
	((status == 5))
	# records that need no resolver do not fail
	run "$ASNQ" "${resolver[@]}" 10.0.0.1
	((status == 1))
	run "$ASNQ" "${resolver[@]}" --exit-status -i missing 10.0.0.1
	((status == 2))
	run --separate-stderr "$ASNQ" "${resolver[@]}" - <<<10.0.0.1
	((status == 0))
	[[ $stderr == "" ]]
}

@test "without resolv.conf, the exit status is 4 and a line says what to do" {
	# shellcheck disable=SC2016	# expanded by the inner bash
	local away=(unshare -m bash -c 'mount -t tmpfs none /etc && exec "$@"' -)

	"${away[@]}" true 2>/dev/null || skip "nothing can be mounted here"
	run --separate-stderr "${away[@]}" "$ASNQ" -t 1 8.8.8.8
	((status == 4))
	# shellcheck disable=SC2154
	[[ $stderr == "asnq: "*--resolver* && $stderr != *$'\n'* ]]
	run "${away[@]}" "$ASNQ" "${OPT[@]}" 1.2.3.4 -f status
	((status == 0))
	assert_output_is ok
}

@test "--check prints a line for each source and sets the exit status" {
	run asnq --check --no-names "${OPT[@]}" 1.2.3.4
	((status == 0))
	assert_line_count 1
	[[ $output == $'opt.example\tok\t'*$' ms\tAS200515'* ]]
	run asnq --check "${OPT[@]}" -t 0.3 63.1.1.1
	((status == 3))
	[[ $output == $'opt.example\ttimeout\t'* ]]
	run asnq --check "${OPT[@]}" -t 0.3 62.1.1.1
	((status == 3))
	[[ $output == $'opt.example\tservfail\t'* ]]
	# nothing was queried, so no source is known to work
	run asnq --check "${OPT[@]}" 10.0.0.1
	((status != 0))
}
