#!/usr/bin/env bats
# The bytes of every output format, compared with the files in tests/golden.
# ASNQ_UPDATE_GOLDEN=1 rewrites those files: review the difference.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

ALL=input,ip,status,asn,asns,prefix,prefixes,country,registry,allocated,name,moas,conflict
ALL+=,origins,sources,special,info

setup_file()
{
	need nsd openssl kdig python3
	kit_python
	start_nsd "$KIT_DATA" asn.routeviews.org=routeviews.zone \
		origin.asn.cymru.com=origin.zone origin6.asn.cymru.com=origin6.zone \
		asn.cymru.com=names.zone
	# records of every status, and the odd cases of each
	{
		cat <<-'END'
			8.8.8.8
			# a comment

			8.8.4.4
			1.1.1.1/32
			9.9.9.9
			9.9.9.10
			94.136.40.1
			130.149.5.5
			189.50.192.7
			193.0.0.1
			193.64.1.1
			200.160.0.1
			212.22.66.1
			216.90.108.31
			41.182.1.1
			176.97.158.1
			80.80.80.80
			91.198.174.192
			12.129.48.1
			20.0.0.1
			20.0.5.1
			21.0.0.1
			21.0.1.1
			21.0.9.1
			55.1.2.3
			2001:4860:4860::8888
			2620:FE::9
			2001:500:88::1
			2A02:06B8:0:0:0:0:0:1
			::ffff:8.8.8.8
			64:ff9b::808:808
			[2606:4700:4700::1111]:53
			8.8.8.8:443
			10.0.0.1
			fe80::1%eth0
			224.0.0.1
			::1
			AS15169
			AS61666
			AS4200000000
			as28333
			8.8.8.0/24
			8.8.8.8/24
			8.0.0.0/8
			300.1.1.1
			08.8.8.8
			1.2.3
			8.8.8.8
			junk, "quoted"
			 8.8.8.8 
		END
		printf 'tab\there\n\x1b[31mred\x1b]0;title\x07\n\xff\xfe latin \xe3\n'
		printf 'back\\slash \xc2\x9b c1 \x7f\n\xe2\x82\xac \xf0\x9f\x98\x80\n\x00nul\n=1+1\n'
	} >"$BATS_FILE_TMPDIR/in"
}

teardown_file()
{
	stop_servers
}

setup()
{
	# shellcheck disable=SC2054	# the comma belongs to the option
	ZONES=(-z routeviews,cymru --mirror="asn.routeviews.org=127.0.0.1@$NSD_PORT"
		--mirror="asn.cymru.com=127.0.0.1@$NSD_PORT")
	IN=$BATS_FILE_TMPDIR/in
	cd "$BATS_TEST_TMPDIR" || return 1
}

# As in lib/common, but a hang is a failure.
asnq()
{
	NO_COLOR='' HOME="$BATS_TEST_TMPDIR" XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/.config" \
		LC_ALL=C.UTF-8 timeout -k 1 120 "$ASNQ" "${ZONES[@]}" "$@"
}

# golden NAME: the file "out" equals tests/golden/NAME.
golden()
{
	local file=$BATS_TEST_DIRNAME/../golden/$1

	if [[ ${ASNQ_UPDATE_GOLDEN-} ]]; then
		cp out "$file"
	fi
	cmp -s out "$file" && return
	diff -u "$file" out | cat -A | head -n 40
	return 1
}

# clean FILE: FILE has no raw C0 except TAB and newline, no DEL or C1, and is valid UTF-8.
clean()
{
	"$KIT_PYTHON" -c '
import sys
for number, line in enumerate(open(sys.argv[1], "rb").read().decode().split("\n"), 1):
    for c in line:
        if (c < " " and c != "\t") or "\x7f" <= c <= "\x9f":
            sys.exit(f"line {number}: {line!r}")' "$1"
}

# --- formats ------------------------------------------------------------------------------

@test "text is printed as recorded" {
	asnq --names <"$IN" >out
	golden text
	clean out
}

@test "text without names is printed as recorded" {
	asnq <"$IN" >out
	golden text-no-names
}

@test "json is printed as recorded" {
	asnq --names -o json <"$IN" >out
	golden json
	clean out
}

@test "csv is printed as recorded, and --no-header removes only the header line" {
	asnq --names -o csv <"$IN" >out
	golden csv
	clean out
	asnq --names -o csv --no-header <"$IN" >headless
	tail -n +2 out | cmp - headless
}

@test "tsv is printed as recorded" {
	asnq --names -o tsv <"$IN" >out
	golden tsv
	clean out
}

@test "tags are printed as recorded" {
	asnq -o tags <"$IN" >out
	golden tags
	clean out
}

@test "headers are printed as recorded" {
	asnq -o header <"$IN" >out
	golden header
	clean out
}

@test "--elastic is printed as recorded" {
	asnq --names -o json --elastic <"$IN" >out
	golden elastic
	clean out
}

@test "a template is printed as recorded" {
	asnq --names -T '<_IP_>\t_STATUS_ _ASN_ (_ASNCIDR_) _ASNCOUNTRY_ \\ _ASNNAME_ "_INPUT_"' \
		<"$IN" >out
	golden template
	clean out
}

@test "all fields together are printed as recorded in every format that has fields" {
	local format

	for format in text json csv tsv; do
		asnq --names -o $format -f $ALL <"$IN" >out
		golden "fields-$format"
		clean out
	done
}

@test "each field alone gives one line for each record, in every format" {
	local format field

	for format in text json csv tsv; do
		for field in ${ALL//,/ }; do
			asnq --names -o $format -f "$field" 94.136.40.1 junk >out || (($? == 1))
			asnq --names -o $format -f "$field" <"$IN" >out
			if [[ $format == csv ]]; then
				(($(wc -l <out) == $(wc -l <"$IN") + 1))
			else
				(($(wc -l <out) == $(wc -l <"$IN")))
			fi
		done
	done
}

@test "fields are printed in the order given" {
	run asnq --names -o csv -f country,asn,input 8.8.8.8
	assert_output_is $'country,asn,input\nUS,15169,8.8.8.8'
	run asnq --names -o tsv -f name,prefix 8.8.8.8
	assert_output_is $'GOOGLE, US\t8.8.8.0/24'
	run asnq -o json -f status,ip 8.8.8.8
	assert_output_is '{"status":"ok","ip":"8.8.8.8"}'
	run asnq -f asn,ip 8.8.8.8
	assert_output_is $'AS15169\t8.8.8.8'
}

@test "each format looks as the manual describes it" {
	run asnq 8.8.8.8
	assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\tUS\tGOOGLE, US'
	run asnq -o tags 1.1.1.1
	assert_output_is $'_IP_=1.1.1.1\t_STATUS_=ok\t_ASN_=AS13335\t_ASNCIDR_=1.1.1.0/24\t_ASNCOUNTRY_=AU'
	run asnq -o tags 8.8.8.8
	assert_output_is $'_IP_=8.8.8.8\t_STATUS_=ok\t_ASN_=AS15169 AS3356\t_ASNCIDR_=8.8.8.0/24 8.0.0.0/9\t_ASNCOUNTRY_=US'
	run asnq -o header 1.1.1.1
	assert_output_is 'X-Spam-ASN: AS13335 1.1.1.0/24'
	run asnq -o csv 8.8.8.8
	assert_output_is $'input,ip,status,asn,prefix,country,name\n8.8.8.8,8.8.8.8,ok,15169,8.8.8.0/24,US,"GOOGLE, US"'
	run asnq -o tsv 10.0.0.1
	assert_output_is $'10.0.0.1\t10.0.0.1\tspecial\t\\N\t\\N\t\\N\t\\N'
}

@test "--asn-prefix changes text, tags and headers, but not numbers" {
	run asnq --no-names --asn-prefix= -f ip,asn,asns 94.136.40.1
	assert_output_is $'94.136.40.1\t20738\t20738 20773'
	run asnq --asn-prefix=AS: -o header 94.136.40.1
	assert_output_is 'X-Spam-ASN: AS:20738 AS:20773 94.136.40.0/24 94.136.32.0/19'
	run asnq --asn-prefix=x -T _ASN_ 94.136.40.1
	assert_output_is 'x20738 x20773'
	run asnq --asn-prefix=x -o csv --no-header -f asn,asns 94.136.40.1
	assert_output_is '20738,20738 20773'
	run asnq --asn-prefix=x -o json -f asn,asns 94.136.40.1
	assert_output_is '{"asn":20738,"asns":[20738,20773]}'
}

@test "a header is always one line" {
	asnq -o header <"$IN" >out
	(($(grep -c '^X-Spam-ASN: ' out) == $(wc -l <"$IN")))
}

# --- templates ----------------------------------------------------------------------------

@test "every tag works in a template" {
	local tag tags

	tags=_${ALL//,/_ _}_
	tags="${tags^^} _ASNCIDR_ _ASNCOUNTRY_ _ASNNAME_"
	asnq --names -T "${tags// /|}" <"$IN" >out
	golden template-all
	for tag in $tags; do
		run asnq --names -T "$tag" 8.8.8.8
		((status == 0))
		[[ $output != *_* ]]
	done
}

@test "text that is no tag is copied, and escapes are expanded" {
	run asnq -T '_ip_ _ __ a_b _IP' 1.1.1.1
	assert_output_is '_ip_ _ __ a_b _IP'
	run asnq -T '__IP__ x_IP_y _IP__IP_' 1.1.1.1
	assert_output_is '_1.1.1.1_ x1.1.1.1y 1.1.1.11.1.1.1'
	run asnq -T 'a\tb\nc\\d\_IP_' 1.1.1.1
	assert_output_is $'a\tb\nc\\d_IP_'
	# shellcheck disable=SC2016
	run asnq -T '%s%n $IP ${IP} é' 1.1.1.1
	# shellcheck disable=SC2016
	assert_output_is '%s%n $IP ${IP} é'
}

@test "a template gets all origins, and nothing for a special-purpose address" {
	run asnq -T '_ASN_ _ASNCIDR_ _MOAS_ _ASNS_' 94.136.40.1
	assert_output_is 'AS20738 AS20773 94.136.40.0/24 94.136.32.0/19 true AS20738 AS20773'
	run asnq -T '[_ASN_][_ASNCIDR_][_ASNNAME_][_ASNCOUNTRY_]' 10.0.0.1
	assert_output_is '[][][][]'
}

# --- reading the output back --------------------------------------------------------------

@test "json always has all keys, and each key has one type" {
	asnq --names -o json <"$IN" >out
	json_ok out
	"$KIT_PYTHON" - "$IN" out <<-'END'
		import json, sys
		STATUS = "ok unannounced special invalid noaddress nosource timeout servfail bogus " \
		         "malformed mismatch".split()
		SHAPE = {"input": str, "ip": (str, None), "status": str, "asn": (int, None), "asns": list,
		         "prefix": (str, None), "prefixes": list, "country": (str, None),
		         "registry": (str, None), "allocated": (str, None), "name": (str, None),
		         "moas": bool, "conflict": bool, "origins": list, "sources": list,
		         "special": (str, None)}
		ORIGIN = {"asn": int, "prefix": str, "country": (str, None), "registry": (str, None),
		          "allocated": (str, None), "name": (str, None), "source": str}
		SOURCE = {"source": str, "status": str, "ttl": (int, None), "dnssec": (str, None)}

		def check(value, shape):
		    assert list(value) == list(shape), list(value)
		    for key, kinds in shape.items():
		        kinds = kinds if isinstance(kinds, tuple) else (kinds,)
		        kind = None if value[key] is None else type(value[key])
		        assert kind in kinds, (key, value)

		inputs = open(sys.argv[1], "rb").read().split(b"\n")[:-1]
		lines = open(sys.argv[2], "rb").read().split(b"\n")[:-1]
		assert len(inputs) == len(lines)
		for raw, line in zip(inputs, lines):
		    r = json.loads(line)
		    check(r, SHAPE)
		    assert r["status"] in STATUS
		    assert all(type(n) is int for n in r["asns"]) and r["asns"] == sorted(r["asns"])
		    for o in r["origins"]:
		        check(o, ORIGIN)
		    for s in r["sources"]:
		        check(s, SOURCE)
		        assert s["status"] in STATUS + ["late", "skipped"]
		    if r["prefixes"]:
		        assert r["prefix"] == r["prefixes"][0] and r["asn"] in r["asns"]
		        lengths = [int(p.split("/")[1]) for p in r["prefixes"]]
		        assert lengths == sorted(lengths, reverse=True)
		    try:
		        assert r["input"] == raw.decode(), (r["input"], raw)
		    except UnicodeDecodeError:
		        assert "\ufffd" in r["input"]
	END
}

# read_back FORMAT: python reads the output of FORMAT, which has the same values as the JSON output.
read_back()
{
	# shellcheck disable=SC2094	# neither file is the input
	asnq --names -o json -f "$ALL" <"$IN" >json
	asnq --names -o "$1" -f "$ALL" <"$IN" >out
	"$KIT_PYTHON" - "$1" "$IN" <<-'END'
		import csv, io, json, re, sys
		form, name = sys.argv[1:]
		records = [json.loads(line) for line in open("json", "rb")]
		raw = open(name, "rb").read().split(b"\n")[:-1]

		def plain(text):
		    "Returns text as bytes, with \\t, \\n, \\r, \\\\ and \\xHH decoded."
		    return re.sub(rb"\\(x[0-9a-f]{2}|.)", lambda m: bytes([int(m[1][1:], 16)])
		        if m[1][:1] == b"x" else {b"t": b"\t", b"n": b"\n", b"r": b"\r",
		        b"\\": b"\\"}[m[1]], text.encode())

		if form == "csv":
		    rows = list(csv.reader(io.StringIO(open("out", newline="").read(), newline=""),
		        strict=True))
		    head = rows.pop(0)
		    null = ""
		else:
		    rows = [line.split("\t") for line in open("out", newline="").read().split("\n")[:-1]]
		    head = list(records[0])
		    null = "\\N"
		assert len(rows) == len(records)
		for row, record, line in zip(rows, records, raw):
		    assert len(row) == len(head), row
		    cells = dict(zip(head, row))
		    assert plain(cells["input"]) == line, (cells["input"], line)
		    for key in "ip status asn prefix country special registry allocated".split():
		        value = record[key]
		        want = null if value is None else str(value)
		        if "\ufffd" not in want and want == null or not want.isprintable():
		            continue
		        assert cells[key] == want or plain(cells[key]).decode("utf-8", "replace") == want
		    for key in "asns", "prefixes":
		        assert cells[key] == (" ".join(map(str, record[key])) or null)
		    assert cells["moas"] == str(record["moas"]).lower()
		    assert len(cells["origins"].split()) == len(record["origins"]) or not record["origins"]
	END
}

@test "csv can be read by a parser of RFC 4180" {
	read_back csv
}

@test "tsv can be read back" {
	read_back tsv
}

# --- hostile bytes ------------------------------------------------------------------------

@test "hostile bytes of the input are escaped in every format, in repeated records too" {
	local format

	printf '8.8.8.8\n\x1b[31m\x07\x7f\xc2\x9b\xff\\\t\r\n8.8.8.8\n\x1b[31m\x07\x7f\xc2\x9b\xff\\\t\r\n' >in
	for format in text json csv tsv tags header; do
		asnq --no-names -o $format <in >out
		clean out
	done
	asnq -f input,status <in >out
	[[ $(sed -n 2p out) == '\x1b[31m\x07\x7f\xc2\x9b\xff\\\t'$'\tinvalid' ]]
	asnq -T '_INPUT_' <in >out
	[[ $(sed -n 2p out) == '\x1b[31m\x07\x7f\xc2\x9b\xff\\\t' ]]
	asnq -o json -f input <in >out
	[[ $(sed -n 2p out) == '{"input":"\u001b[31m\u0007\u007f\u009b�\\\t"}' ]]
	asnq -o csv --no-header -f input <<<'a,"b"' >out
	[[ $(cat out) == '"a,""b"""' ]]
}

@test "hostile bytes from DNS are escaped in every format and on stderr" {
	local format

	for format in text json csv tsv tags header; do
		asnq --names -v --stats -o $format AS61666 21.0.9.1 >out 2>messages || [[ $? == 1 ]]
		clean out
		clean messages
	done
	run asnq -f name AS61666
	assert_output_is '\x1b[31mEVIL\x1b]0;title\x07\n8.8.8.8\tAS1\x7f\xc2\x9b\xff, "quoted", <b>&amp;'
	asnq -T '_NAME_|_REGISTRY_' AS61666 21.0.9.1 >out
	clean out
	(($(wc -l <out) == 2))
}

@test "messages escape what the user typed" {
	run asnq -o $'\e[31mx' 8.8.8.8
	((status == 2))
	[[ $output != *$'\e'* ]]
	run asnq -i $'\e[31mx\n'
	((status == 2))
	[[ $output != *$'\e'* && $output != *$'\n'* ]]
}

# --- NUL, statistics, progress, queries ---------------------------------------------------

@test "--null ends each record with NUL, and no record has a newline, in every format" {
	local format count

	for format in text json csv tsv tags header; do
		tr '\n' '\0' <"$IN" | asnq --names -0 -o $format >out
		[[ $(tr -d -c '\n' <out | wc -c) == 0 ]]
		# a NUL in the input makes one more record; the header line of csv ends with NUL too
		count=$(($(wc -l <"$IN") + 1))
		[[ $format != csv ]] || count=$((count + 1))
		(($(tr -d -c '\0' <out | wc -c) == count))
	done
	asnq -0 -T '_IP_' 8.8.8.8 1.1.1.1 >out
	printf '8.8.8.8\0%s\0' 1.1.1.1 | cmp - out
}

@test "--stats prints statistics to stderr at the end" {
	run --separate-stderr asnq --no-names --stats 8.8.8.8 10.0.0.1 8.8.8.8 "" junk
	((status == 1))
	assert_line_count 5
	# shellcheck disable=SC2154
	[[ $stderr =~ ^asnq:\ [0-9.]+\ seconds,\ records\ 5,\ ok\ 2,\ special\ 1,\ invalid\ 2, ]]
	[[ $stderr == *", queries 2"* && $stderr != *$'\n'* ]]
	run --separate-stderr asnq --no-names --stats=json 8.8.8.8 10.0.0.1 8.8.8.8 junk ""
	output=$stderr
	json_ok
	"$KIT_PYTHON" -c '
import json, sys
s = json.loads(sys.argv[1])
assert s["records"] == 5 and s["ok"] == 2 and s["special"] == 1 and s["invalid"] == 2
assert s["noaddress"] == 0 and s["queries"] == 2 and 0 <= s["seconds"] < 5' "$stderr"
	# the statuses add up to the number of records
	asnq --names --stats=json <"$IN" 2>totals >out
	"$KIT_PYTHON" -c '
import json
s = json.load(open("totals"))
words = "ok unannounced special invalid noaddress nosource timeout servfail bogus malformed mismatch"
assert sum(s[w] for w in words.split()) == s["records"] == len(open("out").readlines())'
}

@test "--progress=always writes only to stderr, and clears its line at the end" {
	{
		cat "$IN"
		sleep 0.7
		echo 8.8.8.8
	} | asnq --progress=always >out 2>meter
	(($(wc -l <out) == $(wc -l <"$IN") + 1))
	run ! grep -q $'\r' out
	grep -q 'records' meter
	# it clears its line
	[[ $(tail -c 4 meter) == $'\r\e[K' ]]
}

@test "--progress estimates the time left from finished records, not from input read ahead" {
	# no server answers: each look-up times out
	"$KIT_PYTHON" -c '
for i in range(20000):
    print(f"9.{i >> 8}.{i & 255}.1")' >many
	timeout -s INT 2 "$ASNQ" --no-config -z x.example --mirror=x.example=127.0.0.1@1 -t 0.6 \
		--progress=always -i many >out 2>meter || (($? == 124))
	"$KIT_PYTHON" - <<-'END'
		import re
		last = open("meter", newline="").read().split("\r")[-2]
		done, rate, h, m, s = re.match(
		    r"(\d+) records, (\d+)/s, .*, (\d+):(\d\d):(\d\d) left", last).groups()
		left = 3600 * int(h) + 60 * int(m) + int(s)
		real = (20000 - int(done)) / int(rate)
		assert real / 2 < left < real * 2, (last, real)
	END
}

@test "--verbose shows each query with its server, answer and time" {
	run --separate-stderr asnq -v 8.8.8.8
	((status == 0))
	assert_output_is $'8.8.8.8\tAS15169\t8.8.8.0/24\tUS\tGOOGLE, US'
	# shellcheck disable=SC2154
	output=$stderr
	assert_line_count 6
	[[ $output == *"asnq: 8.8.8.8.asn.routeviews.org TXT asked of 127.0.0.1@$NSD_PORT"* ]]
	grep -qxE 'asnq: 8\.8\.8\.8\.asn\.routeviews\.org TXT: answer after [0-9.]+ ms, TTL 3600: "15169" "8\.8\.8\.0" "24"' <<<"$output"
	grep -qxE 'asnq: AS15169\.asn\.cymru\.com TXT: answer after [0-9.]+ ms, TTL 86400: "15169 \| US .*"' <<<"$output"
	run --separate-stderr asnq -v --no-names 55.1.2.3
	grep -qE 'TXT: no such record after [0-9.]+ ms' <<<"$stderr"
	# a special-purpose address causes no query
	run --separate-stderr asnq -v 10.0.0.1 junk
	[[ $stderr == "" ]]
	# a cached answer causes no second query
	run --separate-stderr asnq -v --no-names 8.8.8.8 8.8.8.8
	[[ $(grep -c asked <<<"$stderr") == 2 ]]
}

@test "stderr is empty when nothing fails" {
	run --separate-stderr asnq --names <"$IN"
	# shellcheck disable=SC2154
	[[ $stderr == "" ]]
}
