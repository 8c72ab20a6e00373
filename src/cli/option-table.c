#include "config.h"

#include "cli/option-table.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/number.h"

#define WAIT_MAX 3600	    /* seconds */
#define IN_FLIGHT_MAX 60000 /* about as many ports as a host has */
#define QPS_MAX 1000000
#define BYTES_MAX (UINT64_C(1) << 40)

static const char *const groups[] = {
	[SOURCES] = "Sources",
	[RESOLVER] = "Resolver",
	[INPUT] = "Input",
	[OUTPUT] = "Output",
	[SELECTING] = "Choosing records",
	[SEEING] = "Seeing",
	[FILTERS] = "Mail filters",
	[BEHAVIOUR] = "Behaviour",
};

static const char *const modes[] = {
	[MODE_AUTO] = NULL,
	[MODE_ALL] = "all",
	[MODE_FIRST] = "first",
};

/* Servers have no word, since they are given by their addresses. */
static const char *const resolvers[] = {
	[RESOLVER_SYSTEM] = "system",
	[RESOLVER_RECURSIVE] = "recursive",
	[RESOLVER_SERVERS] = NULL,
};

static const char *const transports[] = {
	[TRANSPORT_UDP] = "udp",
	[TRANSPORT_TCP] = "tcp",
};

static const char *const dnssec_modes[] = {
	[DNSSEC_MODE_OFF] = "off",
	[DNSSEC_MODE_ON] = "on",
	[DNSSEC_MODE_REQUIRE] = "require",
};

static const char *const whens[] = {
	[WHEN_AUTO] = "auto",
	[WHEN_ALWAYS] = "always",
	[WHEN_NEVER] = "never",
};

/* Text has no word, since it is what --stats alone means. */
static const char *const stats[] = {
	[STATS_OFF] = NULL,
	[STATS_TEXT] = NULL,
	[STATS_JSON] = "json",
};

static const char *const engines[] = {
	[ENGINE_NONE] = NULL,
	[ENGINE_CLICKHOUSE] = "clickhouse",
	[ENGINE_RSYSLOG] = "rsyslog",
	[ENGINE_HADOOP] = "hadoop",
};

_Static_assert(LENGTH(groups) == GROUP_MAX, "every group has its title");
_Static_assert(LENGTH(modes) == MODE_MAX, "every mode has its word");
_Static_assert(LENGTH(resolvers) == RESOLVER_MAX,
    "every kind of resolver has its word");
_Static_assert(LENGTH(transports) == TRANSPORT_MAX,
    "every transport has its word");
_Static_assert(LENGTH(dnssec_modes) == DNSSEC_MODE_MAX,
    "every mode of DNSSEC has its word");
_Static_assert(LENGTH(whens) == WHEN_MAX, "every choice has its word");
_Static_assert(LENGTH(stats) == STATS_MAX, "every form has its word");
_Static_assert(LENGTH(engines) == ENGINE_MAX, "every engine has its word");

const struct words option_groups = WORDS(groups);
static const struct words mode_words = WORDS(modes);
static const struct words resolver_words = WORDS(resolvers);
static const struct words transport_words = WORDS(transports);
static const struct words dnssec_words = WORDS(dnssec_modes);
static const struct words when_words = WORDS(whens);
static const struct words stats_words = WORDS(stats);
const struct words engine_words = WORDS(engines);

static option_setter set_flag, clear_flag, set_yes, set_no, set_text, set_file,
    set_word, set_seconds, add_database, add_zone, add_mirror, add_input,
    add_like_config, set_resolver, set_in_flight, set_qps, set_grain,
    set_cache_size, set_max_record, set_delimiter, set_match, add_asns,
    add_asn_file, add_countries, add_country_file, set_invert_match;

#define AT(member) offsetof(struct options, member)

const struct option_row option_rows[] = {
	{ SOURCES, 'd', "db", NEEDED, "FILE", CONFIG, add_database, 0,
	    .help = "local database: a prefix table or an MMDB; without "
		    "--zone, no DNS queries are sent; repeatable" },
	{ SOURCES, 'z', "zone", NEEDED, "SPEC[,SPEC...]", CONFIG, add_zone, 0,
	    .help = "zones to ask, in the order given: %s, or ZONE, ZONE/4, "
		    "ZONE/6 (default: routeviews,cymru)",
	    .words = &provider_words },
	{ SOURCES, 0, "mode", NEEDED, NULL, CONFIG, set_word, AT(mode),
	    .help = "merge all sources, or stop at the first that knows an "
		    "origin (default: all; with --db: first)",
	    .words = &mode_words },
	{ SOURCES, 0, "no-dns", NONE, NULL, CONFIG, set_flag, AT(no_dns),
	    .help = "send no DNS queries, not even for AS names" },
	{ SOURCES, 0, "names", NONE, NULL, CONFIG, set_yes, AT(names),
	    .help = "look up AS names (default for operands)" },
	{ SOURCES, 0, "no-names", NONE, NULL, CONFIG, set_no, AT(names),
	    .help = "do not look up AS names (default for stdin and files)" },
	{ SOURCES, 0, "names-db", NEEDED, "FILE", CONFIG, set_text,
	    AT(names_db),
	    .help = "read AS names from a file of ASN<TAB>NAME lines" },
	{ RESOLVER, 'r', "resolver", NEEDED, "WHERE", CONFIG, set_resolver, 0,
	    .help = "%s, or ADDRESS[@PORT][#TLSNAME][,...]; "
		    "the operand @ADDRESS does the same (default: system)",
	    .words = &resolver_words },
	{ RESOLVER, 0, "mirror", NEEDED, "ZONE=ADDRESS[@PORT][,...]", CONFIG,
	    add_mirror, 0,
	    .help = "authoritative servers with a copy of ZONE; repeatable" },
	{ RESOLVER, 0, "transport", NEEDED, NULL, CONFIG, set_word,
	    AT(transport),
	    .help = "protocol for resolvers and mirrors (default: udp)",
	    .words = &transport_words },
	{ RESOLVER, 0, "dnssec", NEEDED, NULL, CONFIG, set_word,
	    AT(resolver.dnssec),
	    .help = "validate answers; require also refuses unsigned ones "
		    "(default: off)",
	    .words = &dnssec_words },
	{ RESOLVER, 0, "trust-anchor", NEEDED, "FILE", CONFIG, set_file,
	    AT(resolver.trust_anchor),
	    .help = "DS or DNSKEY records to trust (default: the root's)" },
	{ RESOLVER, 't', "timeout", NEEDED, "SECONDS", CONFIG, set_seconds,
	    AT(timeout), .help = "longest wait for one address (default: 4)" },
	{ RESOLVER, 0, "grace", NEEDED, "SECONDS", CONFIG, set_seconds,
	    AT(grace),
	    .help = "longest wait for other sources once one has named an "
		    "origin (default: 1)" },
	{ RESOLVER, 'j', "in-flight", NEEDED, "N", CONFIG, set_in_flight, 0,
	    .help = "most queries in flight at once (default: 256)" },
	{ RESOLVER, 0, "qps", NEEDED, "N", CONFIG, set_qps, 0,
	    .help = "most queries per second to each zone, 0 for no limit "
		    "(default: 500 for public providers)" },
	{ RESOLVER, 0, "grain", NEEDED, "V4,V6", CONFIG, set_grain, 0,
	    .help = "leading bits of an address that are sent (default: "
		    "32,64; mirrors: 32,128)" },
	{ RESOLVER, 0, "ask-special", NONE, NULL, CONFIG, set_flag,
	    AT(ask_special),
	    .help = "look up special-purpose addresses too, in databases and "
		    "mirrors" },
	{ RESOLVER, 0, "cache-size", NEEDED, "BYTES", CONFIG, set_cache_size, 0,
	    .help =
		"memory for cached answers, with K, M or G (default: 64M)" },
	{ INPUT, 'i', "input", NEEDED, "FILE", NEVER, add_input, 0,
	    .help = "read records from FILE, - for stdin; repeatable" },
	{ INPUT, '0', "null", NONE, NULL, NEVER, set_flag, AT(render.null),
	    .help = "records end in NUL, in input and output" },
	{ INPUT, 'e', "enrich", OPTIONAL, NULL, NEVER, set_word, AT(enrich),
	    .help = "keep each line and add to it (default: text)",
	    .words = &enrich_words },
	{ INPUT, 'k', "key", NEEDED, "WHICH", NEVER, set_text, AT(key),
	    .help = "where the address is: number or name of a column, or a "
		    "JSON path such as .client.ip; after it, "
		    ":first-public takes the first public address there "
		    "(default: the first address in the line)" },
	{ INPUT, 0, "delimiter", NEEDED, "CHAR", NEVER, set_delimiter, 0,
	    .help = "csv: what separates cells, a character, tab or auto "
		    "(default: auto, a comma or what the header shows)" },
	{ INPUT, 0, "max-record", NEEDED, "BYTES", NEVER, set_max_record, 0,
	    .help = "longest record, with K, M or G: a longer one is invalid, "
		    "or passes unchanged with --enrich (default: 16M)" },
	{ INPUT, 0, "member", NEEDED, "NAME", NEVER, set_text, AT(member),
	    .help = "name of the JSON member that is added (default: as)" },
	{ OUTPUT, 'o', "output", NEEDED, NULL, NEVER, set_word,
	    AT(render.format), .help = "output format (default: text)",
	    .words = &format_words },
	{ OUTPUT, 'f', "fields", NEEDED, "LIST", NEVER, set_text,
	    AT(render.fields),
	    .help = "fields to print, in the order given: %s",
	    .words = &field_words },
	{ OUTPUT, 'T', "template", NEEDED, "STRING", NEVER, set_text,
	    AT(render.template),
	    .help = "print each record by a template with tags: _IP_, _ASN_, "
		    "_ASNCIDR_, ..." },
	{ OUTPUT, 0, "asn-prefix", NEEDED, "STRING", NEVER, set_text,
	    AT(render.asn_prefix),
	    .help = "text before each ASN in text, tags and headers "
		    "(default: AS)" },
	{ OUTPUT, 0, "elastic", NONE, NULL, NEVER, set_flag, AT(render.elastic),
	    .help = "JSON with the names of the Elastic Common Schema" },
	{ OUTPUT, 0, "no-header", NONE, NULL, NEVER, clear_flag,
	    AT(render.header), .help = "csv without a header line" },
	{ OUTPUT, 0, "color", NEEDED, NULL, CONFIG, set_word, AT(color),
	    .help = "colored output (default: auto)", .words = &when_words },
	{ SELECTING, 0, "match", NEEDED, "REGEX", NEVER, set_match, 0,
	    .help = "print records whose _ASN_ tag matches a Perl-compatible "
		    "regular expression" },
	{ SELECTING, 0, "match-tag", NEEDED, "TAG", NEVER, set_text,
	    AT(match_tag), .help = "match a different template tag instead" },
	{ SELECTING, 0, "asn", NEEDED, "LIST", NEVER, add_asns, 0,
	    .help = "print records with one of these origins" },
	{ SELECTING, 0, "asn-list", NEEDED, "FILE", NEVER, add_asn_file, 0,
	    .help = "the same from a file, one per line" },
	{ SELECTING, 0, "country", NEEDED, "LIST", NEVER, add_countries, 0,
	    .help = "print records with one of these registry countries" },
	{ SELECTING, 0, "country-list", NEEDED, "FILE", NEVER, add_country_file,
	    0, .help = "the same from a file, one per line" },
	{ SELECTING, 0, "invert-match", NONE, NULL, NEVER, set_invert_match, 0,
	    .help = "print the records that do not match" },
	{ SEEING, 0, "summary", OPTIONAL, NULL, NEVER, set_word, AT(summary),
	    .help = "print a ranked table instead of records, at the end and "
		    "on SIGUSR1",
	    .words = &summary_words },
	{ SEEING, 0, "stats", OPTIONAL, NULL, NEVER, set_word, AT(report.stats),
	    .help = "print totals on stderr at the end and on SIGUSR1",
	    .words = &stats_words },
	{ SEEING, 0, "progress", NEEDED, NULL, NEVER, set_word,
	    AT(report.progress),
	    .help = "show a progress meter on stderr (default: auto)",
	    .words = &when_words },
	{ SEEING, 0, "check", NONE, NULL, NEVER, set_flag, AT(check),
	    .help = "ask every source about a known address and say which "
		    "work" },
	{ SEEING, 0, "explain", NONE, NULL, NEVER, set_flag, AT(explain),
	    .help = "explain below each record how its answer came about" },
	{ FILTERS, 0, "like", NEEDED, NULL, NEVER, set_word, AT(like),
	    .help = "query, read answers and print as that mail filter does",
	    .words = &filter_words },
	{ FILTERS, 0, "like-config", NEEDED, "FILE", NEVER, add_like_config, 0,
	    .help = "read the filter's own configuration; repeatable" },
	{ FILTERS, 0, "compare", NONE, NULL, NEVER, set_flag, AT(compare),
	    .help = "show what each mail filter and asnq itself see, side by "
		    "side" },
	{ BEHAVIOUR, 'c', "config", NEEDED, "FILE", NEVER, set_text, AT(config),
	    .help = "read options from FILE instead of the usual file" },
	{ BEHAVIOUR, 0, "no-config", NONE, NULL, NEVER, set_flag, AT(no_config),
	    .help = "read no options from a file" },
	{ BEHAVIOUR, 0, "exit-status", NONE, NULL, NEVER, set_yes,
	    AT(exit_status),
	    .help = "records decide the exit status (default for operands)" },
	{ BEHAVIOUR, 0, "no-exit-status", NONE, NULL, NEVER, set_no,
	    AT(exit_status),
	    .help = "records do not decide the exit status (default for "
		    "stdin and files)" },
	{ BEHAVIOUR, 0, "engine", NEEDED, NULL, NEVER, set_word, AT(engine),
	    .help = "use the framing and replies of that pipeline engine",
	    .words = &engine_words },
	{ BEHAVIOUR, 0, "compile", NEEDED, "FILE", NEVER, set_text, AT(compile),
	    .help = "write the databases as one MMDB and exit" },
	{ BEHAVIOUR, 0, "no-sandbox", NONE, NULL, NEVER, set_flag,
	    AT(no_sandbox), .help = "run without a sandbox" },
	{ BEHAVIOUR, 'q', "quiet", NONE, NULL, NEVER, set_flag, AT(quiet),
	    .help = "print no records, only set the exit status" },
	{ BEHAVIOUR, 'v', "verbose", NONE, NULL, NEVER, set_flag, AT(verbose),
	    .help = "print each query, its server, answer and time on stderr" },
	{ BEHAVIOUR, 'h', "help", NONE, NULL, NEVER, NULL, 0,
	    .help = "print this help" },
	{ BEHAVIOUR, 'V', "version", NONE, NULL, NEVER, NULL, 0,
	    .help = "print the version, the licence and what is built in" },
};

const struct words option_words = WORDS_OF(option_rows, name);

size_t
option_count(void)
{
	return LENGTH(option_rows);
}

const struct option_row *
option_find(const char *name)
{
	for (size_t i = 0; i < LENGTH(option_rows); i++)
		if (strcmp(option_rows[i].name, name) == 0)
			return &option_rows[i];
	return NULL;
}

bool
option_is_given(const bool *given, const char *name)
{
	/* Few are given: names are compared for these alone. */
	for (size_t i = 0; i < LENGTH(option_rows); i++)
		if (given[i] && strcmp(option_rows[i].name, name) == 0)
			return true;
	return false;
}

char *
option_help(const struct option_row *row)
{
	const char *at = strstr(row->help, "%s");
	struct buf text = { 0 };

	if (at == NULL)
		return xstrdup(row->help);
	buf_put(&text, row->help, (size_t)(at - row->help));
	words_put(row->words, ", ", &text);
	buf_puts(&text, at + 2);
	buf_putc(&text, '\0');
	return text.data;
}

char *
option_metavar(const struct option_row *row)
{
	if (row->metavar != NULL)
		return xstrdup(row->metavar);
	return row->words != NULL ? words_join(row->words, "|") : xstrdup("");
}

static void *
member(struct options *o, const struct option_row *row)
{
	return (char *)o + row->at;
}

static char *
set_flag(struct options *o, const struct option_row *row, const char *arg)
{
	(void)arg;
	*(bool *)member(o, row) = true;
	return NULL;
}

static char *
clear_flag(struct options *o, const struct option_row *row, const char *arg)
{
	(void)arg;
	*(bool *)member(o, row) = false;
	return NULL;
}

static char *
set_yes(struct options *o, const struct option_row *row, const char *arg)
{
	(void)arg;
	*(enum choice *)member(o, row) = CHOICE_ON;
	return NULL;
}

static char *
set_no(struct options *o, const struct option_row *row, const char *arg)
{
	(void)arg;
	*(enum choice *)member(o, row) = CHOICE_OFF;
	return NULL;
}

static char *
add_like_config(struct options *o, const struct option_row *row,
    const char *arg)
{
	(void)row;
	texts_add(&o->like_configs, arg);
	return NULL;
}

static char *
set_text(struct options *o, const struct option_row *row, const char *arg)
{
	*(const char **)member(o, row) = arg;
	return NULL;
}

static char *
set_file(struct options *o, const struct option_row *row, const char *arg)
{
	if (access(arg, R_OK) != 0)
		return format_text("%s: %s", arg, strerror(errno));
	return set_text(o, row, arg);
}

/*
 * Sets an enum by its word. Without an argument it becomes 1, the usual value
 * of an enum that begins with "none".
 */
static char *
set_word(struct options *o, const struct option_row *row, const char *arg)
{
	unsigned *value = member(o, row);

	if (arg == NULL) {
		*value = 1;
		return NULL;
	}
	/* "-e=csv" is easily typed for "-ecsv". */
	if (row->argument == OPTIONAL && arg[0] == '=')
		arg++;
	if (words_find(row->words, (struct span){ arg, strlen(arg) }, value))
		return NULL;
	return words_unknown(row->words, "word", arg);
}

static char *
set_seconds(struct options *o, const struct option_row *row, const char *arg)
{
	if (number_parse_seconds(arg, WAIT_MAX, member(o, row)))
		return NULL;
	return format_text("expected seconds, above 0 and up to %d, not '%s'",
	    WAIT_MAX, arg);
}

static char *
add_database(struct options *o, const struct option_row *row, const char *arg)
{
	(void)row;
	o->databases = xrealloc(o->databases,
	    (o->database_count + 1) * sizeof(*o->databases));
	o->databases[o->database_count++] =
	    (struct database){ arg, o->zones.count };
	return NULL;
}

static char *
add_zone(struct options *o, const struct option_row *row, const char *arg)
{
	(void)row;
	return zones_add(&o->zones, arg);
}

static char *
add_input(struct options *o, const struct option_row *row, const char *arg)
{
	(void)row;
	texts_add(&o->inputs, arg);
	return NULL;
}

static char *
set_resolver(struct options *o, const struct option_row *row, const char *arg)
{
	struct resolver_config *r = &o->resolver;
	struct span word = { arg, strlen(arg) };
	unsigned kind;
	char *near;
	char *why;

	servers_clear(&r->servers);
	if (words_find(row->words, word, &kind)) {
		r->kind = (enum resolver_kind)kind;
		return NULL;
	}
	r->kind = RESOLVER_SERVERS;
	why = servers_add(&r->servers, arg, true);
	near = why != NULL ? words_near(row->words, arg) : NULL;
	if (near != NULL) {
		free(why);
		why = format_text("unknown resolver '%s'; did you mean '%s'?",
		    arg, near);
		free(near);
	}
	return why;
}

static char *
add_mirror(struct options *o, const struct option_row *row, const char *arg)
{
	(void)row;
	return mirrors_add(&o->resolver.mirrors, arg);
}

static char *
set_in_flight(struct options *o, const struct option_row *row, const char *arg)
{
	uint64_t n;

	(void)row;
	if (!number_parse(arg, strlen(arg), IN_FLIGHT_MAX, &n) || n == 0)
		return format_text("expected a number from 1 to %d, not '%s'",
		    IN_FLIGHT_MAX, arg);
	o->in_flight = (unsigned)n;
	return NULL;
}

static char *
set_qps(struct options *o, const struct option_row *row, const char *arg)
{
	uint64_t n;

	(void)row;
	if (!number_parse(arg, strlen(arg), QPS_MAX, &n))
		return format_text("expected a number from 0 to %d, not '%s'",
		    QPS_MAX, arg);
	o->qps = (double)n;
	return NULL;
}

static char *
set_grain(struct options *o, const struct option_row *row, const char *arg)
{
	size_t len = strcspn(arg, ",");
	uint64_t v4;
	uint64_t v6;

	(void)row;
	if (arg[len] == '\0' || !number_parse(arg, len, 32, &v4) ||
	    !number_parse(arg + len + 1, strlen(arg + len + 1), 128, &v6) ||
	    v4 == 0 || v6 == 0)
		return format_text("expected V4,V6, up to 32,128, not '%s'",
		    arg);
	o->has_grain = true;
	o->grain[FAMILY_IPV4] = (uint8_t)v4;
	o->grain[FAMILY_IPV6] = (uint8_t)v6;
	return NULL;
}

/* Reads bytes up to BYTES_MAX. Returns NULL, or what is wrong. */
static char *
read_bytes(const char *arg, uint64_t least, size_t *out)
{
	uint64_t bytes;

	if (!number_parse_size(arg, BYTES_MAX, &bytes) || bytes < least)
		return format_text("expected bytes, as in 500K, 64M or 1G, "
				   "from %" PRIu64 " to 1024G, not '%s'",
		    least, arg);
	*out = (size_t)bytes;
	return NULL;
}

static char *
set_cache_size(struct options *o, const struct option_row *row, const char *arg)
{
	(void)row;
	return read_bytes(arg, 0, &o->cache_size);
}

static char *
set_max_record(struct options *o, const struct option_row *row, const char *arg)
{
	(void)row;
	return read_bytes(arg, 1, &o->max_record);
}

static char *
set_delimiter(struct options *o, const struct option_row *row, const char *arg)
{
	unsigned char c = (unsigned char)arg[0];

	(void)row;
	if (strcmp(arg, "auto") == 0)
		o->delimiter = '\0';
	else if (strcmp(arg, "tab") == 0 || strcmp(arg, "\t") == 0)
		o->delimiter = '\t';
	else if (arg[0] != '\0' && arg[1] == '\0' && c >= ' ' && c < 0x7f &&
	    c != '"' && !isalnum(c))
		o->delimiter = arg[0];
	else
		return format_text("expected a character that is no letter, "
				   "digit or quote, 'tab' or 'auto', not '%s'",
		    arg);
	return NULL;
}

/* Returns what selects records, which the first of its options creates. */
static struct select *
select_of(struct options *o)
{
	if (o->select == NULL)
		o->select = select_new();
	return o->select;
}

static char *
set_match(struct options *o, const struct option_row *row, const char *arg)
{
	(void)row;
	return select_set_match(select_of(o), arg);
}

static char *
add_asns(struct options *o, const struct option_row *row, const char *arg)
{
	(void)row;
	return select_add_asns(select_of(o), arg);
}

static char *
add_asn_file(struct options *o, const struct option_row *row, const char *arg)
{
	(void)row;
	return select_add_asn_file(select_of(o), arg);
}

static char *
add_countries(struct options *o, const struct option_row *row, const char *arg)
{
	(void)row;
	return select_add_countries(select_of(o), arg);
}

static char *
add_country_file(struct options *o, const struct option_row *row,
    const char *arg)
{
	(void)row;
	return select_add_country_file(select_of(o), arg);
}

static char *
set_invert_match(struct options *o, const struct option_row *row,
    const char *arg)
{
	(void)row;
	(void)arg;
	select_invert(select_of(o));
	return NULL;
}
