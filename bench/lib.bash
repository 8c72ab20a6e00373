# Functions for bench and bench-db, which set $runs.
# shellcheck shell=bash

have() {
	command -v "$1" >/dev/null 2>&1
}

free_port() {
	python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# Reads lines with a start and an end time, and prints the median duration.
middle() {
	awk '{ print $2 - $1 }' | sort -n | awk '
		{ t[NR] = $1 } END { printf "%.4f", t[int((NR + 1) / 2)] }'
}

# Runs a command, drops its output, and prints its start and end time.
timed() {	# COMMAND...
	local from=$EPOCHREALTIME

	"$@" >/dev/null 2>&1 || :
	echo "$from $EPOCHREALTIME"
}

# Prints the median wall time of $runs runs, in seconds.
median() {	# COMMAND...
	for _ in $(seq "$runs"); do
		timed "$@"
	done | middle
}

# Prints the same for several functions, a line for each.  They run in turn, so
# that a temporary load on the machine slows all of them alike.
medians() {	# FUNCTION...
	local one turns

	turns=$(for _ in $(seq "$runs"); do
		for one in "$@"; do
			echo "$one $(timed "$one")"
		done
	done)
	for one in "$@"; do
		sed -n "s/^$one //p" <<<"$turns" | middle
		echo
	done
}

report() {	# WHAT OURS PEER THEIRS BUDGET
	awk -v what="$1" -v ours="$2" -v peer="$3" -v theirs="$4" \
		-v budget="$5" 'BEGIN {
		printf "%-34s %9.4f s  %-12s %9.4f s  time ratio %.2f  (%s)\n",
			what, ours, peer, theirs, ours / theirs, budget }'
}
