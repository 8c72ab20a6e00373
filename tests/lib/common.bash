# Helpers for every .bats file: load them with `load ../lib/common`.
#
#   asnq ARG...              runs the program under test ($ASNQ) without the user's own files
#   assert_output_is TEXT    $output is TEXT (with -, the text on stdin)
#   assert_line_count N      $output has N lines, counting empty ones
#   json_ok [FILE]           each line of $output (or FILE) is one JSON value in valid UTF-8
#
# `run` removes empty lines at the end of $output; `run --keep-empty-lines` keeps them.

: "${ASNQ:=$BATS_TEST_DIRNAME/../../build/src/asnq}"

# Some tests measure time, and a busy machine may delay one: a test that fails is run again.
# TEST_RETRIES=0 turns this off.
# shellcheck disable=SC2034	# bats reads it
BATS_TEST_RETRIES=${TEST_RETRIES:-2}

asnq()
{
	local home=${BATS_TEST_TMPDIR:-${BATS_FILE_TMPDIR:?}}

	NO_COLOR='' HOME="$home" XDG_CONFIG_HOME="$home/.config" LC_ALL=C.UTF-8 "$ASNQ" "$@"
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
