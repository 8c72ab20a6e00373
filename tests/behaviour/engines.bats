#!/usr/bin/env bats
# Engines that run asnq as a filter. Each recipe of doc/PIPELINES.md is run as written there: by the
# real engine where Debian has it, else by tests/lib/engine.py, which is as strict.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers
load ../lib/examples

setup_file()
{
	need rbldnsd kdig
	kit_python
	start_sample
	# every 11th address is unannounced, special-purpose, invalid or empty
	"$KIT_PYTHON" - >"$BATS_FILE_TMPDIR/rows" <<-'END'
		import random
		random.seed(21)
		for i in range(70000):
		    n = random.randrange(1000)
		    print(random.choice([f"7.7.{n % 7}.1", f"10.0.{n % 9}.2", f"junk {n}", ""]) if i % 11 == 0
		          else f"129.132.{n % 256}.{n // 4}" if i % 3 else f"8.8.{n % 2 * 4 + 4}.{n % 256}")
	END
}

teardown_file()
{
	stop_servers
}

setup()
{
	make_work
	ROWS=$BATS_FILE_TMPDIR/rows
	cd "$WORK" || return 1
}

teardown()
{
	stop_servers
}

# recipe INFO: prints the block of doc/PIPELINES.md with this info string.
recipe()
{
	doc_blocks doc/PIPELINES.md "$1" | grep . || {
		echo "doc/PIPELINES.md has no block '$1'" >&2
		return 1
	}
}

# element NAME: prints the content of an element of the XML on stdin.
element()
{
	sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p"
}

# engine ARG...: runs tests/lib/engine.py with asnq in its PATH.
engine()
{
	in_work "$(printf '%q ' "$KIT_PYTHON" "$KIT_LIB/engine.py" "$@")"
}

# --- the shell, xargs, GNU parallel -------------------------------------------------------

@test "PIPELINES: every example prints what is shown" {
	check_examples 4 < <(doc_blocks doc/PIPELINES.md console)
}

@test "tail -F: each line is enriched at once, while the file grows" {
	local i line out

	echo "8.8.8.8 first" >access.log
	exec {out}< <(in_work "echo \$\$ >pid; $(recipe 'sh tail')" 3>&- 4>&-)
	IFS='' read -r -t 10 line <&"$out"
	[[ $line == $'8.8.8.8 first\tAS15169\t8.8.8.0/24\tUS' ]]
	for i in {1..3}; do
		echo "129.132.1.$i $i" >>access.log
		IFS='' read -r -t 10 line <&"$out"
		[[ $line == "129.132.1.$i $i"$'\tAS559\t129.132.0.0/16\tCH' ]]
	done
	kill "$(ps -o pid=,comm= --ppid "$(cat pid)" | awk '$2 == "tail" { print $1 }')"
	run cat <&"$out"
	assert_output_is ""
}

@test "GNU parallel: blocks and parts of a file come back complete and in order" {
	local commands command

	need parallel
	cp "$ROWS" addresses.txt
	in_work "asnq < addresses.txt" >want
	grep -q AS15169 want
	mapfile -t commands < <(recipe console | sed -n 's/^\$ \(parallel --pipe\)/\1/p')
	((${#commands[@]} == 2))
	for command in "${commands[@]}"; do
		in_work "$command" </dev/null >out 2>messages
		cmp want out
		[[ ! -s messages ]]
	done
}

@test "xargs and parallel with arguments: the status is 0, whatever the records say" {
	local commands command

	need parallel
	printf '%s\n' 7.7.7.7 10.0.0.1 junk 8.8.8.8 >addresses.txt
	mapfile -t commands < <(recipe console | sed -n 's/^\$ \(.*--no-exit-status.*\)/\1/p')
	((${#commands[@]} == 2))
	for command in "${commands[@]}"; do
		# stdin is not a terminal, and may be anything
		run -0 in_work "$command" </dev/null
		run -0 in_work "$command" < <(echo 7.7.7.7)
		# without the option, the records decide
		run in_work "${command/--no-exit-status/}" </dev/null
		((status != 0))
	done
}

# --- rsyslog ------------------------------------------------------------------------------

kit_run_rsyslog()
{
	KIT_PORT=$(free_port) || return 1
	{
		echo "global(workDirectory=\"$KIT_DIR\")"
		echo 'module(load="imptcp")'
		echo "input(type=\"imptcp\" address=\"127.0.0.1\" port=\"$KIT_PORT\")"
		sed "s,/usr/bin/asnq,$WORK/bin/asnq -c $WORK/config/asnq/config,; s,/var/log,$WORK," block
	} >"$KIT_DIR/conf"
	kit_spawn rsyslogd -n -f "$KIT_DIR/conf" -i "$KIT_DIR/pid"
}

kit_probe_rsyslog()
{
	[[ -s $KIT_DIR/pid ]] && : 2>/dev/null <>"/dev/tcp/127.0.0.1/$KIT_PORT"
}

# through_rsyslog RECIPE FILE: sends the messages on stdin and waits until all are in FILE.
through_rsyslog()
{
	local KIT_DIR KIT_LOG KIT_PID KIT_PORT i count=0 line

	need rsyslogd
	[[ -n $(find /usr/lib*/ -path '*rsyslog/mmexternal.so' 2>/dev/null) ]] ||
		skip "rsyslog has no mmexternal"
	recipe "$1" >block
	KIT_DIR=$(mktemp -d "$(kit_scope)/rsyslog.XXXXXX")
	kit_start rsyslog
	while IFS= read -r line; do
		echo "<38>Nov 24 10:00:00 mx sshd: $line"
		((++count))
	done >messages
	cat messages >"/dev/tcp/127.0.0.1/$KIT_PORT"
	for ((i = 0; i < 200; i++)); do
		[[ ! -e $2 ]] || (($(wc -l <"$2") < count)) || break
		sleep 0.1
	done
	kit_kill "$KIT_PID"
	cat "$KIT_LOG"
}

@test "rsyslog: mmexternal enriches by the address in the message" {
	local i

	for i in {1..100}; do
		echo "Failed password for root from 129.132.19.$i port 40022 ssh2"
		echo "Accepted publickey for ann from 8.8.8.$i port 1 ssh2"
		echo "Connection from 10.1.2.$i closed"
	done >sent
	echo "Server listening on port 22" >>sent
	through_rsyslog rsyslog with-as.log <sent
	sed -E 's/^ //; s/(.*129\.132.*)/\1: ok 559 CH/; s/(.*8\.8\.8.*)/\1: ok 15169 US/
		s/(.*10\.1\.2.*)/\1: special  /; s/(.*listening.*)/\1:   /' sent >want
	sed 's/^ //' with-as.log | diff want -
}

@test "rsyslog: mmexternal enriches by the sender of the message" {
	asnq --enrich=json </dev/null || skip "built without jsmn"
	through_rsyslog 'rsyslog sender' senders.log < <(printf 'from 8.8.8.%s\n' {1..20})
	(($(grep -c 'from 8\.8\.8\.[0-9]*: special$' senders.log) == 20))
}

# --- ClickHouse ---------------------------------------------------------------------------

# function_of RECIPE: prints the command that the executable pool runs.
function_of()
{
	recipe "$1" >function.xml
	[[ $(element type <function.xml) == executable_pool ]]
	[[ $(element format <function.xml) == TabSeparated ]]
	[[ $(element execute_direct <function.xml) == 0 ]]
	element command <function.xml
}

@test "ClickHouse: an executable pool gets blocks without EOF" {
	local command

	command=$(function_of 'xml clickhouse-function')
	run ! grep -q send_chunk_header function.xml
	in_work "asnq -o tsv -f asn" <"$ROWS" >want
	engine pool "$command" <"$ROWS" >out
	cmp want out
	# each line is a number or NULL
	run grep -vxE '[0-9]+|\\N' out
	assert_output_is ""
}

@test "ClickHouse: an executable pool may send the row count before each block" {
	local command

	command=$(function_of 'xml clickhouse-header')
	[[ $(element send_chunk_header <function.xml) == 1 ]]
	in_work "asnq -o tsv -f asn" <"$ROWS" >want
	engine pool-header "$command" <"$ROWS" >out
	cmp want out
	# engine.py reports a filter that does not expect the count, or misses it
	run ! engine pool-header "asnq -o tsv -f asn" <"$ROWS"
	run ! engine pool "$command" <"$ROWS"
}

@test "ClickHouse: a row count that is not a number ends asnq with one line" {
	run --separate-stderr in_work "asnq --engine=clickhouse -o tsv -f asn" \
		< <(printf '2\n8.8.8.8\n\n0\n1\n8.8.4.4\n-1\n8.8.8.8\n')
	((status == 2))
	# shellcheck disable=SC2028	# as it is printed
	assert_output_is $'15169\n\\N\n15169'
	# shellcheck disable=SC2154	# run sets stderr and its lines
	[[ $stderr == "asnq: stdin: "*"not '-1'" && ${#stderr_lines[@]} == 1 ]]
	run ! in_work "asnq --engine=clickhouse" < <(printf '99999999999999999999\n')
	run ! in_work "asnq --engine=clickhouse" < <(printf '\n')
	run -0 in_work "asnq --engine=clickhouse" </dev/null
}

clickhouse_ask()
{
	"$KIT_PYTHON" -c '
import sys, urllib.request
sys.stdout.write(urllib.request.urlopen(sys.argv[1], sys.stdin.buffer.read(), 60).read().decode())' \
		"http://127.0.0.1:$KIT_PORT/"
}

kit_run_clickhouse()
{
	KIT_PORT=$(free_port) || return 1
	mkdir -p "$KIT_DIR/data" "$KIT_DIR/tmp"
	{
		echo '<yandex>'
		recipe 'xml clickhouse-dictionary'
		echo '</yandex>'
	} >"$KIT_DIR/as.xml"
	cat >"$KIT_DIR/users.xml" <<-END
		<yandex>
		<profiles><default/></profiles>
		<quotas><default/></quotas>
		<users><default>
			<password/>
			<networks><ip>127.0.0.1</ip></networks>
			<profile>default</profile>
			<quota>default</quota>
		</default></users>
		</yandex>
	END
	cat >"$KIT_DIR/config.xml" <<-END
		<yandex>
		<logger><level>error</level><console>1</console></logger>
		<listen_host>127.0.0.1</listen_host>
		<http_port>$KIT_PORT</http_port>
		<path>$KIT_DIR/data/</path>
		<tmp_path>$KIT_DIR/tmp/</tmp_path>
		<users_config>users.xml</users_config>
		<mark_cache_size>5000000</mark_cache_size>
		<default_profile>default</default_profile>
		<default_database>default</default_database>
		<dictionaries_config>$KIT_DIR/as.xml</dictionaries_config>
		<dictionaries_lazy_load>true</dictionaries_lazy_load>
		</yandex>
	END
	kit_spawn env -C "$KIT_DIR" PATH="$WORK/bin:$PATH" XDG_CONFIG_HOME="$WORK/config" \
		clickhouse-server --config-file="$KIT_DIR/config.xml"
}

kit_probe_clickhouse()
{
	[[ $(echo "SELECT name FROM system.dictionaries" | clickhouse_ask 2>/dev/null) == as ]]
}

@test "ClickHouse: a real server fills a dictionary from asnq" {
	local KIT_DIR KIT_LOG KIT_PID KIT_PORT list

	need clickhouse-server
	KIT_DIR=$(mktemp -d "$(kit_scope)/clickhouse.XXXXXX")
	kit_start clickhouse
	head -n 3000 "$ROWS" | LC_ALL=C sort -u >keys
	in_work "asnq -o tsv -f input,asn,country" <keys | sed 's/\\N//g' >want
	list=$(sed "s/.*/'&'/" keys | paste -sd ,)
	clickhouse_ask >out <<-END
		SELECT ip, dictGetString('as', 'asn', tuple(ip)), dictGetString('as', 'country', tuple(ip))
		FROM (SELECT arrayJoin([$list]) AS ip)
	END
	grep -q $'\t15169\tUS' want
	diff want out
}

# --- Hive, Spark, Hadoop, Redpanda Connect, fluentd ---------------------------------------

# Prints rows of two cells: a number, and an address or NULL.
numbered()
{
	awk '{ print NR "\t" ($0 == "" ? "\\N" : $0) }' "$ROWS"
}

@test "Hive, Spark SQL: TRANSFORM passes NULL in and out" {
	local command

	command=$(recipe 'sql transform' | sed -n "s/.*USING '\(.*\)'.*/\1/p")
	numbered >rows
	engine transform "$command" <rows >out
	# the cells come back unchanged, followed by the origin of the address
	paste <(sed 's/\\N/NULL/' rows) \
		<(in_work "asnq -o tsv -f asn,prefix,country" <"$ROWS" | sed 's/\\N/NULL/g') | cmp - out
	grep -q $'\tNULL\tNULL\tNULL\tNULL$' out
	grep -q $'\tNULL\t*$' out
}

@test "Spark: RDD.pipe gets every row back" {
	local words

	# Spark splits the command at blanks, and runs no shell
	read -ra words < <(recipe 'scala pipe' | sed -n 's/.*pipe("\(.*\)").*/\1/p')
	engine pipe "${words[@]}" <"$ROWS" >out
	in_work "asnq -o tsv" <"$ROWS" | cmp - out
}

@test "Hadoop streaming: the statuses are counters on stderr" {
	local words

	read -ra words < <(recipe 'sh hadoop' | sed -n "s/.*-mapper '\(.*\)'.*/\1/p")
	engine hadoop "${words[@]}" <"$ROWS" >out 2>counters
	in_work "asnq -e -k 1" <"$ROWS" | cmp - out
	in_work "asnq -e -k 1 -f status" <"$ROWS" | awk -F '\t' '
		{ n[$NF]++ }
		END { for (i in n) print "asnq." i, n[i] }' | LC_ALL=C sort | diff - counters
	grep -q '^asnq.ok ' counters
}

@test "Hadoop streaming: every record is counted once" {
	in_work "asnq --engine=hadoop -e -k 1" < <(printf '8.8.8.8\n\n8.8.4.4\n') 2>counters >/dev/null
	run cat counters
	assert_output_is - <<-END
		reporter:counter:asnq,ok,2
		reporter:counter:asnq,noaddress,1
	END
}

@test "Redpanda Connect: each message gets its reply before the next is sent" {
	local words

	in_work "asnq --enrich=json </dev/null" || skip "built without jsmn"
	mapfile -t words < <(recipe 'yaml subprocess' |
		sed -nE 's/.*name: (.*)/\1/p; s/.*args: \[ (.*) \]/\1/p' | sed 's/, /\n/g')
	((${#words[@]} == 3))
	head -n 2000 "$ROWS" | sed 's/.*/{"client":{"ip":"&"}}/' >rows
	echo 'no JSON at all' >>rows
	engine lockstep "${words[@]}" <rows >out
	json_ok <(head -n 2000 out)
	[[ $(tail -n 1 out) == 'no JSON at all' ]]
	in_work "asnq -o json -f status,asn,prefix,country" < <(head -n 2000 "$ROWS") |
		sed 's/"invalid"/"noaddress"/' | paste -d '\n' <(sed 's/}$/,/' rows | head -n 2000) - |
		sed 'N; s/\n{/"as":{/; s/$/}/' >want
	diff <(head -n 2000 out) want
}

@test "fluentd: all rows of a chunk come back while the input is open" {
	local command

	command=$(recipe 'conf fluentd' | sed -n 's/^ *command //p')
	numbered | head -n 3000 >rows
	engine trickle "$command" <rows >out
	paste rows <(head -n 3000 "$ROWS" | in_work "asnq -o tsv -f asn,country") | cmp - out
}

@test "engine.py reports a filter that breaks the contract" {
	local filter

	export ENGINE_TIMEOUT=0.5
	for filter in 'head -n 1' 'grep -v 9' 'sed -u p' 'cat; exit 3' 'cat; echo more' 'cat; echo oops >&2' \
		'tee /dev/stderr'; do
		run ! engine pool "$filter" <addresses.txt
		run ! engine pipe bash -c "$filter" <addresses.txt
		run ! engine lockstep "$filter" <addresses.txt
	done
	unset ENGINE_TIMEOUT
	engine pool cat <addresses.txt >out
	cmp addresses.txt out
	engine pipe cat <addresses.txt >out
	cmp addresses.txt out
}

# --- common to all engines ----------------------------------------------------------------

@test "asnq runs without HOME, environment or terminal, and in a deleted directory" {
	mkdir gone
	# shellcheck disable=SC2016	# expanded by that shell
	run --separate-stderr bash -c 'cd gone && rmdir ../gone && echo 8.8.8.8 |
		exec setsid env -i "$0" -c "$1" -f asn' "$ASNQ" "$WORK/config/asnq/config"
	((status == 0))
	assert_output_is AS15169
	[[ $stderr == "" ]]
}

@test "many processes at once do not disturb each other" {
	local i

	head -n 5000 "$ROWS" >rows
	in_work "asnq <rows" >want
	for i in {1..6}; do
		in_work "asnq <rows" >"out.$i" 2>"messages.$i" 3>&- &
	done
	wait
	for i in {1..6}; do
		diff want "out.$i"
		[[ ! -s messages.$i ]]
	done
}
