# Runs SpamAssassin and asnq on the same cases, for compat-spamassassin.bats, compat-programs.bats
# and the recorder.
#
#	sa_each COMMAND		calls COMMAND CONFIG FORMAT TABLE... for each comparison
#	sa_real PORT CONFIG FORMAT	prints SpamAssassin's results for the addresses on stdin
#	sa_lint			prints SpamAssassin's messages about a bad configuration
#	sa_ours PORT CONFIG FORMAT	prints asnq's results, in the same format

SA_COMPAT=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
SA_CASES=$SA_COMPAT/cases

# If several zones share a tag, a rule's result depends on which answer arrives first; so rules are
# compared only where zones share none.
sa_each()
{
	local config

	"$1" usual tags "$SA_CASES/common.tsv" "$SA_CASES/spamassassin.tsv"
	"$1" usual header "$SA_CASES/common.tsv" "$SA_CASES/spamassassin.tsv"
	for config in one merged apart same crossed late more; do
		"$1" "$config" tags "$SA_CASES/spamassassin.tsv"
		"$1" "$config" header "$SA_CASES/spamassassin.tsv"
	done
	"$1" apart rules "$SA_CASES/spamassassin.tsv"
	"$1" more rules "$SA_CASES/spamassassin.tsv"
	"$1" rules rules "$SA_CASES/spamassassin.tsv"
}

sa_addresses()
{
	"$SA_COMPAT/serve.py" --list "$@"
}

sa_real()
{
	LANGUAGE='' LC_ALL=C perl "$SA_COMPAT/spamassassin.pl" "$3" "$1" "$SA_COMPAT/config/spamassassin-$2.cf" 1 2>/dev/null
}

sa_lint()
{
	LANGUAGE='' LC_ALL=C perl "$SA_COMPAT/spamassassin.pl" --lint 53 "$SA_COMPAT/config/spamassassin-bad.cf" \
		2>/dev/null | sed "/^$/d; s,$SA_COMPAT/config/,,"
}

sa_ours()
{
	local form=$3

	[[ $form != rules ]] || form=json
	"${ASNQ:?}" --no-config --like=spamassassin -t 1 -r "127.0.0.1@$1" -o "$form" \
		--like-config="$SA_COMPAT/config/spamassassin-$2.cf" | case $3 in
	tags)
		cut -f 2- ;;
	header)
		cat ;;
	rules)
		python3 -c '
import json, sys

for record in map(json.loads, sys.stdin):
    rules = record["rules"].items()
    print(record["ip"], *(f"{name}={hit:d}" for name, hit in rules))' ;;
	esac
}

# Starts the server of both sides, and sets PORT and SERVER.
sa_start()
{
	kit_python
	"$KIT_PYTHON" "$SA_COMPAT/serve.py" "$SA_CASES/common.tsv" "$SA_CASES/spamassassin.tsv" \
		>"$BATS_FILE_TMPDIR/port" 3>&- 4>&- &
	export SERVER=$!
	while [[ ! -s $BATS_FILE_TMPDIR/port ]] && kill -0 "$SERVER"; do
		sleep 0.05
	done
	PORT=$(cat "$BATS_FILE_TMPDIR/port")
	export PORT
}

sa_stop()
{
	kill "$SERVER"
}

# same NAME FILE: FILE equals the recorded output; otherwise the first differences are printed.
same()
{
	cmp -s "$SA_COMPAT/expected/spamassassin-$1" "$2" && return
	diff -u --label recorded --label "$1" "$SA_COMPAT/expected/spamassassin-$1" "$2" |
		head -n 40 | cat -A
	return 1
}
