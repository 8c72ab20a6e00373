#include "config.h"

#include "cli/option-rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"
#include "cli/option-table.h"

#define GIVEN_MAX 4
#define GOOD NULL

/* Options with "=VALUE", and operands, as a command line has them. */
struct command {
	const char *words[GIVEN_MAX];
	const char *why; /* GOOD: nothing is wrong */
};

static const struct command commands[] = {
	{ { "8.8.8.8" }, GOOD },
	{ { "names", "no-names", "8.8.8.8" },
	    "--names contradicts --no-names" },
	{ { "no-names", "names", "8.8.8.8" },
	    "--names contradicts --no-names" },
	{ { "output=json", "template=x" }, "--template contradicts --output" },
	{ { "quiet", "exit-status" }, GOOD },

	{ { "compile=x" }, "--compile needs --db" },
	{ { "compile=x", "db=y" }, GOOD },
	{ { "invert-match" },
	    "--invert-match needs --asn, --asn-list, --country, "
	    "--country-list or --match" },
	{ { "invert-match", "asn=1" }, GOOD },
	{ { "key=1" }, "--key needs --enrich" },
	{ { "key=1", "enrich" }, GOOD },
	{ { "key=1", "engine=rsyslog" }, GOOD },
	{ { "key=1", "engine=clickhouse" }, "--key needs --enrich" },
	{ { "like-config=x" }, "--like-config needs --like or --compare" },
	{ { "like-config=x", "like=haraka" }, GOOD },
	{ { "match-tag=ASN" }, "--match-tag needs --match" },
	{ { "member=x" }, "--member needs --enrich" },

	{ { "compile=x", "db=y", "8.8.8.8" }, "--compile takes no operands" },
	{ { "engine=hadoop", "8.8.8.8" }, "--engine takes no operands" },
	{ { "enrich", "8.8.8.8" }, "--enrich takes no operands" },
	{ { "enrich", "csv" },
	    "--enrich takes no operands; did you mean '--enrich=csv'?" },
	{ { "enrich", "header" }, "--enrich takes no operands" },

	{ { "db=-" },
	    "standard input cannot be both a database and the "
	    "records" },
	{ { "db=-", "8.8.8.8" }, GOOD },
	{ { "db=-", "input=x" }, GOOD },
	{ { "db=-", "8.8.8.8", "-" },
	    "standard input cannot be both a database and the records" },
	{ { "db=-", "check" }, GOOD },
	{ { "db=-", "compile=x" }, GOOD },
	{ { "db=-", "db=-", "8.8.8.8" },
	    "standard input cannot be both a database and another database" },
	{ { "db=-", "names-db=-", "8.8.8.8" },
	    "standard input cannot be both a database and the file of names" },
	{ { "names-db=-" },
	    "standard input cannot be both the file of names and the "
	    "records" },

	{ { "engine=hadoop", "asn=1" }, GOOD },
	{ { "engine=clickhouse", "asn=1" },
	    "--engine=clickhouse needs every record; it cannot be combined "
	    "with --asn" },
	{ { "engine=rsyslog" }, GOOD },
	{ { "engine=rsyslog", "output=json" },
	    "--engine=rsyslog contradicts --output" },
	{ { "engine=rsyslog", "like=haraka" },
	    "--engine=rsyslog contradicts --like" },
	{ { "engine=rsyslog", "enrich=csv" },
	    "--engine=rsyslog needs --enrich=text or json" },
	{ { "engine=clickhouse", "output=json" }, GOOD },

	{ { "like=haraka", "8.8.8.8" }, GOOD },
	{ { "like=haraka", "output=json", "8.8.8.8" }, GOOD },
	{ { "like=haraka", "output=csv", "8.8.8.8" },
	    "--like=haraka needs --output=json or header" },
	{ { "like=haraka", "summary" }, GOOD },
	{ { "compare", "like-config=local.cf" }, GOOD },
	{ { "compare", "like-config=local" },
	    "--like-config: local: with --compare the name must end in .cf, "
	    ".ini or .conf" },
	{ { "like=haraka", "like-config=local" }, GOOD },

	{ { "elastic" }, "--elastic needs --output=json" },
	{ { "elastic", "output=json", "fields=asn" }, GOOD },
	{ { "elastic", "enrich" }, "--elastic needs --enrich=json" },
	{ { "elastic", "enrich=json" }, GOOD },
	{ { "elastic", "enrich=json", "fields=asn" },
	    "--elastic contradicts --fields" },
	{ { "elastic", "engine=rsyslog" }, GOOD },
	{ { "member=x", "enrich=csv" }, "--member needs --enrich=json" },
	{ { "member=x", "engine=rsyslog" }, GOOD },
	{ { "no-header" }, "--no-header needs --output=csv" },
	{ { "no-header", "enrich=csv" }, GOOD },
	{ { "fields=asn", "output=tags" },
	    "--fields needs --output=text, json, csv or tsv" },
	{ { "fields=asn", "enrich=inline" }, GOOD },
	{ { "summary", "output=csv" },
	    "--summary needs --output=text or json" },
	{ { "explain", "output=json" },
	    "--explain needs --output=text, tags or header" },
	{ { "compare", "output=csv" },
	    "--compare needs --output=text or json" },
	{ { "template=x", "enrich=csv" },
	    "--template needs --enrich=text or inline" },
	{ { "template=x", "enrich=inline" }, GOOD },
};

/* Sets one word of a command line. */
static void
read_word(struct options *o, bool *given, const char *word)
{
	size_t len = strcspn(word, "=");
	char *name = xmemdup(word, len);
	const struct option_row *row = option_find(name);
	const char *value = word[len] == '=' ? word + len + 1 : NULL;

	if (row == NULL) {
		texts_add(&o->operands, word);
	} else {
		given[row - option_rows] = true;
		free(row->set(o, row, value));
	}
	free(name);
}

static void
test_commands(void)
{
	for (size_t i = 0; i < LENGTH(commands); i++) {
		bool *given = xcalloc(option_count(), sizeof(*given));
		struct buf line = { 0 };
		struct options o;
		char *why;

		options_init(&o);
		buf_puts(&line, "asnq");
		for (int k = 0; k < GIVEN_MAX; k++)
			if (commands[i].words[k] != NULL) {
				read_word(&o, given, commands[i].words[k]);
				buf_printf(&line, " %s", commands[i].words[k]);
			}
		why = option_rules_check(&o, given);
		is_text(why, commands[i].why, "%.*s", (int)line.len, line.data);
		free(why);
		options_free(&o);
		buf_free(&line);
		free(given);
	}
}

/* What an engine and a filter imply. */
static void
test_implied(void)
{
	bool *given = xcalloc(option_count(), sizeof(*given));
	struct options o;

	options_init(&o);
	read_word(&o, given, "engine=rsyslog");
	is_text(option_rules_check(&o, given), GOOD, "rsyslog");
	ok(o.enrich == ENRICH_TEXT && !o.render.header, "reads lines");
	options_free(&o);
	memset(given, 0, option_count() * sizeof(*given));
	options_init(&o);
	read_word(&o, given, "like=haraka");
	is_text(option_rules_check(&o, given), GOOD, "Haraka");
	ok(o.render.format == FORMAT_HEADER, "prints headers");
	options_free(&o);
	free(given);
}

/* The configuration file gives way to the command line. */
static void
test_file(void)
{
	bool *given = xcalloc(option_count(), sizeof(*given));
	struct options o;

	options_init(&o);
	read_word(&o, given, "zone=a.example");
	ok(option_rules_overruled(given, "zone"), "the same option");
	ok(option_rules_overruled(given, "no-dns"), "its opposite");
	ok(option_rules_overruled(given, "db"), "a rival");
	ok(!option_rules_overruled(given, "timeout"), "not another one");
	is_text(option_rules_contradicted(given, "no-dns"), "zone",
	    "what contradicts");
	is_text(option_rules_contradicted(given, "db"), NULL, "what does not");
	options_free(&o);
	free(given);
}

/* Returns the index of an option, or option_count() for an unknown name. */
static size_t
index_of(const char *name)
{
	const struct option_row *row = option_find(name);

	return row != NULL ? (size_t)(row - option_rows) : option_count();
}

/*
 * Sets the pairs of a line of the manual's table, ".It Fl Fl A Ta Fl Fl B , Fl
 * Fl C", both ways. Returns false if it names an unknown option.
 */
static bool
read_pairs(char *line, bool *pairs)
{
	size_t count = option_count();
	size_t first = count;
	char *rest = NULL;

	for (char *word = strtok_r(line, " \n", &rest); word != NULL;
	     word = strtok_r(NULL, " \n", &rest)) {
		size_t other = index_of(word);

		if (strcmp(word, ".It") == 0 || strcmp(word, "Fl") == 0 ||
		    strcmp(word, "Ta") == 0 || strcmp(word, ",") == 0)
			continue;
		if (other == count)
			return false;
		if (first == count) {
			first = other;
			continue;
		}
		pairs[first * count + other] = true;
		pairs[other * count + first] = true;
	}
	return first != count;
}

/* Reads the manual's table of contradictions. Returns its number of lines. */
static unsigned
read_manual(bool *pairs)
{
	const char *srcdir = getenv("srcdir");
	char *path =
	    format_text("%s/man/asnq.1", srcdir != NULL ? srcdir : ".");
	FILE *in = fopen(path, "r");
	bool inside = false;
	unsigned lines = 0;
	char line[400];

	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		if (strncmp(line, ".Ss ", 4) == 0)
			inside = strcmp(line, ".Ss Contradictions\n") == 0;
		else if (inside && strncmp(line, ".It ", 4) == 0)
			lines += read_pairs(line, pairs);
	}
	if (in != NULL)
		fclose(in);
	free(path);
	return lines;
}

/* Returns whether the program refuses two options together. */
static bool
contradict(size_t a, size_t b)
{
	bool *given = xcalloc(option_count(), sizeof(*given));
	bool refused;

	given[a] = true;
	given[b] = true;
	refused = option_rules_contradicted(given, option_rows[a].name) != NULL;
	free(given);
	return refused;
}

static void
test_manual(void)
{
	size_t count = option_count();
	bool *pairs = xcalloc(count * count, sizeof(*pairs));

	ok(read_manual(pairs) > 10, "the manual has a table of contradictions");
	for (size_t a = 0; a < count; a++)
		for (size_t b = 0; b < count; b++)
			if (a != b && contradict(a, b) != pairs[a * count + b])
				ok(false, "manual: --%s contradicts --%s: %d",
				    option_rows[a].name, option_rows[b].name,
				    pairs[a * count + b]);
	ok(true, "each pair of options was compared with the manual");
	free(pairs);
}

int
main(void)
{
	test_commands();
	test_implied();
	test_file();
	test_manual();
	return tap_done();
}
