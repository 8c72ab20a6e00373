#!/usr/bin/env bats
# Tests of ./quickstart and tools/ that install and compile nothing: they run in a copy of the tree
# that looks built, whose program is the one under test, with package managers that only log their
# arguments.

# shellcheck disable=SC2016	# expanded by the stubs
# shellcheck disable=SC2030,SC2031	# run's variables belong to each test

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

setup_file()
{
	export TOP
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
}

setup()
{
	TREE=$BATS_TEST_TMPDIR/tree
	STUBS=$BATS_TEST_TMPDIR/stubs
	CALLS=$BATS_TEST_TMPDIR/calls
	mkdir -p "$TREE/build/src" "$STUBS"
	cp "$TOP/quickstart" "$TREE"
	cp -r "$TOP/sample" "$TOP/tools" "$TREE"
	chmod -R u+w "$TREE"
	# newer than their sources, so that nothing is built
	touch "$TREE/configure.ac" "$TREE/Makefile.am" "$TREE/configure"
	echo 'all check install:; @echo made $@ >>made' >"$TREE/build/Makefile"
	program_with 3
	: >"$CALLS"
	stub apt-get 'echo "apt-get $*" >>"$CALLS"'
	stub apt-cache 'echo "Candidate: 1"'
	stub sudo '"$@"'
	all_installed
}

# stub NAME SCRIPT: puts a program NAME in front of PATH that runs SCRIPT.
stub()
{
	printf '#!/bin/sh\nCALLS=%s\n%s\n' "$CALLS" "$2" >"$STUBS/$1"
	chmod +x "$STUBS/$1"
}

all_installed()
{
	stub dpkg-query 'shift 2; shift; for p; do echo "installed $p"; done'
}

# only_installed PACKAGE...: dpkg-query reports these packages as installed, and no others.
only_installed()
{
	stub dpkg-query "for p in $*; do echo \"installed \$p\"; done"
}

# program_with STATUS: makes the program. With --mirror it is the one under test; without, it prints
# its arguments and exits with STATUS.
program_with()
{
	cat >"$TREE/build/src/asnq" <<-END
		#!/bin/sh
		case "\$*" in
		*--mirror=*)
			exec "$(realpath "$ASNQ")" "\$@" ;;
		esac
		echo "asked: \$*"
		exit $1
	END
	chmod +x "$TREE/build/src/asnq"
}

quickstart()
{
	PATH=$STUBS:$PATH "$TREE/quickstart" "$@"
}

# Prints the table of packages, without its comments.
table()
{
	grep -v '^#' "$TOP/tools/packages"
}

@test "help is printed on stdout for all three spellings and for no argument" {
	run --separate-stderr quickstart
	((status == 0))
	[[ $output == "usage: ./quickstart run "* && -z $stderr ]]
	usage=$output
	for verb in help -h --help; do
		run --separate-stderr quickstart "$verb"
		((status == 0))
		assert_output_is "$usage"
	done
}

@test "the usage lists every verb, and no others" {
	run quickstart help
	shown=$(sed -nE 's/^.*\.\/quickstart ([a-z]+).*/\1/p' <<<"$output" | sort)
	known=$(sed -n '/^case \$verb in/,/^esac/p' "$TOP/quickstart" |
		sed -nE 's/^([a-z |-]+)\)$/\1/p' | tr -d ' ' | tr '|' '\n' | grep -v -- 'help\|-h' | sort)
	output=$shown
	assert_output_is "$known"
}

@test "misuse is reported with the usage and exit status 2" {
	check_misuse "no verb 'nonsense'" nonsense
	check_misuse "run needs an address" run
	check_misuse "test takes no operands" test x
	check_misuse "build takes no operands" build x
	check_misuse "install takes no operands" install x
	check_misuse "deps: no group 'nonsense'" deps nonsense
	check_misuse "deps takes one group" deps build test
	check_misuse "check needs the folder of a build" check
	[[ ! -s $CALLS && ! -e $TREE/build/made ]]
}

# check_misuse MESSAGE ARG...: quickstart prints MESSAGE and the usage, and exits with 2.
check_misuse()
{
	local message=$1

	shift
	run --separate-stderr quickstart "$@"
	((status == 2))
	[[ -z $output && $stderr == "quickstart: $message"$'\nusage: '* ]]
}

@test "packages: every line of the table is valid" {
	run awk -F'|' '
	NF != 7 {
		print "fields: " $0
	}
	$1 == "" || $2 == "" || $4 == "" {
		print "nothing: " $0
	}
	$3 !~ /^(build|test|test sample|compat|npm)$/ {
		print "group: " $0
	}
	$4 == "=" || ($4 == "-" && $1 != "libucl") {
		print "Debian: " $0
	}
	seen[$1]++ {
		print "twice: " $0
	}
	{
		for (i = 4; i <= 7; i++)
			if ($i !~ /^(=|-|[a-z0-9][A-Za-z0-9@.+-]*(\/[a-z0-9][A-Za-z0-9@.+-]*)*)?$/ &&
			    $i != "ShellCheck")
				print "name: " $i ": " $0
	}' <(table)
	assert_output_is ""
	(($(table | wc -l) > 20))
}

@test "packages: the table has what configure and the tests need" {
	local tool

	for tool in libunbound libevent pcre2 jsmn bats rbldnsd nsd unbound kdig openssl jq mandoc shellcheck \
		zsh fish groff tmux; do
		table | grep -q "^$tool|"
	done
	# the packages that configure names are in the table
	for tool in libunbound-dev unbound-devel unbound-dev libevent-dev libevent-devel \
		libpcre2-dev pcre2-devel pcre2-dev pcre2 libarchive-dev libarchive-devel \
		libarchive libjsmn-dev jsmn-devel jsmn; do
		grep -q "\[$tool\]" "$TOP/configure.ac"
		table | grep -qE "\|$tool(\||\$)"
	done
}

@test "deps: missing packages are installed, and named with their purpose" {
	only_installed gcc libc6-dev make autoconf automake pkgconf libevent-dev
	run quickstart deps build
	((status == 0))
	[[ $output == *"quickstart: installing libunbound-dev (asks DNS)"* ]]
	[[ $output != *libevent-dev* ]]
	run cat "$CALLS"
	[[ $output == *"apt-get install "*" libunbound-dev"* && $output != *libevent* ]]
}

@test "deps: nothing is installed when nothing is missing" {
	run quickstart deps all
	((status == 0))
	assert_output_is "quickstart: nothing is missing"
	[[ ! -s $CALLS ]]
}

@test "deps --compat: mail filters are installed, and Haraka's plugin once" {
	local node_modules=$TREE/build/compat/node_modules

	only_installed spamassassin nodejs
	stub npm 'echo "npm $*" >>"$CALLS"'
	run quickstart deps --compat
	((status == 0))
	[[ $output == *"installing rspamd (compared with asnq)"* ]]
	[[ $output == *"no package of libucl here"* ]]
	grep -q "^npm install --prefix $TREE/build/compat .*haraka-plugin-asn@2.2.0 haraka-test-fixtures" "$CALLS"
	mkdir -p "$node_modules"/{haraka-plugin-asn,haraka-test-fixtures,haraka-net-utils}
	: >"$CALLS"
	run quickstart deps --compat
	((status == 0))
	run ! grep npm "$CALLS"
}

@test "deps: a package that is not available is a failure only if the build needs it" {
	# without lists of packages, quickstart tries to install each
	ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || skip "no lists of packages"
	only_installed gcc
	stub apt-cache 'case $2 in fish) ;; *) echo "Candidate: 1" ;; esac'
	run quickstart deps test
	((status == 0))
	[[ $output == *"no package of fish here; what needs it is skipped (tests its completion)"* ]]
	stub apt-get 'case "$*" in *install*) echo "E: no such package"; exit 100 ;; esac'
	run quickstart deps build
	((status == 1))
	[[ $output == *"installing packages failed"*"E: no such package"* ]]
}

@test "deps: a package that the system does not have is skipped, even for the build" {
	only_installed gcc
	sed -i 's/|build|libjsmn-dev|/|build|-|/' "$TREE/tools/packages"
	run quickstart deps build
	((status == 0))
	[[ $output == *"no package of jsmn here; what needs it is skipped (reads lines of JSON)"* ]]
	run grep -c -- ' - ' "$CALLS"
	assert_output_is 0
}

@test "run: queries the public zones where they answer" {
	cat >"$TREE/build/src/asnq" <<-'END'
		#!/bin/sh
		case "$*" in
		*"--fields=status "*)
			echo ok ;;
		*)
			echo "asked: $*" ;;
		esac
	END
	run --separate-stderr quickstart run -o json 8.8.8.8 1.1.1.1
	((status == 0))
	assert_output_is "asked: -o json 8.8.8.8 1.1.1.1"
	[[ -z $stderr && ! -s $CALLS ]]
}

@test "run: uses the sample where the public zones do not answer, and says so" {
	need rbldnsd
	run --separate-stderr quickstart run 8.8.8.8 2001:4860:4860::8888
	((status == 0))
	assert_output_is - <<-'END'
		8.8.8.8	AS15169	8.8.8.0/24	US	GOOGLE, US
		2001:4860:4860::8888	AS15169	2001:4860::/32	US	GOOGLE, US
	END
	[[ $stderr == "quickstart: the public zones cannot be reached from here; "*sample*"not thereby unannounced" ]]
	[[ $stderr != *$'\n'* ]]
	[[ ! -s $CALLS ]]
	# its server has ended
	log=$TREE/build/quickstart.log
	port=$(sed -n 's/^rbldnsd, try .* port //p' "$log" | tail -n 1)
	run kit_ask "$port" TXT 8.8.8.8.origin.asn.cymru.com
	[[ $output != *15169* ]]
}

@test "run: asnq gets options and formats, and its exit status is returned" {
	need rbldnsd
	run --separate-stderr quickstart run -o json --fields=status,asn 7.7.7.7
	((status == 1))
	assert_output_is '{"status":"unannounced","asn":null}'
	run --separate-stderr quickstart run --nonsense 8.8.8.8
	((status == 2))
	[[ $stderr == *"unknown option '--nonsense'"* ]]
	run --separate-stderr quickstart run - <<<$'9.9.9.9\n10.0.0.1'
	((status == 0))
	assert_line_count 2
}

@test "run: works from another folder, and for a user other than root" {
	need rbldnsd
	local prefix=()

	cd /
	if ((EUID == 0)); then
		need setpriv
		chmod -R a+rwX "$BATS_TEST_TMPDIR"
		# only root can enter bats' own folders
		elsewhere=$(mktemp -d /tmp/asnq-quickstart.XXXXXX)
		cp -rp "$TREE" "$STUBS" "$elsewhere"
		cp "$(realpath "$ASNQ")" "$elsewhere/asnq"
		sed -i "s,exec \"[^\"]*\",exec $elsewhere/asnq," "$elsewhere/tree/build/src/asnq"
		chmod -R a+rwX "$elsewhere"
		prefix=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
		TREE=$elsewhere/tree STUBS=$elsewhere/stubs
	fi
	run --separate-stderr "${prefix[@]}" env PATH="$STUBS:$PATH" HOME=/ \
		"$TREE/quickstart" run AS3
	[[ ! ${elsewhere-} ]] || rm -r "$elsewhere"
	((status == 0))
	assert_output_is $'AS3\tAS3\t-\tUS\tMIT-GATEWAYS, US'
}

@test "sample: every origin has a name, and both formats agree" {
	cd "$TOP/sample"
	run comm -23 <(sed -nE 's/^[^#$ ]+ :127\.0\.0\.2:([0-9]+) .*/\1/p' origin4 origin6 | sort -u) \
		<(sed -nE 's/^AS([0-9]+) TXT "\1 .*/\1/p' names | sort -u)
	assert_output_is ""
	for family in 4 6; do
		diff <(sed -nE 's/^([^#$ ]+) :127\.0\.0\.2:([0-9]+) \| (\S+) \| (\S+) \| (\S+) .*/\1 \2 \3 \4 \5/p' "origin$family") \
			<(sed -nE 's/^([^#$ ]+) :127\.0\.0\.2:([0-9]+)\|([^|]+)\|([^|]+)\|([^|]+)\|$/\1 \2 \3 \4 \5/p' "rspamd$family")
		# the text has the prefix of its line
		run awk '/^[0-9a-f]/ && $1 != $4 { print }' "origin$family"
		assert_output_is ""
	done
	(($(grep -c '^[0-9a-f]' origin4) + $(grep -c '^[0-9a-f]' origin6) >= 60))
}

@test "check: sums up the tests of a build" {
	local build=$BATS_TEST_TMPDIR/other

	run quickstart check "$BATS_TEST_TMPDIR/missing"
	((status == 2))
	mkdir "$build"
	run quickstart check "$build"
	((status == 1))
	[[ $output == *"no build in"* ]]
	cat >"$build/Makefile" <<'END'
check:
	@printf '%s\n' '\# TOTAL: 9' '\# PASS:  6' '\# SKIP:  1' '\# FAIL:  2' '\# ERROR: 0' \
		'what a test has printed: ' '\# PASS:  5' | tr -d '\\' >test-suite.log
	@exit $(STATUS)
END
	run quickstart check "$build"
	((status == 1))
	[[ $output == *"6 passed, 2 failed, 1 skipped" ]]
	sed -i 's/FAIL:  2/FAIL:  0/' "$build/Makefile"
	run quickstart check "$build"
	((status == 0))
	[[ $output == *"6 passed, 0 failed, 1 skipped" ]]
	sed -i 's/\$(STATUS)/1/' "$build/Makefile"
	run quickstart check "$build"
	((status == 1))
	[[ $output == *"failed before its tests were over"* ]]
}

@test "count-tests: sums up lines" {
	run "$TREE/tools/count-tests" <<'END'
6 passed, 2 failed, 1 skipped
a line that counts nothing: 5 passed, 5 failed
10 passed, 0 failed
END
	((status == 0))
	assert_output_is "16 passed, 2 failed, 1 skipped"
	run "$TREE/tools/count-tests" <<<"1 passed, 0 failed"
	assert_output_is "1 passed, 0 failed"
	run "$TREE/tools/count-tests" </dev/null
	assert_output_is "0 passed, 0 failed"
}

@test "compile-commands: prints how each C file is compiled" {
	need jq
	cat >"$TREE/build/Makefile" <<'END'
COMPILE = gcc -I. -DNAME='"a\b"' $(CFLAGS) $(SPEED_CFLAGS)
CFLAGS = -O1
SPEED_CFLAGS = -fast
DIST_SOURCES = src/main.c src/main.h \
	tests/unit/x.c src/main.c
END
	run --separate-stderr "$TREE/tools/compile-commands"
	((status == 0))
	run jq -r '.[] | .directory, .file, .command' "$TREE/compile_commands.json"
	assert_output_is - <<-END
		$TREE/build
		$TREE/src/main.c
		gcc -I. -DNAME='"a\\b"' -O1  -c -o src/main.o $TREE/src/main.c
		$TREE/build
		$TREE/tests/unit/x.c
		gcc -I. -DNAME='"a\\b"' -O1  -c -o tests/unit/x.o $TREE/tests/unit/x.c
	END
	run "$TREE/tools/compile-commands" "$TREE/tools"
	((status == 1))
	[[ $output == *"no build in"* ]]
}
