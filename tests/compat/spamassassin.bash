# What is put through SpamAssassin and asnq, for tests/behaviour/compat-spamassassin.bats and its recorder.
#
#	sa_each COMMAND		calls COMMAND CONFIG FORMAT TABLE... for each thing to compare
#	sa_real PORT CONFIG FORMAT	what SpamAssassin makes of the addresses on stdin
#	sa_lint			what SpamAssassin has against a bad configuration
#	sa_ours PORT CONFIG FORMAT	what asnq makes of them, in the same form

SA_COMPAT=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
SA_CASES=$SA_COMPAT/cases

# Where several zones share a tag, what a rule sees hangs on which answer comes first; so rules
# are compared where none do.
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
