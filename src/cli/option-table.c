#include "config.h"

#include "cli/option-table.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/number.h"
#include "base/span.h"
#include "base/suggest.h"

#define WAIT_MAX 3600	    /* seconds; nobody waits longer for an answer */
#define IN_FLIGHT_MAX 60000 /* a process has no more ports than that */
#define QPS_MAX 1000000
#define CACHE_MAX (UINT64_C(1) << 40)

static setter add_like_config, add_database, add_zone, add_mirror, set_flag,
    set_resolver, set_word, set_yes, set_no, set_file, set_seconds,
    set_in_flight, set_qps, set_grain, set_cache_size, add_input, set_text,
    clear_flag, set_stats, set_match, add_asns, add_asn_file, add_countries,
    add_country_file, set_invert_match, set_kind, set_enrich;

#define AT(member) offsetof(struct options, member)

const struct row option_rows[] = {
	{ SOURCES, 'd', "db", NEEDED, "FILE", CONFIG, add_database, 0,
	    "a local database: a table of prefixes or an MMDB; without a --zone, "
	    "DNS is not asked then; repeatable" },
	{ SOURCES, 'z', "zone", NEEDED, "SPEC[,SPEC...]", CONFIG, add_zone, 0,
	    "zones to ask, in this order: routeviews, cymru, rspamd, monkey, "
	    "aspath, or ZONE, ZONE/4, ZONE/6 (default: routeviews,cymru)" },
	{ SOURCES, 0, "mode", NEEDED, "all|first", CONFIG, set_kind, AT(mode),
	    "merge all sources, or stop at the first that knows an origin "
	    "(default: all; first with a --db)" },
	{ SOURCES, 0, "no-dns", NONE, NULL, CONFIG, set_flag, AT(no_dns),
	    "never send a query" },
	{ SOURCES, 0, "names", NONE, NULL, CONFIG, set_yes, AT(names),
	    "look AS names up, too (default for operands)" },
	{ SOURCES, 0, "no-names", NONE, NULL, CONFIG, set_no, AT(names),
	    "do not look AS names up (default for stdin and files)" },
	{ SOURCES, 0, "names-db", NEEDED, "FILE", CONFIG, set_text,
	    AT(names_db), "AS names from a file of lines ASN<TAB>NAME" },
	{ RESOLVER, 'r', "resolver", NEEDED, "WHERE", CONFIG, set_resolver, 0,
	    "system, recursive, or ADDRESS[@PORT][#TLSNAME][,...]; @ADDRESS "
	    "among the operands is the same (default: system)" },
	{ RESOLVER, 0, "mirror", NEEDED, "ZONE=ADDRESS[@PORT][,...]", CONFIG,
	    add_mirror, 0,
	    "authoritative servers with a copy of ZONE; repeatable" },
	{ RESOLVER, 0, "transport", NEEDED, "udp|tcp", CONFIG, set_word,
	    AT(transport),
	    "how resolvers and mirrors are spoken to (default: udp)" },
	{ RESOLVER, 0, "dnssec", NEEDED, "off|on|require", CONFIG, set_word,
	    AT(resolver.dnssec),
	    "validate answers; require refuses unsigned ones (default: off)" },
	{ RESOLVER, 0, "trust-anchor", NEEDED, "FILE", CONFIG, set_file,
	    AT(resolver.trust_anchor),
	    "DS or DNSKEY records to trust (default: the root's)" },
	{ RESOLVER, 't', "timeout", NEEDED, "SECONDS", CONFIG, set_seconds,
	    AT(timeout), "the whole wait for one address (default: 4)" },
	{ RESOLVER, 0, "grace", NEEDED, "SECONDS", CONFIG, set_seconds,
	    AT(grace),
	    "how long other sources may take once one has named an origin "
	    "(default: 1)" },
	{ RESOLVER, 'j', "in-flight", NEEDED, "N", CONFIG, set_in_flight, 0,
	    "questions out at once (default: 256)" },
	{ RESOLVER, 0, "qps", NEEDED, "N", CONFIG, set_qps, 0,
	    "queries a second to each zone at most, 0 for no limit "
	    "(default: 500 to public providers)" },
	{ RESOLVER, 0, "grain", NEEDED, "V4,V6", CONFIG, set_grain, 0,
	    "bits of an address that are sent (default: 32,64; mirrors: "
	    "32,128)" },
	{ RESOLVER, 0, "ask-special", NONE, NULL, CONFIG, set_flag,
	    AT(ask_special),
	    "ask mirrors about special-purpose addresses, too" },
	{ RESOLVER, 0, "cache-size", NEEDED, "BYTES", CONFIG, set_cache_size, 0,
	    "memory for answers, with K, M or G (default: 64M)" },
	{ INPUT, 'i', "input", NEEDED, "FILE", NEVER, add_input, 0,
	    "read records from FILE, - for stdin; repeatable" },
	{ INPUT, '0', "null", NONE, NULL, NEVER, set_flag, AT(render.null),
	    "records end in NUL, in and out" },
	{ INPUT, 'e', "enrich", OPTIONAL, "text|inline|csv|tsv|json", NEVER,
	    set_enrich, 0, "keep each line and add to it (default: text)" },
	{ INPUT, 'k', "key", NEEDED, "WHICH", NEVER, set_text, AT(key),
	    "where the address is: number or name of a column, or a path as "
	    ".client.ip in JSON (default: the first address in the line)" },
	{ INPUT, 0, "member", NEEDED, "NAME", NEVER, set_text, AT(member),
	    "the JSON member that is added (default: as)" },
	{ OUTPUT, 'o', "output", NEEDED, "text|json|csv|tsv|tags|header", NEVER,
	    set_word, AT(render.format), "format (default: text)" },
	{ OUTPUT, 'f', "fields", NEEDED, "LIST", NEVER, set_text,
	    AT(render.fields), "which fields, in this order: " FIELDS },
	{ OUTPUT, 'T', "template", NEEDED, "STRING", NEVER, set_text,
	    AT(render.template),
	    "each record by a template: _IP_, _ASN_, _ASNCIDR_, ..." },
	{ OUTPUT, 0, "asn-prefix", NEEDED, "STRING", NEVER, set_text,
	    AT(render.asn_prefix),
	    "printed before an ASN in text, tags and headers (default: AS)" },
	{ OUTPUT, 0, "elastic", NONE, NULL, NEVER, set_flag, AT(render.elastic),
	    "JSON with the names of Elastic Common Schema" },
	{ OUTPUT, 0, "no-header", NONE, NULL, NEVER, clear_flag,
	    AT(render.header), "csv without its first line" },
	{ OUTPUT, 0, "color", NEEDED, "auto|always|never", CONFIG, set_word,
	    AT(color), "color (default: auto)" },
	{ CHOOSING, 0, "match", NEEDED, "REGEX", NEVER, set_match, 0,
	    "records whose _ASN_ tag a Perl-compatible expression matches" },
	{ CHOOSING, 0, "match-tag", NEEDED, "TAG", NEVER, set_text,
	    AT(match_tag), "hold it against another tag of templates" },
	{ CHOOSING, 0, "asn", NEEDED, "LIST", NEVER, add_asns, 0,
	    "records with one of these origins" },
	{ CHOOSING, 0, "asn-list", NEEDED, "FILE", NEVER, add_asn_file, 0,
	    "the same from a file, one a line" },
	{ CHOOSING, 0, "country", NEEDED, "LIST", NEVER, add_countries, 0,
	    "records with one of these registry countries" },
	{ CHOOSING, 0, "country-list", NEEDED, "FILE", NEVER, add_country_file,
	    0, "the same from a file, one a line" },
	{ CHOOSING, 0, "invert-match", NONE, NULL, NEVER, set_invert_match, 0,
	    "the other records" },
	{ SEEING, 0, "summary", OPTIONAL, "asn|prefix|country", NEVER, set_kind,
	    AT(summary),
	    "a ranked table at the end, and on SIGUSR1, instead of records" },
	{ SEEING, 0, "stats", OPTIONAL, "json", NEVER, set_stats, 0,
	    "totals on stderr at the end and on SIGUSR1" },
	{ SEEING, 0, "progress", NEEDED, "auto|always|never", NEVER, set_word,
	    AT(report.progress), "a meter on stderr (default: auto)" },
	{ SEEING, 0, "check", NONE, NULL, NEVER, set_flag, AT(check),
	    "say which sources work, from a known address" },
	{ SEEING, 0, "explain", NONE, NULL, NEVER, set_flag, AT(explain),
	    "below each record, how the answer came about" },
	{ FILTERS, 0, "like", NEEDED, "spamassassin|haraka|rspamd", NEVER,
	    set_kind, AT(like),
	    "ask, read answers and print as that mail filter does" },
	{ FILTERS, 0, "like-config", NEEDED, "FILE", NEVER, add_like_config, 0,
	    "the filter's own configuration; repeatable" },
	{ FILTERS, 0, "compare", NONE, NULL, NEVER, set_flag, AT(compare),
	    "what all three filters and asnq itself see, side by side" },
	{ BEHAVIOUR, 'c', "config", NEEDED, "FILE", NEVER, set_text, AT(config),
	    "options from FILE instead of the usual place" },
	{ BEHAVIOUR, 0, "no-config", NONE, NULL, NEVER, set_flag, AT(no_config),
	    "no options from a file" },
	{ BEHAVIOUR, 0, "exit-status", NONE, NULL, NEVER, set_yes,
	    AT(exit_status),
	    "records decide the exit status (default for operands)" },
	{ BEHAVIOUR, 0, "no-exit-status", NONE, NULL, NEVER, set_no,
	    AT(exit_status),
	    "records do not decide it (default for stdin and files)" },
	{ BEHAVIOUR, 0, "engine", NEEDED, "clickhouse|rsyslog|hadoop", NEVER,
	    set_kind, AT(engine), "speak as that engine wants it" },
	{ BEHAVIOUR, 0, "compile", NEEDED, "FILE", NEVER, set_text, AT(compile),
	    "write the databases as one MMDB and exit" },
	{ BEHAVIOUR, 0, "no-sandbox", NONE, NULL, NEVER, set_flag,
	    AT(no_sandbox), "go without confinement" },
	{ BEHAVIOUR, 'q', "quiet", NONE, NULL, NEVER, set_flag, AT(quiet),
	    "print no records, only the exit status" },
	{ BEHAVIOUR, 'v', "verbose", NONE, NULL, NEVER, set_flag, AT(verbose),
	    "each query, its server, answer and time on stderr" },
	{ BEHAVIOUR, 'h', "help", NONE, NULL, NEVER, NULL, 0, "this text" },
	{ BEHAVIOUR, 'V', "version", NONE, NULL, NEVER, NULL, 0,
	    "version, licence and what is built in" },
	{ .name = NULL },
};

const struct row *
option_find(const char *name)
{
	for (const struct row *row = option_rows; row->name != NULL; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

size_t
option_count(void)
{
	return sizeof(option_rows) / sizeof(option_rows[0]) - 1;
}

static void *
member(struct options *o, const struct row *row)
{
	return (char *)o + row->at;
}

static char *
set_flag(struct options *o, const struct row *row, const char *arg)
{
	(void)arg;
	*(bool *)member(o, row) = true;
	return NULL;
}

static char *
clear_flag(struct options *o, const struct row *row, const char *arg)
{
	(void)arg;
	*(bool *)member(o, row) = false;
	return NULL;
}

static char *
set_yes(struct options *o, const struct row *row, const char *arg)
{
	(void)arg;
	*(enum choice *)member(o, row) = CHOICE_ON;
	return NULL;
}

static char *
set_no(struct options *o, const struct row *row, const char *arg)
{
	(void)arg;
	*(enum choice *)member(o, row) = CHOICE_OFF;
	return NULL;
}

static char *
add_like_config(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	texts_add(&o->like_configs, arg);
	return NULL;
}

static char *
set_text(struct options *o, const struct row *row, const char *arg)
{
	*(const char **)member(o, row) = arg;
	return NULL;
}

static char *
set_file(struct options *o, const struct row *row, const char *arg)
{
	if (access(arg, R_OK) != 0)
		return format_text("%s: %s", arg, strerror(errno));
	return set_text(o, row, arg);
}

/* The place of a word among those of the row. */
static char *
find_word(const struct row *row, const char *arg, unsigned *place)
{
	char *words = xstrdup(row->metavar);
	size_t len = strlen(arg);
	char *why = NULL;
	char *near;
	unsigned index = 0;

	for (const char *at = words;; index++) {
		size_t n = strcspn(at, "|");

		if (n == len && memcmp(at, arg, len) == 0) {
			*place = index;
			free(words);
			return NULL;
		}
		if (at[n] == '\0')
			break;
		at += n + 1;
	}
	for (char *c = words; *c != '\0'; c++)
		if (*c == '|')
			*c = ' ';
	near = suggest(arg, words);
	if (near != NULL)
		why = format_text("no '%s'; did you mean '%s'?", arg, near);
	else
		why = format_text("no '%s'; expected one of: %s", arg, words);
	free(near);
	free(words);
	return why;
}

/* The place of the word is the value of an enum. */
static char *
set_word(struct options *o, const struct row *row, const char *arg)
{
	return find_word(row, arg, member(o, row));
}

static char *
set_seconds(struct options *o, const struct row *row, const char *arg)
{
	if (number_parse_seconds(arg, WAIT_MAX, member(o, row)))
		return NULL;
	return format_text("expected seconds, above 0 and up to %d, not '%s'",
	    WAIT_MAX, arg);
}

static char *
add_database(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	o->databases = xrealloc(o->databases,
	    (o->database_count + 1) * sizeof(*o->databases));
	o->databases[o->database_count++] =
	    (struct database){ arg, o->zones.count };
	return NULL;
}

static char *
add_zone(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	return zones_add(&o->zones, arg);
}

static char *
add_input(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	texts_add(&o->inputs, arg);
	return NULL;
}

static char *
set_resolver(struct options *o, const struct row *row, const char *arg)
{
	struct resolver_config *r = &o->resolver;

	(void)row;
	servers_clear(&r->servers);
	r->kind = RESOLVER_SERVERS;
	if (strcmp(arg, "system") == 0)
		r->kind = RESOLVER_SYSTEM;
	else if (strcmp(arg, "recursive") == 0)
		r->kind = RESOLVER_RECURSIVE;
	else
		return servers_add(&r->servers, arg, true);
	return NULL;
}

static char *
add_mirror(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	return mirrors_add(&o->resolver.mirrors, arg);
}

static char *
set_in_flight(struct options *o, const struct row *row, const char *arg)
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
set_qps(struct options *o, const struct row *row, const char *arg)
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
set_grain(struct options *o, const struct row *row, const char *arg)
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

static char *
set_cache_size(struct options *o, const struct row *row, const char *arg)
{
	uint64_t bytes;

	(void)row;
	if (!number_parse_size(arg, CACHE_MAX, &bytes))
		return format_text("expected bytes, as in 500K, 64M or 1G, "
				   "not '%s'",
		    arg);
	o->cache_size = (size_t)bytes;
	return NULL;
}

static char *
set_stats(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	if (arg != NULL && strcmp(arg, "json") != 0)
		return format_text("expected json or nothing, not '%s'", arg);
	o->report.stats = arg != NULL ? STATS_JSON : STATS_TEXT;
	return NULL;
}

/* What is wanted, which is all records until something is asked for. */
static struct select *
wanted(struct options *o)
{
	if (o->select == NULL)
		o->select = select_new();
	return o->select;
}

static char *
set_match(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	return select_set_match(wanted(o), arg);
}

static char *
add_asns(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	return select_add_asns(wanted(o), arg);
}

static char *
add_asn_file(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	return select_add_asn_file(wanted(o), arg);
}

static char *
add_countries(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	return select_add_countries(wanted(o), arg);
}

static char *
add_country_file(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	return select_add_country_file(wanted(o), arg);
}

static char *
set_invert_match(struct options *o, const struct row *row, const char *arg)
{
	(void)row;
	(void)arg;
	select_invert(wanted(o));
	return NULL;
}

/* As set_word, of an enum that begins with none; the first word is usual. */
static char *
set_kind(struct options *o, const struct row *row, const char *arg)
{
	unsigned index = 0;
	char *why = NULL;

	if (arg != NULL)
		why = find_word(row, arg, &index);
	*(unsigned *)member(o, row) = index + 1;
	return why;
}

static char *
set_enrich(struct options *o, const struct row *row, const char *arg)
{
	unsigned index = 0;
	char *why = NULL;

	/* -e=csv is a slip that is easily made. */
	if (arg != NULL)
		why = find_word(row, arg + (arg[0] == '='), &index);
	o->enrich = (enum enrich_format)(ENRICH_TEXT + index);
	return why;
}
