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

# A time is WALL or WALL,CPU, in seconds.

# Reads lines with a start time, an end time and perhaps the CPU time, and
# prints the median of each.
middle() {
	awk '
		function median(list, n,    i, j, t) {
			for (i = 2; i <= n; i++)
				for (j = i; j > 1 && list[j] < list[j - 1]; j--) {
					t = list[j]
					list[j] = list[j - 1]
					list[j - 1] = t
				}
			return list[int((n + 1) / 2)]
		}
		{ wall[NR] = $2 - $1 }
		NF > 2 { cpu[++n] = $3 + 0 }
		END {
			printf "%.4f", median(wall, NR)
			if (n > 0)
				printf ",%.4f", median(cpu, n)
		}'
}

# Runs a command, drops its output, and prints 0, its wall time and CPU time.
timed() {	# COMMAND...
	local TIMEFORMAT='0 %R %U %S'

	{ time "$@" >/dev/null 2>&1 || :; } 2>&1 |
		awk '{ print $1, $2, $3 + $4 }'
}

# Prints the median time of $runs runs.
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
		cpu = split(ours, a, ",") > 1 && split(theirs, b, ",") > 1
		split(theirs, b, ",")
		printf "%-34s %9.4f s  %-12s %9.4f s  time ratio %.2f", what,
			a[1], peer, b[1], a[1] / b[1]
		if (cpu && b[2] > 0)
			printf ", CPU %.2f", a[2] / b[2]
		printf "  (%s)\n", budget }'
}
