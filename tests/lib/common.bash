# What every .bats file needs: load it with `load ../lib/common`.
#
#   asnq ARG...              run the program under test ($ASNQ) away from the user's own files
#   assert_output_is TEXT    $output is TEXT (or what stdin holds, for -)
#   assert_line_count N      $output has N lines, empty ones counted
#   json_ok [FILE]           each line of $output (or FILE) is one JSON value in valid UTF-8
#
# `run` cuts empty lines off the end of $output; where they matter, `run --keep-empty-lines`.

: "${ASNQ:=$BATS_TEST_DIRNAME/../../build/src/asnq}"

# Many tests are about time, and a busy machine may hold one of them up: such a test is run again.
# TEST_RETRIES=0 shows which.
# shellcheck disable=SC2034	# bats reads it
BATS_TEST_RETRIES=${TEST_RETRIES:-2}

asnq()
{
	local home=${BATS_TEST_TMPDIR:-${BATS_FILE_TMPDIR:?}}

	env -u NO_COLOR HOME="$home" XDG_CONFIG_HOME="$home/.config" LC_ALL=C.UTF-8 "$ASNQ" "$@"
}

assert_output_is()
{
	local expected=$1

	[[ $expected != - ]] || expected=$(cat)
	[[ $output == "$expected" ]] && return
	# shellcheck disable=SC2154	# run sets output and status
	echo "output is not as expected (exit status $status):"
	diff -u --label expected --label output \
		<(printf '%s\n' "$expected") <(printf '%s\n' "$output") | cat -A
	return 1
}

assert_line_count()
{
	local text=${output%$'\n'} count=0

	if [[ -n $output ]]; then
		text=${text//[^$'\n']/}
		count=$((${#text} + 1))
	fi
	((count == $1)) && return
	printf '%s lines instead of %s:\n%s\n' "$count" "$1" "$output"
	return 1
}

json_ok()
{
	if (($#)); then
		cat "$1"
	else
		printf '%s\n' "${output%$'\n'}"
	fi | python3 -c '
import json, sys

def refuse(word):
    raise ValueError(word + " is not JSON")

for number, line in enumerate(sys.stdin.buffer, 1):
    try:
        json.loads(line.decode("utf-8"), parse_constant=refuse)
    except ValueError as error:
        sys.exit(f"line {number}: {error}: {line!r}")
'
}
