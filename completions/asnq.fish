# fish completion for asnq(1).

# Completes a comma-separated list: prints what is typed, followed by each word
# that is not in it yet.
function __asnq_list
    set -l token (commandline -ct)
    set -l value (string replace -r -- '^(--[^=]*=|-[zf])' '' $token)
    set -l head (string replace -r -- '[^,]*$' '' $value)
    for word in $argv
        # A word, a TAB, and its description.
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
complete -c asnq -s z -l zone -x -d 'Zones to query, in this order' -a '(__asnq_list routeviews\tIPv4 cymru\t"IPv4 and IPv6" rspamd\t"IPv4 and IPv6" monkey\tIPv4 aspath\t"IPv4, from AS paths")'
complete -c asnq -l mode -x -d 'Merge all sources, or stop at the first with an origin' -a 'all first'
complete -c asnq -l no-dns -d 'Never send a query'
complete -c asnq -l names -d 'Look AS names up, too'
complete -c asnq -l no-names -d 'Do not look AS names up'

# Resolver
complete -c asnq -s r -l resolver -x -d 'Which resolver to query' -a 'system recursive'
complete -c asnq -l mirror -x -d 'Authoritative servers with a copy of a zone'
complete -c asnq -l transport -x -d 'Protocol to use with resolvers and mirrors' -a 'udp tcp'
complete -c asnq -l dnssec -x -d 'Validate answers' -a 'off on require'
complete -c asnq -l trust-anchor -r -F -d 'DS or DNSKEY records to trust'
complete -c asnq -s t -l timeout -x -d 'How long to wait for one record, in seconds'
complete -c asnq -l grace -x -d 'How long to wait for other sources'
complete -c asnq -s j -l in-flight -x -d 'Queries in flight at once'
complete -c asnq -l qps -x -d 'Limit of queries per second to each zone'
complete -c asnq -l grain -x -d 'Bits of an address that are sent'
complete -c asnq -l ask-special -d 'Look up special-purpose addresses, too'
complete -c asnq -l cache-size -x -d 'Memory for cached answers'
complete -c asnq -l max-record -x -d 'Longest record'

# Input
complete -c asnq -s i -l input -r -F -d 'Read records from a file'
complete -c asnq -s 0 -l null -d 'Records end in NUL, in input and output'
complete -c asnq -s e -l enrich -d 'Keep each line and add to it'
complete -c asnq -l enrich -x -n 'string match -q -- "--enrich=*" (commandline -ct)' -a 'text inline csv tsv json w3c'
complete -c asnq -s k -l key -x -d 'Where in the line the address is'
complete -c asnq -l delimiter -x -d 'What separates cells of csv'
complete -c asnq -l member -x -d 'The JSON member that is added'

# Output
complete -c asnq -s o -l output -x -d 'Format' -a 'text json csv tsv tags header'
complete -c asnq -s f -l fields -x -d 'Fields to print, in this order' -a '(__asnq_list input ip status asn asns prefix prefixes country registry allocated name moas conflict origins sources special info)'
complete -c asnq -s T -l template -x -d 'Print each record by a template'
complete -c asnq -l asn-prefix -x -d 'Text before an AS number'
complete -c asnq -l elastic -d 'JSON with the names of Elastic Common Schema'
complete -c asnq -l no-header -d 'Omit the header line of csv'
complete -c asnq -l color -x -d 'Color' -a 'auto always never'

# Choosing records
complete -c asnq -l match -x -d 'Select records whose _ASN_ tag matches'
complete -c asnq -l match-tag -x -d 'Match a different template tag instead' -a 'IP STATUS ASN ASNS PREFIX PREFIXES COUNTRY REGISTRY ALLOCATED NAME MOAS CONFLICT ORIGINS SOURCES SPECIAL INFO ASNCIDR ASNCOUNTRY ASNNAME'
complete -c asnq -l asn -x -d 'Select records with one of these origins'
complete -c asnq -l asn-list -r -F -d 'The same from a file'
complete -c asnq -l country -x -d 'Select records with one of these registry countries'
complete -c asnq -l country-list -r -F -d 'The same from a file'
complete -c asnq -l invert-match -d 'Select the other records'

# Seeing
complete -c asnq -l summary -d 'Print a ranked table instead of records'
complete -c asnq -l summary -x -n 'string match -q -- "--summary=*" (commandline -ct)' -a 'asn prefix country'
complete -c asnq -l stats -d 'Print totals on stderr'
complete -c asnq -l stats -x -n 'string match -q -- "--stats=*" (commandline -ct)' -a json
complete -c asnq -l progress -x -d 'Show progress on stderr' -a 'auto always never'
complete -c asnq -l check -d 'Test every source'
complete -c asnq -l explain -d 'Explain how each answer came about'

# Mail filters
complete -c asnq -l like -x -d 'Behave like that mail filter' -a 'spamassassin haraka rspamd'
complete -c asnq -l like-config -r -F -d 'The configuration file of that filter'
complete -c asnq -l compare -d 'Show what all filters and asnq see'

# Behaviour
complete -c asnq -s c -l config -r -F -d 'Read options from this file'
complete -c asnq -l no-config -d 'Read no options from a file'
complete -c asnq -l compile -r -d 'Write the databases as one MMDB and exit'
complete -c asnq -l engine -x -d 'Read and write as that engine requires' -a 'clickhouse rsyslog hadoop'
complete -c asnq -l exit-status -d 'Records decide the exit status'
complete -c asnq -l no-exit-status -d 'Records do not decide the exit status'
complete -c asnq -l no-sandbox -d 'Run without confinement'
complete -c asnq -s q -l quiet -d 'Print no records, only set the exit status'
complete -c asnq -s v -l verbose -d 'Print each query, its server, answer and time on stderr'
complete -c asnq -s h -l help -d 'Print a summary of the options'
complete -c asnq -s V -l version -d 'Print version and licence'
