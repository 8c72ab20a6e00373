#!/usr/bin/env bats
# Which sources are queried, when and how often, and how their answers are merged.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	need rbldnsd nsd openssl kdig
	start_rbldnsd "$KIT_DATA" asn.rspamd.com:ip4trie:rspamd4 asn6.rspamd.com:ip6trie:rspamd6
	start_nsd "$KIT_DATA" asn.routeviews.org=routeviews.zone \
		origin.asn.cymru.com=origin.zone origin6.asn.cymru.com=origin6.zone \
		asn.cymru.com=names.zone
	start_badserver - <<-'END'
		*.one.example		origin
		*.two.example		origin
		*.three.example		origin
		*.deep.two.example	origin
		*.1200.example		origin ttl=1200
		*.nxdomain.example	nxdomain soa=77
		*.nodata.example	nodata soa=78
		*.servfail.example	servfail
		*.hijack.example	txt "v=spf1 mx -all"
		*.other.example		txt "64500 | 9.9.9.0/24 | US | arin | "
		*.silent.example	silent
		*.slow.example		delay 1 origin
		*.soon.example		delay 0.3 origin
		*.later.example		delay 0.8 origin
		*.bare.example		txt "3356 | 1.2.0.0/16 | -- | -- | "
		*.full.example		txt "3356 | 1.2.0.0/16 | DE | ripencc | 1999-01-01"
		*.half.example		txt "3356 | 1.2.0.0/16 | | ripencc | "
		*.rest.example		txt "3356 | 1.2.0.0/16 | FR | arin | 2002-02-02"
		*.wide.example		txt "3356 | 1.0.0.0/8 | US | arin | 1990-01-01"
		*.ttl1.example		origin ttl=1
		*.once.example		once servfail / origin
		*.asn.test		origin
		*.asn.home.arpa		origin
		*.asn.invalid		origin
		*.asn.onion		origin
		*.asn.localhost		origin
		*.10.in-addr.arpa	origin
		*.168.192.in-addr.arpa	origin
		*.d.f.ip6.arpa		origin
		as*.asn.cymru.com	asname
		*.asn.routeviews.org	origin form=routeviews
		*.origin.asn.cymru.com	origin
		*.origin6.asn.cymru.com	origin
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

# providers ARG...: runs asnq with the real servers as mirrors of the providers' zones.
providers()
{
	run asnq --no-names --mirror="routeviews.org=127.0.0.1@$NSD_PORT" \
		--mirror="asn.cymru.com=127.0.0.1@$NSD_PORT" \
		--mirror="rspamd.com=127.0.0.1@$RBLDNSD_PORT" "$@"
}

# mirrored ARG...: runs asnq with badserver as a mirror of all zones under example.
mirrored()
{
	run asnq --no-names --mirror="example=127.0.0.1@$BAD_PORT" "$@"
}

# resolved ARG...: runs asnq with badserver as the resolver.
resolved()
{
	run asnq --no-names --resolver="127.0.0.1@$BAD_PORT" "$@"
}

assert_fields()
{
	local expected

	expected=$(tr -s ' ' '\t')
	assert_output_is "$expected"
}

# queried ZONE: prints the names below ZONE that badserver was queried for, in order, without
# repetitions.
queried()
{
	awk -v zone=".$1" '
		substr($3, length($3) - length(zone) + 1) == zone && !seen[$3]++ {
			print substr($3, 1, length($3) - length(zone))
		}' "$BAD_LOG"
}

# times REGEX: prints the times of the queries for names that match, in milliseconds.
times()
{
	awk -v regex="$1" '$3 ~ regex { printf "%d\n", $1 * 1000 }' "$BAD_LOG"
}

json()
{
	printf '%s\n' "$output" | "$KIT_PYTHON" -c '
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    print(eval(sys.argv[1]))' "$1"
}

# spaced SECONDS LINE...: prints the lines, with a pause after each.
spaced()
{
	local pause=$1 line

	shift
	for line; do
		echo "$line"
		sleep "$pause"
	done
}

# stat_of NAME: prints one of the last statistics of --stats=json.
stat_of()
{
	grep '^{"seconds"' <<<"$output" | tail -n 1 |
		"$KIT_PYTHON" -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

# --- zones ---------------------------------------------------------------------------------

@test "a provider's name means its zones, in the order given" {
	resolved -z routeviews,cymru,rspamd,monkey,aspath -o tsv -f sources 8.8.1.1 2600:1::1
	[[ ${lines[0]} == "asn.routeviews.org=ok origin.asn.cymru.com=ok "*"asn.rspamd.com="*" origin.asn.spameatingmonkey.net="*" aspath.routeviews.org="* ]]
	[[ ${lines[1]} == "origin6.asn.cymru.com=ok asn6.rspamd.com=unannounced" ]]
	resolved -z cymru -z routeviews -f sources 8.8.1.1
	assert_output_is "origin.asn.cymru.com=ok asn.routeviews.org=ok"
}

@test "the default zones are routeviews and cymru" {
	resolved -f sources 8.8.2.1 2600:1::2
	assert_output_is - <<-'END'
		asn.routeviews.org=ok origin.asn.cymru.com=ok
		origin6.asn.cymru.com=ok
	END
}

@test "a zone of one's own serves both families, or the one that is named" {
	mirrored -z one.example,two.example/4,three.example/6 -f sources 1.2.3.4 2600:1::1
	assert_output_is - <<-'END'
		one.example=ok two.example=ok
		one.example=ok three.example=ok
	END
}

@test "a provider's zone, given by its own name, serves the family that it has there" {
	resolved -z origin6.asn.cymru.com,asn.routeviews.org -o tsv -f status,sources 8.8.3.1 2600:1::3
	assert_output_is $'ok\tasn.routeviews.org=ok\nok\torigin6.asn.cymru.com=ok'
	resolved -z origin.asn.cymru.com -o tsv -f status 2600:1::4
	assert_output_is nosource
}

@test "a zone given twice is queried once; case and a final dot do not matter" {
	mirrored -z one.example,ONE.Example. -z one.example -f sources 1.2.100.4
	assert_output_is one.example=ok
	[[ $(bad_count '4\.100\.2\.1\.one\.example') == 1 ]]
}

@test "an invalid zone is refused with one line" {
	local spec

	for spec in cymrru nonsense one..example .example one.example/5 one.example/ 'a b.example' \
		peer.asn.cymru.com "$(printf 'a%.0s' {1..64}).example" "" 'one.example,'; do
		mirrored -z "$spec" 1.2.3.4
		((status == 2))
		assert_line_count 1
	done
	mirrored -z cymrru 1.2.3.4
	[[ $output == *"did you mean"*cymru* ]]
	mirrored -z peer.asn.cymru.com 1.2.3.4
	[[ $output == *upstream* ]]
}

@test "the format of a zone does not depend on its name" {
	resolved -z one.example -f asn,prefix 1.2.3.4
	assert_fields <<<'AS200515 1.2.3.0/24'
	run asnq --no-names -z private.example --mirror="private.example=127.0.0.1@$BAD_PORT" \
		-o tsv -f status 1.2.3.4
	assert_output_is unannounced
}

@test "zones may have names that libunbound would answer by itself" {
	local zone

	for zone in asn.test asn.home.arpa asn.invalid asn.onion asn.localhost 10.in-addr.arpa \
		168.192.in-addr.arpa d.f.ip6.arpa; do
		resolved -z "$zone" -o tsv -f status,asn 1.2.3.44
		assert_output_is $'ok\t200515'
		run asnq --no-names -z "$zone" --mirror="$zone=127.0.0.1@$BAD_PORT" -o tsv \
			-f status,asn 1.2.3.45
		assert_output_is $'ok\t200515'
	done
}

# --- merging -------------------------------------------------------------------------------

@test "two sources that agree give each origin and prefix once, and no conflict" {
	providers -z routeviews,cymru,rspamd -o json 8.8.8.8
	[[ $(json 'r["asn"], r["asns"], r["prefixes"], r["conflict"], r["moas"]') == \
		"(15169, [15169], ['8.8.8.0/24', '8.0.0.0/9'], False, False)" ]]
	[[ $(json '[(o["source"], o["asn"], o["prefix"]) for o in r["origins"]]') == "[\
('asn.routeviews.org', 15169, '8.8.8.0/24'), ('origin.asn.cymru.com', 15169, '8.8.8.0/24'), \
('origin.asn.cymru.com', 3356, '8.0.0.0/9'), ('asn.rspamd.com', 15169, '8.8.8.0/24')]" ]]
}

@test "different origins for one prefix are a conflict, and the first source's origin is shown" {
	providers -z routeviews,cymru -o tsv -f asn,asns,prefix,conflict,moas 216.90.108.1
	assert_output_is $'7132\t7132 23028\t216.90.108.0/24\ttrue\tfalse'
	providers -z cymru,routeviews -o tsv -f asn,asns,prefix,conflict,moas 216.90.108.1
	assert_output_is $'23028\t7132 23028\t216.90.108.0/24\ttrue\tfalse'
}

@test "different most specific prefixes are a conflict, and the most specific is shown" {
	providers -z routeviews,cymru -o tsv -f asn,prefix,prefixes,conflict 91.198.174.1
	assert_output_is $'14907\t91.198.174.0/24\t91.198.174.0/24 91.198.174.0/23\ttrue'
	mirrored -z wide.example,one.example -o tsv -f asn,asns,prefix,conflict 1.2.3.4
	assert_output_is $'200515\t200515\t1.2.3.0/24\ttrue'
}

@test "more origins from one source than from the other give moas and conflict" {
	providers -z cymru,rspamd -o tsv -f asn,asns,moas,conflict 94.136.40.1
	assert_output_is $'20738\t20738 20773\ttrue\ttrue'
}

@test "a source without an origin is not a conflict" {
	providers -z cymru,rspamd -o tsv -f status,asn,conflict,sources 200.160.0.1
	assert_output_is $'ok\t22548\tfalse\torigin.asn.cymru.com=ok asn.rspamd.com=unannounced'
}

@test "country, registry and date come from the first source that has them for the prefix" {
	providers -z routeviews,cymru,rspamd -o tsv -f country,registry,allocated 1.1.1.1
	assert_output_is $'AU\tapnic\t2011-08-11'
	providers -z rspamd,cymru -o tsv -f country,registry,allocated 1.1.1.1
	assert_output_is $'US\tarin\t2011-08-11'
	mirrored -z bare.example,full.example,rest.example -o tsv -f country,registry,allocated \
		1.2.3.4
	assert_output_is $'DE\tripencc\t1999-01-01'
	mirrored -z half.example,rest.example -o tsv -f country,registry,allocated 1.2.3.4
	assert_output_is $'FR\tripencc\t2002-02-02'
	mirrored -z wide.example,bare.example -o tsv -f prefix,country 1.2.3.4
	assert_output_is $'1.2.0.0/16\tUS'
}

@test "sources are listed in order, each with its status and the TTL as received" {
	mirrored -z nodata.example,1200.example,servfail.example,nxdomain.example -o json 1.2.3.4
	[[ $(json '[(s["source"], s["status"], s["ttl"], s["dnssec"]) for s in r["sources"]]') == "[\
('nodata.example', 'unannounced', 78, None), ('1200.example', 'ok', 1200, None), \
('servfail.example', 'servfail', None, None), ('nxdomain.example', 'unannounced', 77, None)]" ]]
}

@test "one origin makes the record ok, whatever the other sources say" {
	mirrored -z servfail.example,hijack.example,other.example,nxdomain.example,one.example \
		-o tsv -f status,asn,conflict,sources 1.2.3.4
	assert_output_is $'ok\t200515\tfalse\tservfail.example=servfail hijack.example=malformed other.example=mismatch nxdomain.example=unannounced one.example=ok'
	((status == 0))
}

@test "a record is unannounced if all sources say so; otherwise the first failure counts" {
	mirrored -z nxdomain.example,nodata.example -o tsv -f status 1.2.3.4
	assert_output_is unannounced
	((status == 1))
	mirrored -z nxdomain.example,servfail.example -o tsv -f status 1.2.3.4
	assert_output_is servfail
	((status == 3))
	mirrored -z hijack.example,servfail.example,nodata.example -o tsv -f status 1.2.3.4
	assert_output_is malformed
	mirrored -z nodata.example,servfail.example,hijack.example -o tsv -f status 1.2.3.4
	assert_output_is servfail
	mirrored -z nodata.example,other.example,servfail.example -o tsv -f status 1.2.3.4
	assert_output_is mismatch
}

# --- --mode=first --------------------------------------------------------------------------

@test "--mode=first: if the first source has an origin, the second is not queried" {
	mirrored --mode=first -z one.example,two.example -o tsv -f asn,sources 1.2.30.1
	assert_output_is $'200542\tone.example=ok'
	[[ $(bad_count '1\.30\.2\.1\.two\.example') == 0 ]]
}

@test "--mode=first: if the first source has no origin or fails, the second is queried" {
	local zone

	for zone in nxdomain nodata servfail hijack other; do
		mirrored --mode=first -z $zone.example,two.example,three.example -o tsv \
			-f status,asn,sources 1.2.31.1
		[[ $output == $'ok\t200543\t'$zone.example=*" two.example=ok" ]]
	done
	[[ $(bad_count '1\.31\.2\.1\.three\.example') == 0 ]]
	mirrored --mode=first -z nxdomain.example,servfail.example -o tsv -f status 1.2.31.1
	assert_output_is servfail
	mirrored --mode=first -z nxdomain.example,nodata.example -o tsv -f status 1.2.31.1
	assert_output_is unannounced
}

# --- --grace -------------------------------------------------------------------------------

@test "--grace: once there is an origin, a slower source is late" {
	mirrored --grace=0.2 -z slow.example,one.example -o tsv -f status,sources 1.2.3.4
	assert_output_is $'ok\tslow.example=late one.example=ok'
	((status == 0))
}

# --- suspended zones -----------------------------------------------------------------------

@test "after five time-outs in a row a zone is suspended, which --verbose and --stats report" {
	mirrored -v --stats -t 0.4 --grace=0.4 -z silent.example,one.example -o tsv \
		-f ip,status,sources < <(spaced 0.7 1.2.40.{1..7})
	[[ $(grep -c $'\tok\t.*one.example=ok$' <<<"$output") == 7 ]]
	[[ $(grep -c 'silent.example=skipped' <<<"$output") == 2 ]]
	grep -q $'^1\\.2\\.40\\.7\tok\tsilent.example=skipped one.example=ok' <<<"$output"
	[[ $(queried silent.example | grep -c '\.40\.2\.1$') == 5 ]]
	grep -qx 'asnq: silent\.example is suspended for 30 seconds, since it does not answer' <<<"$output"
	[[ $(tail -n 1 <<<"$output") == *", suspensions 1" ]]
}

# --- --grain -------------------------------------------------------------------------------

@test "--grain: only the bits of the network are sent, and its addresses share the answer" {
	mirrored --grain=24,48 -z one.example -o tsv -f ip,asn,prefix < <(
		printf '%s\n' 1.2.50.77 1.2.50.78 2600:50:1:2:3:4:5:6 2600:50:1:ffff::1
	)
	assert_fields <<-'END'
		1.2.50.77 200562 1.2.50.0/24
		1.2.50.78 200562 1.2.50.0/24
		2600:50:1:2:3:4:5:6 300001 2600:50:1::/48
		2600:50:1:ffff::1 300001 2600:50:1::/48
	END
	output=$(queried one.example | grep '50\.2\.1$\|5\.0\.0\.0\.0\.6\.2$')
	assert_output_is - <<-END
		0.50.2.1
		$(printf '0.%.0s' {1..20})1.0.0.0.0.5.0.0.0.0.6.2
	END
	[[ $(bad_count '0\.50\.2\.1\.one\.example') == 1 ]]
}

@test "--grain may divide an octet or a nibble" {
	mirrored --grain=20,58 -z two.example -o tsv -f status 1.2.255.255 2600:51:1:ffff::1
	output=$(queried two.example | grep '\.2\.1$\|1\.5\.0\.0\.0\.0\.6\.2$' | grep '240\|c')
	assert_output_is - <<-END
		0.240.2.1
		$(printf '0.%.0s' {1..17})c.f.f.1.0.0.0.1.5.0.0.0.0.6.2
	END
}

@test "the default grain is /64 for public zones, and the whole address for mirrors" {
	resolved -z three.example -f status 1.2.52.77 2600:52:1:2:3:4:5:6
	mirrored -z two.example -f status 1.2.52.77 2600:52:1:2:3:4:5:6
	output=$(queried three.example | grep '\.52\.2\.1$\|2\.5\.0\.0\.0\.0\.6\.2$')
	assert_output_is - <<-END
		77.52.2.1
		$(printf '0.%.0s' {1..16})2.0.0.0.1.0.0.0.2.5.0.0.0.0.6.2
	END
	output=$(queried two.example | grep '\.52\.2\.1$\|2\.5\.0\.0\.0\.0\.6\.2$')
	assert_output_is - <<-'END'
		77.52.2.1
		6.0.0.0.5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.2.5.0.0.0.0.6.2
	END
}

@test "--grain: the whole address decides whether it is special-purpose" {
	resolved --grain=16,16 -z one.example -o tsv -f ip,status 192.0.2.1 192.0.0.9 2001:db8::1
	assert_fields <<-'END'
		192.0.2.1 special
		192.0.0.9 ok
		2001:db8::1 special
	END
}

# --- rates ---------------------------------------------------------------------------------

@test "--qps limits the queries to each zone" {
	mirrored --qps=20 -z one.example,two.example -o tsv -f status < <(
		printf '%s\n' 1.2.60.{1..16}
	)
	assert_line_count 16
	for zone in one two; do
		output=$(times "\\.60\\.2\\.1\\.$zone\\.example")
		assert_line_count 16
		# 50 ms between two queries, which may come in pairs
		(($(tail -n 1 <<<"$output") - $(head -n 1 <<<"$output") >= 600))
	done
}

@test "a provider's zone without a mirror gets at most 500 queries a second" {
	local start=${EPOCHREALTIME/./} took

	"$KIT_PYTHON" -c '
for i in range(500):
    print(f"1.61.{i // 250}.{i % 250}")' | {
		resolved -z routeviews -o tsv -f status
		took=$((${EPOCHREALTIME/./} - start))
		[[ $(sort -u <<<"$output") == ok ]]
		((took >= 900000))
	}
}

@test "--in-flight limits the queries in flight" {
	mirrored -j 2 -z soon.example -o tsv -f status < <(printf '%s\n' 1.2.62.{1..4})
	[[ $(sort -u <<<"$output") == ok ]]
	# the first of each query; the third waits for an answer, and so on
	output=$(awk '$3 ~ /\.62\.2\.1\.soon\.example/ && !seen[$3]++ { printf "%d\n", $1 * 1000 }' "$BAD_LOG")
	assert_line_count 4
	"$KIT_PYTHON" -c '
import sys
t = [int(line) for line in sys.stdin]
sys.exit(any(t[i + 2] - t[i] < 295 for i in range(2)))' <<<"$output"
}

# --- the cache -----------------------------------------------------------------------------

@test "an answer whose TTL has passed is queried again, and not taken from libunbound's cache" {
	# libunbound counts in whole seconds
	mirrored -z ttl1.example -f asn --stats=json < <(
		echo 1.2.70.1
		sleep 2.1
		echo 1.2.70.1
	)
	(($(stat_of queries) - $(stat_of retries) == 2))
	(($(bad_count '1\.70\.2\.1\.ttl1\.example') >= 2))
}

@test "equal queries in flight are coalesced" {
	mirrored -z soon.example -f asn --stats=json < <(
		for _ in {1..100}; do
			echo 1.2.75.1
		done
	)
	assert_line_count 101
	(($(stat_of queries) - $(stat_of retries) == 1))
	mirrored --grain=24,48 -z soon.example -f asn --stats=json \
		< <(printf '%s\n' 1.2.76.{1..100})
	assert_line_count 101
	(($(stat_of queries) - $(stat_of retries) == 1))
}

@test "a retry follows one SERVFAIL" {
	mirrored -z servfail.example -o tsv -f status --stats=json 1.2.77.1
	[[ $(stat_of retries) == 1 ]]
	mirrored -z once.example -o tsv -f status 1.2.77.2
	assert_output_is ok
}

# --- mirrors -------------------------------------------------------------------------------

@test "a mirror serves the names below its zone" {
	mirrored -z deep.two.example -f asn 1.2.80.1
	assert_output_is AS200592
	providers -z origin.asn.cymru.com -f asn 8.8.8.8
	assert_output_is AS15169
}

@test "a mirror of a part of a zone gets the queries for names in that part, and no others" {
	run asnq --no-names --mirror="2.1.two.example=127.0.0.1@$BAD_PORT" \
		--resolver="127.0.0.1@$(free_port)" -t 0.3 -z two.example -f ip,status,asn 1.2.83.1 1.3.83.1
	assert_output_is $'1.2.83.1\tok\tAS200595\n1.3.83.1\ttimeout\t-'
}

@test "of two mirrors, the one with the closer zone is queried" {
	run asnq --no-names --mirror=example=127.0.0.1@1 \
		--mirror="two.example=127.0.0.1@$BAD_PORT" -z deep.two.example -f asn 1.2.81.1
	assert_output_is AS200593
	run asnq --no-names --mirror="two.example=127.0.0.1@$BAD_PORT" \
		--mirror=example=127.0.0.1@1 -z deep.two.example -f asn 1.2.81.2
	assert_output_is AS200593
}

@test "a mirror serves its own zone only; the resolver is queried for others" {
	run asnq --no-names --mirror="one.example=127.0.0.1@$BAD_PORT" \
		--resolver=127.0.0.1@1 -z one.example,two.example -t 2 -o tsv -f sources 1.2.82.1
	[[ $output == "one.example=ok two.example="@(servfail|timeout|late) ]]
	run asnq --no-names --mirror="one.example=127.0.0.1@1" \
		--resolver="127.0.0.1@$BAD_PORT" -z notone.example,two.example -o tsv -f sources 1.2.82.2
	assert_output_is "notone.example=unannounced two.example=ok"
}

@test "a mirror needs no resolver" {
	mirrored --resolver=127.0.0.1@1 -z one.example -f asn 1.2.83.1
	assert_output_is AS200595
}

@test "of a mirror's two servers, one may be closed" {
	run asnq --no-names --mirror="example=127.0.0.1@1,127.0.0.1@$BAD_PORT" -z one.example \
		-o tsv -f status < <(printf '%s\n' 1.2.84.{1..50})
	[[ $(sort <<<"$output" | uniq -c | tr -d ' ') == 50ok ]]
}

@test "of a mirror's two servers, one may be silent" {
	local alive=$BAD_PORT

	start_badserver - <<<'* silent'
	run asnq --no-names --mirror="example=127.0.0.1@$BAD_PORT,127.0.0.1@$alive" \
		-z one.example -o tsv -f status < <(printf '%s\n' 1.2.85.{1..50})
	[[ $(sort <<<"$output" | uniq -c | tr -d ' ') == 50ok ]]
}

@test "a mirror given twice has the servers of both" {
	run asnq --no-names --mirror=example=127.0.0.1@1 --mirror="example=127.0.0.1@$BAD_PORT" \
		-z one.example -o tsv -f status 1.2.86.1
	assert_output_is ok
}

# --- --check -------------------------------------------------------------------------------

@test "--check prints a line for each source, and ends with 0 if all work" {
	run asnq --check --resolver="127.0.0.1@$BAD_PORT"
	((status == 0))
	assert_line_count 4
	[[ $(cut -f 1,2 <<<"$output" | sort) == $'asn.cymru.com\tok\nasn.routeviews.org\tok\norigin.asn.cymru.com\tok\norigin6.asn.cymru.com\tok' ]]
}

@test "--check names a source that fails, and ends with 3" {
	run asnq --check -t 1 --resolver="127.0.0.1@$BAD_PORT" -z cymru,silent.example,servfail.example
	((status == 3))
	grep -q $'^origin.asn.cymru.com\tok' <<<"$output"
	grep -q $'^silent.example\ttimeout' <<<"$output"
	grep -q $'^servfail.example\tservfail' <<<"$output"
}

@test "--check: a source works if it does so for one of the families" {
	run asnq --check --resolver="127.0.0.1@$BAD_PORT" -z routeviews
	((status == 0))
	grep -q $'^asn.routeviews.org\tok' <<<"$output"
	run asnq --check --resolver="127.0.0.1@$BAD_PORT" -z one.example/6
	((status == 0))
	grep -q $'^one.example\tok' <<<"$output"
}

@test "--check queries every source, even with --mode=first" {
	run asnq --check --mode=first --resolver="127.0.0.1@$BAD_PORT" -z one.example,two.example/4
	((status == 0))
	grep -q $'^one.example\tok' <<<"$output"
	grep -q $'^two.example\tok' <<<"$output"
}

@test "--check reports that a slow source works, even next to a fast one" {
	run asnq --check --grace=0.1 --resolver="127.0.0.1@$BAD_PORT" -z later.example,one.example
	((status == 0))
	grep -q $'^later.example\tok' <<<"$output"
}

@test "--check takes an address" {
	run asnq --check --resolver="127.0.0.1@$BAD_PORT" -z one.example 1.2.90.1
	((status == 0))
	grep -q $'^one.example\tok' <<<"$output"
	[[ $(bad_count '^[0-9.]+ udp 1\.90\.2\.1\.one\.example') == 1 ]]
}
