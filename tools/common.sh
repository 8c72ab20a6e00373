# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables go to, and come from, the scripts
# What quickstart and the scripts in this folder share. They source it, with
# $tools set to this folder.

top=$(dirname "$tools")
build=$top/build
asnq=$build/src/asnq
log=$build/quickstart.log

# Debian keeps the servers out of an ordinary user's path.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() {
	printf 'quickstart: %s\n' "$*" >&2
}

die() {
	say "$*"
	exit 1
}

ask_for_root() {
	say 'not root, and there is no sudo; as root, run:'
	printf '    %s\n' "$*" >&2
	exit 1
}

have() {
	command -v "$1" >/dev/null 2>&1
}

# Makes the log, and its folder, unless they are there.
open_log() {
	mkdir -p "$build" 2>/dev/null || :
	[ -w "$build" ] || die "no permission to write to $build"
	: >>"$log"
}

new_log() {
	open_log
	: >"$log"
}

# logged WHAT COMMAND...: runs a command whose output goes into the log; if it
# fails, shows the end of the log and exits.
logged() {
	what=$1
	shift
	printf '\n$ %s\n' "$*" >>"$log"
	"$@" </dev/null >>"$log" 2>&1 && return
	say "$what failed; the end of build/quickstart.log:"
	tail -n 40 "$log" >&2
	exit 1
}

processors() {
	getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2
}
