#!/usr/bin/env bats
# Output on a terminal: aligned, in color, within its width. ASNQ_UPDATE_GOLDEN=1 rewrites
# tests/golden.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	need tmux nsd openssl kdig
	start_nsd "$KIT_DATA" asn.routeviews.org=routeviews.zone \
		origin.asn.cymru.com=origin.zone origin6.asn.cymru.com=origin6.zone \
		asn.cymru.com=names.zone
	start_badserver - <<-'END'
		*.silent.example	silent
		*.wide.example		txt "64500 | 1.2.3.0/24 | US | arin | 2001-01-01"
	END
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
	SILENT=(-z "routeviews,x.silent.example" -t 0.5 --mirror="example=127.0.0.1@$BAD_PORT"
		--mirror="asn.routeviews.org=127.0.0.1@$NSD_PORT"
		--mirror="asn.cymru.com=127.0.0.1@$NSD_PORT")
	MIXED=(8.8.8.8 1.1.1.1 9.9.9.9 94.136.40.1 130.149.5.5 189.50.192.7 193.0.0.1 193.64.1.1
		200.160.0.1 216.90.108.31 91.198.174.192 10.0.0.1 224.0.0.1 20.0.0.1 21.0.0.1
		2001:4860:4860::8888 2620:fe::9 2001:500:88::1 AS15169 AS61666 junk "")
	cd "$BATS_TEST_TMPDIR" || return 1
	SOCKET=asnq-$$-$BATS_TEST_NUMBER
	echo 'set -g status off' >tmux.conf
}

teardown()
{
	tmux -L "$SOCKET" kill-server 2>/dev/null || true
	stop_servers
}

# on_terminal [-e] COLUMNS COMMAND...: runs COMMAND on a terminal with 24 lines. Writes what is then
# on the screen (with -e, with its colors) to the file "screen", and the exit status to "status".
on_terminal()
{
	local colors=() columns i

	if [[ $1 == -e ]]; then
		colors=(-e)
		shift
	fi
	columns=$1
	shift
	{
		# the new terminal must not have the caller's settings
		echo 'unset NO_COLOR TMUX'
		echo "export HOME=$PWD XDG_CONFIG_HOME=$PWD/.config LC_ALL=C.UTF-8"
		printf '%q ' "$@"
		printf '\necho $? >%q/status\nsleep 60\n' "$PWD"
	} >script
	rm -f status
	tmux -u -L "$SOCKET" -f tmux.conf new-session -d -x "$columns" -y 24 "exec bash $PWD/script"
	for ((i = 0; i < 100; i++)); do
		[[ ! -s status ]] || break
		sleep 0.1
	done
	sleep 0.2	# tmux needs a moment to read the output
	tmux -L "$SOCKET" capture-pane -p "${colors[@]}" >screen
	tmux -L "$SOCKET" kill-server
	[[ -s status ]]
}

# golden NAME: the screen, with times masked and without empty lines at its end, equals
# tests/golden/NAME.
golden()
{
	local file=$BATS_TEST_DIRNAME/../golden/$1

	sed -E 's/[0-9.]+ ms( +|$)/N ms     /; s/ms +$/ms/' screen | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >masked
	if [[ ${ASNQ_UPDATE_GOLDEN-} ]]; then
		cp masked "$file"
	fi
	cmp -s masked "$file" && return
	diff -u "$file" masked | cat -A
	return 1
}

# Prints how many lines of the screen are used, counting empty ones in between.
lines()
{
	awk 'NF { last = NR } END { print last + 0 }' screen
}

@test "a screenful of mixed addresses fits in 80 columns" {
	on_terminal 80 "$ASNQ" "${ZONES[@]}" "${MIXED[@]}"
	golden terminal-rows
	# a line for each, and a heading
	(($(lines) == ${#MIXED[@]} + 1))
	[[ $(cat status) == 3 ]]
	[[ $(head -n 1 screen) =~ ^IP\ +ASN\ +PREFIX\ +(COUNTRY|CC)\ +INFO$ ]]
}

@test "the block of a single address fits in 80 columns" {
	on_terminal 80 "$ASNQ" "${ZONES[@]}" 94.136.40.1
	golden terminal-block
	[[ $(cat status) == 0 ]]
}

@test "blocks show IPv6, special, unannounced and invalid addresses, an AS, differing sources" {
	local what

	for what in 2001:4860:4860::8888 10.0.0.1 55.1.2.3 junk AS15169 AS61666 AS64512 216.90.108.31 \
		91.198.174.192 21.0.0.1 130.149.0.0/16 "::ffff:8.8.8.8" "#x"; do
		on_terminal 80 "$ASNQ" "${ZONES[@]}" "$what"
		printf -- '--- %s, status %s\n' "$what" "$(cat status)"
		sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' screen
	done >all
	mv all screen
	golden terminal-blocks
}

@test "a block shows a source that does not answer" {
	on_terminal 80 "$ASNQ" "${SILENT[@]}" 8.8.8.8
	golden terminal-silent
	on_terminal 80 "$ASNQ" -z x.silent.example -t 0.5 --mirror="example=127.0.0.1@$BAD_PORT" 8.8.8.8
	golden terminal-timeout
	[[ $(cat status) == 3 ]]
}

@test "a block shows a source whose name is longer than its column" {
	local db=a-table-with-a-name-that-is-longer-than-its-column

	printf '8.8.8.0/24\t15169\n' >"$db"
	on_terminal 80 "$ASNQ" --no-config --db="$db" 8.8.8.8
	grep -q "^  sources  *$db  ok *\$" screen
	[[ $(cat status) == 0 ]]
}

@test "streams and --fields are printed in columns too" {
	printf '%s\n' "${MIXED[@]}" >in
	on_terminal 80 "$ASNQ" "${ZONES[@]}" -i in
	golden terminal-stream
	[[ $(cat status) == 0 ]]
	on_terminal 80 "$ASNQ" "${ZONES[@]}" -i in -f input,asns,prefixes,moas,sources
	golden terminal-fields
	(($(lines) <= 23))
}

@test "nothing wraps on a narrow terminal" {
	local columns

	for columns in 40 20; do
		on_terminal $columns "$ASNQ" "${ZONES[@]}" "${MIXED[@]}"
		(($(lines) == ${#MIXED[@]} + 1))
		on_terminal $columns "$ASNQ" "${ZONES[@]}" 8.8.8.8
		(($(lines) <= 9))
	done
	on_terminal 40 "$ASNQ" "${ZONES[@]}" "${MIXED[@]}"
	golden terminal-narrow
	on_terminal 40 "$ASNQ" "${ZONES[@]}" 94.136.40.1
	golden terminal-narrow-block
}

@test "a wide terminal shows names in full" {
	on_terminal 160 "$ASNQ" "${ZONES[@]}" 130.149.5.5 193.0.0.1
	grep -q 'Deutschen Forschungsnetzes e.V., DE$' screen
	grep -q '(RIPE NCC), NL$' screen
}

@test "columns stay aligned after non-ASCII letters and hostile text" {
	on_terminal 80 "$ASNQ" "${ZONES[@]}" -f "name,asn" 200.160.0.1 1.1.1.1 AS61666
	[[ $(sed -n 2p screen) == "Núcleo de Inf. e Coord., BR"*"AS22548" ]]
	golden terminal-names
}

@test "other formats are printed as into a pipe" {
	local format

	for format in csv tsv tags header json; do
		on_terminal 200 "$ASNQ" "${ZONES[@]}" --no-names -o $format -q 8.8.8.8
		(($(lines) == 0))
	done
	on_terminal -e 200 "$ASNQ" "${ZONES[@]}" --no-names -o csv 8.8.8.8
	[[ $(head -n 2 screen) == $'input,ip,status,asn,prefix,country,name\n8.8.8.8,8.8.8.8,ok,15169,8.8.8.0/24,US,' ]]
	on_terminal -e 200 "$ASNQ" "${ZONES[@]}" -T '_IP_ _ASN_' 1.1.1.1
	[[ $(head -n 1 screen) == "1.1.1.1 AS13335" ]]
}

@test "nothing is aligned in a pipe, even if there is a terminal" {
	on_terminal 80 bash -c '"$@" | cat >out' - "$ASNQ" "${ZONES[@]}" 8.8.8.8
	[[ $(cat out) == $'8.8.8.8\tAS15169\t8.8.8.0/24\tUS\tGOOGLE, US' ]]
}

@test "colors appear on a terminal, unless NO_COLOR, TERM or --color prevent them" {
	on_terminal -e 80 "$ASNQ" "${ZONES[@]}" 8.8.8.8 10.0.0.1 21.0.0.1
	golden terminal-colors
	grep -q $'\e' screen
	on_terminal -e 80 "$ASNQ" "${ZONES[@]}" 8.8.8.8
	grep -q $'\e' screen
	for with in NO_COLOR=1 TERM=dumb; do
		on_terminal -e 80 env "$with" "$ASNQ" "${ZONES[@]}" 8.8.8.8 10.0.0.1
		run ! grep -q $'\e' screen
		(($(lines) == 3))
	done
	on_terminal -e 80 env -u TERM "$ASNQ" "${ZONES[@]}" 8.8.8.8 10.0.0.1
	run ! grep -q $'\e' screen
	on_terminal -e 80 "$ASNQ" "${ZONES[@]}" --color=never 8.8.8.8 10.0.0.1
	run ! grep -q $'\e' screen
	# an empty NO_COLOR has no effect; --color=always overrides it
	on_terminal -e 80 env NO_COLOR= "$ASNQ" "${ZONES[@]}" 8.8.8.8 10.0.0.1
	grep -q $'\e' screen
	on_terminal -e 80 env NO_COLOR=1 "$ASNQ" "${ZONES[@]}" --color=always 8.8.8.8 10.0.0.1
	grep -q $'\e' screen
}

@test "with a terminal on stdin and no operands, the usage is printed with status 2" {
	on_terminal 80 "$ASNQ"
	golden terminal-usage
	[[ $(cat status) == 2 ]]
	on_terminal 80 bash -c '"$@" 2>/dev/null' - "$ASNQ" -o json
	(($(lines) == 0))
	[[ $(cat status) == 2 ]]
}

@test "--help and --check fit on a terminal" {
	# shellcheck disable=SC2016
	on_terminal 80 bash -c '"$1" --help >help; awk "length > 79" help' - "$ASNQ"
	(($(lines) == 0))
	on_terminal 80 "$ASNQ" --check "${ZONES[@]}"
	golden terminal-check
	[[ $(cat status) == 0 ]]
}

@test "the progress line appears only in jobs of more than 2 seconds, and is cleared at the end" {
	# shellcheck disable=SC2016
	on_terminal 80 bash -c '{ echo 10.0.0.1; sleep 2.6; tmux -L "$0" capture-pane -p >meanwhile
		echo 10.0.0.2; } | "$@" >out' "$SOCKET" "$ASNQ" "${ZONES[@]}"
	grep -qE '^1 records?, ' meanwhile
	(($(lines) == 0))
	(($(wc -l <out) == 2))
	# none if the records go to the terminal, nor in a short job
	# shellcheck disable=SC2016
	on_terminal 80 bash -c '{ echo 10.0.0.1; sleep 2.6; tmux -L "$0" capture-pane -p >meanwhile
		echo 10.0.0.2; } | "$@"' "$SOCKET" "$ASNQ" "${ZONES[@]}"
	run ! grep -q 'records' meanwhile
	# shellcheck disable=SC2016
	on_terminal 80 bash -c '{ echo 10.0.0.1; sleep 0.5; tmux -L "$0" capture-pane -p >meanwhile
		} | "$@" >out' "$SOCKET" "$ASNQ" "${ZONES[@]}"
	run ! grep -q 'records' meanwhile
}
