#!/usr/bin/env bats
# --help, the manual and the completions of bash, zsh and fish name the same options and values,
# and each shell completes them.

bats_require_minimum_version 1.5.0

load ../lib/common
load ../lib/servers

# --- what --help says -----------------------------------------------------------------------

# Prints a line for each option, with TABs between: its letter or "-"; its name; whether it has an
# argument ("none", "needed" or "optional"); what --help calls the argument; the rest of its text.
read_table()
{
	awk '
	function finish() {
		if (name != "")
			print letter "\t" name "\t" argument "\t" metavar "\t" text
		name = ""
	}
	/^  (-.,|   ) --/ {
		finish()
		letter = substr($1, 2, 1)
		option = $1 ~ /^--/ ? $1 : $2
		argument = option ~ /\[=/ ? "optional" : option ~ /=/ ? "needed" : "none"
		metavar = argument == "none" ? "-" : option
		sub(/^[^=]*=/, "", metavar)
		if (argument == "optional")
			sub(/\]$/, "", metavar)
		name = substr(option, 3)
		sub(/\[?=.*/, "", name)
		text = ""
		sub(/^  (-.,|   ) --[^ ]+ */, "")
		text = $0
		next
	}
	/^          / {
		sub(/^ +/, "")
		text = text (text == "" ? "" : " ") $0
		next
	}
	{
		finish()
	}' "$HELP"
}

help_table()
{
	cat "$HELP.table"
}

help_options()
{
	help_table | awk -F'\t' '{ print $1, $2, $3 }'
}

# Prints all options as they are typed, short and long.
help_words()
{
	help_options | awk '{ print "--" $2 } $1 != "-" { print "-" $1 }'
}

# Prints a line for each option whose value is one of several words: its name and the sorted words.
help_values()
{
	cat "$HELP.values"
}

read_values()
{
	local name metavar text words tags

	while IFS=$'\t' read -r _ name _ metavar text; do
		words=""
		case $name in
		zone)
			text=${text#*in the order given: }
			words=${text%%, or ZONE*} ;;
		resolver)
			words=${text%%, or ADDRESS*} ;;
		fields)
			words=${text#*in the order given: }
			tags="${words#input, } ASNCIDR ASNCOUNTRY ASNNAME" ;;
		match-tag)
			words=${tags^^} ;;
		*)
			[[ ! $metavar =~ ^[a-z|0-9]+$ ]] || words=$metavar ;;
		esac
		[[ -z $words ]] || echo "$name" "$(sorted "$words")"
	done < <(help_table)
}

# sorted TEXT: prints the words of TEXT, sorted, in one line.
sorted()
{
	tr -s ' ,|\n' '\n' <<<"$1" | sed '/^$/d' | LC_ALL=C sort | paste -sd ' '
}

setup_file()
{
	export TOP
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	export HELP=$BATS_FILE_TMPDIR/help
	asnq --help >"$HELP"
	# read once, since the tests look into them for every option
	read_table >"$HELP.table"
	read_values >"$HELP.values"
}

# letter_of NAME: prints the letter of an option that takes its value as the next word, or nothing.
letter_of()
{
	help_options | awk -v name="$1" '$2 == name && $1 != "-" && $3 == "needed" { print $1 }'
}

# is_optional NAME: whether the value of an option is optional, and so must follow "=".
is_optional()
{
	help_options | grep -q " $1 optional\$"
}

# same LABEL EXPECTED GOT: the two lists of words are equal.
same()
{
	[[ $2 == "$3" ]] && return
	echo "$1 differs from --help:"
	diff <(tr ' ' '\n' <<<"$2") <(tr ' ' '\n' <<<"$3")
	return 1
}

# --- shells ---------------------------------------------------------------------------------

# bash_complete WORD...: prints what bash offers for the last word, one a line.
bash_complete()
{
	bash --norc -c '
		source "$1"
		shift
		COMP_WORDS=(asnq "$@")
		COMP_CWORD=$#
		COMP_LINE=${COMP_WORDS[*]} COMP_POINT=${#COMP_LINE}
		_asnq asnq "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"
	' bash "$TOP/completions/asnq.bash" "$@"
}

fish_complete()
{
	# shellcheck disable=SC2016	# expanded by fish
	env HOME="$BATS_TEST_TMPDIR" XDG_CONFIG_HOME="$BATS_TEST_TMPDIR" fish --no-config -c '
		source $argv[1]
		complete -C "asnq $argv[2]"
	' "$TOP/completions/asnq.fish" "$1" | cut -f 1
}

# zsh_complete LINE...: completes each line in an interactive zsh. For the nth, writes the sorted
# matches to hits.n, and the line after the first TAB to line.n.
zsh_complete()
{
	local dir=$BATS_TEST_TMPDIR/zsh

	rm -rf "$dir"
	mkdir -p "$dir/functions"
	cp "$TOP/completions/_asnq" "$dir/functions"
	cat >"$dir/setup" <<-'END'
		fpath=($dir/functions $fpath)
		autoload -Uz compinit
		compinit -u -D
		n=0
		unsetopt beep auto_list
		setopt no_list_beep
		# Every match is added through compadd; with -O, -A and -D it only queries.
		compadd() {
			if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
				builtin compadd "$@"
				return
			fi
			local -a hits
			builtin compadd -A hits "$@"
			(( ! $#hits )) || print -rl -- $hits >>$dir/raw
			builtin compadd "$@"
		}
		mark() {
			(( n++ ))
			print -r -- "$BUFFER" >$dir/line.$n
			touch $dir/raw
			LC_ALL=C sort -u $dir/raw >$dir/hits.$n
			rm $dir/raw
			BUFFER=
		}
		zle -N mark
		bindkey '^X^M' mark
		print ready >$dir/ready
	END
	printf '%s\n' "$@" >"$dir/lines"
	# shellcheck disable=SC2016	# expanded by zsh
	env HOME="$dir" TERM=dumb zsh -f -c '
		zmodload zsh/zpty
		dir=$1
		await() {
			repeat 600; do
				[[ ! -e $dir/$1 ]] || return 0
				sleep 0.05
			done
			print -u 2 "no $1"
			exit 1
		}
		# The output must be read all the time, or zsh would block in a write.
		zpty -b z zsh -f -i
		zpty -w z "dir=${(q)dir}; source ${(q)dir}/setup"
		await ready
		n=0
		while IFS= read -r line; do
			zpty -w -n z "$line"$'"'\\t\\x18\\r'"'
			(( ++n ))
			await hits.$n
			while zpty -r -t z text; do :; done
		done <$dir/lines
		zpty -d z
	' zsh "$dir"
}

zsh_hits()
{
	cat "$BATS_TEST_TMPDIR/zsh/hits.$1"
}

zsh_line()
{
	cat "$BATS_TEST_TMPDIR/zsh/line.$1"
}

# --- the manual -----------------------------------------------------------------------------

man_section()
{
	sed -n "/^\.Sh $1\$/,/^\.Sh /p" "$TOP/man/asnq.1"
}

# Prints the options of the manual as --help shows them: "-o --output=text|json".
man_items()
{
	man_section OPTIONS | sed '/^\.Ss Contradictions/,$d' | sed -nE '
		/^\.It Fl/{
			s/^\.It //
			s/Fl Fl /--/g
			s/Fl ([^ ]) , /-\1 /
			s/ Ns (Op )?= Ns /=/
			s/ Ns Op = /=/
			s/ Op = Ns /=/
			p
		}'
}

@test "--help: the helpers of this file find options and values" {
	[[ $(help_options | wc -l) == $(grep -cE '^ +(-., )?--' "$HELP") ]]
	help_options | grep -qx 'o output needed'
	help_options | grep -qx -- '- stats optional'
	help_options | grep -qx 'q quiet none'
	help_values | grep -qx 'output csv header json tags text tsv'
	help_values | grep -qx 'zone aspath cymru monkey routeviews rspamd'
	help_values | grep -qx 'resolver recursive system'
	help_values | grep -qx 'stats json'
	[[ $(help_values) == *"fields allocated asn asns "* ]]
}

@test "manual: it has the options of --help, in the same order, and no others" {
	local expected got

	expected=$(help_options | while read -r letter name argument; do
		[[ $letter == - ]] && letter="" || letter="-$letter "
		[[ $argument == none ]] || name+="="
		echo "$letter--$name"
	done)
	got=$(man_items | sed 's/=.*/=/')
	[[ $got == "$expected" ]] || {
		diff <(echo "$expected") <(echo "$got")
		return 1
	}
}

@test "manual: it has the groups of --help" {
	run sed -nE 's/^([A-Z][a-z ]+):$/\1/p' "$HELP"
	expected=$output
	run sed -nE 's/^\.Ss (.*)/\1/p' <(man_section OPTIONS)
	assert_output_is "$expected"$'\nContradictions'
}

man_fields()
{
	man_section RECORDS | sed '/^The status is/,$d' | sed -nE 's/^\.It Li (.*)/\1/p' |
		sed 's/Li//g'
}

@test "manual: it has the values of --help" {
	local name words got

	while read -r name words; do
		case $name in
		zone)
			got=$(man_section ZONES | sed -nE 's/^\.It Cm ([a-z]+) Ta .*/\1/p') ;;
		fields)
			got=$(man_fields) ;;
		match-tag)
			got=$(man_fields | sed '/^input$/d' | tr '[:lower:]' '[:upper:]'
				man_section FORMATS | grep -oE '_ASN(CIDR|COUNTRY|NAME)_' |
					sort -u | tr -d _) ;;
		resolver)
			got=$(man_section OPTIONS | sed -n '/-resolver\|Fl resolver/,/^\.It/p' |
				sed -nE 's/^\.Cm ([a-z]+)( \.)?$/\1/p' | sort -u) ;;
		*)
			got=$(man_items | sed -nE "s/.*--$name=Cm //p" | tr '|' ' ') ;;
		esac
		same "$name in the manual" "$words" "$(sorted "$got")"
	done < <(help_values)
}

@test "manual: it has the defaults of --help" {
	local name text default

	while IFS=$'\t' read -r _ name _ _ text; do
		[[ $text =~ \(default:\ ([^\ ]+)\) ]] || continue
		default=${BASH_REMATCH[1]}
		echo "$name: $default"
		man_section OPTIONS | sed -n "/^\.It .*Fl Fl $name\( \|\$\)/,/^\.\(It\|El\)/{p}" |
			sed 1d | sed '/^\.It/,$d' | tr '\n' ' ' |
			grep -qE "The default is( \.(Cm|Li))? $default ?(\.|,)"
	done < <(help_table)
}

@test "bash: every option is completed, and no others" {
	run bash_complete -
	expected=$(help_options | while read -r letter name argument; do
		case $argument in
		needed)
			echo "--$name=" ;;
		optional)
			printf '%s\n' "--$name" "--$name=" ;;
		*)
			echo "--$name" ;;
		esac
		[[ $letter == - ]] || printf '%s\n' "-$letter"
	done)
	same bash "$(sorted "$expected")" "$(sorted "$output")"
}

@test "every tag that is completed is accepted" {
	local tag

	run asnq --no-config --no-dns --match=x 10.0.0.1
	[[ $output != *" built without "* ]] || skip "built without PCRE2"
	for tag in $(help_values | sed -n 's/^match-tag //p'); do
		run -0 asnq --no-config --no-dns --match=x --match-tag="$tag" --invert-match 10.0.0.1
	done
	[[ $tag ]]
}

@test "bash: every value is completed, and no others" {
	local name words letter

	while read -r name words; do
		run bash_complete "--$name" = ""
		same "bash --$name=" "$words" "$(sorted "$output")"
		run bash_complete "--$name" =
		same "bash --$name=, cursor after it" "$words" "$(sorted "$output")"
		letter=$(letter_of "$name")
		[[ $letter ]] || continue
		run bash_complete "-$letter" ""
		same "bash -$letter" "$words" "$(sorted "$output")"
	done < <(help_values)
	# Options without such words offer nothing, except those that take files.
	while read -r _ name argument; do
		[[ $argument != none ]] || continue
		grep -q "^$name " "$HELP.values" || case $name in
		compile | db | names-db | input | asn-list | country-list | config | like-config | trust-anchor)
			;;
		*)
			run bash_complete "--$name" = ""
			assert_output_is "" ;;
		esac
	done < <(help_options)
}

@test "bash: completion depends on the words typed so far" {
	run bash_complete --out
	assert_output_is --output=
	run bash_complete -z cym
	assert_output_is cymru
	run bash_complete -z cymru,r
	assert_output_is $'cymru,routeviews\ncymru,rspamd'
	run bash_complete --fields = ip,asn,pre
	assert_output_is $'ip,asn,prefix\nip,asn,prefixes'
	run bash_complete -f prefix,pre
	assert_output_is prefix,prefixes
	run bash_complete -qo j
	assert_output_is json
	run bash_complete --output=j
	assert_output_is --output=json
	run bash_complete --stats ""
	assert_output_is ""
	run bash_complete -e ""
	assert_output_is ""
	run bash_complete --enrich = i
	assert_output_is inline
	run bash_complete --summary = p
	assert_output_is prefix
	run bash_complete --asn 15
	assert_output_is ""
	run bash_complete -- --out
	assert_output_is ""
	run bash_complete 8.8
	assert_output_is ""
}

@test "bash: files are completed" {
	cd "$BATS_TEST_TMPDIR"
	touch "a list" alone other
	local option

	for option in -i --input --asn-list --country-list -c --config --trust-anchor; do
		run bash_complete "$option" a
		output=$(LC_ALL=C sort <<<"$output")
		assert_output_is $'a list\nalone'
	done
	run bash_complete --input = al
	assert_output_is alone
}

@test "bash: completion works in an interactive shell, with and without bash-completion" {
	need script
	local dir=$BATS_TEST_TMPDIR setup

	for setup in "" /usr/share/bash-completion/bash_completion; do
		[[ ! $setup || -e $setup ]] || continue
		cat >"$dir/rc" <<-END
			PS1=
			${setup:+source $setup}
			source $TOP/completions/asnq.bash
			asnq() { printf '<%s>' "\$@" >>$dir/got; }
		END
		rm -f "$dir/got"
		{
			printf 'asnq --outp\tjs\t --zone=cymru,rs\t -f inf\t\n'
			printf 'exit\n'
		} | env HOME="$dir" INPUTRC=/dev/null TERM=dumb \
			script -qc "bash --noprofile --rcfile $dir/rc -i" /dev/null >/dev/null
		run cat "$dir/got"
		assert_output_is '<--output=json><--zone=cymru,rspamd><-f><info>'
	done
}

@test "fish: every option is completed, and no others" {
	need fish
	run fish_complete -
	same fish "$(sorted "$(help_words)")" "$(sorted "$output")"
}

@test "fish: every value is completed, and no others" {
	need fish
	local name words letter

	while read -r name words; do
		run fish_complete "--$name="
		same "fish --$name=" "$words" "$(sorted "${output//--$name=/}")"
		! is_optional "$name" || continue
		run fish_complete "--$name "
		same "fish --$name" "$words" "$(sorted "$output")"
		letter=$(letter_of "$name")
		[[ $letter ]] || continue
		run fish_complete "-$letter "
		same "fish -$letter" "$words" "$(sorted "$output")"
	done < <(help_values)
}

@test "fish: completion depends on the words typed so far; every option has a description" {
	need fish
	run fish_complete "-z cymru,rs"
	assert_output_is cymru,rspamd
	run fish_complete "--fields=prefix,pre"
	assert_output_is --fields=prefix,prefixes
	run fish_complete "--stats --gra"
	assert_output_is - <<-'END'
	--grace
	--grain
	END
	cd "$BATS_TEST_TMPDIR"
	touch alone
	run fish_complete "--input=al"
	assert_output_is --input=alone
	run fish_complete "8.8"
	assert_output_is ""
	run grep -c '^complete -c asnq .*-l ' "$TOP/completions/asnq.fish"
	[[ $(grep '^complete -c asnq .*-l ' "$TOP/completions/asnq.fish" |
		grep -vc -- "-d '") == $(help_table | grep -c "	optional	") ]]	# the values of optional arguments
}

@test "zsh: every option is completed, and no others" {
	need zsh
	zsh_complete 'asnq -'
	expected=$(help_options | while read -r letter name argument; do
		[[ $argument == needed ]] && echo "--$name=" || echo "--$name"
		[[ $letter == - ]] || printf '%s\n' "-$letter"
	done)
	# Not every version counts the final "=" of an option as part of the match.
	same zsh "$(sorted "${expected//=/}")" "$(sorted "$(zsh_hits 1 | sed 's/=$//')")"
}

@test "zsh: every value is completed, and no others" {
	need zsh
	local name words letter lines=() expected=() i

	while read -r name words; do
		lines+=("asnq --$name=")
		expected+=("$words")
		letter=$(letter_of "$name")
		[[ $letter ]] || continue
		lines+=("asnq -$letter ")
		expected+=("$words")
	done < <(help_values)
	zsh_complete "${lines[@]}"
	for ((i = 0; i < ${#lines[@]}; i++)); do
		same "zsh ${lines[i]}" "${expected[i]}" "$(sorted "$(zsh_hits $((i + 1)))")"
	done
}

@test "zsh: completion depends on the words typed so far" {
	need zsh
	cd "$BATS_TEST_TMPDIR"
	touch alone
	zsh_complete 'asnq --outp' 'asnq -o js' 'asnq --zone=cymru,rs' 'asnq -f ip,coun' \
		'asnq --input=alon' 'asnq --no-config --con' 'asnq --stats=j' 'asnq -qo hea' \
		'asnq 8.8.8.8 --dnssec=re' 'asnq 8.8.' 'asnq --el' 'asnq -ejs' 'asnq --match-tag=PREFIXE'
	[[ $(zsh_line 1) == "asnq --output"?(=) ]]
	[[ $(zsh_line 2) == "asnq -o json"?( ) ]]
	[[ $(zsh_line 3) == "asnq --zone=cymru,rspamd"?(,) ]]
	[[ $(zsh_line 4) == "asnq -f ip,country"?(,) ]]
	[[ $(zsh_line 5) == "asnq --input=alone"?( ) ]]
	[[ $(zsh_line 6) == "asnq --no-config --con" ]]	# they contradict each other
	[[ $(zsh_line 7) == "asnq --stats=json"?( ) ]]
	[[ $(zsh_line 8) == "asnq -qo header"?( ) ]]
	[[ $(zsh_line 9) == "asnq 8.8.8.8 --dnssec=require"?( ) ]]
	[[ $(zsh_line 10) == "asnq 8.8." ]]
	[[ $(zsh_line 11) == "asnq --elastic"?( ) ]]
	[[ $(zsh_line 12) == "asnq -ejson"?( ) ]]
	[[ $(zsh_line 13) == "asnq --match-tag=PREFIXES"?( ) ]]
}
