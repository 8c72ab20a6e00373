#!/usr/bin/env bats
# The options that select records: --match, --asn, --country, their lists, --invert-match.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	need python3
	kit_python
	start_badserver - <<-'END'
		*.1.t.example	txt "201 | 1.0.0.0/8 | US | arin | 2001-01-01"
		*.2.t.example	txt "202 | 2.0.0.0/8 | DE | ripencc | 2001-01-01"
		# two origins of one prefix
		*.3.t.example	txt "203 | 3.0.0.0/8 | FR | ripencc | 2001-01-01" + "201 | 3.0.0.0/8 | FR | ripencc | 2001-01-01"
		# another origin of a less specific prefix
		*.4.t.example	txt "204 | 4.4.0.0/16 | US | arin | 2001-01-01" + "202 | 4.0.0.0/8 | CA | arin | 2001-01-01"
		*.5.t.example	silent
		*.6.t.example	servfail
		*.7.t.example	nxdomain
		# no country
		*.8.t.example	txt "208 | 8.0.0.0/8 |  | arin | 2001-01-01"
		*.9.t.example	txt "v=spf1 -all"
		*.11.t.example	txt "201 | 99.0.0.0/8 | US | arin | 2001-01-01"
		*.12.t.example	txt "4200000001 | 12.0.0.0/8 | EU | ripencc | 2001-01-01"
		as208.asn.cymru.com	nxdomain
		as204.asn.cymru.com	silent
		as*.asn.cymru.com	asname
	END
	# "decided" has addresses that are answered or need no query, "failing" those without a
	# usable answer
	printf '%s\n' 1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 7.7.7.7 8.8.8.8 12.1.1.1 10.0.0.1 junk "" \
		>"$BATS_FILE_TMPDIR/decided"
	printf '%s\n' 6.6.6.6 9.9.9.9 11.1.1.1 >"$BATS_FILE_TMPDIR/failing"
}

teardown_file()
{
	stop_servers
}

setup()
{
	ZONE=(-z t.example --mirror="t.example=127.0.0.1@$BAD_PORT"
		--mirror="asn.cymru.com=127.0.0.1@$BAD_PORT" -t 1)
	DECIDED=$BATS_FILE_TMPDIR/decided
	FAILING=$BATS_FILE_TMPDIR/failing
	cd "$BATS_TEST_TMPDIR" || return 1
}

# As in lib/common, but a hang is a failure.
asnq()
{
	NO_COLOR='' HOME="$BATS_TEST_TMPDIR" XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/.config" \
		LC_ALL=C.UTF-8 timeout -k 1 120 "$ASNQ" "${ZONE[@]}" "$@"
}

# selected TEXT ARG...: asnq prints those of all records whose input is in TEXT, in that order; an
# empty input is shown as (). Nothing is on stderr.
selected()
{
	local want=$1 output

	shift
	cat "$DECIDED" "$FAILING" >in
	asnq -f input "$@" <in >out 2>err
	[[ ! -s err ]] || {
		cat err
		return 1
	}
	output=$(sed 's/^$/()/' out | paste -sd ' ' -)
	status=0 assert_output_is "$want"
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

need_pcre2()
{
	local what

	what=$(asnq --version | grep -io 'pcre2 [^,]*')
	[[ $what != *none ]] || skip "built without PCRE2"
}

# --- one option ---------------------------------------------------------------------------

@test "--asn selects these origins" {
	selected "2.2.2.2" --asn=202
	selected "2.2.2.2 8.8.8.8" --asn=208,202
	selected "12.1.1.1" --asn=4200000001
	selected "" --asn=20
}

@test "--asn: any origin of the most specific prefix counts, others do not" {
	selected "1.1.1.1 3.3.3.3" --asn=201
	selected "3.3.3.3" --asn=203
	selected "4.4.4.4" --asn=204
	# 202 announces 4.0.0.0/8, but the address is routed by the more specific prefix
	selected "2.2.2.2" --asn=202
}

@test "--asn: spellings, blanks, and several options" {
	selected "1.1.1.1 2.2.2.2 3.3.3.3 8.8.8.8" --asn="AS201, as202 ,208"
	selected "1.1.1.1 2.2.2.2 3.3.3.3 8.8.8.8" --asn=208 --asn=201 --asn=202
}

@test "--country: upper or lower case, several countries" {
	selected "1.1.1.1 4.4.4.4" --country=US
	selected "1.1.1.1 2.2.2.2 4.4.4.4" --country=us,De
	selected "1.1.1.1 2.2.2.2 4.4.4.4 12.1.1.1" --country=EU --country=US --country=DE
	selected "" --country=ZW
	# CA belongs to the less specific prefix, not to the record
	selected "" --country=CA
}

@test "--country and --asn select AS numbers too" {
	run asnq -f input --country=US --no-exit-status AS201 1.1.1.1 2.2.2.2
	assert_output_is $'AS201\n1.1.1.1'
	run asnq -f input --asn=AS201 --no-exit-status AS201 AS202
	assert_output_is AS201
	run asnq -f input --asn=AS201 --invert-match --no-exit-status AS201 AS202
	assert_output_is AS202
}

@test "--match is matched with all origins of the record" {
	need_pcre2
	selected "1.1.1.1 3.3.3.3" --match='AS201'
	selected "2.2.2.2 4.4.4.4" --match='AS202'
	selected "1.1.1.1" --match='^AS201$'
	selected "3.3.3.3" --match='^AS201 AS203$'
	selected "4.4.4.4" --match='^AS204 AS202$'
	selected "1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 8.8.8.8" --match='^AS20[0-9]\b'
	selected "" --match='as201'
	selected "1.1.1.1 3.3.3.3" --match='(?i)as201'
}

@test "--match takes Perl's expressions: lookaround, lazy quantifiers, classes, alternatives" {
	need_pcre2
	selected "1.1.1.1" --match='AS201(?! )'
	selected "3.3.3.3" --match='(?<=AS201 )AS\d{3}'
	selected "2.2.2.2 4.4.4.4 8.8.8.8" --match='\A(?:AS204|AS20[28])'
}

@test "--match: a record without an origin has an empty tag" {
	need_pcre2
	selected "7.7.7.7 10.0.0.1 junk ()" --match='^$'
	# every record that is decided
	selected "$(sed 's/^$/()/' "$DECIDED" | paste -sd ' ' -)" --match=''
}

@test "--match sees the prefix of --asn-prefix" {
	need_pcre2
	selected "1.1.1.1" --asn-prefix='' --match='^201$'
	selected "1.1.1.1" --asn-prefix='ASN-' --match='^ASN-201$'
	selected "" --asn-prefix='ASN-' --match='^AS201$'
}

@test "--match-tag: fields and SpamAssassin's tags, with and without underscores" {
	need_pcre2
	selected "4.4.4.4" --match='^4\.4\.0\.0/16 4\.0\.0\.0/8$' --match-tag=_ASNCIDR_
	selected "4.4.4.4" --match-tag=ASNCIDR --match='^4\.4\.0\.0/16 4\.0\.0\.0/8$'
	selected "1.1.1.1 4.4.4.4" --match='US' --match-tag=_ASNCOUNTRY_
	selected "10.0.0.1" --match='^special$' --match-tag=status
	selected "2.2.2.2" --match='^2' --match-tag=_IP_
	selected "3.3.3.3" --match=true --match-tag=MOAS
	selected "2.2.2.2 3.3.3.3 12.1.1.1" --match=ripencc --match-tag=registry
	selected "10.0.0.1" --match='Private-Use' --match-tag=SPECIAL
	# the last one counts
	selected "2.2.2.2" --match-tag=_ASN_ --match='^2\.2' --match-tag=_IP_
}

@test "--match-tag=_NAME_ looks up names" {
	need_pcre2
	selected "2.2.2.2" --match='^NAME-202,' --match-tag=_NAME_
	selected "2.2.2.2" --names --match='^NAME-202,' --match-tag=_ASNNAME_
	selected "10.0.0.1" --match='^Private-Use' --match-tag=info
	selected "2.2.2.2" --match='^NAME-202,' --match-tag=info
	refused "--no-names" --no-names --match='^NAME-202,' --match-tag=_NAME_
}

@test "--match stops after a bounded number of steps, and the record is undecided" {
	local invert

	need_pcre2
	# takes exponential time where it does not match
	for invert in "" --invert-match; do
		run asnq ${invert:+"$invert"} --asn-prefix="$(printf 'a%.0s' {1..40})" \
			--match='^(a|aa|aaa)+$' 1.1.1.1
		((status == 3))
		assert_output_is ""
	done
}

# --- several options ----------------------------------------------------------------------

@test "several options are combined with AND, the words of one with OR" {
	selected "1.1.1.1" --asn=201,202 --country=US
	selected "1.1.1.1 2.2.2.2" --asn=201,202 --country=US,DE
	selected "" --asn=202 --country=US
}

@test "--match combines with the other options" {
	need_pcre2
	selected "3.3.3.3" --asn=201 --match=AS203
	selected "" --asn=201 --match=AS203 --country=US
	selected "3.3.3.3" --asn=201 --match=AS203 --country=FR
	selected "" --match='' --invert-match
}

@test "--invert-match inverts the whole selection, and selects records without an origin" {
	selected "2.2.2.2 4.4.4.4 7.7.7.7 8.8.8.8 12.1.1.1 10.0.0.1 junk ()" --asn=201 --invert-match
	# the inverse of "201 and US", not "neither 201 nor US"
	selected "2.2.2.2 3.3.3.3 4.4.4.4 7.7.7.7 8.8.8.8 12.1.1.1 10.0.0.1 junk ()" \
		--invert-match --asn=201 --country=US
	selected "2.2.2.2 3.3.3.3 7.7.7.7 12.1.1.1 10.0.0.1 junk ()" --country=US --invert-match
}

@test "an undecided record is never selected, even with --invert-match" {
	local how kinds=(--asn=201 --asn=999 --country=US --country=ZW)

	asnq --version | grep -i 'pcre2 none' || kinds+=(--match=. --match='^$')
	for how in "${kinds[@]}"; do
		run asnq -t 0.2 -f input "$how" < <(cat "$FAILING" && echo 5.5.5.5)
		((status == 0))
		assert_output_is ""
		run asnq -t 0.2 -f input "$how" --invert-match < <(cat "$FAILING" && echo 5.5.5.5)
		((status == 0))
		assert_output_is ""
	done
}

@test "without an answer for its AS name, a record is undecided" {
	local nameless=(--names -f input --match=. --match-tag=NAME --invert-match)

	run asnq --mirror="asn.cymru.com=127.0.0.1@$BAD_PORT" "${nameless[@]}" \
		< <(printf '%s\n' 2.2.2.2 3.3.3.3 4.4.4.4)
	assert_output_is ""
}

@test "an address that no source covers is undecided" {
	run asnq -z "t.example/4" -f input --country=US --invert-match < <(printf '2001:db9::1\n2.2.2.2\n')
	[[ $output != *2001* && $output == *2.2.2.2* ]]
}

@test "--stats counts selected and undecided records" {
	{
		cat "$DECIDED" "$FAILING"
		echo 5.5.5.5
	} >in
	asnq --asn=201 --stats=json <in >out 2>err
	(($(wc -l <out) == 2))
	json_ok err
	"$KIT_PYTHON" - <<-'END'
		import json
		got = json.load(open("err"))
		want = {"records": 14, "chosen": 2, "undecided": 4, "timeout": 1, "malformed": 1, "mismatch": 1}
		assert {k: got.get(k) for k in want} == want, got
	END
	asnq --stats=json <in >out 2>err
	run cat err
	[[ $output != *chosen* && $output != *undecided* ]]
}

# --- lists from files ---------------------------------------------------------------------

@test "--asn-list: comments, blanks, empty lines, CRLF, with or without AS, no final newline" {
	printf '# blocked\n\n  AS201  # one\n\t202\t\r\nas208\r\n\r\n   # more\n12#x\n4200000001' >list
	selected "1.1.1.1 2.2.2.2 3.3.3.3 8.8.8.8 12.1.1.1" --asn-list=list
	selected "4.4.4.4 7.7.7.7 10.0.0.1 junk ()" --asn-list=list --invert-match
}

@test "--country-list takes the same forms of lines" {
	printf '# blocked\n\n  us # one\n\tDE\t\r\neu#x\nFR' >list
	selected "1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 12.1.1.1" --country-list=list
}

@test "several lists and files of one option are one list" {
	echo 202 >list
	echo 208 >list2
	selected "2.2.2.2 8.8.8.8" --asn-list=list --asn-list=list2
	selected "2.2.2.2 4.4.4.4 8.8.8.8" --asn-list=list --asn=204 --asn-list=list2
	echo DE >list
	selected "1.1.1.1 2.2.2.2 4.4.4.4" --country-list=list --country=US
}

@test "an empty list matches no record" {
	printf '# nothing yet\n\n' >list
	selected "" --asn-list=list
	selected "" --country-list=list
	selected "" --asn-list=/dev/null --country=US
	selected "$(sed 's/^$/()/' "$DECIDED" | paste -sd ' ' -)" --asn-list=list --invert-match
}

@test "a list may hold 100,000 numbers in any order" {
	"$KIT_PYTHON" -c '
import random
random.seed(1)
numbers = [n for n in range(1000, 101000)] + [202, 208, 202]
random.shuffle(numbers)
print(*numbers, sep="\n")' >list
	selected "2.2.2.2 8.8.8.8" --asn-list=list
}

@test "a list may come from a pipe" {
	selected "2.2.2.2" --asn-list=<(echo AS202)
}

# --- mistakes -----------------------------------------------------------------------------

@test "an invalid AS number or country is refused before input is read" {
	refused "AS number" --asn=
	refused "'x'" --asn=201,x
	refused "AS number" --asn=201,,202
	refused "4294967296" --asn=4294967296
	refused "AS number" --asn=AS
	refused "'-1'" --asn=-1
	refused "'USA'" --country=US,USA
	refused "country" --country=
	refused "'U1'" --country=U1
	refused "--country" --country=Ü
}

@test "an invalid list is reported with its file and line, a missing file with its name" {
	printf '201\n\n# c\n201 202\n' >list
	refused "list:4:" --asn-list=list
	printf '201\nAS-X\n' >list
	refused "list:2:" --asn-list=list
	refused "AS-X" --asn-list=list
	printf 'US\nDE\nGermany\n' >list
	refused "list:3:" --country-list=list
	refused "missing: No such file" --asn-list=missing
	refused "missing: No such file" --country-list=missing
	refused "Is a directory" --asn-list=.
	printf '201\n20\x1b[31m2\n' >list
	refused "list:2:" --asn-list=list
	# shellcheck disable=SC2154
	[[ $stderr != *$'\x1b'* ]]
}

@test "an invalid expression or tag is refused" {
	need_pcre2
	refused "at character 4" --match='a(b'
	refused "--match" --match='*'
	refused "NOPE" --match=. --match-tag=NOPE
	# _INPUT_ is what was typed, not a property of the address
	refused "_INPUT_" --match=. --match-tag=_INPUT_
	refused "--match-tag" --match=. --match-tag=
}

@test "options that need another option are refused without it" {
	refused "--invert-match needs" --invert-match
	refused "--match-tag needs --match" --match-tag=_ASN_
	refused "--match-tag needs --match" --match-tag=_ASN_ --asn=201
	refused "contradict" --check --asn=201
	refused "contradict" --check --country-list=/dev/null
}

@test "an origin whose country is not known is undecided, neither way" {
	run asnq --country=US 8.8.8.8
	((status == 3))
	assert_output_is ""
	run asnq --country=US --invert-match 8.8.8.8
	((status == 3))
	assert_output_is ""
	run asnq --country=US 8.8.8.8 2.2.2.2
	((status == 3))
	run asnq -f ip --country=US 8.8.8.8 1.1.1.1
	((status == 3))
	assert_output_is 1.1.1.1
	# nobody announces it: it is not in any country's list
	run asnq -f ip --country=US --invert-match 7.7.7.7
	((status == 0))
	assert_output_is 7.7.7.7
	# another criterion decides
	run asnq --country=US --asn=1 8.8.8.8
	((status == 1))
	run asnq -f ip --country=US --asn=1 --invert-match 8.8.8.8
	((status == 0))
	assert_output_is 8.8.8.8
	: >empty
	run asnq --country-list=empty 8.8.8.8
	((status == 1))
	run -0 --separate-stderr asnq --country=US --stats <"$DECIDED"
	# shellcheck disable=SC2154
	[[ $stderr == *"undecided 1"* ]]
}

@test "a source set without countries is said once" {
	printf '1.1.1.0/24\t13335\n' >plain
	run --separate-stderr "$ASNQ" --no-config -d plain --country=US 1.1.1.1 1.1.1.2
	((status == 3))
	# shellcheck disable=SC2154	# run sets the lines of stderr
	((${#stderr_lines[@]} == 1))
	[[ $stderr == *"no source here has the countries"* ]]
	run --separate-stderr asnq -d plain -f ip --country=US --no-exit-status 1.1.1.1
	[[ -z $stderr ]]
	# what asnq has written has countries
	printf '1.1.1.0\t1.1.1.255\t13335\tAU\tAPNIC\n' >ranges
	"$ASNQ" --no-config -d ranges --compile built.mmdb
	run --separate-stderr "$ASNQ" --no-config -d built.mmdb -f ip,country --country=AU 1.1.1.1
	((status == 0))
	assert_output_is $'1.1.1.1\tAU'
	[[ -z $stderr ]]
	run --separate-stderr "$ASNQ" --no-config -d built.mmdb --country=US 1.1.1.1
	((status == 1))
}

# --- exit status --------------------------------------------------------------------------

@test "the exit status is like grep's: 0 selected, 1 not selected, 3 undecided" {
	run asnq --asn=201 1.1.1.1 2.2.2.2
	((status == 0))
	run asnq --asn=203 1.1.1.1 2.2.2.2
	((status == 1))
	assert_output_is ""
	# a record without an origin counts like any other
	run asnq --asn=201 1.1.1.1 7.7.7.7 junk 10.0.0.1
	((status == 0))
	run asnq --invert-match --asn=201 7.7.7.7
	((status == 0))
	run asnq --asn=201 7.7.7.7
	((status == 1))
	run asnq --asn=201 2.2.2.2 5.5.5.5
	((status == 3))
	run asnq --asn=201 1.1.1.1 6.6.6.6
	((status == 3))
	run asnq --invert-match --asn=201 9.9.9.9
	((status == 3))
}

@test "a job ends with 0, unless --exit-status is given" {
	run asnq --asn=999 <"$DECIDED"
	((status == 0))
	run asnq --asn=999 --exit-status <"$DECIDED"
	((status == 1))
	run asnq --asn=201 --exit-status <"$DECIDED"
	((status == 0))
	run asnq --asn=201 --exit-status <"$FAILING"
	((status == 3))
}

@test "--quiet gives only the exit status" {
	run asnq -q --country=US 1.1.1.1
	((status == 0))
	assert_output_is ""
	run asnq -q --country=US 2.2.2.2
	((status == 1))
	run asnq -q --country=DE < <(grep -v ^8 "$DECIDED")
	((status == 0))
	run asnq -q --country=ZW < <(grep -v ^8 "$DECIDED")
	((status == 1))
	run asnq -q --country=DE <"$DECIDED"
	((status == 3))
	run asnq -q --country=US --invert-match 5.5.5.5
	((status == 3))
	assert_output_is ""
}

# --- formats and order --------------------------------------------------------------------

@test "every format prints only selected records" {
	asnq --asn=201 -o json <"$DECIDED" >out
	json_ok out
	(($(wc -l <out) == 2))
	run asnq --asn=202 -o csv <"$DECIDED"
	assert_output_is - <<-'END'
		input,ip,status,asn,prefix,country,name
		2.2.2.2,2.2.2.2,ok,202,2.0.0.0/8,DE,
	END
	run asnq --asn=999 -o csv <"$DECIDED"
	assert_output_is "input,ip,status,asn,prefix,country,name"
	run asnq --asn=202 -o tags <"$DECIDED"
	assert_line_count 1
	run asnq --asn=202 -o header <"$DECIDED"
	assert_output_is "X-Spam-ASN: AS202 2.0.0.0/8"
	run asnq --asn=202 -T '_IP_ is chosen' <"$DECIDED"
	assert_output_is "2.2.2.2 is chosen"
	asnq --asn=202 -0 -f input < <(printf '1.1.1.1\0002.2.2.2\0') >out
	printf '2.2.2.2\0' | cmp - out
}

@test "records keep their order and number, with slow and unanswered addresses between them" {
	local i

	for i in {1..300}; do
		printf '%s\n' "1.1.1.$((i % 7))" "2.2.2.$((i % 5))" "5.5.5.$((i % 3))" "3.3.3.$((i % 9))"
	done >in
	grep -E '^[13]\.' in >want
	asnq -f input --asn=201 <in >out
	cmp want out
	grep '^2' in >want
	asnq -f input --asn=201 --invert-match <in >out
	cmp want out
}

@test "a selected record is printed while the input stays open" {
	local line peer

	coproc asnq --asn=202 -f input
	peer=$COPROC_PID
	printf '1.1.1.1\n2.2.2.2\n' >&"${COPROC[1]}"
	read -r -t 3 line <&"${COPROC[0]}"
	[[ $line == 2.2.2.2 ]]
	# now it is cached
	printf '1.1.1.1\n2.2.2.2\n' >&"${COPROC[1]}"
	read -r -t 3 line <&"${COPROC[0]}"
	[[ $line == 2.2.2.2 ]]
	eval "exec ${COPROC[1]}>&-"
	wait "$peer"
}
