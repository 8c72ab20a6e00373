#!/usr/bin/env bats
# Faulty servers: each record still gets the right answer, in time.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

# As in lib/common, but a hang is a failure.
asnq()
{
	NO_COLOR='' HOME="$BATS_FILE_TMPDIR" XDG_CONFIG_HOME="$BATS_FILE_TMPDIR/.config" \
		LC_ALL=C.UTF-8 timeout -k 1 120 "$ASNQ" "$@"
}

# clock COMMAND...: sets took to the milliseconds that COMMAND takes.
clock()
{
	local start=${EPOCHREALTIME/./}

	"$@"
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
}

# Runs a stream before, during and after a time in which its server is dead.
dead_and_alive()
{
	local i

	{
		for i in {1..200}; do
			echo "1.1.$i.1"
		done
		sleep 0.5
		bad_toggle
		for i in {1..60}; do
			printf '2.1.%d.1\n2.2.%d.1\n2.3.%d.1\n' "$i" "$i" "$i"
			sleep 0.3
		done
		sleep 1.1
		bad_toggle
		for i in {1..200}; do
			echo "3.1.$i.1"
		done
	} | asnq -z dead.example --mirror="dead.example=127.0.0.1@$BAD_PORT" -t 1 -f ip,status
}

setup_file()
{
	local i timeout

	need kdig
	kit_python
	start_badserver - <<<'*.dead.example origin'
	{
		dead_and_alive >"$BATS_FILE_TMPDIR/dead.out" 2>"$BATS_FILE_TMPDIR/dead.messages"
		echo $? >"$BATS_FILE_TMPDIR/dead.status"
	} 3>&- &
	start_badserver - <<<'* silent'
	{
		clock asnq -z silent.example --mirror="silent.example=127.0.0.1@$BAD_PORT" \
			-f status 4.2.3.4 >"$BATS_FILE_TMPDIR/default.out" 2>&1 || true
		echo "$took" >"$BATS_FILE_TMPDIR/default.ms"
	} 3>&- &
	for i in {1..3}; do
		for timeout in 5 8 12 20; do
			asnq -z silent.example --mirror="silent.example=127.0.0.1@$BAD_PORT" \
				-t $timeout -f status "$i.2.3.4" 3>&- \
				>"$BATS_FILE_TMPDIR/long.$i.$timeout" 2>&1 &
		done
	done
	# the first octet of an address decides about the answer
	start_badserver - <<-'END'
		*.60.fault.example	delay 0.6 origin
		*.61.fault.example	delay 1 origin
		*.62.fault.example	delay 1.9 origin
		*.63.fault.example	delay 2.5 origin
		*.64.fault.example	servfail
		*.65.fault.example	refused
		*.66.fault.example	formerr
		*.67.fault.example	notimp
		*.68.fault.example	wrongid
		*.69.fault.example	wrongquestion
		*.70.fault.example	garbage
		*.71.fault.example	empty
		*.72.fault.example	truncate origin
		*.73.fault.example	truncate-only
		*.74.fault.example	cnameloop
		*.75.fault.example	big 3000
		*.76.fault.example	records 40
		*.77.fault.example	silent
		*.78.fault.example	once servfail / origin
		*.79.fault.example	once silent / origin
		*.80.fault.example	tcpclose 3 origin
		*.81.fault.example	nxdomain
		*.82.fault.example	nodata
		*.83.fault.example	once garbage / origin
		*.84.fault.example	big 65000
		*.85.fault.example	otherport
		*.86.fault.example	pointerloop
		*.87.fault.example	records 2000 form=bare
		*.88.fault.example	truncate tcpreset
		*.89.fault.example	turns tcpreset / origin
		*.90.fault.example	tcpreset
		*.91.fault.example	delay 2 origin
		*.fault.example	origin
		*.drop.example	drop 1 slow 1 1 origin
	END
}

teardown_file()
{
	stop_servers
}

setup()
{
	F=(-z fault.example --mirror="fault.example=127.0.0.1@$BAD_PORT" -f "ip,status")
	cd "$BATS_TEST_TMPDIR" || return 1
	unset NO_COLOR
	export HOME=$BATS_TEST_TMPDIR XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/.config ASNQ
}

# assert_status ADDRESS STATUSES [OPTION...]: the record has one of the statuses.
assert_status()
{
	local address=$1 words=$2

	shift 2
	run asnq "${F[@]}" "$@" <<<"$address"
	[[ $output == "$address"$'\t'* && " $words " == *" ${output#*$'\t'} "* ]] && return
	echo "expected $words: $output"
	return 1
}

# among OCTET STATUSES [OPTION...]: in a stream of faulty and good addresses alternately, the faulty
# ones have one of the statuses, with "ok" the right origin; the good ones have their own origin.
among()
{
	local octet=$1 words=$2 i

	shift 2
	for i in {0..49}; do
		echo "1.7.$i.1"
		echo "$octet.7.$i.1"
	done >in
	asnq "${F[@]}" -f ip,status,asn,prefix -t 1 "$@" <in >out
	cut -f 1 out | cmp - in
	awk -F '\t' -v words=" $words " '
		{
			split($1, octets, ".")
			origin = "AS" 201792 + octets[3] "\t" octets[1] ".7." octets[3] ".0/24"
			right = $2 == "ok" ? $3 "\t" $4 == origin : $3 $4 == "--"
			if (octets[1] != 1)
				right = right && index(words, " " $2 " ")
			else
				right = right && $2 == "ok"
		}
		!right { print; bad = 1 }
		END { exit bad }
	' out || {
		echo "octet $octet: $words"
		return 1
	}
}

# --- time-outs ----------------------------------------------------------------------------

@test "a silent server gives a time-out, not before --timeout" {
	local took

	clock run asnq "${F[@]}" -t 0.5 77.1.1.1
	((status == 3))
	assert_output_is $'77.1.1.1\ttimeout'
	((took >= 500))
}

@test "a server that does not run gives a time-out or a failure" {
	run asnq "${F[@]}" --mirror="fault.example=127.0.0.1@$(free_port)" -t 1 -f status 77.1.1.1
	((status == 3))
	[[ $output == timeout || $output == servfail ]]
}

@test "2,000 silent addresses wait at the same time" {
	(($(ulimit -Hn) >= 8192)) || skip "too few open files are allowed"
	for i in {0..1999}; do
		echo "77.1.$((i / 250)).$((i % 250))"
	done >in
	asnq "${F[@]}" -t 1 -j 2000 <in >out
	cut -f 1 out | cmp - in
	[[ $(cut -f 2 out | sort | uniq -c | tr -s ' ') == " 2000 timeout" ]]
}

@test "time-outs affect no other record of the stream" {
	# more silent addresses than the resolver ever keeps, again and again
	for i in {1..400}; do
		echo "77.4.$((i / 250)).$((i % 250))"
		echo "1.$((i / 250)).$((i % 250)).1"
	done >in
	asnq "${F[@]}" -t 0.4 -j 80 <in >out
	cut -f 1 out | cmp - in
	(($(grep -c $'^1\\..*\tok$' out) == 400))
	(($(grep -c $'^77\\..*\ttimeout$' out) == 400))
}

# --- late ---------------------------------------------------------------------------------

@test "an answer within --timeout is taken, even from a server known to be fast" {
	assert_status 61.4.1.1 ok -t 1.5
	printf '1.1.1.1\n1.1.2.1\n60.2.1.1\n61.2.1.1\n62.2.1.1\n63.2.1.1\n' >in
	asnq "${F[@]}" <in >out
	cat out
	[[ $(cut -f 2 out | tr '\n' ' ') == "ok ok ok ok ok ok " ]]
}

# --- failures -----------------------------------------------------------------------------

@test "SERVFAIL, REFUSED, FORMERR and NOTIMP are failures" {
	local octet

	for octet in 64 65 66 67; do
		assert_status $octet.1.1.1 servfail
	done
}

@test "a failure is retried once" {
	assert_status 78.1.1.1 ok
	(($(bad_count ' 1\.1\.1\.78\.fault\.example TXT') == 2))
	assert_status 64.7.7.7 servfail
	# queried twice by asnq; libunbound may have sent more each time
	(($(bad_count '7\.7\.7\.64\.fault\.example TXT') >= 2))
}

@test "NXDOMAIN and NODATA are answers, queried once" {
	assert_status 81.1.1.1 unannounced
	assert_status 82.1.1.1 unannounced
	(($(bad_count '1\.1\.1\.8[12]\.fault\.example TXT') == 2))
}

@test "a lost datagram is sent again" {
	assert_status 79.1.1.1 ok
}

@test "an answer after garbage is taken" {
	assert_status 83.1.1.1 ok
}

@test "packets that cannot be decoded are a failure of the server" {
	assert_status 70.2.1.1 servfail
}

@test "a CNAME loop is a failure" {
	assert_status 74.1.1.1 servfail
}

@test "after a truncated answer, the whole answer comes over TCP" {
	assert_status 72.1.1.1 ok
	(($(bad_count ' tcp 1\.1\.1\.72\.fault\.example TXT') > 0))
	for i in {1..50}; do
		echo "72.2.$i.1"
	done >in
	asnq "${F[@]}" <in >out
	(($(grep -c $'\tok$' out) == 50))
}

@test "a truncated answer without TCP is a failure or a time-out" {
	assert_status 73.1.1.1 "servfail timeout" -t 1
}

@test "connections that a server closes or resets affect no other answers" {
	local i

	for i in {1..40}; do
		printf '%s.8.%d.1\n' 1 "$i" 72 "$i" 73 "$i" 84 "$i" 88 "$i"
	done >in
	asnq "${F[@]}" <in >out
	cut -f 1 out | cmp - in
	sed 's/\..*	/ /' out | sort | uniq -c | tr -s ' '
	[[ $(grep -cE $'^(1|72|84)\\..*\tok$' out) == 120 ]]
	[[ $(grep -cE $'^(73|88)\\..*\tservfail$' out) == 80 ]]
}

@test "a name whose pointer loops is a failure" {
	assert_status 86.1.1.1 servfail
}

@test "an answer may have thousands of records" {
	run asnq "${F[@]}" -f prefix,asns 87.1.1.1
	[[ $output == $'87.1.1.0/24\tAS200257 AS200258 '*" AS202256" ]]
	(($(wc -w <<<"$output") == 2001))
}

@test "each fault affects no other record of the stream" {
	local octet

	for octet in 64 65 66 67; do
		among $octet servfail
	done
	for octet in 68 69 70 71 73 86 88; do
		among $octet "servfail timeout"
	done
	for octet in 60 72 78 79 83 84; do
		among $octet ok
	done
	among 87 ok -t 10
	among 74 servfail
	among 77 timeout
	among 81 unannounced
	among 82 unannounced
	among 85 timeout
	among 91 timeout
}

@test "big answers, and answers with many records, are right" {
	run asnq "${F[@]}" -f ip,asn,prefix 75.1.1.1
	assert_output_is $'75.1.1.1\tAS200257\t75.1.1.0/24'
	run asnq "${F[@]}" -f ip,asn,prefix 84.1.1.1
	assert_output_is $'84.1.1.1\tAS200257\t84.1.1.0/24'
	run asnq "${F[@]}" -f asns,moas 76.1.1.1
	[[ $output == "AS200257 AS200258 "*" AS200296"$'\ttrue' ]]
}

@test "over TCP: a connection that the server closes costs a retry, but no record" {
	for i in {1..300}; do
		echo "80.1.$((i / 250)).$((i % 250))"
	done >in
	asnq "${F[@]}" --transport=tcp <in >out
	cut -f 1 out | cmp - in
	(($(grep -c $'\tok$' out) == 300))
}

@test "over TCP: a connection that is reset in mid-answer costs a retry" {
	among 89 ok --transport=tcp -t 4
	# so often was it reset
	(($(bad_count 'tcp [0-9.]*89\.fault\.example') >= 100))
}

@test "over TCP: an answer that always resets its connection is a failure, but affects no other" {
	among 90 "servfail timeout" --transport=tcp -t 4
}

@test "over TCP: each fault affects no other record of the stream" {
	local octet

	for octet in 64 65 66 67; do
		among $octet servfail --transport=tcp -t 4
	done
	among 71 "servfail timeout" --transport=tcp -t 4
	among 77 timeout --transport=tcp
	among 80 ok --transport=tcp -t 4
	among 84 ok --transport=tcp -t 4
	among 87 ok --transport=tcp -t 10
}

@test "over TCP: silence, delays and failures have their statuses" {
	printf '77.9.2.1\n1.2.3.4\n61.9.2.1\n64.9.1.1\n1.2.3.5\n' >in
	asnq "${F[@]}" -t 2 --transport=tcp <in >out
	[[ $(cut -f 2 out | tr '\n' ' ') == "timeout ok ok servfail ok " ]]
}

@test "with 1 % of 5,000 queries dropped and 1 % a second late, all records are right" {
	"$KIT_PYTHON" - in expected <<-'END'
		import sys
		with open(sys.argv[1], "w") as f, open(sys.argv[2], "w") as e:
		    for i in range(5000):
		        b, c = i // 250, i % 250
		        f.write(f"55.{b}.{c}.1\n")
		        e.write(f"55.{b}.{c}.1\tAS{200000 + 256 * b + c}\t55.{b}.{c}.0/24\tUS\t-\n")
	END
	asnq -z drop.example --mirror="drop.example=127.0.0.1@$BAD_PORT" <in >out
	cmp expected out || {
		diff expected out | head
		return 1
	}
	# the server was as bad as planned
	(($(bad_count 'drop\.example') > 5040))
}

# --- dead and alive -----------------------------------------------------------------------

@test "a server that is dead for 18 seconds gives time-outs, then answers again" {
	local i

	# setup_file started the stream, so that other tests need not wait
	for ((i = 0; i < 400; i++)); do
		[[ ! -e $BATS_FILE_TMPDIR/dead.status ]] || break
		sleep 0.1
	done
	cat "$BATS_FILE_TMPDIR/dead.messages"
	[[ $(cat "$BATS_FILE_TMPDIR/dead.status") == 0 ]]
	sed 's/\..*	/ /' "$BATS_FILE_TMPDIR/dead.out" | uniq -c | tr -s ' ' >counts
	cat counts
	[[ $(cat counts) == $' 200 1 ok\n 180 2 timeout\n 200 3 ok' ]]
}

@test "a silent server gives a time-out, never a failure, with a long --timeout too" {
	local file i

	# setup_file started these too
	for file in "$BATS_FILE_TMPDIR"/long.*; do
		for ((i = 0; i < 300; i++)); do
			[[ ! -s $file ]] || break
			sleep 0.1
		done
		[[ $(cat "$file") == timeout ]] || {
			echo "-t ${file##*.}: $(cat "$file")"
			return 1
		}
	done
}

@test "the default --timeout is 4 seconds" {
	local i

	for ((i = 0; i < 100; i++)); do
		[[ ! -s $BATS_FILE_TMPDIR/default.ms ]] || break
		sleep 0.1
	done
	[[ $(cat "$BATS_FILE_TMPDIR/default.out") == timeout ]]
	(($(cat "$BATS_FILE_TMPDIR/default.ms") >= 4000))
}

@test "a server may be killed and restarted while the stream runs" {
	local port i

	start_badserver - <<<'* origin'
	port=$BAD_PORT
	{
		printf '1.1.%d.1\n' {1..50}
		sleep 0.5
		kill -KILL "$BAD_PID"
		printf '2.1.%d.1\n' {1..50}
		sleep 1.5
		start_badserver --port="$port" - <<<'* origin' >&2
		printf '3.1.%d.1\n' {1..50}
	} | asnq -z dead.example --mirror="dead.example=127.0.0.1@$port" -t 1 -f ip,status >out
	sed 's/\..*	/ /; s/servfail/timeout/' out | uniq -c | tr -s ' ' >counts
	cat counts
	[[ $(cat counts) == $' 50 1 ok\n 50 2 timeout\n 50 3 ok' ]]
}

@test "if one of two servers is dead, every record has its answer" {
	local dead=$BAD_PORT

	start_badserver - <<<'* silent'
	for i in {1..400}; do
		echo "1.$((i / 250)).$((i % 250)).1"
	done >in
	asnq -z fault.example --mirror="fault.example=127.0.0.1@$BAD_PORT,127.0.0.1@$dead" \
		-f ip,status <in >out
	(($(grep -c $'\tok$' out) == 400))
}

# --- few descriptors ----------------------------------------------------------------------

@test "if few files may be open, --in-flight is lowered with a line, and all records are right" {
	local files

	for i in {1..2000}; do
		echo "1.$((i / 250)).$((i % 250)).1"
		((i % 500)) || echo "77.5.1.$((i / 500))"
	done >in
	for files in 256 64; do
		# shellcheck disable=SC2016
		run --separate-stderr bash -c 'ulimit -n "$0"; "$@" <in >out' "$files" \
			timeout 120 "$ASNQ" "${F[@]}" -t 1
		((status == 0))
		# shellcheck disable=SC2154
		echo "$files: $stderr"
		[[ $stderr == "asnq: --in-flight is lowered to "*" since only $files files may be open" ]]
		cut -f 1 out | cmp - in
		(($(grep -c $'^1\\..*\tok$' out) == 2000))
		(($(grep -c $'^77\\..*\ttimeout$' out) == 4))
	done
}

@test "the soft limit of open files is raised to the hard limit" {
	(($(ulimit -Hn) >= 2048)) || skip "too few open files are allowed"
	# shellcheck disable=SC2016
	run --separate-stderr bash -c 'ulimit -Sn 64; "$@"' - "$ASNQ" "${F[@]}" 1.2.3.4
	((status == 0))
	# shellcheck disable=SC2154
	[[ $stderr == "" ]]
	assert_output_is $'1.2.3.4\tok'
}

# --- the wall clock -----------------------------------------------------------------------

# jumping SECONDS: runs asnq while the wall clock keeps jumping by SECONDS and back.
jumping()
{
	LD_PRELOAD=$BATS_TEST_TMPDIR/jumping.so JUMP=$1 timeout 120 "$ASNQ" --no-config "${F[@]}" -t 2
}

@test "jumps of the wall clock change no record and no deadline" {
	local i seconds address

	[[ ${SANITIZED-} != yes ]] || skip "sanitizers do not work with a preloaded library"
	"${CC:-cc}" -O1 -shared -fPIC -o jumping.so "$BATS_TEST_DIRNAME/../lib/preload/jumping.c" 2>why ||
		skip "the jumping clock cannot be built: $(tail -n 1 why)"
	for ((i = 0; i < 200; i++)); do
		printf '%s\n' "1.2.$i.1" "60.1.$i.1" "78.1.$i.1" "79.1.$i.1" "72.1.$i.1" "1.2.$((i / 2)).1" 10.0.0.1
	done >in
	echo 77.1.1.1 >>in
	while read -r address; do
		case $address in
		77.*) echo "$address"$'\ttimeout' ;;
		10.*) echo "$address"$'\tspecial' ;;
		*) echo "$address"$'\tok' ;;
		esac
	done <in >expected
	for seconds in -315360000 3; do
		clock jumping "$seconds" <in >"out.$seconds"
		diff expected "out.$seconds"
		# the silent address waited for the time-out, and not for years
		echo "$seconds: $took ms"
		((took >= 2000))
	done
}
