#!/usr/bin/env bats
# Runs every example of the manual and of README against the sample mirror: each prints what the
# document shows. Compares the lists in the manual with the program.
#
# README's examples are in blocks named "console", or "console terminal" if the output is a
# terminal's. Blocks named "sh" install or serve something and are only parsed.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers
load ../lib/examples

setup_file()
{
	need rbldnsd kdig
	start_sample
}

teardown_file()
{
	stop_servers
}

# Makes the directory in which examples run: the program, a configuration, and files to read.
setup()
{
	make_work
	mkdir "$WORK/bans"
	cat >"$WORK/access.log" <<-'END'
		9.9.9.9 - - [22/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1
		2001:4860:4860::8888 - - [22/Nov/2026:10:00:01 +0000] "GET / HTTP/1.1" 200 1
		unknown - - [22/Nov/2026:10:00:02 +0000] "GET / HTTP/1.1" 200 1
		10.1.2.3 - - [22/Nov/2026:10:00:03 +0000] "GET / HTTP/1.1" 200 1
		9.9.9.9 - - [22/Nov/2026:10:00:04 +0000] "GET / HTTP/1.1" 200 1
	END
	printf 'CH\t# until Friday\nDE\n' >"$WORK/blocked.txt"
	cat >"$WORK/auth.log" <<-'END'
		Nov 22 10:00:00 mx sshd[407]: Accepted publickey for ann from 9.9.9.9 port 40020 ssh2
		Nov 22 10:00:02 mx sshd[411]: Failed password for root from 129.132.19.216 port 40022 ssh2
		Nov 22 10:00:03 mx sshd[407]: Server listening on port 22
	END
	printf 'page,client\n"/about, us",9.9.9.9\n/,10.1.2.3\n' >"$WORK/visits.csv"
	echo '{"client":{"ip":"8.8.8.8"},"n":1}' >"$WORK/events.json"
	touch "$WORK/bans/151.101.1.1" "$WORK/bans/208.80.154.224"
}

man_section()
{
	sed -n "/^\.Sh $1\$/,/^\.Sh /p" "$TOP/man/asnq.1"
}

# man_blocks SECTION: prints the lines of its literal displays as a reader sees them.
man_blocks()
{
	man_section "$1" | sed -n '/^\.Bd -literal/,/^\.Ed/{/^\./d;p}' |
		sed "s/\\\\-/-/g; s/\\\\(aq/'/g; s/\\\\(dq/\"/g; s/\\\\e/\\\\/g"
}

# words TEXT: prints the words of TEXT, sorted, one a line.
words()
{
	tr -s ' ,|\n' '\n' <<<"$1" | sed '/^$/d' | LC_ALL=C sort
}

@test "README: every example prints what is shown" {
	check_examples 18 < <(doc_blocks README.md console)
}

@test "README: every example on a terminal prints what is shown" {
	need script
	check_examples 2 terminal < <(doc_blocks README.md 'console terminal')
}

@test "manual: every example prints what is shown" {
	check_examples 25 < <(man_blocks EXAMPLES)
}

@test "manual: every example has a sentence before it" {
	run awk '
	/^\.Bd/ {
		if (!sentence)
			print NR ": no sentence before"
		sentence = 0
		inside = 1
	}
	!inside && /^[A-Z].*[.:?]$|^[a-z].*[:]$/ {
		sentence = 1
	}
	/^\.Ed/ {
		inside = 0
	}' <(man_section EXAMPLES)
	assert_output_is ""
}

@test "README: the other blocks are valid, and it is short" {
	bash -n <(doc_blocks README.md sh)
	local verb lines

	"$TOP/quickstart" help >"$BATS_TEST_TMPDIR/help"
	while read -r _ verb; do
		grep -q "quickstart $verb " "$BATS_TEST_TMPDIR/help"
	done < <(grep -oE '\./quickstart [a-z]+' "$TOP/README.md")
	doc_blocks README.md conf | sed '/^server:/,/zonefile/d' >"$BATS_TEST_TMPDIR/config"
	grep -q . "$BATS_TEST_TMPDIR/config"
	sed -i "s/5300/$RBLDNSD_PORT/" "$BATS_TEST_TMPDIR/config"
	run -0 asnq -c "$BATS_TEST_TMPDIR/config" -f asn 8.8.8.8
	assert_output_is AS15169
	lines=$(wc -l <"$TOP/README.md")
	((lines < 230))
	need nsd-checkconf
	doc_blocks README.md conf | sed -n '/^server:/,/zonefile/p' >"$BATS_TEST_TMPDIR/nsd.conf"
	run -0 nsd-checkconf "$BATS_TEST_TMPDIR/nsd.conf"
}

@test "manual: the configuration file that it shows is valid" {
	man_blocks "CONFIGURATION FILE" | sed "s/5300/$RBLDNSD_PORT/" >"$BATS_TEST_TMPDIR/config"
	run -0 asnq -c "$BATS_TEST_TMPDIR/config" -f asn,name 8.8.8.8
	assert_output_is $'AS15169\t-'
}

@test "CHANGES: the first entry is this version" {
	run asnq --version
	version=${lines[0]}
	run head -n 1 "$TOP/CHANGES"
	[[ $output =~ ^"$version"\ \([0-9]{4}-[0-9]{2}-[0-9]{2}\)$ ]]
}

@test "manual: mandoc has no warnings" {
	need mandoc
	run -0 mandoc -T lint -W warning "$TOP/man/asnq.1"
	assert_output_is ""
}

@test "manual: groff has no warnings" {
	need groff
	groff -mdoc -ww -T utf8 "$TOP/man/asnq.1" >"$BATS_TEST_TMPDIR/page" 2>"$BATS_TEST_TMPDIR/why"
	run cat "$BATS_TEST_TMPDIR/why"
	assert_output_is ""
	grep -q 'E.*X.*I.*T.*S.*T.*A.*T.*U.*S' "$BATS_TEST_TMPDIR/page"	# bold letters are printed twice
}

@test "manual: the list of options for the configuration file is complete" {
	local name value refused=() taken=()

	while read -r name value; do
		echo "$name${value:+ $(value_for "$name")}" >"$BATS_TEST_TMPDIR/config"
		run asnq -c "$BATS_TEST_TMPDIR/config" 10.0.0.1
		if [[ $output == *"belongs on the command line"* ]]; then
			refused+=("$name")
		else
			taken+=("$name")
		fi
	done < <(asnq --help | sed -nE 's/^  (-.,|   ) --([a-z-]+)(\[?=)?.*/\2 \3/p')
	run words "$(man_section "CONFIGURATION FILE" |
		sed -n '/^It may hold/,/^The other/s/^\.Li \([a-z-]*\).*/\1/p')"
	assert_output_is "$(words "${taken[*]}")"
	((${#refused[@]} > 10))
}

# value_for OPTION: prints a value that OPTION takes.
value_for()
{
	case $1 in
	zone)
		echo cymru ;;
	mirror)
		echo z.example=127.0.0.1 ;;
	resolver)
		echo 127.0.0.1 ;;
	grain)
		echo 24,48 ;;
	fields)
		echo asn ;;
	country)
		echo US ;;
	match-tag)
		echo ASN ;;
	trust-anchor | config | input | asn-list | country-list)
		echo /dev/null ;;
	*)
		asnq --help | sed -nE "s/^  (-.,|   ) --$1\[?=([a-z]+)\|?.*/\2/p" | grep . || echo 1 ;;
	esac
}

@test "manual: the lists of fields, statuses and statistics are complete" {
	local text count

	# the keys of JSON, in order
	text=$(man_section FORMATS | sed -n '/in this order:$/{n;s/^\.Li //;s/ \.$//;p}')
	run bash -c "'$ASNQ' --no-config --no-dns -o json 10.0.0.1 |
		tr -d '{}' | tr ',' '\n' | sed -n 's/^\"\([a-z]*\)\":.*/\1/p' | paste -sd ' '"
	assert_output_is "$text"
	text=$(man_section FORMATS | sed -nE 's/^\.Li (input ip .*) ;$/\1/p')
	run bash -c "'$ASNQ' --no-config --no-dns -o csv 10.0.0.1 | head -n 1 | tr , ' '"
	assert_output_is "$text"
	# statuses and counts, as --stats names them
	run --separate-stderr asnq --no-dns -e --stats=json --asn=1 </dev/null
	# shellcheck disable=SC2154	# run sets stderr
	text=$(grep -oE '"[a-z]+"' <<<"$stderr" | tr -d '"')
	run words "$(sed -n '/^records$/,/^chosen$/{/^records$/d;/^chosen$/d;p}' <<<"$text")"
	assert_output_is "$(words "$(man_section RECORDS |
		sed -n '/^The status is one/,/^\.El/s/^\.It Li //p')")"
	while read -r count; do
		grep -qi "${count/timeouts/time-outs}" <(man_section OPTIONS)
	done < <(sed -n '/^chosen$/,$p' <<<"$text")
}

@test "manual: the list of exit statuses is complete and right" {
	run words "$(man_section "EXIT STATUS" | sed -nE 's/^\.It ([0-9])/\1/p')"
	assert_output_is $'0\n1\n2\n3\n4\n5'
	run -0 in_work "asnq 8.8.8.8 '# a comment'"
	run -0 in_work "printf '8.8.8.8\\n\\n' | asnq --exit-status"
	run -1 in_work "asnq 8.8.8.8 ''"
	run -1 in_work "asnq 8.8.8.8 7.7.7.7"
	run -1 in_work "asnq 8.8.8.8 10.0.0.1"
	run -1 in_work "asnq nonsense"
	run -1 in_work "asnq --no-config --no-dns 8.8.8.8"
	run -2 in_work "asnq --output=nonsense 8.8.8.8"
	run -2 in_work "asnq -i missing -i addresses.txt"
	assert_line_count 4
	run -3 in_work "asnq --no-config -z cymru --mirror=asn.cymru.com=127.0.0.1@1 -t 0.3 8.8.8.8 7.7.7.7"
	run -0 in_work "asnq --no-exit-status 7.7.7.7"
	run -0 in_work "echo 7.7.7.7 | asnq"
	run -1 in_work "echo 7.7.7.7 | asnq --exit-status"
	run -1 in_work "echo 7.7.7.7 | asnq -q"
	run -0 in_work "asnq -q --asn=15169 8.8.8.8 9.9.9.9 7.7.7.7 nonsense"
	run -1 in_work "asnq -q --asn=1 8.8.8.8"
	run -3 in_work "asnq --no-config --no-dns -q --asn=1 --invert-match 8.8.8.8"
	run -5 in_work "asnq 8.8.8.8 >/dev/full"
}
