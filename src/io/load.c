#include "config.h"

#include "io/load.h"

#include <stdlib.h>

#include "io/lines.h"
#include "io/warn.h"

#define SAID_MAX 10   /* bad lines that are said one by one */
#define QUOTED_MAX 60 /* bytes of them */

static void
say_bad(const char *path, unsigned long number, const char *what,
    struct span line)
{
	bool cut = line.len > QUOTED_MAX;

	warn_line("%s:%lu: expected %s, not '%.*s%s'", path, number, what,
	    cut ? QUOTED_MAX : (int)line.len, line.text, cut ? "..." : "");
}

bool
load_lines(const char *path, const char *what, load_add *add, void *arg)
{
	char *why = NULL;
	struct lines *lines = lines_open(path, &why);
	unsigned long counts[LOAD_LINE_BAD + 1] = { 0 };
	unsigned long number;
	struct span line;
	bool good;

	while (lines != NULL && lines_next(lines, &line, &number, &why)) {
		enum load_line result = add(arg, line);

		if (++counts[result] <= SAID_MAX && result == LOAD_LINE_BAD)
			say_bad(path, number, what, line);
	}
	lines_free(lines);
	good = why == NULL;
	if (why != NULL)
		warn_line("%s", why);
	else if (counts[LOAD_LINE_GOOD] == 0)
		warn_line("%s: no line has %s", path, what);
	else if (counts[LOAD_LINE_BAD] > SAID_MAX)
		warn_line("%s: %lu bad lines were left out", path,
		    counts[LOAD_LINE_BAD]);
	free(why);
	return good && counts[LOAD_LINE_GOOD] > 0;
}
