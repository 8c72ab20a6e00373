#include "config.h"

#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "config-file.h"
#include "loop.h"
#include "util.h"

#define WAIT_MAX 3600		/* seconds; nobody waits longer for an answer */
#define IN_FLIGHT_MAX 60000	/* a process has no more ports than that */
#define DEFAULT_ZONES "routeviews,cymru"
#define QPS_MAX 1000000
#define CACHE_MAX (UINT64_C(1) << 40)

struct row;

/*
 * A setter takes the option's argument and returns NULL, or what is wrong
 * with it in words, which the caller frees.
 */
typedef char *setter(struct options *o, const struct row *row,
    const char *arg);

enum group {
	SOURCES,
	RESOLVER,
	INPUT,
	OUTPUT,
	SEEING,
	BEHAVIOUR,
	GROUP_MAX
};

static const char *const groups[GROUP_MAX] = {
	[SOURCES] = "Sources",
	[RESOLVER] = "Resolver",
	[INPUT] = "Input",
	[OUTPUT] = "Output",
	[SEEING] = "Seeing",
	[BEHAVIOUR] = "Behaviour",
};

enum argument {
	NONE = no_argument,
	NEEDED = required_argument,
	OPTIONAL = optional_argument
};

/* Whether the configuration file may have it. */
enum configurable {
	NEVER,
	CONFIG
};

struct row {
	enum group group;
	char letter;			/* or 0 */
	const char *name;
	enum argument argument;
	const char *metavar;		/* for set_word its words, too */
	enum configurable config;
	setter *set;
	size_t at;			/* where in the options, for most */
	const char *help;
};

static setter add_zone, add_mirror, set_flag, set_resolver, set_word, set_yes,
    set_no, set_file, set_seconds, set_in_flight, set_qps, set_grain,
    set_cache_size, add_input, set_text, clear_flag, set_stats, show_help,
    show_version;

#define AT(member) offsetof(struct options, member)

/* The only list of options. */
static const struct row rows[] = {
	{ SOURCES, 'z', "zone", NEEDED, "SPEC[,SPEC...]", CONFIG, add_zone, 0,
	    "zones to ask, in this order: routeviews, cymru, rspamd, monkey, "
	    "aspath, or ZONE, ZONE/4, ZONE/6 (default: routeviews,cymru)" },
	{ SOURCES, 0, "mode", NEEDED, "all|first", CONFIG, set_word, AT(mode),
	    "merge all sources, or stop at the first that knows an origin "
	    "(default: all)" },
	{ SOURCES, 0, "no-dns", NONE, NULL, CONFIG, set_flag, AT(no_dns),
	    "never send a query" },
	{ SOURCES, 0, "names", NONE, NULL, CONFIG, set_yes, AT(names),
	    "look AS names up, too (default for operands)" },
	{ SOURCES, 0, "no-names", NONE, NULL, CONFIG, set_no, AT(names),
	    "do not (default for stdin and files)" },
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
	    "queries a second to each zone at most, 0 for any number "
	    "(default: 500 to public providers)" },
	{ RESOLVER, 0, "grain", NEEDED, "V4,V6", CONFIG, set_grain, 0,
	    "bits of an address that are sent (default: 32,64; mirrors: "
	    "32,128)" },
	{ RESOLVER, 0, "ask-special", NONE, NULL, CONFIG, set_flag,
	    AT(ask_special),
	    "ask mirrors about special-purpose addresses, too" },
	{ RESOLVER, 0, "cache-size", NEEDED, "BYTES", CONFIG, set_cache_size,
	    0, "memory for answers, with K, M or G (default: 64M)" },
	{ INPUT, 'i', "input", NEEDED, "FILE", NEVER, add_input, 0,
	    "read records from FILE, - for stdin; repeatable" },
	{ INPUT, '0', "null", NONE, NULL, NEVER, set_flag, AT(render.null),
	    "records end in NUL, in and out" },
	{ OUTPUT, 'o', "output", NEEDED, "text|json|csv|tsv|tags|header",
	    NEVER, set_word, AT(render.format), "format (default: text)" },
	{ OUTPUT, 'f', "fields", NEEDED, "LIST", NEVER, set_text,
	    AT(render.fields), "which fields, in this order: " FIELDS },
	{ OUTPUT, 'T', "template", NEEDED, "STRING", NEVER, set_text,
	    AT(render.template),
	    "each record by a template: _IP_, _ASN_, _ASNCIDR_, ..." },
	{ OUTPUT, 0, "asn-prefix", NEEDED, "STRING", NEVER, set_text,
	    AT(render.asn_prefix),
	    "printed before an ASN in text, tags and headers (default: AS)" },
	{ OUTPUT, 0, "elastic", NONE, NULL, NEVER, set_flag,
	    AT(render.elastic),
	    "JSON with the names of Elastic Common Schema" },
	{ OUTPUT, 0, "no-header", NONE, NULL, NEVER, clear_flag,
	    AT(render.header), "csv without its first line" },
	{ OUTPUT, 0, "color", NEEDED, "auto|always|never", CONFIG, set_word,
	    AT(color), "color (default: auto)" },
	{ SEEING, 0, "stats", OPTIONAL, "json", NEVER, set_stats, 0,
	    "totals on stderr at the end and on SIGUSR1" },
	{ SEEING, 0, "progress", NEEDED, "auto|always|never", NEVER, set_word,
	    AT(report.progress), "a meter on stderr (default: auto)" },
	{ SEEING, 0, "check", NONE, NULL, NEVER, set_flag, AT(check),
	    "say which sources work, from a known address" },
	{ BEHAVIOUR, 'c', "config", NEEDED, "FILE", NEVER, set_text,
	    AT(config), "options from FILE instead of the usual place" },
	{ BEHAVIOUR, 0, "no-config", NONE, NULL, NEVER, set_flag,
	    AT(no_config), "no options from a file" },
	{ BEHAVIOUR, 0, "exit-status", NONE, NULL, NEVER, set_yes,
	    AT(exit_status),
	    "records decide the exit status (default for operands)" },
	{ BEHAVIOUR, 0, "no-exit-status", NONE, NULL, NEVER, set_no,
	    AT(exit_status),
	    "they do not (default for stdin and files)" },
	{ BEHAVIOUR, 'q', "quiet", NONE, NULL, NEVER, set_flag, AT(quiet),
	    "print no records, only the exit status" },
	{ BEHAVIOUR, 'v', "verbose", NONE, NULL, NEVER, set_flag, AT(verbose),
	    "each query, its server, answer and time on stderr" },
	{ BEHAVIOUR, 'h', "help", NONE, NULL, NEVER, show_help, 0,
	    "this text" },
	{ BEHAVIOUR, 'V', "version", NONE, NULL, NEVER, show_version, 0,
	    "version, licence and what is built in" },
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

/* Options that contradict each other. */
static const char *const contradictions[][2] = {
	{ "check", "fields" },
	{ "check", "input" },
	{ "check", "output" },
	{ "check", "template" },
	{ "config", "no-config" },
	{ "exit-status", "no-exit-status" },
	{ "names", "no-names" },
	{ "no-dns", "check" },
	{ "no-dns", "mirror" },
	{ "no-dns", "zone" },
	{ "quiet", "no-exit-status" },
	{ "template", "fields" },
	{ "template", "output" },
};

/* Options of which, on the command line, one makes the file's other void. */
static const char *const rivals[][2] = {
	{ "names", "no-names" },
	{ "no-dns", "mirror" },
	{ "no-dns", "zone" },
};

#define LONG_BASE 256	/* getopt_long() gives this for the first row */

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct row *
find_row(const char *name)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static bool
is_given(const struct options *o, const char *name)
{
	return o->given[find_row(name) - rows];
}

static void
add_text(struct texts *t, const char *text)
{
	t->list = xrealloc(t->list, (t->count + 1) * sizeof(*t->list));
	t->list[t->count++] = text;
}

/* ---- Setters ---- */

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

/* One of the words in the row; its place is the value of an enum. */
static char *
set_word(struct options *o, const struct row *row, const char *arg)
{
	char *words = xstrdup(row->metavar);
	size_t len = strlen(arg);
	char *why = NULL;
	char *near;
	unsigned index = 0;

	for (const char *at = words;; index++) {
		size_t n = strcspn(at, "|");

		if (n == len && memcmp(at, arg, len) == 0) {
			*(unsigned *)member(o, row) = index;
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

static char *
set_seconds(struct options *o, const struct row *row, const char *arg)
{
	if (parse_seconds(arg, WAIT_MAX, member(o, row)))
		return NULL;
	return format_text("expected seconds, above 0 and up to %d, not '%s'",
	    WAIT_MAX, arg);
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
	add_text(&o->inputs, arg);
	return NULL;
}

/*
 * Reads ADDRESS[@PORT][#TLSNAME], of which the name is only taken with
 * `tls`, and appends it in libunbound's form.
 */
static char *
add_server(struct servers *servers, const char *text, size_t len, bool *tls)
{
	char *all = xmemdup(text, len);
	char *name = tls != NULL ? strchr(all, '#') : NULL;
	char *port = strchr(all, '@');
	char host[OWNER_MAX];
	struct addr a;
	uint64_t number = 0;
	char *why = NULL;

	if (name != NULL)
		*name++ = '\0';
	if (port != NULL)
		*port++ = '\0';
	if (!addr_parse(all, strcspn(all, "%"), &a) ||
	    (port != NULL &&
		(!parse_number(port, strlen(port), 65535, &number) ||
		    number == 0)) ||
	    (name != NULL && !zone_name(name, strlen(name), host)))
		why = format_text("expected ADDRESS[@PORT]%s in '%.*s'",
		    tls != NULL ? "[#TLSNAME]" : "", (int)len, text);
	if (why == NULL) {
		servers->list = xrealloc(servers->list,
		    (servers->count + 1) * sizeof(*servers->list));
		if (number == 0)
			number = name != NULL ? 853 : 53;
		servers->list[servers->count++] =
		    format_text("%s@%u%s%s", all, (unsigned)number,
			name != NULL ? "#" : "", name != NULL ? name : "");
		if (tls != NULL)
			*tls = name != NULL;
	}
	free(all);
	return why;
}

static char *
add_servers(struct servers *servers, const char *text, bool *tls)
{
	char *why = NULL;

	for (;;) {
		size_t len = strcspn(text, ",");
		bool first = servers->count == 0;
		bool one = false;

		why = add_server(servers, text, len,
		    tls != NULL ? &one : NULL);
		if (why == NULL && tls != NULL) {
			if (!first && *tls != one)
				why = xstrdup("either all resolvers speak "
					      "TLS, or none");
			*tls = one;
		}
		if (why != NULL || text[len] == '\0')
			return why;
		text += len + 1;
	}
}

static void
servers_clear(struct servers *servers)
{
	for (size_t i = 0; i < servers->count; i++)
		free(servers->list[i]);
	free(servers->list);
	*servers = (struct servers){ 0 };
}

static char *
set_resolver(struct options *o, const struct row *row, const char *arg)
{
	struct resolver_config *r = &o->resolver;

	(void)row;
	servers_clear(&r->servers);
	r->tls = false;
	r->kind = RESOLVER_SERVERS;
	if (strcmp(arg, "system") == 0)
		r->kind = RESOLVER_SYSTEM;
	else if (strcmp(arg, "recursive") == 0)
		r->kind = RESOLVER_RECURSIVE;
	else
		return add_servers(&r->servers, arg, &r->tls);
	return NULL;
}

static char *
add_mirror(struct options *o, const struct row *row, const char *arg)
{
	size_t len = strcspn(arg, "=");
	char name[OWNER_MAX];
	struct mirror *m = NULL;

	(void)row;
	if (arg[len] == '\0' || !zone_name(arg, len, name))
		return format_text("expected ZONE=ADDRESS[@PORT][,...], not "
				   "'%s'",
		    arg);
	for (size_t i = 0; i < o->mirror_count; i++)
		if (strcmp(o->mirrors[i].zone, name) == 0)
			m = &o->mirrors[i];
	if (m == NULL) {
		o->mirrors = xrealloc(o->mirrors,
		    (o->mirror_count + 1) * sizeof(*o->mirrors));
		m = &o->mirrors[o->mirror_count++];
		*m = (struct mirror){ .zone = xstrdup(name) };
	}
	return add_servers(&m->servers, arg + len + 1, NULL);
}

static char *
set_in_flight(struct options *o, const struct row *row, const char *arg)
{
	uint64_t n;

	(void)row;
	if (!parse_number(arg, strlen(arg), IN_FLIGHT_MAX, &n) || n == 0)
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
	if (!parse_number(arg, strlen(arg), QPS_MAX, &n))
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
	if (arg[len] == '\0' || !parse_number(arg, len, 32, &v4) ||
	    !parse_number(arg + len + 1, strlen(arg + len + 1), 128, &v6) ||
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
	static const char units[] = "KMG";
	size_t len = strlen(arg);
	const char *unit = len > 0 ? strchr(units, arg[len - 1]) : NULL;
	uint64_t n;
	int shift = 0;

	(void)row;
	if (unit != NULL) {
		shift = 10 * (int)(unit - units + 1);
		len--;
	}
	if (!parse_number(arg, len, CACHE_MAX >> shift, &n))
		return format_text("expected bytes, as in 500K, 64M or 1G, "
				   "not '%s'",
		    arg);
	o->cache_size = (size_t)(n << shift);
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

/* ---- Help ---- */

#define HELP_COLUMN 30
#define HELP_WIDTH 79

/* Text in lines of at most HELP_WIDTH, all but the first indented. */
static void
print_wrapped(const char *text, int column)
{
	int at = column;

	while (*text != '\0') {
		int len = (int)strcspn(text, " ");

		if (at > column && at + 1 + len > HELP_WIDTH) {
			printf("\n%*s", column, "");
			at = column;
		} else if (at > column) {
			putchar(' ');
			at++;
		}
		printf("%.*s", len, text);
		at += len;
		text += len;
		text += *text == ' ';
	}
	putchar('\n');
}

static void
print_row(const struct row *row)
{
	char letter[] = "   ";
	int used;

	if (row->letter != 0)
		snprintf(letter, sizeof(letter), "-%c,", row->letter);
	letter[2] = row->letter != 0 ? ',' : ' ';
	used = printf("  %s --%s%s%s%s", row->letter != 0 ? letter : "   ",
	    row->name, row->argument == OPTIONAL ? "[=" : "",
	    row->argument == NEEDED ? "=" : "",
	    row->metavar != NULL ? row->metavar : "");
	if (row->argument == OPTIONAL)
		used += printf("]");
	if (used >= HELP_COLUMN - 1) {
		putchar('\n');
		used = 0;
	}
	printf("%*s", HELP_COLUMN - used, "");
	print_wrapped(row->help, HELP_COLUMN);
}

#define USAGE \
	"usage: asnq [OPTION]... [ADDRESS|PREFIX|AS<N>|@RESOLVER|-]...\n"

static char *
show_help(struct options *o, const struct row *row, const char *arg)
{
	(void)o;
	(void)row;
	(void)arg;
	printf(USAGE
	    "Print which autonomous system announces each address.\n\n"
	    "Without operands, records are read from standard input, one a "
	    "line.\n");
	for (int g = 0; g < GROUP_MAX; g++) {
		printf("\n%s:\n", groups[g]);
		for (size_t i = 0; i < ROW_COUNT; i++)
			if (rows[i].group == (enum group)g)
				print_row(&rows[i]);
	}
	printf("\nThe manual, asnq(1), says more.  Report bugs to %s.\n",
	    PACKAGE_BUGREPORT);
	exit(fflush(stdout) == 0 && !ferror(stdout) ? 0 : 5);
}

static char *
show_version(struct options *o, const struct row *row, const char *arg)
{
	(void)o;
	(void)row;
	(void)arg;
	printf("asnq %s\n"
	       "libunbound %s, libevent %s\n"
	       "ISC licence; there is no warranty.\n",
	    PACKAGE_VERSION, resolver_version(), loop_version());
	exit(fflush(stdout) == 0 && !ferror(stdout) ? 0 : 5);
}

void
options_usage(void)
{
	fputs(USAGE "Try 'asnq --help'.\n", stderr);
}

/* ---- Command line ---- */

/* Prints what is wrong with an option, and ends the program. */
static void
fail(const struct row *row, char *why)
{
	warn_line("--%s: %s", row->name, why);
	free(why);
	exit(2);
}

static void
set(struct options *o, const struct row *row, const char *arg)
{
	char *why = row->set(o, row, arg);

	o->given[row - rows] = true;
	if (why != NULL)
		fail(row, why);
}

/* Says which option was meant by one that there is not. */
static void
fail_unknown(const char *typed)
{
	struct buf names = { 0 };
	char *name;
	char *near = NULL;

	for (size_t i = 0; i < ROW_COUNT; i++)
		buf_printf(&names, "%s ", rows[i].name);
	buf_putc(&names, '\0');
	name = xmemdup(typed, strcspn(typed, "="));
	if (strncmp(name, "--", 2) == 0)
		near = suggest(name + 2, names.data);
	if (near != NULL)
		warn_line("no option '%s'; did you mean '--%s'?", name, near);
	else
		warn_line("no option '%s'; try 'asnq --help'", name);
	exit(2);
}

static void
fail_getopt(int c, char **argv)
{
	const char *typed = argv[optind - 1];
	const struct row *row = NULL;

	for (size_t i = 0; i < ROW_COUNT && optopt != 0; i++)
		if (rows[i].letter == optopt ||
		    optopt == (int)(LONG_BASE + i))
			row = &rows[i];
	if (c == ':' && row != NULL)
		fail(row, format_text("needs an argument: %s", row->metavar));
	if (row != NULL && optopt >= LONG_BASE)
		fail(row, xstrdup("takes no argument"));
	if (optopt != 0) {
		warn_line("no option '-%c'; try 'asnq --help'", optopt);
		exit(2);
	}
	fail_unknown(typed);
}

static void
check_contradictions(const struct options *o)
{
	for (size_t i = 0; i < LENGTH(contradictions); i++)
		if (is_given(o, contradictions[i][0]) &&
		    is_given(o, contradictions[i][1])) {
			warn_line("--%s contradicts --%s",
			    contradictions[i][0], contradictions[i][1]);
			exit(2);
		}
}

/* Options that only mean something with a certain format. */
static void
check_format(const struct options *o)
{
	static const struct {
		const char *option;
		unsigned formats;	/* bits by enum format */
		const char *words;
	} needs[] = {
		{ "elastic", 1 << FORMAT_JSON, "json" },
		{ "no-header", 1 << FORMAT_CSV, "csv" },
		{ "fields",
		    1 << FORMAT_TEXT | 1 << FORMAT_JSON | 1 << FORMAT_CSV |
			1 << FORMAT_TSV,
		    "text, json, csv or tsv" },
	};

	for (size_t i = 0; i < LENGTH(needs); i++)
		if (is_given(o, needs[i].option) &&
		    (needs[i].formats >> o->render.format & 1) == 0) {
			warn_line("--%s needs --output=%s", needs[i].option,
			    needs[i].words);
			exit(2);
		}
}

static void
read_operand(struct options *o, char *text)
{
	if (text[0] == '@')
		set(o, find_row("resolver"), text + 1);
	else
		add_text(&o->operands, text);
}

/* What getopt_long() wants, made from the rows. */
static void
make_getopt(struct option *longs, char *shorts)
{
	*shorts++ = ':';
	for (size_t i = 0; i < ROW_COUNT; i++) {
		longs[i] = (struct option){ rows[i].name,
			(int)rows[i].argument, NULL, LONG_BASE + (int)i };
		if (rows[i].letter == 0)
			continue;
		*shorts++ = rows[i].letter;
		if (rows[i].argument == NEEDED)
			*shorts++ = ':';
	}
	*shorts = '\0';
	longs[ROW_COUNT] = (struct option){ 0 };
}

static void
read_arguments(struct options *o, int argc, char **argv)
{
	struct option longs[ROW_COUNT + 1];
	char shorts[2 * ROW_COUNT + 2];
	int c;

	make_getopt(longs, shorts);
	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct row *row = NULL;

		if (c == '?' || c == ':')
			fail_getopt(c, argv);
		for (size_t i = 0; i < ROW_COUNT; i++)
			if (c == LONG_BASE + (int)i || c == rows[i].letter)
				row = &rows[i];
		if (row != NULL)
			set(o, row, optarg);
	}
	while (optind < argc)
		read_operand(o, argv[optind++]);
}

char *
options_set_from_config(struct options *o, const char *name,
    const char *value)
{
	const struct row *row = find_row(name);
	char *why;

	if (row == NULL)
		return format_text("no option '%s'", name);
	if (row->config == NEVER)
		return format_text("'%s' belongs on the command line", name);
	if ((row->argument == NONE) != (value == NULL))
		return format_text(value == NULL ? "'%s' needs a value"
						 : "'%s' takes no value",
		    name);
	if (o->given[row - rows])
		return NULL;
	for (size_t i = 0; i < LENGTH(rivals); i++)
		for (int k = 0; k < 2; k++)
			if (strcmp(rivals[i][k], name) == 0 &&
			    is_given(o, rivals[i][!k]))
				return NULL;
	if (value != NULL) {
		o->owned = xrealloc(o->owned,
		    (o->owned_count + 1) * sizeof(*o->owned));
		o->owned[o->owned_count] = xstrdup(value);
		value = o->owned[o->owned_count++];
	}
	why = row->set(o, row, value);
	if (why != NULL) {
		char *all = format_text("%s: %s", name, why);

		free(why);
		why = all;
	}
	return why;
}

void
options_read(struct options *o, int argc, char **argv)
{
	*o = (struct options){
		.timeout = 4000000,
		.grace = 1000000,
		.in_flight = 256,
		.qps = -1,
		.cache_size = 64 << 20,
		.render = { .asn_prefix = "AS", .header = true },
		.given = xcalloc(ROW_COUNT, sizeof(bool)),
	};
	read_arguments(o, argc, argv);
	check_contradictions(o);
	check_format(o);
	if (!o->no_config && !config_file_read(o))
		exit(2);
	if (!o->no_dns && o->zones.count == 0)
		free(zones_add(&o->zones, DEFAULT_ZONES));
}

void
options_free(struct options *o)
{
	zones_clear(&o->zones);
	servers_clear(&o->resolver.servers);
	for (size_t i = 0; i < o->mirror_count; i++) {
		free(o->mirrors[i].zone);
		servers_clear(&o->mirrors[i].servers);
	}
	for (size_t i = 0; i < o->owned_count; i++)
		free(o->owned[i]);
	free(o->owned);
	free(o->mirrors);
	free(o->inputs.list);
	free(o->operands.list);
	free(o->given);
}
