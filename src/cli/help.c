#include "config.h"

#include "cli/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/regex.h"
#include "cli/option-table.h"
#include "dns/context.h"
#include "io/decompress.h"
#include "io/loop.h"
#include "io/sandbox.h"
#include "mail/ini-file.h"
#include "mail/ucl-file.h"
#include "stream/json-path.h"

#define HELP_COLUMN 30 /* where the texts of options begin */
#define HELP_WIDTH 79

/*
 * Prints text that begins at a column, in lines of at most HELP_WIDTH that
 * begin there too.
 */
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

/* Prints "  -o, --output=WORD" and returns its width. */
static int
print_option(const struct option_row *row)
{
	static const char *const before[] = {
		[NONE] = "",
		[NEEDED] = "=",
		[OPTIONAL] = "[=",
	};
	char *metavar = option_metavar(row);
	char letter[] = "    ";
	int used;

	if (row->letter != 0)
		snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	used =
	    printf("  %s--%s%s%s%s", letter, row->name, before[row->argument],
		metavar, row->argument == OPTIONAL ? "]" : "");
	free(metavar);
	return used;
}

static void
print_row(const struct option_row *row)
{
	int used = print_option(row);
	char *help = option_help(row);

	if (used >= HELP_COLUMN - 1) {
		putchar('\n');
		used = 0;
	}
	printf("%*s", HELP_COLUMN - used, "");
	print_wrapped(help, HELP_COLUMN);
	free(help);
}

#define USAGE "usage: asnq [OPTION]... [ADDRESS|PREFIX|AS<N>|@RESOLVER|-]...\n"

void
help_print(void)
{
	printf(USAGE
	    "Print which autonomous system announces each address.\n\n"
	    "Without operands, records are read from standard input, one per "
	    "line.\n");
	for (int g = 0; g < GROUP_MAX; g++) {
		printf("\n%s:\n", words_get(&option_groups, (size_t)g));
		for (size_t i = 0; i < option_count(); i++)
			if (option_rows[i].group == (enum option_group)g)
				print_row(&option_rows[i]);
	}
	printf("\nSee asnq(1) for the manual.  Report bugs to %s.\n",
	    PACKAGE_BUGREPORT);
}

/* Enters the sandbox, to report what really holds. */
static void
print_sandbox(bool no_sandbox)
{
	struct sandbox sandbox;
	char *text;

	if (no_sandbox) {
		puts("sandbox: none (--no-sandbox)");
		return;
	}
	sandbox = sandbox_enter(&(struct sandbox_config){ .network = false });
	text = sandbox_describe(&sandbox);
	printf("sandbox: %s\n", text);
	free(text);
}

void
help_print_version(bool verbose, bool no_sandbox)
{
	char *pcre2 = regex_version();

	printf("asnq %s\n"
	       "libunbound %s, libevent %s, PCRE2 %s, "
	       "libarchive %s, jsmn %s, "
	       "inih %s, libucl %s\n"
	       "ISC licence; there is no warranty.\n",
	    PACKAGE_VERSION, context_version(), loop_version(), pcre2,
	    decompress_version(), json_path_is_built_in() ? "yes" : "none",
	    ini_file_inih(), ucl_file_is_built_in() ? "yes" : "none");
	free(pcre2);
	if (verbose)
		print_sandbox(no_sandbox);
}

void
help_print_usage(void)
{
	fputs(USAGE "Try 'asnq --help'.\n", stderr);
}
