#include "config.h"

#include "cli/option-rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "cli/option-table.h"

/* Options that contradict each other; the manual has the same table. */
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

/*
 * Options of which one on the command line overrules the other one in the
 * configuration file.
 */
static const char *const rivals[][2] = {
	{ "db", "zone" },
	{ "names", "no-names" },
	{ "names-db", "no-names" },
	{ "no-dns", "zone" },
};

/* Options that select records. */
static const char *const selecting[] = { "asn", "asn-list", "country",
	"country-list", "match" };

/* Options that mean nothing unless one of some others is given. */
static const struct {
	const char *option;
	const char *const *needs;
	size_t count;
} needs[] = {
	{ "compile", (const char *const[]){ "db" }, 1 },
	{ "delimiter", (const char *const[]){ "enrich" }, 1 },
	{ "invert-match", selecting, LENGTH(selecting) },
	{ "key", (const char *const[]){ "enrich" }, 1 },
	{ "like-config", (const char *const[]){ "like", "compare" }, 2 },
	{ "match-tag", (const char *const[]){ "match" }, 1 },
	{ "member", (const char *const[]){ "enrich" }, 1 },
};

/* Options with which no operands are read. */
static const char *const without_operands[] = { "compile", "engine", "enrich" };

#define BIT(value) (1U << (value))

/*
 * Options that need certain formats: of records, bits by enum format, or of
 * enriched lines, bits by enum enrich_format. 0 is any format.
 */
static const struct {
	const char *option;
	unsigned output;
	unsigned enrich;
} formats[] = {
	{ "compare", BIT(FORMAT_TEXT) | BIT(FORMAT_JSON), 0 },
	{ "delimiter", 0, BIT(ENRICH_CSV) },
	{ "elastic", BIT(FORMAT_JSON), BIT(ENRICH_JSON) },
	{ "explain", BIT(FORMAT_TEXT) | BIT(FORMAT_TAGS) | BIT(FORMAT_HEADER),
	    0 },
	{ "fields",
	    BIT(FORMAT_TEXT) | BIT(FORMAT_JSON) | BIT(FORMAT_CSV) |
		BIT(FORMAT_TSV),
	    0 },
	{ "member", 0, BIT(ENRICH_JSON) },
	{ "no-header", BIT(FORMAT_CSV), BIT(ENRICH_CSV) },
	{ "summary", BIT(FORMAT_TEXT) | BIT(FORMAT_JSON), 0 },
	{ "template", 0, BIT(ENRICH_TEXT) | BIT(ENRICH_INLINE) },
};

/* Options that rsyslog leaves no room for, since it fixes the format. */
static const char *const not_for_rsyslog[] = { "like", "output", "template" };

const char *
option_rules_contradicted(const bool *given, const char *name)
{
	for (size_t i = 0; i < LENGTH(contradictions); i++)
		for (int k = 0; k < 2; k++)
			if (strcmp(contradictions[i][k], name) == 0 &&
			    option_is_given(given, contradictions[i][!k]))
				return contradictions[i][!k];
	return NULL;
}

bool
option_rules_overruled(const bool *given, const char *name)
{
	if (option_is_given(given, name))
		return true;
	for (size_t i = 0; i < LENGTH(rivals); i++)
		for (int k = 0; k < 2; k++)
			if (strcmp(rivals[i][k], name) == 0 &&
			    option_is_given(given, rivals[i][!k]))
				return true;
	return false;
}

/* A check of the options. It returns NULL or a message, as all of them do. */
typedef char *checker(const struct options *o, const bool *given);

static char *
check_contradictions(const struct options *o, const bool *given)
{
	(void)o;
	for (size_t i = 0; i < LENGTH(contradictions); i++)
		if (option_is_given(given, contradictions[i][0]) &&
		    option_is_given(given, contradictions[i][1]))
			return format_text("--%s contradicts --%s",
			    contradictions[i][0], contradictions[i][1]);
	return NULL;
}

/* Returns "--OPTION needs --A, --B or --C", which the caller frees. */
static char *
missing(const char *option, const char *const *list, size_t count)
{
	struct buf text = { 0 };

	buf_printf(&text, "--%s needs ", option);
	for (size_t i = 0; i < count; i++)
		buf_printf(&text, "%s--%s",
		    i == 0		 ? ""
			: i == count - 1 ? " or "
					 : ", ",
		    list[i]);
	buf_putc(&text, '\0');
	return text.data;
}

/* An engine may imply --enrich. */
static bool
is_met(const struct options *o, const bool *given, const char *need)
{
	return option_is_given(given, need) ||
	    (strcmp(need, "enrich") == 0 && o->enrich != ENRICH_NONE);
}

static char *
check_needs(const struct options *o, const bool *given)
{
	for (size_t i = 0; i < LENGTH(needs); i++) {
		bool met = !option_is_given(given, needs[i].option);

		for (size_t k = 0; k < needs[i].count; k++)
			met |= is_met(o, given, needs[i].needs[k]);
		if (!met)
			return missing(needs[i].option, needs[i].needs,
			    needs[i].count);
	}
	return NULL;
}

static char *
check_operands(const struct options *o, const bool *given)
{
	const char *first = o->operands.count > 0 ? o->operands.list[0] : "";
	struct span word = { first, strlen(first) };
	unsigned format;

	if (o->operands.count == 0)
		return NULL;
	/* "--enrich csv" has a blank where "=" belongs. */
	if (o->enrich != ENRICH_NONE &&
	    words_find(&enrich_words, word, &format))
		return format_text("--enrich takes no operands; did you mean "
				   "'--enrich=%s'?",
		    first);
	for (size_t i = 0; i < LENGTH(without_operands); i++)
		if (option_is_given(given, without_operands[i]))
			return format_text("--%s takes no operands",
			    without_operands[i]);
	return NULL;
}

/* Sets the tag of --match; a mail filter's tags are not known yet. */
static char *
check_match_tag(const struct options *o, const bool *given)
{
	char *reason;
	char *why;

	if (o->match_tag == NULL || o->like != FILTER_NONE)
		return NULL;
	reason = select_set_match_tag(o->select, o->match_tag, NULL);
	if (reason != NULL) {
		why = format_text("--match-tag: %s", reason);
		free(reason);
		return why;
	}
	if (option_is_given(given, "no-names") && select_needs_names(o->select))
		return format_text("--match-tag=%s contradicts --no-names",
		    o->match_tag);
	return NULL;
}

static bool
has_dash(const struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->list[i], "-") == 0)
			return true;
	return false;
}

/* Whether records are read from stdin. */
static bool
reads_stdin(const struct options *o)
{
	return has_dash(&o->operands) || has_dash(&o->inputs) ||
	    (o->operands.count + o->inputs.count == 0 && o->compile == NULL &&
		!o->check);
}

static char *
check_stdin(const struct options *o, const bool *given)
{
	const char *first = NULL;
	const char *second = NULL;

	(void)given;
	for (size_t i = 0; i < o->database_count; i++)
		if (strcmp(o->databases[i].path, "-") == 0) {
			second = first != NULL ? "another database" : NULL;
			first = "a database";
		}
	if (o->names_db != NULL && strcmp(o->names_db, "-") == 0) {
		second = first != NULL ? "the file of names" : NULL;
		first = first != NULL ? first : "the file of names";
	}
	if (reads_stdin(o))
		second = first != NULL ? "the records" : NULL;
	if (second == NULL)
		return NULL;
	return format_text("standard input cannot be both %s and %s", first,
	    second);
}

static char *
check_engine(const struct options *o, const bool *given)
{
	const char *word = words_get(&engine_words, o->engine);

	if (o->engine == ENGINE_NONE)
		return NULL;
	for (size_t i = 0; i < LENGTH(selecting); i++)
		if (o->engine != ENGINE_HADOOP &&
		    option_is_given(given, selecting[i]))
			return format_text("--engine=%s needs every record; it "
					   "cannot be combined with --%s",
			    word, selecting[i]);
	if (o->engine != ENGINE_RSYSLOG)
		return NULL;
	for (size_t i = 0; i < LENGTH(not_for_rsyslog); i++)
		if (option_is_given(given, not_for_rsyslog[i]))
			return format_text("--engine=%s contradicts --%s", word,
			    not_for_rsyslog[i]);
	if (o->enrich == ENRICH_TEXT || o->enrich == ENRICH_JSON)
		return NULL;
	return format_text("--engine=%s needs --enrich=text or json", word);
}

/* With several filters, the suffix of a file decides which of them reads it. */
static char *
check_like_configs(const struct options *o, const bool *given)
{
	const char *suffixes[FILTER_MAX] = { NULL };
	const struct words words = WORDS(suffixes);
	unsigned all = 0;
	char *list;
	char *why;

	(void)given;
	for (int kind = FILTER_NONE + 1; kind < FILTER_MAX; kind++) {
		suffixes[kind] = filters[kind]->suffix;
		all |= BIT(kind);
	}
	for (size_t i = 0; o->compare && i < o->like_configs.count; i++) {
		const char *path = o->like_configs.list[i];
		bool owned = false;

		for (int kind = FILTER_NONE + 1; kind < FILTER_MAX; kind++)
			owned |= filter_owns_file(filters[kind], path);
		if (owned)
			continue;
		list = words_list(&words, all, "or");
		why = format_text("--like-config: %s: with --compare the name "
				  "must end in %s",
		    path, list);
		free(list);
		return why;
	}
	return NULL;
}

/* A mail filter has formats of its own. */
static char *
check_filter(const struct options *o, const bool *given)
{
	unsigned bits;
	char *list;
	char *why;

	(void)given;
	if (o->like == FILTER_NONE || o->summary != SUMMARY_NONE)
		return NULL;
	bits = filter_formats(filters[o->like]);
	if ((bits & BIT(o->render.format)) != 0)
		return NULL;
	list = words_list(&format_words, bits, "or");
	why = format_text("--like=%s needs --output=%s",
	    words_get(&filter_words, o->like), list);
	free(list);
	return why;
}

/* Tells which formats an option needs. */
static char *
wrong_format(const char *option, const char *by, const struct words *words,
    unsigned bits)
{
	char *list = words_list(words, bits, "or");
	char *why = format_text("--%s needs --%s=%s", option, by, list);

	free(list);
	return why;
}

/* What is added for rsyslog is JSON, whatever its lines are. */
static char *
check_formats(const struct options *o, const bool *given)
{
	bool lines = o->enrich != ENRICH_NONE;
	unsigned format = BIT(o->render.format);

	if (o->engine == ENGINE_RSYSLOG)
		format = BIT(ENRICH_JSON);
	else if (lines)
		format = BIT(o->enrich);
	for (size_t i = 0; i < LENGTH(formats); i++) {
		unsigned bits = lines ? formats[i].enrich : formats[i].output;

		if (option_is_given(given, formats[i].option) && bits != 0 &&
		    (bits & format) == 0)
			return wrong_format(formats[i].option,
			    lines ? "enrich" : "output",
			    lines ? &enrich_words : &format_words, bits);
	}
	if (lines && option_is_given(given, "elastic") &&
	    option_is_given(given, "fields"))
		return xstrdup("--elastic contradicts --fields");
	return NULL;
}

static checker *const checkers[] = {
	check_contradictions,
	check_needs,
	check_operands,
	check_match_tag,
	check_stdin,
	check_engine,
	check_filter,
	check_like_configs,
	check_formats,
};

/* Sets what an engine and a mail filter imply. */
static void
complete(struct options *o, const bool *given)
{
	if (o->engine != ENGINE_NONE)
		o->render.header = false;
	if (o->engine == ENGINE_RSYSLOG && o->enrich == ENRICH_NONE)
		o->enrich = ENRICH_TEXT;
	if (o->like != FILTER_NONE && o->summary == SUMMARY_NONE &&
	    !option_is_given(given, "output"))
		o->render.format = filters[o->like]->formats[0];
}

char *
option_rules_check(struct options *o, const bool *given)
{
	complete(o, given);
	for (size_t i = 0; i < LENGTH(checkers); i++) {
		char *why = checkers[i](o, given);

		if (why != NULL)
			return why;
	}
	return NULL;
}
