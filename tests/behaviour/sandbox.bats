#!/usr/bin/env bats
# Confinement: what asnq can no longer do after the start, and that nothing it does needs more.

# Each test is a subshell:
# shellcheck disable=SC2030,SC2031

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	export ESCAPING=$BATS_FILE_TMPDIR/escaping.so

	"${CC:-cc}" -O1 -shared -fPIC -o "$ESCAPING" "$BATS_TEST_DIRNAME/../lib/preload/escaping.c" \
		2>"$BATS_FILE_TMPDIR/cc" || rm -f "$ESCAPING"
	start_badserver - <<-'END'
		11.0.0.1.origin.example	servfail
		*.big.example		big 3000
		*.alias.example		cname 8.8.8.8.origin.example
		*.example		origin
		as*.asn.cymru.com	asname
		*.origin.asn.cymru.com	origin
		*.asn.rspamd.com	origin form=rspamd
		*.asn.routeviews.org	origin form=routeviews
	END
}

teardown_file()
{
	stop_servers
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	printf '%s\n' 1.2.3.4 10.0.0.1 nonsense '' 2600:50:1::1 1.2.3.4 >in
	echo spare >spare
	printf '%s\t%s\n' 1.0.0.0/8 64500 1.2.3.0/24 15169 2600::/16 15169 >table
	printf '15169\tGOOGLE, US\n' >names
	NET=(-z origin.example "--resolver=127.0.0.1@$BAD_PORT")
}

state()
{
	asnq --version -v | sed -n 's/^sandbox: //p'
}

need_filter()
{
	[[ $(state) == *seccomp* ]] || skip "the sandbox here is: $(state)"
	need_library
}

need_landlock()
{
	[[ $(state) == *Landlock* ]] || skip "the sandbox here is: $(state)"
	need_library
}

need_library()
{
	[[ -e $ESCAPING ]] || skip "the escaping library cannot be built: $(tail -n 1 "$BATS_FILE_TMPDIR/cc")"
}

# escape WHAT ARG...: runs asnq, which tries WHAT when it first prints.
escape()
{
	local what=$1

	shift
	ESCAPE=$what LD_PRELOAD=$ESCAPING run --separate-stderr asnq --no-config --no-exit-status "$@"
}

# dies WHAT ARG...: WHAT kills asnq before it prints; without the sandbox, WHAT and asnq succeed.
dies()
{
	escape "$@"
	# shellcheck disable=SC2154	# run sets stderr
	if ((status != 159)) || [[ $output$stderr == *"$1:"* ]]; then
		echo "$1: exit status $status, $output$stderr"
		return 1
	fi
	escape "$@" --no-sandbox
	if ((status != 0)) || [[ $stderr != *"$1: done"* ]]; then
		echo "$1 without the sandbox: exit status $status, $output$stderr"
		return 1
	fi
}

@test "--version -v shows what confines the program" {
	local line='none \(.+\)|(pledge, unveil|seccomp)?(, )?(Landlock [1-9][0-9]*)?'

	run -0 asnq --version -v
	[[ ${lines[-1]} =~ ^sandbox:\ ($line)$ ]]
	run -0 asnq -Vv
	[[ ${lines[-1]} =~ ^sandbox:\ ($line)$ ]]
	run -0 asnq --no-sandbox -v --version
	[[ ${lines[-1]} == "sandbox: none (--no-sandbox)" ]]
	run -0 asnq --version
	[[ $output != *sandbox:* ]]
}

@test "the sandbox is on by default while records flow, and there is one thread" {
	local pid status

	[[ -r /proc/self/status ]] || skip "no /proc"
	need_filter
	mkfifo fifo
	for option in --no-exit-status --no-sandbox; do
		asnq --no-config "${NET[@]}" "$option" <fifo >out &
		pid=$!
		exec 9>fifo
		echo 1.2.3.4 >&9
		until [[ -s out ]]; do sleep 0.02; done
		# asnq is a child of the shell, or has replaced it
		pid=$(pgrep -P "$pid" || echo "$pid")
		status=$(<"/proc/$pid/status")
		exec 9>&-
		wait
		[[ $status == *$'\nThreads:\t1\n'* ]]
		if [[ $option == --no-sandbox ]]; then
			[[ $status == *$'\nSeccomp:\t0\n'* && $status == *$'\nNoNewPrivs:\t0\n'* ]]
		else
			[[ $status == *$'\nSeccomp:\t2\n'* && $status == *$'\nNoNewPrivs:\t1\n'* ]]
		fi
	done
}

@test "forbidden system calls kill: other programs, processes, threads" {
	need_filter
	for what in exec fork ptrace signal thread; do
		dies "$what" "${NET[@]}" 1.2.3.4
	done
}

@test "forbidden system calls kill: changes to files" {
	need_filter
	for what in write-file append create truncate unlink rename folder mode; do
		echo spare >spare
		rm -rf new other folder
		dies "$what" "${NET[@]}" -i in
	done
}

@test "forbidden system calls kill: memory that becomes code" {
	need_filter
	for what in code code-later; do
		dies "$what" "${NET[@]}" 1.2.3.4
	done
}

@test "forbidden system calls kill: sockets that are not for DNS" {
	need_filter
	for what in unix netlink listen; do
		dies "$what" "${NET[@]}" 1.2.3.4
	done
}

@test "forbidden system calls kill: other protocols, faults of memory, signals by a terminal" {
	need_filter
	# A kernel may lack these, or harm itself.
	for what in mptcp sctp udplite icmp mixed mixed-too poison async; do
		escape "$what" "${NET[@]}" 1.2.3.4
		if ((status != 159)) || [[ $output$stderr == *"$what:"* ]]; then
			echo "$what: exit status $status, $output$stderr"
			return 1
		fi
	done
}

@test "options of sockets that libunbound does not set cannot be set" {
	need_filter
	escape options "${NET[@]}" 1.2.3.4
	[[ $stderr == "options: Protocol not available" ]]
	escape options "${NET[@]}" 1.2.3.4 --no-sandbox
	[[ $stderr == "options: done" ]]
}

@test "the rights of the superuser are given up, but for reading inputs that are still to come" {
	local pid option inputs caps

	need_filter
	grep -q '^CapEff:' /proc/self/status || skip "no capabilities here"
	mkfifo fifo
	for option in --no-exit-status --no-sandbox; do
		for inputs in '' '-i in'; do
			# shellcheck disable=SC2086	# two words
			asnq --no-config "${NET[@]}" "$option" -i - $inputs <fifo >out &
			pid=$!
			exec 9>fifo
			echo 1.2.3.4 >&9
			until [[ -s out ]]; do sleep 0.02; done
			pid=$(pgrep -P "$pid" || echo "$pid")
			caps=$(sed -n 's/^Cap\(Inh\|Prm\|Eff\|Amb\):\t0*//p' "/proc/$pid/status" | tr '\n' .)
			exec 9>&-
			wait
			echo "$option $inputs: $caps"
			if [[ $option == --no-sandbox ]]; then
				[[ $caps == "$(sed -n 's/^Cap\(Inh\|Prm\|Eff\|Amb\):\t0*//p' /proc/self/status | tr '\n' .)" ]]
			else
				# CAP_DAC_READ_SEARCH, or else CAP_DAC_OVERRIDE
				[[ $caps == .... || ($inputs && $caps == .@(2.2|4.4)..) ]]
			fi
			rm out
		done
	done
	chmod 0 in
	works "${NET[@]}" -i in -f input
}

@test "without anything to query, no socket can be opened" {
	need_filter
	dies inet --db=table 1.2.3.4
	dies inet --no-dns 1.2.3.4
	escape inet "${NET[@]}" 1.2.3.4
	((status == 0))
	[[ $stderr == "inet: done" ]]
}

@test "Landlock: only inputs that are still to come can be read" {
	need_landlock
	escape read -i in "${NET[@]}"
	((status == 0))
	[[ $stderr == "read: Permission denied" ]]
	escape read -i in "${NET[@]}" --no-sandbox
	[[ $stderr == "read: done" ]]
	escape read-listed -i in "${NET[@]}"
	[[ $stderr == "read-listed: done" ]]
	escape read-listed "${NET[@]}" 1.2.3.4
	[[ $stderr == "read-listed: Permission denied" ]]
}

@test "Landlock: an input made after the start cannot be opened, which is reported" {
	need_landlock
	mkfifo fifo
	for option in --no-sandbox --no-exit-status; do
		asnq --no-config --no-dns -i fifo -i later "$option" >out 2>err &
		exec 9>fifo
		echo 10.0.0.1 >&9
		until [[ -s out ]]; do sleep 0.02; done
		echo 10.0.0.2 >later
		exec 9>&-
		status=0
		wait $! || status=$?
		if [[ $option == --no-sandbox ]]; then
			[[ $status == 0 && $(wc -l <out) == 2 ]]
		else
			[[ $status == 2 && $(wc -l <out) == 1 && $(<err) == "asnq: later: Permission denied" ]]
		fi
		rm later
	done
}

@test "Landlock: no TCP port can be bound" {
	need_landlock
	[[ $(state) =~ Landlock\ ([0-9]+) ]]
	((BASH_REMATCH[1] >= 4)) || skip "this Landlock has no rules for ports"
	escape bind "${NET[@]}" 1.2.3.4
	[[ $stderr == "bind: Permission denied" ]]
	escape bind "${NET[@]}" 1.2.3.4 --no-sandbox
	[[ $stderr == "bind: done" ]]
}

@test "TCP connects only to the ports of the servers" {
	local what

	need_landlock
	[[ $(state) =~ Landlock\ ([0-9]+) ]]
	((BASH_REMATCH[1] >= 4)) || skip "this Landlock has no rules for ports"
	for what in connect fast-open fast-open-too; do
		escape "$what" "${NET[@]}" 1.2.3.4
		[[ $stderr == "$what: Permission denied" || $stderr == "$what: Operation not supported" ]]
		escape "$what" "${NET[@]}" 1.2.3.4 --no-sandbox
		[[ $stderr == "$what: Connection refused" || $stderr == "$what: Operation "* ]]
	done
	# No server is there: the kernel says so.
	for server in "--mirror=x.example=127.0.0.1@9" "--resolver=127.0.0.1@$BAD_PORT,127.0.0.1@9"; do
		escape connect "${NET[@]}" "$server" 1.2.3.4
		[[ $stderr == "connect: Connection refused" ]]
	done
}

@test "on a system without Landlock or seccomp, --version says so and everything works" {
	need_landlock
	need_filter
	asnq --no-config "${NET[@]}" -i in >expected
	for lacking in landlock:seccomp 'seccomp:Landlock [0-9]+' 'all:none \(the system refuses it\)'; do
		LACKING=${lacking%%:*} LD_PRELOAD=$ESCAPING run -0 asnq --version -v
		[[ ${lines[-1]} =~ ^sandbox:\ ${lacking#*:}$ ]]
		LACKING=${lacking%%:*} LD_PRELOAD=$ESCAPING asnq --no-config "${NET[@]}" -i in >got
		diff expected got
	done
}

# works ARG...: stdout, stderr and exit status are the same as without the sandbox.
works()
{
	local option

	for option in --no-exit-status --no-sandbox; do
		run --separate-stderr --keep-empty-lines asnq --no-config "$@" "$option" <in
		printf '%s\n' "$status" "$output" "$stderr" >"got$option"
	done
	if [[ $status -ge 128 || -z $output ]] || ! diff got--no-exit-status got--no-sandbox; then
		echo "asnq $*: exit status $status"
		return 1
	fi
}

@test "inputs, formats and enrichment work in the sandbox" {
	local format

	works "${NET[@]}"
	works "${NET[@]}" -i in -i - -i in
	works "${NET[@]}" -i in -i missing -i .
	diff <(asnq --no-config "${NET[@]}" -i <(cat in)) <(asnq --no-config "${NET[@]}" -i in)
	for format in text json csv tsv tags header; do
		works "${NET[@]}" -o "$format" --names
	done
	for format in text inline csv tsv; do
		works "${NET[@]}" --enrich="$format"
	done
	works "${NET[@]}" --template='_IP_ _ASN_ _ASNNAME_'
	works "${NET[@]}" --null
	works "${NET[@]}" --explain
	works "${NET[@]}" --asn=AS200515,300001
	for format in asn prefix country; do
		works "${NET[@]}" --summary="$format"
	done
	for ((i = 0; i < 3000; i++)); do
		echo "1.$((i / 256)).$((i % 256)).1"
	done >in
	works "${NET[@]}" --summary=prefix -o json	# qsort() of many elements
	echo '{"ip":"1.2.3.4"}' >in
	! asnq --version | grep -q 'jsmn yes' || works "${NET[@]}" --enrich=json --key=.ip
}

@test "resolvers and mirrors over UDP and TCP, and DNSSEC, work in the sandbox" {
	works -z origin.example --mirror="origin.example=127.0.0.1@$BAD_PORT"
	works "${NET[@]}" --transport=tcp
	works "${NET[@]}" -z alias.example,big.example -o json -f input,asns
	works -z one.example,two.example --mode=first "--resolver=127.0.0.1@9,127.0.0.1@$BAD_PORT"
	works -z origin.example --resolver=127.0.0.1@9 -t 0.2 -f input
	works -z origin.example --resolver=::1@9 -t 0.2 -f input
	run -0 asnq --no-config --check "--resolver=127.0.0.1@$BAD_PORT" -z origin.example
	echo 'signed.example. IN DS 1 13 2 '"$(printf '%064d' 1)" >anchor
	works "${NET[@]}" --dnssec=on --trust-anchor=anchor -t 1 -f input
}

@test "databases, filters and --compile work in the sandbox" {
	works --db=table
	works --db=table --names-db=names
	works --db=table "${NET[@]}"
	diff <(asnq --no-config --db=- -i in <table) <(asnq --no-config --db=table -i in | sed s/table/stdin/)
	asnq --no-config --compile=out.mmdb --db=table --names-db=names
	works --db=out.mmdb --names -o json
	works --db=out.mmdb --names -o json 1.2.3.4 2600:50:1::1
	works --compare "--resolver=127.0.0.1@$BAD_PORT"
	for filter in spamassassin haraka rspamd; do
		works --like="$filter" "--resolver=127.0.0.1@$BAD_PORT"
	done
	works --engine=hadoop "${NET[@]}"
}

@test "--stats, --progress on a terminal, and signals work in the sandbox" {
	kit_python
	"$KIT_PYTHON" - "$ASNQ" --no-config "${NET[@]}" <<-'END'
		import os, pty, signal, subprocess, sys, time
		def read_until(fd, what):
		    text = b""
		    while what not in text:
		        text += os.read(fd, 65536)
		    return text
		for stop, status in (None, 0), (signal.SIGTERM, -signal.SIGTERM):
		    ours, theirs = pty.openpty()
		    p = subprocess.Popen(sys.argv[1:] + ["--summary", "--stats", "--progress=always"],
		        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=theirs)
		    p.stdin.write(b"1.2.3.4\n")
		    p.stdin.flush()
		    read_until(ours, b"1 record")        # the progress line
		    p.send_signal(signal.SIGTSTP)
		    p.send_signal(signal.SIGCONT)
		    p.send_signal(signal.SIGUSR1)
		    read_until(p.stdout.fileno(), b"AS200515")
		    read_until(ours, b"records 1, ok 1")
		    if stop:
		        p.send_signal(stop)
		    p.stdin.close()
		    p.stdout.read()
		    assert p.wait() == status, p.returncode
	END
}

@test "SIGPIPE ends asnq when a pipe is closed, and a full disk is reported" {
	run bash -c "set -o pipefail; yes 10.0.0.1 | head -n 100000 | '$ASNQ' --no-config --no-dns | head -n 1"
	((status == 141))
	run -5 bash -c "'$ASNQ' --no-config --no-dns <in >/dev/full"
	[[ $output == "asnq: cannot write: No space left on device" ]]
}
