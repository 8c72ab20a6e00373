#include "config.h"

#include "cli/command-line.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/suggest.h"
#include "cli/config-file.h"
#include "cli/help.h"
#include "cli/option-rules.h"
#include "cli/option-table.h"
#include "io/warn.h"

#define LONG_BASE 256 /* what getopt_long() returns for the first option */

struct command_line {
	struct options *options;
	bool *given;   /* options of the command line, by the table's order */
	bool *in_file; /* options that the file sets, likewise */
};

/* Prints what is wrong and exits. Frees `why`. */
static _Noreturn void
fail(char *why)
{
	warn_line("%s", why);
	free(why);
	exit(2);
}

/* The same about the argument of an option. */
static _Noreturn void
fail_option(const struct option_row *row, char *why)
{
	warn_line("--%s: %s", row->name, why);
	free(why);
	exit(2);
}

/* Exits after something was printed. */
static _Noreturn void
finish(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		exit(0);
	warn_line("cannot write: %s", strerror(errno));
	exit(5);
}

static void
set(struct command_line *c, const struct option_row *row, const char *arg)
{
	char *why;

	assert(row != NULL);
	c->given[row - option_rows] = true;
	if (row->set == NULL && row->letter == 'h') {
		help_print();
		finish();
	}
	if (row->set == NULL)
		return;
	why = row->set(c->options, row, arg);
	if (why != NULL)
		fail_option(row, why);
}

/* Returns the options that begin so, with blanks between; to be freed. */
static char *
options_with(const char *start)
{
	struct buf names = { 0 };

	for (size_t i = 0; i < option_count(); i++) {
		const char *name = option_rows[i].name;

		if (strncmp(name, start, strlen(start)) == 0)
			buf_printf(&names, "%s--%s", names.len > 0 ? " " : "",
			    name);
	}
	buf_putc(&names, '\0');
	return names.data;
}

/* Returns a message about an unknown option, which the caller frees. */
static char *
unknown_option(const char *dashes, const char *name)
{
	char *names = words_join(&option_words, " ");
	char *near = suggest(name, names);
	char *why;

	if (near != NULL)
		why = format_text("unknown option '%s%s'; did you mean "
				  "'%s%s'?",
		    dashes, name, dashes, near);
	else
		why = format_text("unknown option '%s%s'; try 'asnq --help'",
		    dashes, name);
	free(near);
	free(names);
	return why;
}

static _Noreturn void
fail_unknown(const char *typed)
{
	char *name = xmemdup(typed, strcspn(typed, "="));
	char *start = name + strspn(name, "-");
	char *names = options_with(start);

	if (strchr(names, ' ') != NULL)
		fail(format_text("'--%s' is ambiguous: it could be %s", start,
		    names));
	fail(unknown_option("--", start));
}

/* Returns the option that getopt_long() means by `code`, or NULL. */
static const struct option_row *
option_of(int code)
{
	for (size_t i = 0; i < option_count(); i++)
		if (code == LONG_BASE + (int)i ||
		    (code != 0 && code == option_rows[i].letter))
			return &option_rows[i];
	return NULL;
}

/* Returns that an argument is missing, which the caller frees. */
static char *
missing_argument(const struct option_row *row)
{
	char *metavar = option_metavar(row);
	char *why = format_text("needs %s", metavar);

	free(metavar);
	return why;
}

/* Exits for what getopt_long() has refused: ':' is a missing argument. */
static _Noreturn void
fail_getopt(int problem, char **argv)
{
	const struct option_row *row = option_of(optopt);

	if (row != NULL && problem == ':')
		fail_option(row, missing_argument(row));
	if (row != NULL)
		fail_option(row, xstrdup("takes no value"));
	if (optopt != 0)
		fail(format_text("unknown option '-%c'; try 'asnq --help'",
		    optopt));
	fail_unknown(argv[optind - 1]);
}

/*
 * Returns the table as getopt_long() takes it, and writes the letters to
 * `shorts`, which has room for three bytes an option and two more. The caller
 * frees the result.
 */
static struct option *
make_getopt(char *shorts)
{
	struct option *longs = xcalloc(option_count() + 1, sizeof(*longs));

	*shorts++ = ':';
	for (size_t i = 0; i < option_count(); i++) {
		const struct option_row *row = &option_rows[i];

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
		set(c, option_of(code), optarg);
	}
	while (optind < argc)
		read_operand(c, argv[optind++]);
	free(longs);
	free(shorts);
}

/* Returns why the file may not have this option so, or NULL. */
static char *
refuse_in_file(const struct option_row *row, const char *name,
    const char *value)
{
	char *reason = NULL;
	char *why = NULL;

	if (row == NULL)
		return unknown_option("", name);
	if (row->config == NEVER)
		return format_text("'%s' belongs on the command line", name);
	if (row->argument == NONE && value != NULL)
		reason = xstrdup("takes no value");
	else if (row->argument == NEEDED && value == NULL)
		reason = missing_argument(row);
	if (reason != NULL)
		why = format_text("%s: %s", name, reason);
	free(reason);
	return why;
}

/* Sets an option of the configuration file; see config_file_set. */
static char *
set_from_file(void *arg, const char *name, const char *value)
{
	struct command_line *c = arg;
	const struct option_row *row = option_find(name);
	char *why = refuse_in_file(row, name, value);
	const char *other;
	char *kept = NULL;
	char *reason;

	if (why != NULL || option_rules_overruled(c->given, name))
		return why;
	c->in_file[row - option_rows] = true;
	other = option_rules_contradicted(c->in_file, name);
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
		.in_file = xcalloc(option_count(), sizeof(*c.in_file)),
	};
	char *why;

	read_arguments(&c, argc, argv);
	if (option_is_given(c.given, "version")) {
		help_print_version(o->verbose, o->no_sandbox);
		finish();
	}
	why = option_rules_check(o, c.given);
	if (why != NULL)
		fail(why);
	if (!o->no_config && !config_file_read(o->config, set_from_file, &c))
		exit(2);
	free(c.given);
	free(c.in_file);
}
