#!/usr/bin/env bats
# Choosing records: --match, --asn, --country, their lists, --invert-match.

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
	# everything that was answered, and what was not
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

# As that of lib/common, but a hang is a failure.
asnq()
{
	env -u NO_COLOR HOME="$BATS_TEST_TMPDIR" XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/.config" \
		LC_ALL=C.UTF-8 timeout -k 1 20 "$ASNQ" "${ZONE[@]}" "$@"
}

# chosen TEXT ARG...: of all records, those whose input stands in TEXT are printed, in its order;
# an empty one is (). Nothing is on stderr and, in a job, the records do not decide the status.
chosen()
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

# refused TEXT ARG...: exit 2 with one line that holds TEXT, and nothing of the input is read.
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

# --- one kind at a time -------------------------------------------------------------------

@test "--asn: these origins" {
	chosen "2.2.2.2" --asn=202
	chosen "2.2.2.2 8.8.8.8" --asn=208,202
	chosen "12.1.1.1" --asn=4200000001
	chosen "" --asn=20
}

@test "--asn: any origin of the most specific prefix, none of others" {
	chosen "1.1.1.1 3.3.3.3" --asn=201
	chosen "3.3.3.3" --asn=203
	chosen "4.4.4.4" --asn=204
	# 202 announces 4.0.0.0/8, too, but that is not what routes the address
	chosen "2.2.2.2" --asn=202
}

@test "--asn: spellings, blanks, and given more than once" {
	chosen "1.1.1.1 2.2.2.2 3.3.3.3 8.8.8.8" --asn="AS201, as202 ,208"
	chosen "1.1.1.1 2.2.2.2 3.3.3.3 8.8.8.8" --asn=208 --asn=201 --asn=202
}

@test "--country: in any case, several" {
	chosen "1.1.1.1 4.4.4.4" --country=US
	chosen "1.1.1.1 2.2.2.2 4.4.4.4" --country=us,De
	chosen "1.1.1.1 2.2.2.2 4.4.4.4 12.1.1.1" --country=EU --country=US --country=DE
	chosen "" --country=ZW
	# that of the less specific prefix is not the record's
	chosen "" --country=CA
}

@test "--country: AS numbers have one as well" {
	run asnq -f input --country=US --no-exit-status AS201 1.1.1.1 2.2.2.2
	assert_output_is $'AS201\n1.1.1.1'
	run asnq -f input --asn=AS201 --no-exit-status AS201 AS202
	assert_output_is AS201
	run asnq -f input --asn=AS201 --invert-match --no-exit-status AS201 AS202
	assert_output_is AS202
}

@test "--match: against all origins with their prefix" {
	need_pcre2
	chosen "1.1.1.1 3.3.3.3" --match='AS201'
	chosen "2.2.2.2 4.4.4.4" --match='AS202'
	chosen "1.1.1.1" --match='^AS201$'
	chosen "3.3.3.3" --match='^AS201 AS203$'
	chosen "4.4.4.4" --match='^AS204 AS202$'
	chosen "1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 8.8.8.8" --match='^AS20[0-9]\b'
	chosen "" --match='as201'
	chosen "1.1.1.1 3.3.3.3" --match='(?i)as201'
}

@test "--match is Perl's: lookaround, lazy, classes, alternatives" {
	need_pcre2
	chosen "1.1.1.1" --match='AS201(?! )'
	chosen "3.3.3.3" --match='(?<=AS201 )AS\d{3}'
	chosen "2.2.2.2 4.4.4.4 8.8.8.8" --match='\A(?:AS204|AS20[28])'
}

@test "--match: a record without an origin has an empty tag" {
	need_pcre2
	chosen "7.7.7.7 10.0.0.1 junk ()" --match='^$'
	# everything that could be decided
	chosen "$(sed 's/^$/()/' "$DECIDED" | paste -sd ' ' -)" --match=''
}

@test "--asn-prefix counts for --match" {
	need_pcre2
	chosen "1.1.1.1" --asn-prefix='' --match='^201$'
	chosen "1.1.1.1" --asn-prefix='ASN-' --match='^ASN-201$'
	chosen "" --asn-prefix='ASN-' --match='^AS201$'
}

@test "--match-tag: fields and SpamAssassin's tags, with and without underscores" {
	need_pcre2
	chosen "4.4.4.4" --match='^4\.4\.0\.0/16 4\.0\.0\.0/8$' --match-tag=_ASNCIDR_
	chosen "4.4.4.4" --match-tag=ASNCIDR --match='^4\.4\.0\.0/16 4\.0\.0\.0/8$'
	chosen "1.1.1.1 4.4.4.4" --match='US' --match-tag=_ASNCOUNTRY_
	chosen "10.0.0.1" --match='^special$' --match-tag=status
	chosen "2.2.2.2" --match='^2' --match-tag=_IP_
	chosen "3.3.3.3" --match=true --match-tag=MOAS
	chosen "2.2.2.2 3.3.3.3 12.1.1.1" --match=ripencc --match-tag=registry
	chosen "10.0.0.1" --match='Private-Use' --match-tag=SPECIAL
	# the last one counts
	chosen "2.2.2.2" --match-tag=_ASN_ --match='^2\.2' --match-tag=_IP_
}

@test "--match-tag=_NAME_ looks names up" {
	need_pcre2
	chosen "2.2.2.2" --match='^NAME-202,' --match-tag=_NAME_
	chosen "2.2.2.2" --names --match='^NAME-202,' --match-tag=_ASNNAME_
	chosen "10.0.0.1" --match='^Private-Use' --match-tag=info
	chosen "2.2.2.2" --match='^NAME-202,' --match-tag=info
	refused "--no-names" --no-names --match='^NAME-202,' --match-tag=_NAME_
}

@test "--match stops after a bounded number of steps, and then nobody knows" {
	local invert start=$SECONDS

	need_pcre2
	# exponential on what it cannot match
	for invert in "" --invert-match; do
		run asnq ${invert:+"$invert"} --asn-prefix="$(printf 'a%.0s' {1..40})" \
			--match='^(a|aa|aaa)+$' 1.1.1.1
		((status == 3))
		assert_output_is ""
	done
	((SECONDS - start < 20))
}

# --- kinds together -----------------------------------------------------------------------

@test "kinds are ANDed, entries ORed" {
	chosen "1.1.1.1" --asn=201,202 --country=US
	chosen "1.1.1.1 2.2.2.2" --asn=201,202 --country=US,DE
	chosen "" --asn=202 --country=US
}

@test "--match is a kind as any other" {
	need_pcre2
	chosen "3.3.3.3" --asn=201 --match=AS203
	chosen "" --asn=201 --match=AS203 --country=US
	chosen "3.3.3.3" --asn=201 --match=AS203 --country=FR
	chosen "" --match='' --invert-match
}

@test "--invert-match comes last: the others, without an origin too" {
	chosen "2.2.2.2 4.4.4.4 7.7.7.7 8.8.8.8 12.1.1.1 10.0.0.1 junk ()" --asn=201 --invert-match
	# not "neither 201 nor US"
	chosen "2.2.2.2 3.3.3.3 4.4.4.4 7.7.7.7 8.8.8.8 12.1.1.1 10.0.0.1 junk ()" \
		--invert-match --asn=201 --country=US
	chosen "2.2.2.2 3.3.3.3 7.7.7.7 8.8.8.8 12.1.1.1 10.0.0.1 junk ()" --country=US --invert-match
}

@test "what could not be decided is chosen by nothing" {
	local how kinds=(--asn=201 --asn=999 --country=US --country=ZW)

	asnq --version | grep -i 'pcre2 none' || kinds+=(--match=. --match='^$')
	for how in "${kinds[@]}"; do
		run asnq -f input "$how" < <(cat "$FAILING" && echo 5.5.5.5)
		((status == 0))
		assert_output_is ""
		run asnq -f input "$how" --invert-match < <(cat "$FAILING" && echo 5.5.5.5)
		((status == 0))
		assert_output_is ""
	done
}

@test "an AS without a name is decided, one whose name was not to be had is not" {
	local nameless=(--names -f input --match=. --match-tag=NAME --invert-match)

	run asnq --mirror="asn.cymru.com=127.0.0.1@$BAD_PORT" "${nameless[@]}" \
		< <(printf '%s\n' 2.2.2.2 3.3.3.3 4.4.4.4)
	assert_output_is ""
}

@test "an address that no source is for is not decided, either" {
	run asnq -z "t.example/4" -f input --country=US --invert-match < <(printf '2001:db9::1\n2.2.2.2\n')
	[[ $output != *2001* && $output == *2.2.2.2* ]]
}

@test "--stats counts what was chosen and what could not be decided" {
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

@test "--asn-list: comments, blanks, empty lines, CRLF, AS or not, no final newline" {
	printf '# blocked\n\n  AS201  # one\n\t202\t\r\nas208\r\n\r\n   # more\n12#x\n4200000001' >list
	chosen "1.1.1.1 2.2.2.2 3.3.3.3 8.8.8.8 12.1.1.1" --asn-list=list
	chosen "4.4.4.4 7.7.7.7 10.0.0.1 junk ()" --asn-list=list --invert-match
}

@test "--country-list: the same" {
	printf '# blocked\n\n  us # one\n\tDE\t\r\neu#x\nFR' >list
	chosen "1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 12.1.1.1" --country-list=list
}

@test "a list and a file of the same kind are one list" {
	echo 202 >list
	echo 208 >list2
	chosen "2.2.2.2 8.8.8.8" --asn-list=list --asn-list=list2
	chosen "2.2.2.2 4.4.4.4 8.8.8.8" --asn-list=list --asn=204 --asn-list=list2
	echo DE >list
	chosen "1.1.1.1 2.2.2.2 4.4.4.4" --country-list=list --country=US
}

@test "an empty list suits nobody" {
	printf '# nothing yet\n\n' >list
	chosen "" --asn-list=list
	chosen "" --country-list=list
	chosen "" --asn-list=/dev/null --country=US
	chosen "$(sed 's/^$/()/' "$DECIDED" | paste -sd ' ' -)" --asn-list=list --invert-match
}

@test "a list of 100,000 entries in no order" {
	"$KIT_PYTHON" -c '
import random
random.seed(1)
numbers = [n for n in range(1000, 101000)] + [202, 208, 202]
random.shuffle(numbers)
print(*numbers, sep="\n")' >list
	chosen "2.2.2.2 8.8.8.8" --asn-list=list
}

@test "a list from a pipe" {
	chosen "2.2.2.2" --asn-list=<(echo AS202)
}

# --- mistakes -----------------------------------------------------------------------------

@test "what is no AS number or country is refused before input is read" {
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

@test "a bad or unreadable list: the file and the line" {
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

@test "a bad expression or tag" {
	need_pcre2
	refused "at character 4" --match='a(b'
	refused "--match" --match='*'
	refused "NOPE" --match=. --match-tag=NOPE
	# what was typed is no part of what is known of an address
	refused "_INPUT_" --match=. --match-tag=_INPUT_
	refused "--match-tag" --match=. --match-tag=
}

@test "options that mean nothing alone" {
	refused "--invert-match needs" --invert-match
	refused "--match-tag needs --match" --match-tag=_ASN_
	refused "--match-tag needs --match" --match-tag=_ASN_ --asn=201
	refused "contradict" --check --asn=201
	refused "contradict" --check --country-list=/dev/null
}

# --- exit status --------------------------------------------------------------------------

@test "as with grep: 0 chosen, 1 not, 3 not decided" {
	run asnq --asn=201 1.1.1.1 2.2.2.2
	((status == 0))
	run asnq --asn=203 1.1.1.1 2.2.2.2
	((status == 1))
	assert_output_is ""
	# what has no origin is a record as any other
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

@test "a job: always 0, unless --exit-status" {
	run asnq --asn=999 <"$DECIDED"
	((status == 0))
	run asnq --asn=999 --exit-status <"$DECIDED"
	((status == 1))
	run asnq --asn=201 --exit-status <"$DECIDED"
	((status == 0))
	run asnq --asn=201 --exit-status <"$FAILING"
	((status == 3))
}

@test "--quiet: the status alone" {
	run asnq -q --country=US 1.1.1.1
	((status == 0))
	assert_output_is ""
	run asnq -q --country=US 2.2.2.2
	((status == 1))
	run asnq -q --country=DE <"$DECIDED"
	((status == 0))
	run asnq -q --country=ZW <"$DECIDED"
	((status == 1))
	run asnq -q --country=US --invert-match 5.5.5.5
	((status == 3))
	assert_output_is ""
}

# --- formats and order --------------------------------------------------------------------

@test "every format prints the chosen records alone" {
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

@test "in order and each time, with slow and silent ones between" {
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

@test "a chosen record is out while the input stays open" {
	local line peer

	coproc asnq --asn=202 -f input
	peer=$COPROC_PID
	printf '1.1.1.1\n2.2.2.2\n' >&"${COPROC[1]}"
	read -r -t 3 line <&"${COPROC[0]}"
	[[ $line == 2.2.2.2 ]]
	# again, now that it is known
	printf '1.1.1.1\n2.2.2.2\n' >&"${COPROC[1]}"
	read -r -t 3 line <&"${COPROC[0]}"
	[[ $line == 2.2.2.2 ]]
	eval "exec ${COPROC[1]}>&-"
	wait "$peer"
}
