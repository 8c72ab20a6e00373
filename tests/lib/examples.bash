# Runs the examples of the documentation as a reader would: load it with `load ../lib/examples`.
#
#   start_sample              starts the sample mirror with the zones of README's rbldnsd
#   make_work                 makes WORK, a directory with bin/asnq, configured for the mirror
#   doc_blocks FILE INFO      prints the blocks with this info string of a Markdown file
#   in_work COMMAND           runs COMMAND with bash in WORK
#   check_examples N [terminal]   stdin has at least N examples, and each prints what it shows
#
# A line "$ COMMAND" of an example is run by bash; the lines after it are its output. The port 5300
# of an example is replaced by the mirror's. TOP is the top of the source tree.

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)

start_sample()
{
	local specs

	mapfile -t specs < <(doc_blocks README.md sh |
		grep -oE '[a-z0-9.]+:(ip4trie|ip6trie|generic):[a-z0-9]+')
	((${#specs[@]} == 5))
	start_rbldnsd "$TOP/sample" "${specs[@]}"
}

make_work()
{
	WORK=$BATS_TEST_TMPDIR/work
	mkdir -p "$WORK/bin" "$WORK/config/asnq"
	ln -s "$(realpath "$ASNQ")" "$WORK/bin/asnq"
	ln -s "$TOP/sample" "$WORK/sample"
	cat >"$WORK/config/asnq/config" <<-END
		zone cymru,rspamd
		mirror asn.cymru.com=127.0.0.1@$RBLDNSD_PORT
		mirror asn.rspamd.com=127.0.0.1@$RBLDNSD_PORT
		mirror asn6.rspamd.com=127.0.0.1@$RBLDNSD_PORT
	END
	printf '8.8.8.8\n129.132.19.216\n8.8.4.4\n' >"$WORK/addresses.txt"
}

doc_blocks()
{
	sed -n "/^\`\`\`$2\$/,/^\`\`\`\$/{/^\`\`\`/d;p}" "$TOP/$1"
}

in_work()
{
	env -C "$WORK" -u NO_COLOR PATH="$WORK/bin:$PATH" HOME="$WORK" \
		XDG_CONFIG_HOME="$WORK/config" LC_ALL=C.UTF-8 NO_COLOR=1 TERM=xterm bash -c "$1"
}

# Masks times, which differ from run to run.
mask()
{
	sed -E 's/[0-9]+(\.[0-9]+)? ms/0.0 ms/'
}

# check_one COMMAND SHOWN [terminal]: COMMAND prints SHOWN.
check_one()
{
	local command=${1//5300/$RBLDNSD_PORT} shown=$2 tool

	for tool in jq parallel; do
		if [[ " $command" == *" $tool "* ]] && ! command -v $tool >/dev/null; then
			echo "# not run, without $tool: $command" >&3
			return 0
		fi
	done
	echo "$ $command"
	if [[ ${3-} == terminal ]]; then
		command -v script >/dev/null || return 0
		output=$(in_work "script -qc $(printf %q "$command") /dev/null" </dev/null 2>&1 |
			tr -d '\r' | mask)
	else
		output=$(in_work "$command" </dev/null 2>&1 | mask)
	fi
	if [[ $output == *": this asnq was built without "* ]]; then
		echo "# not run, ${output##*this asnq was }: $command" >&3
		return 0
	fi
	assert_output_is "$(mask <<<"$shown")"
}

check_examples()
{
	local line command="" shown="" count=0

	while IFS= read -r line; do
		if [[ $line == '$ '* ]]; then
			[[ ! $command ]] || check_one "$command" "${shown%$'\n'}" "${2-}"
			command=${line#??} shown=""
			((++count))
		else
			[[ $command ]]
			shown+=$line$'\n'
		fi
	done
	check_one "$command" "${shown%$'\n'}" "${2-}"
	((count >= $1))
}
