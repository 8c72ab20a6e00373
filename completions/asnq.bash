# bash completion for asnq(1); works without the bash-completion package.
# shellcheck shell=bash

# _asnq_list WORD...: completes the last word of a comma-separated list; words
# that are in the list already are not offered again.
_asnq_list()
{
	local head="" word

	[[ $cur != *,* ]] || head=${cur%,*},
	for word; do
		[[ ,$head != *,"$word",* && $head$word == "$cur"* ]] || continue
		COMPREPLY+=("$prefix$head$word")
	done
	compopt -o nospace 2>/dev/null
}

_asnq_words()
{
	local word

	for word; do
		[[ $word != "$cur"* ]] || COMPREPLY+=("$prefix$word")
	done
}

_asnq_files()
{
	local file

	while IFS= read -r file; do
		COMPREPLY+=("$prefix$file")
	done < <(compgen -f -- "$cur")
	compopt -o filenames 2>/dev/null
}

_asnq_options()
{
	_asnq_words -d --db= -z --zone= --mode= --no-dns --names --no-names \
		--names-db= \
		-r --resolver= --mirror= --transport= --dnssec= \
		--trust-anchor= -t --timeout= --grace= -j --in-flight= \
		--qps= --grain= --ask-special --cache-size= --max-record= \
		-i --input= -0 --null -e --enrich --enrich= -k --key= \
		--delimiter= \
		--member= \
		-o --output= -f --fields= -T --template= --asn-prefix= \
		--elastic --no-header --color= \
		--match= --match-tag= --asn= --asn-list= --country= \
		--country-list= --invert-match --summary --summary= \
		--stats --stats= --progress= --check --explain \
		--like= --like-config= --compare \
		-c --config= --no-config --compile= --engine= --exit-status --no-exit-status \
		--no-sandbox -q --quiet -v --verbose -h --help -V --version
	# No blank after an option that takes a value.
	[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *= ]] ||
		compopt -o nospace 2>/dev/null
}

_asnq()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prefix="" option i

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} != -- ]] || return 0
	done

	# "--option=value" is three words if "=" is in COMP_WORDBREAKS, as it
	# is by default.
	option=${COMP_WORDS[COMP_CWORD - 1]}
	if [[ $cur == = ]]; then
		cur=""
	elif [[ $option == = ]]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	elif [[ $cur == --*=* ]]; then
		option=${cur%%=*}
		prefix=$option=
		cur=${cur#*=}
	elif [[ $option =~ ^(-e|--enrich|--summary|--stats)$ ]]; then
		option=""	# takes a value only after "="
	elif [[ $option =~ ^-[0qv]+([dzrtjikofTc])$ ]]; then
		option=-${BASH_REMATCH[1]}
	fi

	case $option in
	-z | --zone)
		_asnq_list routeviews cymru rspamd monkey aspath ;;
	--mode)
		_asnq_words all first ;;
	-r | --resolver)
		_asnq_words system recursive ;;
	--transport)
		_asnq_words udp tcp ;;
	--dnssec)
		_asnq_words off on require ;;
	-o | --output)
		_asnq_words text json csv tsv tags header ;;
	-f | --fields)
		_asnq_list input ip status asn asns prefix prefixes country \
			registry allocated name moas conflict origins sources \
			special info ;;
	--enrich)
		_asnq_words text inline csv tsv json w3c ;;
	--match-tag)
		_asnq_words IP STATUS ASN ASNS PREFIX PREFIXES COUNTRY REGISTRY \
			ALLOCATED NAME MOAS CONFLICT ORIGINS SOURCES SPECIAL \
			INFO ASNCIDR ASNCOUNTRY ASNNAME ;;
	--summary)
		_asnq_words asn prefix country ;;
	--color | --progress)
		_asnq_words auto always never ;;
	--like)
		_asnq_words spamassassin haraka rspamd ;;
	--engine)
		_asnq_words clickhouse rsyslog hadoop ;;
	--stats)
		_asnq_words json ;;
	-d | --db | --names-db | --like-config | -i | --input | --asn-list | --country-list | -c | \
	--config | --trust-anchor | --compile)
		_asnq_files ;;
	--mirror | -t | --timeout | --grace | -j | --in-flight | --qps | \
	--grain | --cache-size | --max-record | -k | --key | --delimiter | --member | -T | --template | \
	--asn-prefix | --match | --asn | --country)
		;;
	*)
		[[ $cur != -* ]] || _asnq_options ;;
	esac
}

complete -F _asnq asnq
