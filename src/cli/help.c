#include "config.h"

#include "cli/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/regex.h"
#include "cli/option-table.h"
#include "db/mmdb.h"
#include "dns/context.h"
#include "io/decompress.h"
#include "io/loop.h"
#include "io/sandbox.h"
#include "mail/ini-file.h"
#include "mail/ucl-file.h"
#include "stream/json-path.h"

static const char *const groups[GROUP_MAX] = {
	[SOURCES] = "Sources",
	[RESOLVER] = "Resolver",
	[INPUT] = "Input",
	[OUTPUT] = "Output",
	[CHOOSING] = "Choosing records",
	[SEEING] = "Seeing",
	[FILTERS] = "Mail filters",
	[BEHAVIOUR] = "Behaviour",
};

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

#define USAGE "usage: asnq [OPTION]... [ADDRESS|PREFIX|AS<N>|@RESOLVER|-]...\n"

void
help_print(void)
{
	printf(USAGE
	    "Print which autonomous system announces each address.\n\n"
	    "Without operands, records are read from standard input, one a "
	    "line.\n");
	for (int g = 0; g < GROUP_MAX; g++) {
		printf("\n%s:\n", groups[g]);
		for (const struct row *row = option_rows; row->name != NULL;
		     row++)
			if (row->group == (enum group)g)
				print_row(row);
	}
	printf("\nThe manual, asnq(1), says more.  Report bugs to %s.\n",
	    PACKAGE_BUGREPORT);
}

/* To be sure of it, the program enters it. */
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
	       "libmaxminddb %s, libarchive %s, jsmn %s, "
	       "inih %s, libucl %s\n"
	       "ISC licence; there is no warranty.\n",
	    PACKAGE_VERSION, context_version(), loop_version(), pcre2,
	    mmdb_version(), decompress_version(),
	    json_path_is_built_in() ? "yes" : "none",
	    ini_file_is_built_in() ? "yes" : "none",
	    ucl_file_is_built_in() ? "yes" : "none");
	free(pcre2);
	if (verbose)
		print_sandbox(no_sandbox);
}

void
help_print_usage(void)
{
	fputs(USAGE "Try 'asnq --help'.\n", stderr);
}
