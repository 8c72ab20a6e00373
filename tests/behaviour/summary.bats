#!/usr/bin/env bats
# --summary: a ranked table instead of records.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	local i

	need python3
	kit_python
	start_badserver - <<-'END'
		*.1.t.example	txt "201 | 1.0.0.0/8 | US | arin | 2001-01-01"
		*.2.t.example	txt "202 | 2.0.0.0/8 | DE | ripencc | 2001-01-01"
		*.3.t.example	txt "203 | 3.0.0.0/8 | FR | ripencc | 2001-01-01" + "201 | 3.0.0.0/8 | FR | ripencc | 2001-01-01"
		*.4.t.example	txt "202 | 4.4.0.0/16 | US | arin | 2001-01-01" + "204 | 4.0.0.0/8 | CA | arin | 2001-01-01"
		*.5.t.example	silent
		*.6.t.example	servfail
		*.7.t.example	nxdomain
		*.8.t.example	txt "208 | 8.0.0.0/8 |  | arin | 2001-01-01"
		*.12.t.example	delay 0.3 txt "212 | 12.0.0.0/8 | EU | ripencc | 2001-01-01"
		*.13.t.example	txt "213 | 13.0.0.0/8 | US | arin | 2001-01-01"
		*.t.example	origin
		as213.asn.cymru.com	txt "213 | US | arin | 2001-01-01 | \x1b[31mEVIL\n\x01, \xff\xc3\xbc"
		as*.asn.cymru.com	asname
	END
	# 20 records
	for i in 1.1.1.1 1.1.1.1 1.2.3.4 1.1.1.2 2.2.2.2 2.2.2.3 2.2.2.2 3.3.3.3 4.4.4.4 6.6.6.6 \
		7.7.7.7 7.7.7.8 8.8.8.8 10.0.0.1 10.0.0.2 junk "" "# 1.1.1.1" 1.1.1.1 4.4.4.4; do
		echo "$i"
	done >"$BATS_FILE_TMPDIR/in"
}

teardown_file()
{
	stop_servers
}

setup()
{
	ZONE=(-z t.example --mirror="t.example=127.0.0.1@$BAD_PORT"
		--mirror="asn.cymru.com=127.0.0.1@$BAD_PORT" -t 1)
	IN=$BATS_FILE_TMPDIR/in
	export ASNQ
	cd "$BATS_TEST_TMPDIR" || return 1
}

# As in lib/common, but a hang is a failure.
asnq()
{
	NO_COLOR='' HOME="$BATS_TEST_TMPDIR" XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/.config" \
		LC_ALL=C.UTF-8 timeout -k 1 120 "$ASNQ" "${ZONE[@]}" "$@"
}

# python [ARG...]: runs the program on stdin; its function asnq() starts asnq.
python()
{
	HOME=$BATS_TEST_TMPDIR XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/.config LC_ALL=C.UTF-8 \
		timeout -k 1 120 "$KIT_PYTHON" -c '
import os, select, signal, subprocess, sys, time

def asnq(args, **kw):
    "Starts asnq with the signals that a shell gives it."
    kw.setdefault("stdin", subprocess.PIPE)
    kw.setdefault("stdout", subprocess.PIPE)
    return subprocess.Popen([os.environ["ASNQ"], *args], bufsize=0, **kw,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

def read_some(fd, seconds):
    "Returns what can be read: waits up to seconds for the first bytes, and ends at a pause."
    got = b""
    while select.select([fd], [], [], seconds)[0]:
        more = os.read(fd, 65536)
        if not more:
            break
        got += more
        seconds = 0.2
    return got.decode()

'"$(cat)" "$@"
}

# on_terminal COLUMNS ARG...: prints what asnq writes to a terminal of that width for the input IN.
on_terminal()
{
	python "$IN" "$@" <<-'END'
		import fcntl, pty, struct, termios
		main, side = pty.openpty()
		fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("4H", 24, int(sys.argv[2]), 0, 0))
		p = asnq(sys.argv[3:], stdin=open(sys.argv[1]), stdout=side)
		os.close(side)
		got = b""
		while True:
		    try:
		        more = os.read(main, 65536)
		    except OSError:
		        break
		    if not more:
		        break
		    got += more
		sys.stdout.write(got.decode().replace("\r\n", "\n"))
		sys.exit(p.wait())
	END
}

# --- counting -----------------------------------------------------------------------------

@test "--summary counts AS numbers by default: key, count, share and name with TABs between" {
	run asnq --summary <"$IN"
	((status == 0))
	# keys with equal counts are sorted; comments and empty lines are records, too
	assert_output_is - <<-'END'
		AS201	6	0.300	-
		AS202	5	0.250	-
		noaddress	2	0.100	-
		special	2	0.100	-
		unannounced	2	0.100	-
		AS208	1	0.050	-
		invalid	1	0.050	-
		servfail	1	0.050	-
	END
	asnq --summary=asn <"$IN" >out
	[[ $(cat out) == "$output" ]]
}

@test "--summary=prefix counts the most specific prefixes" {
	run asnq --summary=prefix <"$IN"
	((status == 0))
	assert_output_is - <<-'END'
		1.0.0.0/8	5	0.250	-
		2.0.0.0/8	3	0.150	-
		4.4.0.0/16	2	0.100	-
		noaddress	2	0.100	-
		special	2	0.100	-
		unannounced	2	0.100	-
		3.0.0.0/8	1	0.050	-
		8.0.0.0/8	1	0.050	-
		invalid	1	0.050	-
		servfail	1	0.050	-
	END
}

@test "--summary=country counts countries" {
	run asnq --summary=country <"$IN"
	((status == 0))
	assert_output_is - <<-'END'
		US	7	0.350	-
		DE	3	0.150	-
		noaddress	2	0.100	-
		special	2	0.100	-
		unannounced	2	0.100	-
		-	1	0.050	-
		FR	1	0.050	-
		invalid	1	0.050	-
		servfail	1	0.050	-
	END
}

@test "--names adds the name of the AS; a country has none" {
	run asnq --summary --names < <(printf '1.1.1.1\n2.2.2.2\n1.1.1.1\n7.7.7.7\n')
	assert_output_is - <<-'END'
		AS201	2	0.500	NAME-201, US
		AS202	1	0.250	NAME-202, US
		unannounced	1	0.250	-
	END
	run asnq --summary=prefix --names < <(printf '1.1.1.1\n4.4.4.4\n1.1.1.1\n')
	assert_output_is - <<-'END'
		1.0.0.0/8	2	0.667	NAME-201, US
		4.4.0.0/16	1	0.333	NAME-202, US
	END
	run asnq --summary=country --names < <(printf '1.1.1.1\n')
	assert_output_is $'US\t1\t1.000\t-'
}

@test "JSON has one object a line, and the share as a number" {
	run asnq --summary -o json --names < <(printf '1.1.1.1\n2.2.2.2\n1.1.1.1\n7.7.7.7\n')
	((status == 0))
	json_ok
	assert_output_is - <<-'END'
		{"key":"AS201","name":"NAME-201, US","count":2,"share":0.500}
		{"key":"AS202","name":"NAME-202, US","count":1,"share":0.250}
		{"key":"unannounced","name":null,"count":1,"share":0.250}
	END
	asnq --summary=prefix -o json <"$IN" >out
	json_ok out
	"$KIT_PYTHON" - <<-'END'
		import json
		rows = [json.loads(line) for line in open("out")]
		assert all(list(r) == ["key", "name", "count", "share"] for r in rows), rows
		assert sum(r["count"] for r in rows) == 20, rows
		assert abs(sum(r["share"] for r in rows) - 1) < 0.01, rows
		assert all(abs(r["share"] - r["count"] / 20) < 0.001 for r in rows), rows
		assert all(r["name"] is None for r in rows), rows
		assert rows == sorted(rows, key=lambda r: (-r["count"], r["key"])), rows
	END
}

@test "--asn-prefix changes the keys; AS numbers in the input count" {
	run asnq --summary --asn-prefix='' --no-exit-status 1.1.1.1 AS201 2.2.2.2 --no-names
	assert_output_is $'201\t2\t0.667\t-\n202\t1\t0.333\t-'
	run asnq --summary=country --no-exit-status AS201 2.2.2.2
	assert_output_is $'DE\t1\t0.500\t-\nUS\t1\t0.500\t-'
}

@test "an empty input gives an empty table" {
	run asnq --summary </dev/null
	((status == 0))
	assert_output_is ""
	run asnq --summary -o json </dev/null
	((status == 0))
	assert_output_is ""
	run asnq --summary < <(printf '\n\n')
	assert_output_is $'noaddress\t2\t1.000\t-'
}

@test "every record counts once, repeated ones too, with slow and unanswered ones between" {
	local i

	for i in {1..2000}; do
		printf '1.1.1.%s\n12.1.1.%s\n5.5.5.%s\n60.%s.1.1\n' \
			$((i % 50)) $((i % 5)) $((i % 3)) $((i % 20))
	done >in
	asnq --summary <in >out
	(($(awk '{ n += $2 } END { print n }' out) == 8000))
	run head -n 3 out
	assert_output_is - <<-'END'
		AS201	2000	0.250	-
		AS212	2000	0.250	-
		timeout	2000	0.250	-
	END
	# 20 networks with equal counts
	(($(grep -c $'\t100\t' out) == 20))
}

@test "--names waits for the names" {
	asnq --summary --names <"$IN" >out
	(($(awk -F '\t' '{ n += $2 } END { print n }' out) == 20))
	(($(grep -c '^AS201' out) == 1))
	grep -q $'^AS201\t6\t0.300\tNAME-201, US$' out
}

@test "only selected records count, and shares are shares of them" {
	run asnq --summary --country=US,FR <"$IN"
	assert_output_is - <<-'END'
		AS201	6	0.750	-
		AS202	2	0.250	-
	END
	run asnq --summary --country=US --invert-match <"$IN"
	[[ $output == *$'AS201\t1\t'* && $output == *$'AS202\t3\t'* && $output == *special* ]]
	# a failed look-up is never selected, nor is an origin without a country
	[[ $output != *servfail* && $output != *AS208* ]]
	(($(awk '{ n += $2 } END { print n }' <<<"$output") == 11))
	# repeated records, from the cache
	for _ in {1..200}; do
		printf '1.1.1.1\n2.2.2.2\n'
	done >in
	run asnq --summary --asn=202 <in
	assert_output_is $'AS202\t200\t1.000\t-'
}

@test "the records decide exit status and statistics as without --summary" {
	run asnq --summary 1.1.1.1 7.7.7.7 --no-names
	((status == 1))
	assert_output_is $'AS201\t1\t0.500\t-\nunannounced\t1\t0.500\t-'
	run asnq --summary 1.1.1.1 6.6.6.6
	((status == 3))
	run asnq --summary 1.1.1.1
	((status == 0))
	run asnq --summary --asn=202 1.1.1.1
	((status == 1))
	assert_output_is ""
	asnq --summary --stats=json <"$IN" >out 2>err
	json_ok err
	grep -q '"records":20,' err
	grep -q '"ok":12,' err
}

@test "hostile AS names and a hostile --asn-prefix are escaped" {
	run asnq --summary --names --no-exit-status 13.1.1.1
	# shellcheck disable=SC2028	# the escapes belong to the output
	assert_output_is $'AS213\t1\t1.000\t''\x1b[31mEVIL\n\x01, \xffü'
	run asnq --summary --names -o json --no-exit-status 13.1.1.1
	json_ok
	[[ $output == *'"name":"\u001b[31mEVIL\n\u0001, '$'\xef\xbf\xbdü"'* ]]
	run asnq --summary --no-names --no-exit-status --asn-prefix=$'\t\x1b' 1.1.1.1
	assert_output_is '\t\x1b201'$'\t1\t1.000\t-'
}

# --- signals and memory -------------------------------------------------------------------

@test "the table is printed at the end; SIGUSR1 prints it as it is then" {
	run python "${ZONE[@]}" <<-'END'
		p = asnq(sys.argv[1:] + ["--summary"], stderr=subprocess.DEVNULL)
		p.stdin.write(b"1.1.1.1\n2.2.2.2\n1.1.1.1\n")
		print("early:", read_some(p.stdout.fileno(), 0.7))
		p.send_signal(signal.SIGUSR1)
		print(read_some(p.stdout.fileno(), 5), end="")
		p.stdin.write(b"2.2.2.3\n2.2.2.4\n")
		p.stdin.close()
		print("then")
		print(p.stdout.read().decode(), end="")
		print(p.wait())
	END
	assert_output_is - <<-'END'
		early: 
		AS201	2	0.667	-
		AS202	1	0.333	-
		then
		AS202	3	0.600	-
		AS201	2	0.400	-
		0
	END
}

@test "SIGINT prints the table as it is then, and ends asnq by that signal" {
	run python "${ZONE[@]}" <<-'END'
		p = asnq(sys.argv[1:] + ["--summary"])
		p.stdin.write(b"1.1.1.1\n2.2.2.2\n1.1.1.1\n")
		time.sleep(0.7)
		p.send_signal(signal.SIGINT)
		print(p.stdout.read().decode(), end="")
		print(p.wait() == -signal.SIGINT)
	END
	assert_output_is $'AS201\t2\t0.667\t-\nAS202\t1\t0.333\t-\nTrue'
}

@test "memory grows with distinct keys, not with records" {
	python "${ZONE[@]}" <<-'END'
		def peak(lines):
		    p = asnq(sys.argv[1:] + ["--summary"])
		    pid = os.fork()
		    if pid == 0:
		        for i in range(lines // 1000):
		            p.stdin.write(b"".join(b"1.1.1.%d\n" % (k % 100) for k in range(1000)))
		            if i == 0:
		                time.sleep(0.7)		# records wait until the first answers have come
		        os._exit(0)
		    p.stdin.close()
		    got = p.stdout.read().decode()
		    os.waitpid(pid, 0)
		    _, status, usage = os.wait4(p.pid, 0)
		    assert status == 0 and got == f"AS201\t{lines}\t1.000\t-\n", (status, got)
		    return usage.ru_maxrss
		few = peak(20000)
		many = peak(1000000)
		assert many < few * 1.2, (few, many)
	END
}

@test "thousands of distinct keys are counted" {
	local i

	for i in {0..63}; do
		printf "60.$i.%s.1\n" {0..63}
	done >in
	asnq --summary <in >out
	(($(wc -l <out) == 4096))
	(($(cut -f1 out | sort -u | wc -l) == 4096))
	awk -F '\t' '$2 != 1 || $3 != "0.000" { exit 1 }' out
	LC_ALL=C sort -c out
}

# --- on a terminal ------------------------------------------------------------------------

@test "a terminal gets columns, percentages and bars within its width" {
	local columns line bars

	for columns in 80 100 132; do
		run on_terminal $columns "${ZONE[@]}" --summary --names
		((status == 0))
		((${#lines[@]} == 8))
		for line in "${lines[@]}"; do
			((${#line} <= columns))
			[[ $line != *$'\t'* && $line != *' ' ]]
		done
		# the longest bar fills the line, and the others are in proportion
		((${#lines[0]} == columns))
		[[ ${lines[0]} =~ ^AS201\ +6\ +30\.0%\ +NAME-201,\ US\ +█+$ ]]
		[[ ${lines[2]} =~ ^noaddress\ +2\ +10\.0%\ +█+$ ]]
		bars=$(for line in "${lines[@]}"; do
			line=${line//[^█]/}
			echo ${#line}
		done | paste -sd ' ' -)
		"$KIT_PYTHON" - "$bars" <<-'END'
			import sys
			bars = [int(n) for n in sys.argv[1].split()]
			longest = bars[0]
			assert longest > 10, bars
			for bar, count in zip(bars, [6, 5, 2, 2, 2, 1, 1, 1]):
			    assert abs(bar - longest * count / 6) <= 1, bars
		END
	done
}

@test "nothing wraps on a narrow terminal" {
	local columns line

	for columns in 64 40; do
		run on_terminal $columns "${ZONE[@]}" --summary --names
		((status == 0 && ${#lines[@]} == 8))
		for line in "${lines[@]}"; do
			((${#line} <= columns))
		done
		[[ ${lines[0]} =~ ^AS201\ +6\ +30\.0% ]]
	done
}

@test "hostile names are escaped on a terminal, and JSON stays JSON" {
	echo 13.1.1.1 >in
	IN=in run on_terminal 120 "${ZONE[@]}" --summary --names
	[[ $output == *'\x1b[31mEVIL\n\x01'* && $output != *$'\x1b'* ]]
	run on_terminal 80 "${ZONE[@]}" --summary -o json
	json_ok
	assert_line_count 8
}

# --- mistakes -----------------------------------------------------------------------------

@test "options that contradict --summary are refused" {
	local args

	for args in -q --check "-f ip" "-T x" "-0" "-o csv" "-o tsv" "-o tags" "-o header"; do
		# shellcheck disable=SC2086	# an option and its value
		run --separate-stderr asnq --summary $args <"$IN"
		((status == 2))
		[[ -z $output ]]
		# shellcheck disable=SC2154	# run sets them
		((${#stderr_lines[@]} == 1))
		# shellcheck disable=SC2154
		[[ $stderr == *--summary* ]]
	done
	run --separate-stderr asnq --summary=asns <"$IN"
	((status == 2))
	[[ $stderr == *"did you mean 'asn'"* ]]
	run --separate-stderr asnq --summary= <"$IN"
	((status == 2))
}

@test "an output that cannot be written gives exit status 5" {
	[[ -c /dev/full ]] || skip "no /dev/full"
	run bash -c '"$0" "$@" --summary <"'"$IN"'" >/dev/full' "$ASNQ" "${ZONE[@]}"
	((status == 5))
}
