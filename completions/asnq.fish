# fish completion for asnq(1).

# A list with commas between: what is there already, and each word behind it.
function __asnq_list
    set -l token (commandline -ct)
    set -l value (string replace -r -- '^(--[^=]*=|-[zf])' '' $token)
    set -l head (string replace -r -- '[^,]*$' '' $value)
    for word in $argv
        # A word and what it means have a TAB between.
        set -l name (string split -m 1 -- \t $word)[1]
        if not contains -- $name (string split -- , $head)
            echo -- $head$word
        end
    end
end

complete -c asnq -f

# Sources
complete -c asnq -s d -l db -r -F -d 'A local database: a table of prefixes or an MMDB'
complete -c asnq -l names-db -r -F -d 'AS names from a file'
complete -c asnq -s z -l zone -x -d 'Zones to ask, in this order' -a '(__asnq_list routeviews\tIPv4 cymru\t"IPv4 and IPv6" rspamd\t"IPv4 and IPv6" monkey\tIPv4 aspath\t"IPv4, from AS paths")'
complete -c asnq -l mode -x -d 'Merge all sources, or stop at the first that knows' -a 'all first'
complete -c asnq -l no-dns -d 'Never send a query'
complete -c asnq -l names -d 'Look AS names up, too'
complete -c asnq -l no-names -d 'Do not look AS names up'

# Resolver
complete -c asnq -s r -l resolver -x -d 'Whom to ask' -a 'system recursive'
complete -c asnq -l mirror -x -d 'Authoritative servers with a copy of a zone'
complete -c asnq -l transport -x -d 'How servers are spoken to' -a 'udp tcp'
complete -c asnq -l dnssec -x -d 'Validate answers' -a 'off on require'
complete -c asnq -l trust-anchor -r -F -d 'DS or DNSKEY records to trust'
complete -c asnq -s t -l timeout -x -d 'The whole wait for one address, in seconds'
complete -c asnq -l grace -x -d 'How long other sources may still take'
complete -c asnq -s j -l in-flight -x -d 'Questions out at once'
complete -c asnq -l qps -x -d 'Queries a second to each zone at most'
complete -c asnq -l grain -x -d 'Bits of an address that are sent'
complete -c asnq -l ask-special -d 'Ask mirrors about special-purpose addresses, too'
complete -c asnq -l cache-size -x -d 'Memory for answers'

# Input
complete -c asnq -s i -l input -r -F -d 'Read records from a file'
complete -c asnq -s 0 -l null -d 'Records end in NUL, in and out'
complete -c asnq -s e -l enrich -d 'Keep each line and add to it'
complete -c asnq -l enrich -x -n 'string match -q -- "--enrich=*" (commandline -ct)' -a 'text inline csv tsv json'
complete -c asnq -s k -l key -x -d 'Where in the line the address is'
complete -c asnq -l member -x -d 'The JSON member that is added'

# Output
complete -c asnq -s o -l output -x -d 'Format' -a 'text json csv tsv tags header'
complete -c asnq -s f -l fields -x -d 'Which fields, in this order' -a '(__asnq_list input ip status asn asns prefix prefixes country registry allocated name moas conflict origins sources special info)'
complete -c asnq -s T -l template -x -d 'Each record by a template'
complete -c asnq -l asn-prefix -x -d 'Printed before an AS number'
complete -c asnq -l elastic -d 'JSON with the names of Elastic Common Schema'
complete -c asnq -l no-header -d 'csv without its first line'
complete -c asnq -l color -x -d 'Color' -a 'auto always never'

# Choosing records
complete -c asnq -l match -x -d 'Records whose _ASN_ tag this matches'
complete -c asnq -l match-tag -x -d 'The tag that --match is held against' -a 'IP STATUS ASN ASNS PREFIX PREFIXES COUNTRY REGISTRY ALLOCATED NAME MOAS CONFLICT ORIGINS SOURCES SPECIAL INFO ASNCIDR ASNCOUNTRY ASNNAME'
complete -c asnq -l asn -x -d 'Records with one of these origins'
complete -c asnq -l asn-list -r -F -d 'The same from a file'
complete -c asnq -l country -x -d 'Records with one of these registry countries'
complete -c asnq -l country-list -r -F -d 'The same from a file'
complete -c asnq -l invert-match -d 'The other records'

# Seeing
complete -c asnq -l summary -d 'A ranked table instead of records'
complete -c asnq -l summary -x -n 'string match -q -- "--summary=*" (commandline -ct)' -a 'asn prefix country'
complete -c asnq -l stats -d 'Totals on stderr'
complete -c asnq -l stats -x -n 'string match -q -- "--stats=*" (commandline -ct)' -a json
complete -c asnq -l progress -x -d 'A meter on stderr' -a 'auto always never'
complete -c asnq -l check -d 'Say which sources work'
complete -c asnq -l explain -d 'Below each record, how the answer came about'

# Mail filters
complete -c asnq -l like -x -d 'Behave as that mail filter' -a 'spamassassin haraka rspamd'
complete -c asnq -l like-config -r -F -d 'The configuration of that filter itself'
complete -c asnq -l compare -d 'What all filters and asnq see, side by side'

# Behaviour
complete -c asnq -s c -l config -r -F -d 'Options from this file instead of the usual one'
complete -c asnq -l no-config -d 'No options from a file'
complete -c asnq -l compile -r -d 'Write the databases as one MMDB and exit'
complete -c asnq -l engine -x -d 'Speak as that engine wants it' -a 'clickhouse rsyslog hadoop'
complete -c asnq -l exit-status -d 'Records decide the exit status'
complete -c asnq -l no-exit-status -d 'Records do not decide the exit status'
complete -c asnq -l no-sandbox -d 'Go without confinement'
complete -c asnq -s q -l quiet -d 'Print no records, only the exit status'
complete -c asnq -s v -l verbose -d 'Each query, its server, answer and time on stderr'
complete -c asnq -s h -l help -d 'Print a summary of the options'
complete -c asnq -s V -l version -d 'Print version and licence'
