# Look-ups in the sandbox, compared with those outside: load it with `load ../lib/confined`, or read it into a
# shell that has $ASNQ.
#
#   try EXPECTED ARG...        looks 1.2.3.4 up in asn.example by these options, in the sandbox and outside, and
#                              if there is strace, looks at each system call. Prints what is wrong: EXPECTED is a
#                              pattern of the output, which is the status, a TAB and the AS
#   in_namespace SCRIPT        runs a script that may call `try` with a network of its own: only loopback, with
#                              fe80::53 and the addresses of the root's servers, where a server answers everything
#                              at port 53. resolv.conf is the system's. Fails if the script prints anything
#
# GOOD is the pattern of an answer.

CONFINED_LIB=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
# shellcheck disable=SC2034	# tests use it
GOOD=$'ok\t200515'

# As libunbound knows them.
CONFINED_ROOTS="198.41.0.4 170.247.170.2 199.9.14.201 192.33.4.12 199.7.91.13 192.203.230.10 192.5.5.241
	192.112.36.4 198.97.190.53 192.36.148.17 192.58.128.30 193.0.14.129 199.7.83.42 202.12.27.33"

# Prints the calls in a log of strace that the sandbox refuses, but for those that libunbound can do without: the
# names of interfaces, and TCP Fast Open.
confined_refusals()
{
	sed '1,/^[0-9]* *seccomp(SECCOMP_SET_MODE_FILTER.* = 0$/d' "$1" |
		grep -E 'SIGSYS| = -1 (EACCES|EPERM|ENOPROTOOPT|EOPNOTSUPP) ' |
		grep -vE 'socket\(AF_UNIX, SOCK_DGRAM|ioctl\([0-9]+, SIOCGIFINDEX|MSG_FASTOPEN'
}

try()
{
	local expected=$1 option got=() status out ok=yes
	local command=("$ASNQ" --no-config --no-names -z asn.example -o tsv -f 'status,asn')

	shift
	# Of what need not work, the calls are of interest.
	if [[ $expected == '*' ]]; then
		command+=(-t 0.2)
	else
		command+=(-t 3)
	fi
	for option in --no-sandbox --no-exit-status; do
		[[ $expected$option != '*--no-sandbox' ]] || continue
		status=0
		out=$("${command[@]}" "$option" "$@" 1.2.3.4 2>&1) || status=$?
		got+=("$out")
		# shellcheck disable=SC2053	# a pattern
		[[ $out == $expected && $status -lt 128 ]] || ok=
	done
	[[ $ok ]] || printf 'expected %q, got %s, exit status %s\n' "$expected" "${got[*]@Q}" "$status"
	if strace -o /dev/null true 2>/dev/null; then
		strace -f -s 64 -o log "${command[@]}" "$@" 1.2.3.4 >/dev/null 2>&1 || true
		! grep -q 'seccomp(SECCOMP_SET_MODE_FILTER.* = 0$' log || ! confined_refusals log || ok=
	fi
	[[ $ok ]] || echo "FAILED: $*"
}

# Sets the namespace up, in which this runs. RULES are those of the server.
confined_enter()
{
	local root

	mount --make-rprivate / 2>/dev/null || true
	ip link set lo up && ip addr add fe80::53/64 dev lo nodad || exit 99
	for root in $CONFINED_ROOTS; do
		ip addr add "$root/32" dev lo || exit 99
	done
	: >resolv.conf
	mount --bind resolv.conf /etc/resolv.conf || exit 99
	echo '* origin' >rules
	"$KIT_PYTHON" "$CONFINED_LIB/badserver.py" --any --port 53 rules >port &
	trap 'kill %1' EXIT
	until [[ -s port ]]; do
		kill -0 %1 2>/dev/null || exit 99
		sleep 0.05
	done
}

in_namespace()
{
	local flags=-mn

	need unshare ip mount
	kit_python
	unshare $flags true 2>/dev/null || flags=-rmn
	unshare $flags true 2>/dev/null || skip "namespaces are not permitted here"
	[[ -e /etc/resolv.conf ]] || skip "no /etc/resolv.conf to replace"
	export ASNQ KIT_PYTHON
	# shellcheck disable=SC2016	# they are expanded there
	LC_ALL=C.UTF-8 run unshare $flags "$BASH" -c 'exec 3>&- 4>&-; . "$1"; confined_enter; eval "$2"' \
		bash "$CONFINED_LIB/confined.bash" "$1" </dev/null
	# shellcheck disable=SC2154	# run sets them
	((status != 99)) || skip "no namespace could be set up: $output"
	if ((status != 0)) || [[ $output ]]; then
		echo "exit status $status: $output"
		return 1
	fi
}
