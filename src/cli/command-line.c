#include "config.h"

#include "cli/command-line.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/span.h"
#include "base/suggest.h"
#include "cli/config-file.h"
#include "cli/help.h"
#include "cli/option-table.h"
#include "io/warn.h"

#define LONG_BASE 256 /* getopt_long() gives this for the first row */

/* Options that contradict each other. */
static const char *const contradictions[][2] = {
	{ "check", "asn" },
	{ "check", "asn-list" },
	{ "check", "country" },
	{ "check", "country-list" },
	{ "check", "fields" },
	{ "check", "input" },
	{ "check", "match" },
	{ "check", "output" },
	{ "check", "template" },
	{ "compare", "asn" },
	{ "compare", "asn-list" },
	{ "compare", "check" },
	{ "compare", "country" },
	{ "compare", "country-list" },
	{ "compare", "elastic" },
	{ "compare", "engine" },
	{ "compare", "enrich" },
	{ "compare", "explain" },
	{ "compare", "fields" },
	{ "compare", "like" },
	{ "compare", "match" },
	{ "compare", "quiet" },
	{ "compare", "summary" },
	{ "compare", "template" },
	{ "compile", "asn" },
	{ "compile", "asn-list" },
	{ "compile", "check" },
	{ "compile", "country" },
	{ "compile", "country-list" },
	{ "compile", "engine" },
	{ "compile", "enrich" },
	{ "compile", "fields" },
	{ "compile", "input" },
	{ "compile", "match" },
	{ "compile", "mirror" },
	{ "compile", "output" },
	{ "compile", "quiet" },
	{ "compile", "stats" },
	{ "compile", "summary" },
	{ "compile", "template" },
	{ "compile", "zone" },
	{ "config", "no-config" },
	{ "engine", "check" },
	{ "engine", "null" },
	{ "engine", "quiet" },
	{ "engine", "summary" },
	{ "enrich", "check" },
	{ "enrich", "output" },
	{ "enrich", "quiet" },
	{ "enrich", "summary" },
	{ "exit-status", "no-exit-status" },
	{ "explain", "check" },
	{ "explain", "engine" },
	{ "explain", "enrich" },
	{ "explain", "null" },
	{ "explain", "quiet" },
	{ "explain", "summary" },
	{ "like", "ask-special" },
	{ "like", "asn-prefix" },
	{ "like", "check" },
	{ "like", "elastic" },
	{ "like", "fields" },
	{ "like", "grace" },
	{ "like", "grain" },
	{ "like", "mode" },
	{ "like", "names" },
	{ "like", "no-names" },
	{ "like", "zone" },
	{ "names", "no-names" },
	{ "names-db", "no-names" },
	{ "no-dns", "check" },
	{ "no-dns", "mirror" },
	{ "no-dns", "zone" },
	{ "quiet", "no-exit-status" },
	{ "summary", "check" },
	{ "summary", "fields" },
	{ "summary", "null" },
	{ "summary", "quiet" },
	{ "summary", "template" },
	{ "template", "fields" },
	{ "template", "output" },
};

/* Options of which, on the command line, one makes the file's other void. */
static const char *const rivals[][2] = {
	{ "db", "zone" },
	{ "names", "no-names" },
	{ "names-db", "no-names" },
	{ "no-dns", "zone" },
};

/* Options that only mean something with certain formats. */
static const struct {
	const char *option;
	unsigned formats; /* bits by enum format */
	const char *words;
} formats_needed[] = {
	{ "elastic", 1 << FORMAT_JSON, "json" },
	{ "no-header", 1 << FORMAT_CSV, "csv" },
	{ "summary", 1 << FORMAT_TEXT | 1 << FORMAT_JSON, "text or json" },
	{ "fields",
	    1 << FORMAT_TEXT | 1 << FORMAT_JSON | 1 << FORMAT_CSV |
		1 << FORMAT_TSV,
	    "text, json, csv or tsv" },
	{ "explain", 1 << FORMAT_TEXT | 1 << FORMAT_TAGS | 1 << FORMAT_HEADER,
	    "text, tags or header" },
	{ "compare", 1 << FORMAT_TEXT | 1 << FORMAT_JSON, "text or json" },
};

struct command_line {
	struct options *options;
	bool *given;  /* by row of the table: on the command line */
	bool *stands; /* likewise: in the file */
};

static bool *
given(const struct command_line *c, const struct row *row)
{
	return &c->given[row - option_rows];
}

static bool
is_given(const struct command_line *c, const char *name)
{
	return *given(c, option_find(name));
}

/* Prints what is wrong with an option, and ends the program. */
static void
fail(const struct row *row, char *why)
{
	warn_line("--%s: %s", row->name, why);
	free(why);
	exit(2);
}

/* What was asked for was printed. */
static void
finish(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		exit(0);
	warn_line("cannot write: %s", strerror(errno));
	exit(5);
}

static void
set(struct command_line *c, const struct row *row, const char *arg)
{
	char *why;

	assert(row != NULL);
	*given(c, row) = true;
	if (row->set == NULL && row->letter == 'h') {
		help_print();
		finish();
	}
	if (row->set == NULL)
		return;
	why = row->set(c->options, row, arg);
	if (why != NULL)
		fail(row, why);
}

/* The options that begin so, with blanks between; the caller frees it. */
static char *
names_with(const char *start)
{
	struct buf names = { 0 };

	for (const struct row *row = option_rows; row->name != NULL; row++)
		if (strncmp(row->name, start, strlen(start)) == 0)
			buf_printf(&names, "%s%s", names.len > 0 ? " " : "",
			    row->name);
	buf_putc(&names, '\0');
	return names.data;
}

/* Says which option was meant by one that there is not. */
static char *
unknown_option(const char *dashes, const char *name)
{
	char *names = names_with("");
	char *near = suggest(name, names);
	char *why;

	if (near != NULL)
		why = format_text("no option '%s%s'; did you mean '%s%s'?",
		    dashes, name, dashes, near);
	else
		why = format_text("no option '%s%s'; try 'asnq --help'", dashes,
		    name);
	free(near);
	free(names);
	return why;
}

static void
fail_unknown(const char *typed)
{
	char *name = xmemdup(typed, strcspn(typed, "="));
	char *start = name + strspn(name, "-");
	char *names = names_with(start);

	if (strchr(names, ' ') != NULL)
		warn_line("'--%s' may be one of: %s", start, names);
	else
		warn_line("%s", unknown_option("--", start));
	exit(2);
}

/* Which option getopt_long() speaks of; NULL: one that there is not. */
static const struct row *
row_of(int code)
{
	for (const struct row *row = option_rows; row->name != NULL; row++)
		if (code == LONG_BASE + (int)(row - option_rows) ||
		    (code != 0 && code == row->letter))
			return row;
	return NULL;
}

static void
fail_getopt(int problem, char **argv)
{
	const struct row *row = row_of(optopt);

	if (row != NULL && problem == ':')
		fail(row, format_text("needs %s", row->metavar));
	if (row != NULL)
		fail(row, xstrdup("takes no value"));
	if (optopt != 0) {
		warn_line("no option '-%c'; try 'asnq --help'", optopt);
		exit(2);
	}
	fail_unknown(argv[optind - 1]);
}

/* What getopt_long() wants, made from the table; the caller frees it. */
static struct option *
make_getopt(char *shorts)
{
	struct option *longs = xcalloc(option_count() + 1, sizeof(*longs));

	*shorts++ = ':';
	for (size_t i = 0; i < option_count(); i++) {
		const struct row *row = &option_rows[i];

		longs[i] = (struct option){ row->name, (int)row->argument, NULL,
			LONG_BASE + (int)i };
		if (row->letter == 0)
			continue;
		*shorts++ = row->letter;
		for (int k = 0; k < (int)row->argument; k++)
			*shorts++ = ':';
	}
	*shorts = '\0';
	return longs;
}

static void
read_operand(struct command_line *c, const char *text)
{
	if (text[0] == '@')
		set(c, option_find("resolver"), text + 1);
	else
		texts_add(&c->options->operands, text);
}

static void
read_arguments(struct command_line *c, int argc, char **argv)
{
	char *shorts = xcalloc(3 * option_count() + 2, 1);
	struct option *longs = make_getopt(shorts);
	int code;

	opterr = 0;
	while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (code == '?' || code == ':')
			fail_getopt(code, argv);
		set(c, row_of(code), optarg);
	}
	while (optind < argc)
		read_operand(c, argv[optind++]);
	free(longs);
	free(shorts);
}

/* Which option of those that are seen one contradicts; NULL: none. */
static const char *
contradicted(const bool *seen, const char *name)
{
	for (size_t i = 0; i < LENGTH(contradictions); i++)
		for (int k = 0; k < 2; k++) {
			const char *other = contradictions[i][!k];

			if (strcmp(contradictions[i][k], name) == 0 &&
			    seen[option_find(other) - option_rows])
				return other;
		}
	return NULL;
}

/* One of the formats of --enrich, which a blank made an operand. */
static bool
is_word(const char *text)
{
	static const char *const words[] = { "text", "inline", "csv", "tsv",
		"json" };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i], text) == 0)
			return true;
	return false;
}

/* What an engine goes with; it counts what comes out, and feeds us itself. */
static void
check_engine(const struct command_line *c)
{
	struct options *o = c->options;
	const char *wrong = NULL;

	if (o->engine == ENGINE_NONE)
		return;
	o->render.header = false;
	if (o->operands.count > 0 && o->enrich == ENRICH_NONE)
		wrong = "--engine reads what the engine sends, and takes no "
			"operands";
	else if (o->select != NULL && o->engine != ENGINE_HADOOP)
		wrong = "--engine=hadoop alone may get fewer records than it "
			"sends";
	else if (o->engine != ENGINE_RSYSLOG)
		wrong = NULL;
	else if (is_given(c, "output") || is_given(c, "template"))
		wrong = "--engine=rsyslog has its own format";
	else if (o->enrich != ENRICH_NONE && o->enrich != ENRICH_TEXT &&
	    o->enrich != ENRICH_JSON)
		wrong = "--engine=rsyslog needs --enrich=text or json";
	else if (o->enrich == ENRICH_NONE)
		o->enrich = ENRICH_TEXT;
	if (wrong != NULL) {
		warn_line("%s", wrong);
		exit(2);
	}
}

/* What --enrich goes with depends on its format. */
static void
check_enrich(const struct command_line *c)
{
	enum enrich_format format = c->options->enrich;
	bool json =
	    format == ENRICH_JSON || c->options->engine == ENGINE_RSYSLOG;
	const struct texts *operands = &c->options->operands;
	const char *wrong = NULL;

	if (format == ENRICH_NONE)
		wrong = is_given(c, "key")  ? "--key needs --enrich"
		    : is_given(c, "member") ? "--member needs --enrich=json"
					    : NULL;
	else if (operands->count > 0 && is_word(operands->list[0]))
		wrong = "--enrich takes its format behind a '=', as in "
			"--enrich=csv";
	else if (operands->count > 0)
		wrong = "--enrich reads lines, and takes no operands";
	else if (is_given(c, "template") && format != ENRICH_TEXT &&
	    format != ENRICH_INLINE)
		wrong = "--template needs --enrich=text or inline";
	else if (is_given(c, "member") && !json)
		wrong = "--member needs --enrich=json";
	else if (is_given(c, "elastic") && !json)
		wrong = "--elastic needs --enrich=json";
	else if (is_given(c, "no-header") && format != ENRICH_CSV)
		wrong = "--no-header needs --enrich=csv";
	else if (is_given(c, "fields") && is_given(c, "elastic"))
		wrong = "--elastic contradicts --fields";
	if (wrong != NULL) {
		warn_line("%s", wrong);
		exit(2);
	}
}

/* A mail filter has formats of its own, of which one is usual. */
static void
check_filter(const struct command_line *c)
{
	struct options *o = c->options;
	const struct filter *filter = filters[o->like];
	const char *wrong = NULL;

	if (o->like == FILTER_NONE) {
		if (is_given(c, "like-config") && !o->compare)
			wrong = "--like-config needs --like or --compare";
	} else if (o->engine == ENGINE_RSYSLOG) {
		wrong = "--engine=rsyslog contradicts --like";
	} else if (o->summary != SUMMARY_NONE) {
		return;
	} else if (!is_given(c, "output")) {
		o->render.format = filter->formats[0];
	} else if (!filter_has_format(filter, o->render.format)) {
		char *names = filter_format_names(filter);

		warn_line("--output: with --like=%s there is %s", filter->name,
		    names);
		free(names);
		exit(2);
	}
	if (wrong != NULL) {
		warn_line("%s", wrong);
		exit(2);
	}
}

/* The tag that --match is held against; a filter's are not yet known. */
static void
check_match_tag(const struct command_line *c)
{
	const struct options *o = c->options;
	char *why;

	if (o->match_tag == NULL)
		return;
	if (!is_given(c, "match")) {
		warn_line("--match-tag needs --match");
		exit(2);
	}
	if (o->like != FILTER_NONE)
		return;
	why = select_set_match_tag(o->select, o->match_tag, NULL);
	if (why != NULL)
		fail(option_find("match-tag"), why);
	if (is_given(c, "no-names") && select_needs_names(o->select)) {
		warn_line("--match-tag of a name contradicts --no-names");
		exit(2);
	}
}

/* Options that mean nothing without another one. */
static void
check_needs(const struct command_line *c)
{
	static const char *const kinds[] = { "match", "asn", "asn-list",
		"country", "country-list" };
	bool any = false;

	for (size_t i = 0; i < LENGTH(kinds); i++)
		any |= is_given(c, kinds[i]);
	if (is_given(c, "invert-match") && !any) {
		warn_line("--invert-match needs something to match: --asn, "
			  "--country or --match");
		exit(2);
	}
	if (is_given(c, "compile") && c->options->database_count == 0) {
		warn_line("--compile needs a --db");
		exit(2);
	}
	if (is_given(c, "compile") && c->options->operands.count > 0) {
		warn_line("--compile takes no operands");
		exit(2);
	}
}

static bool
has_dash(const struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->list[i], "-") == 0)
			return true;
	return false;
}

/* Nothing can be read twice from stdin. */
static void
check_stdin(const struct options *o)
{
	bool names = o->names_db != NULL && strcmp(o->names_db, "-") == 0;
	bool records = has_dash(&o->operands) || has_dash(&o->inputs) ||
	    (o->operands.count + o->inputs.count == 0 && o->compile == NULL &&
		!o->check);
	size_t uses = names + records;

	for (size_t i = 0; i < o->database_count; i++)
		uses += strcmp(o->databases[i].path, "-") == 0;
	if (uses < 2)
		return;
	warn_line("%s: stdin is wanted twice, by '-' or for records",
	    names ? "--names-db" : "--db");
	exit(2);
}

static void
check(const struct command_line *c)
{
	unsigned format;

	for (const struct row *row = option_rows; row->name != NULL; row++) {
		const char *other =
		    *given(c, row) ? contradicted(c->given, row->name) : NULL;

		if (other != NULL) {
			warn_line("--%s contradicts --%s", row->name, other);
			exit(2);
		}
	}
	check_needs(c);
	check_match_tag(c);
	check_stdin(c->options);
	check_engine(c);
	check_filter(c);
	check_enrich(c);
	if (c->options->enrich != ENRICH_NONE)
		return;
	format = 1U << c->options->render.format;
	for (size_t i = 0; i < LENGTH(formats_needed); i++)
		if (is_given(c, formats_needed[i].option) &&
		    (formats_needed[i].formats & format) == 0) {
			warn_line("--%s needs --output=%s",
			    formats_needed[i].option, formats_needed[i].words);
			exit(2);
		}
}

/* Whether what the command line gives makes this one void. */
static bool
is_overruled(const struct command_line *c, const char *name)
{
	if (is_given(c, name))
		return true;
	for (size_t i = 0; i < LENGTH(rivals); i++)
		for (int k = 0; k < 2; k++)
			if (strcmp(rivals[i][k], name) == 0 &&
			    is_given(c, rivals[i][!k]))
				return true;
	return false;
}

/* An option of the configuration file. */
static char *
set_from_file(void *arg, const char *name, const char *value)
{
	struct command_line *c = arg;
	const struct row *row = option_find(name);
	const char *other;
	char *kept = NULL;
	char *reason;
	char *why = NULL;

	if (row == NULL)
		return unknown_option("", name);
	if (row->config == NEVER)
		return format_text("'%s' belongs on the command line", name);
	if (row->argument == NONE && value != NULL)
		return format_text("%s: takes no value", name);
	if (row->argument == NEEDED && value == NULL)
		return format_text("%s: needs %s", name, row->metavar);
	if (is_overruled(c, name))
		return NULL;
	c->stands[row - option_rows] = true;
	other = contradicted(c->stands, name);
	if (other != NULL)
		return format_text("'%s' contradicts '%s'", name, other);
	if (value != NULL) {
		kept = xstrdup(value);
		texts_add(&c->options->owned, kept);
	}
	reason = row->set(c->options, row, kept);
	if (reason != NULL)
		why = format_text("%s: %s", name, reason);
	free(reason);
	return why;
}

void
command_line_read(struct options *o, int argc, char **argv)
{
	struct command_line c = {
		.options = o,
		.given = xcalloc(option_count(), sizeof(*c.given)),
		.stands = xcalloc(option_count(), sizeof(*c.stands)),
	};

	read_arguments(&c, argc, argv);
	if (is_given(&c, "version")) {
		help_print_version(o->verbose, o->no_sandbox);
		finish();
	}
	check(&c);
	if (!o->no_config && !config_file_read(o->config, set_from_file, &c))
		exit(2);
	free(c.given);
	free(c.stands);
}
