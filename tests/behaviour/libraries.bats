#!/usr/bin/env bats
# Which libraries are loaded, and what happens when one is missing.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	need kdig
	start_badserver - <<<'* origin'
	export MISSING_SO=$BATS_FILE_TMPDIR/missing.so

	"${CC:-cc}" -O1 -shared -fPIC -o "$MISSING_SO" "$BATS_TEST_DIRNAME/../lib/preload/missing.c" \
		2>"$BATS_FILE_TMPDIR/cc" || rm -f "$MISSING_SO"
}

teardown_file()
{
	stop_servers
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	SERVER=(--no-names -z x.example "--mirror=x.example=127.0.0.1@$BAD_PORT" -r "127.0.0.1@$BAD_PORT")
	printf '8.8.8.0/24\t15169\n' >table
}

# Skips the test where asnq is linked with the library, or does not have it.
need_loaded()
{
	local library=$1

	command -v readelf >/dev/null || skip "readelf is not installed"
	! readelf -d "$ASNQ" | grep -q "NEEDED.*$library" || skip "asnq is linked with $library"
	grep -qaF "$library" "$ASNQ" || skip "this asnq was built without $library"
}

# loads ARG...: prints the libraries that a run loads, without versions, in one line.
loads()
{
	command -v readelf >/dev/null || skip "readelf is not installed"
	LD_DEBUG=files LD_DEBUG_OUTPUT=$PWD/loader asnq --no-config "$@" >out 2>err </dev/null || true
	ls loader.* >/dev/null 2>&1 || skip "the loader does not tell which libraries it loads"
	sed -n 's|.*calling init: .*/\(lib[^/]*\)\.so.*|\1|p' loader.* |
		sed 's/-[0-9.]*$//' | sort -u | tr '\n' ' '
	rm -f loader.*
}

# without LIBRARY ARG...: runs asnq while the library is missing.
without()
{
	local library=$1

	shift
	[[ ${SANITIZED-} != yes ]] || skip "sanitizers do not work with a preloaded library"
	[[ -e $MISSING_SO ]] ||
		skip "the library to preload cannot be built: $(tail -n 1 "$BATS_FILE_TMPDIR/cc")"
	run --separate-stderr env LD_PRELOAD="$MISSING_SO" MISSING="$library" HOME="$PWD" \
		LC_ALL=C.UTF-8 "$ASNQ" --no-config "$@"
}

# says_missing STATUS BEGIN: exit status STATUS, and one line on stderr that begins with BEGIN.
says_missing()
{
	# shellcheck disable=SC2154	# run sets stderr
	[[ $status == "$1" && $output == '' && $stderr == "$2"*missing.so.1* && \
		${#stderr_lines[@]} == 1 ]] && return
	printf 'status %s\n%s\n%s\n' "$status" "$output" "$stderr"
	return 1
}

@test "without DNS, libunbound is not loaded" {
	need_loaded libunbound
	run loads -d table 8.8.8.8
	[[ $output == *libc' '* && $output != *@(libunbound|libnettle|libcrypto|libpcre2|libinih|libarchive)* ]]
	grep -q AS15169 out
}

@test "DNS loads libunbound and one libevent" {
	need_loaded libunbound
	run loads "${SERVER[@]}" 1.2.3.4
	[[ $output == *libunbound* && $output != *@(libpcre2|libinih|libarchive)* ]]
	[[ $(tr ' ' '\n' <<<"$output" | grep -c libevent) == 1 ]]
	grep -q AS200515 out
}

@test "--match loads PCRE2" {
	need_loaded libpcre2
	run loads -d table --match=15169 8.8.8.8
	[[ $output == *libpcre2* && $output != *libunbound* ]]
	grep -q AS15169 out
}

@test "an MMDB loads no library" {
	need_loaded libunbound
	asnq --no-config --compile=t.mmdb -d table
	run loads -d table 8.8.8.8
	table=$output
	run loads -d t.mmdb 8.8.8.8
	[[ $output == "$table" ]]
	grep -q AS15169 out
}

@test "Haraka's configuration loads inih" {
	need_loaded libinih
	: >asn.ini
	run loads --like=haraka --like-config=asn.ini -d table 8.8.8.8
	[[ $output == *libinih* ]]
	run loads --like=haraka -d table 8.8.8.8
	[[ $output != *libinih* ]]
}

@test "a compressed file loads libarchive" {
	need_loaded libarchive
	gzip table
	run loads -d table.gz 8.8.8.8
	[[ $output == *libarchive* ]]
	grep -q AS15169 out
}

@test "a library that is missing is one line" {
	need_loaded libunbound
	gzip -k table
	: >asn.ini
	without libunbound "${SERVER[@]}" 1.2.3.4
	says_missing 4 asnq:
	without libpcre2 -d table --match=15169 8.8.8.8
	says_missing 2 'asnq: --match: '
	without libarchive -d table.gz 8.8.8.8
	says_missing 2 'asnq: table.gz: '
	without libinih --like=haraka --like-config=asn.ini -d table 8.8.8.8
	says_missing 2 'asnq: asn.ini: '
}

@test "what is missing is not needed elsewhere" {
	without lib -d table -f asn 8.8.8.8
	[[ $status == 0 && $output == AS15169 ]]
}

@test "--version says what is missing" {
	need_loaded libunbound
	without libunbound --version
	[[ $status == 0 && $output == *'libunbound missing, libevent '[0-9]* ]]
	without libpcre2 --version
	[[ $status == 0 && $output == *'PCRE2 missing, '* ]]
	without lib --version
	[[ $status == 0 && $output == *'libarchive missing, '*'inih missing'* ]]
}
