#!/usr/bin/env bats
# What asnq does when memory, descriptors, entropy or disk space run out.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	need kdig
	start_badserver - <<<'* origin'
	export FAILING=$BATS_FILE_TMPDIR/failing.so

	"${CC:-cc}" -O1 -shared -fPIC -o "$FAILING" "$BATS_TEST_DIRNAME/../lib/preload/failing.c" \
		2>"$BATS_FILE_TMPDIR/cc" || rm -f "$FAILING"
}

teardown_file()
{
	stop_servers
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	printf '%s\n' '10.0.0.1 192.168.0.1' '' 'no address' '2001:db8::1' >in
	# a mirror that does not answer
	CLOSED=(-z x.example --mirror=x.example=127.0.0.1@9 -t 0.05)
	# one that answers
	SERVER=(-z x.example "--mirror=x.example=127.0.0.1@$BAD_PORT")
}

# failing [FAIL_...=VALUE]... ARG...: runs asnq on "in" with the preloaded library that fails, and
# these variables for it.
failing()
{
	local assignments=()

	while [[ ${1-} == FAIL_* ]]; do
		assignments+=("$1")
		shift
	done
	timeout 120 env LD_PRELOAD="$FAILING" HOME="$PWD" LC_ALL=C.UTF-8 "${assignments[@]}" \
		"$ASNQ" --no-config "$@" <in >out 2>err
}

need_failing()
{
	[[ ${SANITIZED-} != yes ]] || skip "sanitizers have a malloc of their own"
	[[ -e $FAILING ]] || skip "the failing library cannot be built: $(tail -n 1 "$BATS_FILE_TMPDIR/cc")"
}

# survives ARG...: whichever request for memory fails, alone or with all later ones, asnq soon ends
# by itself: with 2 and "out of memory", with the usual output, or with one other line on stderr.
survives()
{
	local count status n all ran=0 starved=0

	failing FAIL_COUNT=count "$@" || true
	mv out good
	count=$(<count)
	for all in '' FAIL_ALL=1; do
		# the first 90 requests, which belong to the start, and a sample of the others
		for ((n = 1; n <= count; n += n < 90 ? 1 : 1 + count / 20)); do
			status=0
			failing FAIL_AT="$n" $all "$@" || status=$?
			((ran += 1))
			if ((status == 2)) && [[ $(<err) == "asnq: out of memory" ]]; then
				((starved += 1))
				continue
			fi
			if ((status < 124)) && { [[ ! -s err ]] && diff -q good out ||
				[[ $(<err) == "asnq: "* && $(wc -l <err) -eq 1 ]]; } >/dev/null; then
				continue
			fi
			echo "request $n of $count $all: exit status $status"
			cat err
			return 1
		done
	done
	echo "$ran runs, $starved of them out of memory"
	((starved > 20))
}

@test "without memory: a list of addresses" {
	need_failing
	survives --no-dns
}

@test "without memory: lines of every format are enriched" {
	local format

	need_failing
	for format in inline csv json; do
		[[ $format != json ]] || echo '{"ip":"10.0.0.1","a":[{}]}' >in
		survives --no-dns --enrich="$format"
	done
}

@test "without memory: JSON, a template, a summary, a selection" {
	need_failing
	survives --no-dns -o json
	survives --no-dns -T '_IP_ _STATUS_'
	survives --no-dns --summary
	survives --no-dns --asn=1,2,3 --invert-match
}

@test "without memory: queries without an answer" {
	need_failing
	echo 8.8.8.8 >in
	survives "${CLOSED[@]}" -f input
}

@test "without memory: queries with an answer" {
	need_failing
	printf '%s\n' 1.2.3.4 1.2.3.5 2001:db8::1 >in
	survives "${SERVER[@]}" -o json
}

@test "without entropy, asnq reports that it cannot query, and prints every record" {
	local status=0

	need_failing
	printf '%s\n' 1.2.3.4 10.0.0.1 1.2.3.5 >in
	failing FAIL_ENTROPY=1 "${SERVER[@]}" -f ip,status || status=$?
	cat err out
	((status == 4))
	# libunbound writes a line of its own before it
	[[ $(tail -n 1 err) == "asnq: libunbound cannot start" && $(grep -c asnq: err) -eq 1 ]]
	[[ $(<out) == $'1.2.3.4\tservfail\n10.0.0.1\tspecial\n1.2.3.5\tservfail' ]]
}

@test "without entropy, records that need no query are right" {
	need_failing
	failing --no-dns
	mv out good
	failing FAIL_ENTROPY=1 --no-dns
	[[ ! -s err ]]
	diff good out
}

@test "with few descriptors, asnq is right, or reports in one line why it cannot run" {
	local n status

	"$ASNQ" --no-config --no-dns <in >good
	for ((n = 3; n <= 24; n++)); do
		status=0
		(exec <in >out 2>err && ulimit -n "$n" && exec "$ASNQ" --no-config --no-dns) || status=$?
		((status < 126)) || [[ $(<err) == *"shared libraries"* ]]
		if ((status == 0)); then
			diff good out
		else
			cat err
			[[ $(wc -l <err) -eq 1 ]]
		fi
	done
	((status == 0))
}

@test "with few descriptors and an address to query, asnq prints the record or exits with 4" {
	local n status

	echo 8.8.8.8 >in
	for ((n = 6; n <= 40; n += 2)); do
		status=0
		(exec <in >out 2>err && ulimit -n "$n" && exec timeout 120 "$ASNQ" --no-config "${CLOSED[@]}") || status=$?
		((status < 124)) || { cat err; return 1; }
		((status == 4)) && continue
		[[ $(<out) == 8.8.8.8$'\t'* && $(wc -l <out) -eq 1 ]]
	done
}

@test "asnq works on a read-only file system" {
	# shellcheck disable=SC2016	# expanded by the shell in the namespace
	local read_only='mount --bind "$PWD" "$PWD" && mount -o remount,bind,ro "$PWD" && cd "$PWD" &&
		! { : >probe; } 2>/dev/null && HOME=$PWD exec "$@"'

	unshare -rm bash -c "$read_only" - true 2>/dev/null || skip "no namespace to mount in"
	"$ASNQ" --no-config --no-dns <in >good
	run --separate-stderr --keep-empty-lines unshare -rm bash -c "$read_only" - "$ASNQ" --no-dns -i in
	((status == 0))
	# shellcheck disable=SC2154	# run sets stderr
	[[ -z $stderr ]]
	diff good <(printf %s "$output")
}

@test "asnq ends quietly when its reader has gone, even if SIGPIPE is ignored" {
	# shellcheck disable=SC2016	# expanded by that shell
	run --separate-stderr bash -c 'trap "" PIPE; { yes 10.0.0.1 2>/dev/null; } | { timeout 120 "$@"; echo $? >code; } |
		head -n 1' - "$ASNQ" --no-config --no-dns
	assert_line_count 1
	# shellcheck disable=SC2154	# run sets stderr
	[[ -z $stderr ]]
	[[ $(<code) == 141 ]]
}

@test "if messages cannot be written, the records are still right" {
	printf '1.0.%d.1\n' {0..255} {0..255} >in
	"$ASNQ" --no-config "${SERVER[@]}" <in >good
	# shellcheck disable=SC2016	# expanded by that shell
	run bash -c '{ "$@" <in >out; echo $? >code; } 2>&1 | head -n 1' - \
		"$ASNQ" --no-config -v --stats "${SERVER[@]}"
	[[ $(<code) == 0 ]]
	diff good out
	"$ASNQ" --no-config -v --stats "${SERVER[@]}" <in >out 2>/dev/full
	diff good out
}
