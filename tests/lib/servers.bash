# DNS servers on loopback for .bats files: load it with `load ../lib/servers`.
#
#   need TOOL...                      skips the test (or, in setup_file, the file) without these
#   free_port                         prints a port that is free for UDP and TCP
#   make_ca DIR                       makes ca.pem, and NAME.pem and NAME.key for dns.example and
#                                     wrong.example
#   make_signed DIR                   makes signed zones and anchor.ds; sets the array SIGNED_ZONES
#   make_spoilt DIR ZONE              signs dnssec.example, spoils it in three ways; makes anchor.ds
#   start_rbldnsd DIR ZONESPEC...     ZONE:TYPE:FILE[,FILE], see rbldnsd(8). UDP only
#   start_nsd [--cert=NAME] DIR ZONE=FILE...
#   start_unbound [--cert=NAME] [--anchor=FILE] [--conf=LINE]... ZONE=ADDR@PORT[,ADDR@PORT]...
#   start_badserver [--port=N] RULES  RULES is a file, or - for stdin; see badserver.py
#   bad_count [REGEX]                 prints how many queries badserver got (whose log line matches)
#   bad_toggle                        makes badserver stop answering, or answer again
#   kit_ask PORT ARG...               runs kdig against 127.0.0.1; prints the data of the answer
#   stop_servers                      ends the servers that were started
#   has_tls                           whether libunbound supports TLS
#
# A start function returns when the server answers; otherwise it fails with the server's log on
# stderr. It sets and exports variables, so call it directly, not under `run` or in $(...):
#
#   RBLDNSD_PORT, RBLDNSD_PID, RBLDNSD_DATA   directory with its copy of the data; a file changed
#                                             there is reread within two seconds
#   NSD_PORT, NSD_TLS_PORT, NSD_PID
#   UNBOUND_PORT, UNBOUND_TLS_PORT, UNBOUND_PID, UNBOUND_LOG   (which has each query)
#   BAD_PORT, BAD_PID, BAD_LOG, BAD_COUNTS (written when badserver ends)
#   CA_FILE                                   the CA of every TLS port; the name is dns.example
#
# FILE is relative to DIR. Unbound queries only the servers given; other names are REFUSED.
#
# stop_servers called from a test or its teardown ends the servers that this test started; called
# from teardown_file, every server of the file. All state is in BATS_FILE_TMPDIR.

KIT_LIB=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
KIT_DATA=$(cd "$KIT_LIB/../data" && pwd)
# rbldnsd and the other servers are not in every user's PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

need()
{
	local tool

	for tool; do
		command -v "$tool" >/dev/null || skip "$tool is not installed"
	done
}

# Some distributions build libunbound without OpenSSL.
has_tls()
{
	local library

	library=$(ldd "$ASNQ" | awk '/libunbound/ { print $3 }')
	ldd "$library" | grep -q libssl
}

# --- parts ---------------------------------------------------------------------------------

# Sets KIT_PYTHON to the first python3 that is new enough. It is the program itself, since version
# managers put slow wrappers in PATH. badserver.py needs only the standard library.
kit_python()
{
	local python

	[[ -z ${KIT_PYTHON-} ]] || return 0
	for python in $(type -ap python3) /usr/bin/python3; do
		KIT_PYTHON=$("$python" -c '
import sys
print(sys.executable)
sys.exit(sys.version_info < (3, 9))' 2>/dev/null) && export KIT_PYTHON && return 0
	done
	echo "no python3 of version 3.9 or later found" >&2
	return 1
}

# Prints the directory of this test's servers, or of setup_file's, and creates it.
kit_scope()
{
	local dir=${BATS_FILE_TMPDIR:?}/kit/${BATS_TEST_NUMBER:-file}

	mkdir -p "$dir/pids"
	echo "$dir"
}

# Claims a port by a directory for the rest of the run, so that no other call gets it, even in a
# parallel test. It is below the kernel's range for clients.
free_port()
{
	local claims=${BATS_RUN_TMPDIR:-${BATS_FILE_TMPDIR:?}}/kit-ports

	mkdir -p "$claims"
	kit_python && "$KIT_PYTHON" -c '
import os, random, socket, sys
for _ in range(1000):
    port = random.randrange(10240, 32768)
    try:
        os.mkdir(os.path.join(sys.argv[1], str(port)))
        for kind in socket.SOCK_DGRAM, socket.SOCK_STREAM:
            with socket.socket(socket.AF_INET, kind) as s:
                s.bind(("127.0.0.1", port))
    except OSError:
        continue
    print(port)
    sys.exit()
sys.exit("no free port found")' "$claims"
}

kit_ask()
{
	local port=$1

	shift
	kdig @127.0.0.1 -p "$port" +short +timeout=1 +retry=0 "$@" 2>&1
}

# A killed process remains as a zombie if its parent does not wait for it; it counts as dead.
kit_alive()
{
	local stat

	kill -0 "$1" 2>/dev/null || return 1
	stat=$(ps -o stat= -p "$1") && [[ $stat != Z* ]]
}

# Ends processes and waits for them; after five seconds, sends SIGKILL.
kit_kill()
{
	local pid i

	for pid; do
		kill "$pid" 2>/dev/null || true
	done
	for pid; do
		for ((i = 0; i < 100; i++)); do
			kit_alive "$pid" || continue 2
			sleep 0.05
		done
		echo "process $pid does not end, killed" >&2
		kill -KILL "$pid" 2>/dev/null || true
	done
}

# kit_start NAME: calls kit_run_NAME, which picks ports and starts the server with kit_spawn, and
# returns when kit_probe_NAME succeeds, which recognizes this very server. Another process may take
# the port between choice and bind, so a server that finds its port in use is started again.
kit_start()
{
	local name=$1 try end

	for try in 1 2 3 4 5; do
		KIT_LOG=$KIT_DIR/log.$try
		"kit_run_$name" || return 1
		end=$((SECONDS + 10))
		while kit_alive "$KIT_PID" && ((SECONDS < end)); do
			if "kit_probe_$name"; then
				: >"${KIT_DIR%/*}/pids/$KIT_PID"
				return 0
			fi
			sleep 0.05
		done
		kit_kill "$KIT_PID"
		grep -qi 'in use' "$KIT_LOG" || break
	done
	{
		echo "$name does not answer; its log:"
		cat "$KIT_LOG"
	} >&2
	return 1
}

# Starts a program in the background without bats' descriptors, whose end bats would wait for.
kit_spawn()
{
	"$@" </dev/null >>"$KIT_LOG" 2>&1 3>&- 4>&- &
	KIT_PID=$!
}

kit_need_program()
{
	command -v "$1" >/dev/null && return
	echo "$1 is not installed" >&2
	return 1
}

# --- certificates and signed zones ---------------------------------------------------------

make_ca()
{
	local dir=$1 i

	# Parallel tests of a file share a CA: the first makes it, the others wait.
	mkdir -p "$(dirname "$dir")"
	for ((i = 0; i < 200; i++)); do
		[[ ! -e $dir/ca.pem ]] || return 0
		if mkdir "$dir.new" 2>/dev/null; then
			if kit_make_ca "$dir.new" 2>"$dir.new/log"; then
				mkdir -p "$dir"
				mv "$dir.new"/*.example.* "$dir"
				mv "$dir.new/ca.pem" "$dir"	# last: then all is there
				rm -r "$dir.new"
				return 0
			fi
			cat "$dir.new/log" >&2
			rm -r "$dir.new"
			return 1
		fi
		sleep 0.05
	done
	echo "$dir.new is in the way" >&2
	return 1
}

kit_make_ca()
{
	local dir=$1 name key=(-newkey ec -pkeyopt "ec_paramgen_curve:prime256v1" -nodes)

	openssl req -x509 "${key[@]}" -days 3650 -subj '/CN=asnq test CA' \
		-keyout "$dir/ca.key" -out "$dir/ca.pem" || return 1
	for name in dns.example wrong.example; do
		openssl req "${key[@]}" -subj "/CN=$name" \
			-keyout "$dir/$name.key" -out "$dir/csr" || return 1
		openssl x509 -req -in "$dir/csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" \
			-CAcreateserial -days 3650 -extfile <(echo "subjectAltName=DNS:$name") \
			-out "$dir/$name.pem" || return 1
	done
}

# Makes the CA of this file's servers. Sets CA_FILE, and KIT_CERT to a certificate without suffix.
kit_certificate()
{
	local dir=${BATS_FILE_TMPDIR:?}/kit/ca

	kit_need_program openssl && make_ca "$dir" || return 1
	export CA_FILE=$dir/ca.pem
	KIT_CERT=$dir/$1
	[[ -e $KIT_CERT.pem ]] && return
	echo "no certificate for $1" >&2
	return 1
}

# Makes signed.example and bogus.example, anchor.ds (DS records of both), and unsigned.example.
# In bogus.example, the text for 8.8.8.x is not the one that was signed.
make_signed()
{
	local dir=$1 zone key now

	kit_need_program ldns-signzone || return 1
	mkdir -p "$dir"
	printf -v now '%(%s)T' -1
	rm -f "$dir/anchor.ds"
	for zone in signed.example bogus.example; do
		key=$(cd "$dir" && ldns-keygen -a ECDSAP256SHA256 -k "$zone") || return 1
		ldns-signzone -i $((now - 86400)) -e $((now + 30 * 86400)) -o "$zone" \
			-f "$dir/$zone.zone" "$KIT_DATA/signed.zone" "$dir/$key" || return 1
		cat "$dir/$key.ds" >>"$dir/anchor.ds"
	done
	cp "$KIT_DATA/signed.zone" "$dir/unsigned.example.zone"
	sed -i 's/"15169 | 8\.8\.8\.0/"61666 | 8.8.8.0/' "$dir/bogus.example.zone"
	grep -q '"61666 ' "$dir/bogus.example.zone" || return 1
	# shellcheck disable=SC2034	# for the caller
	SIGNED_ZONES=(signed.example=signed.example.zone bogus.example=bogus.example.zone
		unsigned.example=unsigned.example.zone)
}

# Makes dnssec.example from the zone file ZONE, signed, and anchor.ds. Then spoils it: names below
# 88 get another text, those below 89 expired signatures, and those below 90 no signatures.
make_spoilt()
{
	local dir=$1 zone=$2 key now

	kit_need_program ldns-signzone || return 1
	mkdir -p "$dir"
	printf -v now '%(%s)T' -1
	key=$(cd "$dir" && ldns-keygen -a ECDSAP256SHA256 -k dnssec.example) || return 1
	ldns-signzone -i $((now - 30 * 86400)) -e $((now - 86400)) -o dnssec.example \
		-f "$dir/expired" "$zone" "$dir/$key" || return 1
	ldns-signzone -i $((now - 86400)) -e $((now + 30 * 86400)) -o dnssec.example \
		-f "$dir/signed" "$zone" "$dir/$key" || return 1
	cp "$dir/$key.ds" "$dir/anchor.ds"
	awk -F '\t' '
		{ signature = $4 == "RRSIG" && $5 ~ /^TXT/ }
		NR == FNR { if (signature) expired[$1] = $0; next }
		$1 ~ /\.88\.dnssec/ && $4 == "TXT" { sub(/"[0-9]+ /, "\"61666 ") }
		$1 ~ /\.89\.dnssec/ && signature { $0 = expired[$1] }
		$1 ~ /\.90\.dnssec/ && signature { next }
		{ print }
	' "$dir/expired" "$dir/signed" >"$dir/dnssec.example.zone"
}

# --- servers -------------------------------------------------------------------------------

start_rbldnsd()
{
	local KIT_DIR KIT_LOG KIT_PID KIT_PORT source=$1 spec files file args=() specs=()

	shift
	kit_need_program rbldnsd || return 1
	KIT_DIR=$(mktemp -d "$(kit_scope)/rbldnsd.XXXXXX")
	mkdir -m 755 "$KIT_DIR/data"
	for spec; do
		IFS=, read -ra files <<<"${spec##*:}"
		for file in "${files[@]}"; do
			[[ $file == /* ]] || file=$source/$file
			install -m 644 "$file" "$KIT_DIR/data" || return 1
		done
		files=("${files[@]##*/}")
		specs+=("${spec%:*}:$(IFS=, && echo "${files[*]}")")
	done
	# One more zone, by which the probe recognizes the server.
	echo "id TXT \"${KIT_DIR##*/}\"" >"$KIT_DIR/data/.kit"
	chmod 644 "$KIT_DIR/data/.kit"
	# rbldnsd refuses to run as root. Only root can enter bats' directories, but a process
	# that is in one already needs no permission for its parents.
	((EUID)) || args=(-u "$(id -u nobody):$(id -g nobody)")
	kit_start rbldnsd || return 1
	export RBLDNSD_PORT=$KIT_PORT RBLDNSD_PID=$KIT_PID RBLDNSD_DATA=$KIT_DIR/data
}

kit_run_rbldnsd()
{
	KIT_PORT=$(free_port) || return 1
	kit_spawn env -C "$KIT_DIR/data" rbldnsd -n -c 1 "${args[@]}" -b "127.0.0.1/$KIT_PORT" \
		"${specs[@]}" kit.invalid:generic:.kit
}

kit_probe_rbldnsd()
{
	[[ $(kit_ask "$KIT_PORT" TXT id.kit.invalid) == "\"${KIT_DIR##*/}\"" ]]
}

start_nsd()
{
	local KIT_DIR KIT_LOG KIT_PID KIT_PORT KIT_TLS_PORT KIT_CERT cert=dns.example source zone file

	if [[ $1 == --cert=* ]]; then
		cert=${1#*=}
		shift
	fi
	source=$(cd "$1" && pwd) || return 1
	shift
	kit_need_program nsd && kit_certificate "$cert" || return 1
	KIT_DIR=$(mktemp -d "$(kit_scope)/nsd.XXXXXX")
	for zone; do
		file=${zone#*=}
		[[ $file == /* ]] || file=$source/$file
		zone=${zone%%=*}
		# NSD would start without the zone, and answer SERVFAIL.
		nsd-checkzone "$zone" "$file" >"$KIT_DIR/check" 2>&1 || {
			cat "$KIT_DIR/check" >&2
			return 1
		}
		printf 'zone:\n\tname: "%s"\n\tzonefile: "%s"\n' "$zone" "$file"
	done >"$KIT_DIR/zones.conf" || return 1
	kit_start nsd || return 1
	export NSD_PORT=$KIT_PORT NSD_TLS_PORT=$KIT_TLS_PORT NSD_PID=$KIT_PID
}

kit_run_nsd()
{
	KIT_PORT=$(free_port) && KIT_TLS_PORT=$(free_port) || return 1
	cat >"$KIT_DIR/nsd.conf" <<-END
		server:
			ip-address: 127.0.0.1@$KIT_PORT
			ip-address: 127.0.0.1@$KIT_TLS_PORT
			tls-port: $KIT_TLS_PORT
			tls-service-key: "$KIT_CERT.key"
			tls-service-pem: "$KIT_CERT.pem"
			identity: "${KIT_DIR##*/}"
			server-count: 1
			tcp-count: 200
			username: ""
			chroot: ""
			zonesdir: "$KIT_DIR"
			database: ""
			pidfile: "$KIT_DIR/pid"
			xfrdfile: "$KIT_DIR/xfrd.state"
			xfrdir: "$KIT_DIR"
			zonelistfile: "$KIT_DIR/zone.list"
			rrl-ratelimit: 0
		remote-control:
			control-enable: no
		include: "$KIT_DIR/zones.conf"
	END
	kit_spawn nsd -d -c "$KIT_DIR/nsd.conf"
}

kit_probe_nsd()
{
	[[ $(kit_ask "$KIT_PORT" CH TXT id.server) == "\"${KIT_DIR##*/}\"" ]]
}

start_unbound()
{
	local KIT_DIR KIT_LOG KIT_PID KIT_PORT KIT_TLS_PORT KIT_CERT
	local cert=dns.example modules=iterator extra="" stubs="" root="" arg address addresses

	for arg; do
		case $arg in
		--cert=*)
			cert=${arg#*=}
			;;
		--anchor=*)
			modules="validator iterator"
			extra+=$'\t'"trust-anchor-file: \"$(realpath "${arg#*=}")\""$'\n'
			;;
		--conf=*)
			extra+=$'\t'${arg#*=}$'\n'
			;;
		*=*@*)
			if [[ $arg == .=* ]]; then
				root=yes
			else
				extra+=$'\t'"local-zone: \"${arg%%=*}\" transparent"$'\n'
			fi
			stubs+="stub-zone:"$'\n\t'"name: \"${arg%%=*}\""$'\n'
			IFS=, read -ra addresses <<<"${arg#*=}"
			for address in "${addresses[@]}"; do
				stubs+=$'\t'"stub-addr: $address"$'\n'
			done
			;;
		*)
			echo "start_unbound: $arg is not ZONE=ADDR@PORT" >&2
			return 1
			;;
		esac
	done
	# No test may reach the real root servers: queries for other zones are refused, and
	# for aliases that lead to such zones, the root is a closed port.
	if [[ ! $root ]]; then
		extra+=$'\tlocal-zone: "." always_refuse\n'
		stubs+=$'stub-zone:\n\tname: "."\n\tstub-addr: 127.0.0.1@1\n'
	fi
	kit_need_program unbound && kit_certificate "$cert" || return 1
	KIT_DIR=$(mktemp -d "$(kit_scope)/unbound.XXXXXX")
	kit_start unbound || return 1
	export UNBOUND_PORT=$KIT_PORT UNBOUND_TLS_PORT=$KIT_TLS_PORT UNBOUND_PID=$KIT_PID \
		UNBOUND_LOG=$KIT_LOG
}

kit_run_unbound()
{
	KIT_PORT=$(free_port) && KIT_TLS_PORT=$(free_port) || return 1
	# qname-minimisation: rbldnsd and badserver do not know the names in between.
	# infra-host-ttl: a server that was dead is queried again soon.
	# so-reuseport: a second Unbound on this port must fail rather than share it.
	cat >"$KIT_DIR/unbound.conf" <<-END
		server:
			interface: 127.0.0.1@$KIT_PORT
			interface: 127.0.0.1@$KIT_TLS_PORT
			tls-port: $KIT_TLS_PORT
			tls-service-key: "$KIT_CERT.key"
			tls-service-pem: "$KIT_CERT.pem"
			identity: "${KIT_DIR##*/}"
			so-reuseport: no
			num-threads: 1
			outgoing-range: 4096
			num-queries-per-thread: 4096
			incoming-num-tcp: 100
			do-ip6: no
			do-not-query-localhost: no
			module-config: "$modules"
			qname-minimisation: no
			rrset-roundrobin: no
			infra-host-ttl: 1
			username: ""
			chroot: ""
			directory: "$KIT_DIR"
			pidfile: "$KIT_DIR/pid"
			use-syslog: no
			logfile: ""
			log-queries: yes
		$extra
		remote-control:
			control-enable: no
		$stubs
	END
	kit_spawn unbound -d -c "$KIT_DIR/unbound.conf"
}

kit_probe_unbound()
{
	[[ $(kit_ask "$KIT_PORT" CH TXT id.server) == "\"${KIT_DIR##*/}\"" ]]
}

start_badserver()
{
	local KIT_DIR KIT_LOG KIT_PID KIT_PORT rules port=0

	if [[ $1 == --port=* ]]; then
		port=${1#*=}
		shift
	fi
	rules=$1
	kit_python || return 1
	KIT_DIR=$(mktemp -d "$(kit_scope)/badserver.XXXXXX")
	if [[ $rules == - ]]; then
		rules=$KIT_DIR/rules
		cat >"$rules"
	fi
	: >"$KIT_DIR/queries"
	kit_start badserver || return 1
	export BAD_PORT=$KIT_PORT BAD_PID=$KIT_PID BAD_LOG=$KIT_DIR/queries BAD_COUNTS=$KIT_DIR/counts
}

# Starts it. Without a port it picks one itself, and prints it on its first line.
kit_run_badserver()
{
	kit_spawn "$KIT_PYTHON" "$KIT_LIB/badserver.py" --port "$port" --log "$KIT_DIR/queries" \
		--counts "$KIT_DIR/counts" "$rules"
}

kit_probe_badserver()
{
	KIT_PORT=$(head -n 1 "$KIT_LOG") && [[ $KIT_PORT =~ ^[0-9]+$ ]] &&
		[[ $(kit_ask "$KIT_PORT" TXT ready.kit.invalid) == '"ready"' ]]
}

bad_count()
{
	grep -cE -- "${1-}" "$BAD_LOG" || true
}

# Returns when the server has reported the change.
bad_toggle()
{
	local log=${BAD_LOG%/*}/log.1 before i

	before=$(wc -l <"$log")
	kill -USR1 "$BAD_PID"
	for ((i = 0; i < 100; i++)); do
		(($(wc -l <"$log") > before)) && return 0
		sleep 0.05
	done
	echo "badserver does not react" >&2
	return 1
}

stop_servers()
{
	local scope files pids=() children=() file

	scope=$(kit_scope)
	files=("$scope"/pids/*)
	# teardown_file also ends servers that tests have left running.
	[[ ${BATS_TEST_NUMBER-} ]] || files=("${scope%/*}"/*/pids/*)
	for file in "${files[@]}"; do
		[[ -e $file ]] || continue
		pids+=("${file##*/}")
		rm "$file"
	done
	((${#pids[@]})) || return 0
	# NSD's children end when it does; wait for them too.
	read -ra children -d '' < <(ps -o pid= --ppid "$(IFS=, && echo "${pids[*]}")") || true
	kit_kill "${pids[@]}"
	((${#children[@]} == 0)) || kit_kill "${children[@]}"
}
