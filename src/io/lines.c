#include "config.h"

#include "io/lines.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "io/warn.h"

#define REPORTED_MAX 10 /* bad lines that are reported one by one */
#define QUOTED_MAX 60	/* bytes of a bad line that are shown */

/* A file that is read line by line. */
struct lines {
	struct decompress *file;
	struct span rest; /* what was peeked at and is not yet taken */
	size_t peeked;
	unsigned long number; /* of the last line taken, from 1 */
};

/* Adds to the rest. False at the end of the file, or with *why set. */
static bool
read_more(struct lines *l, char **why)
{
	size_t least = l->rest.len + 1;
	bool more;

	decompress_drop(l->file, l->peeked - l->rest.len);
	more = decompress_peek(l->file, least, &l->rest, why);
	l->peeked = l->rest.len;
	return more;
}

/* Finds the newline that ends the first line of the rest, or its end. */
static const char *
find_end(struct lines *l, char **why)
{
	size_t searched = 0;
	const char *end;

	do {
		end = memchr(l->rest.text + searched, '\n',
		    l->rest.len - searched);
		searched = l->rest.len;
	} while (end == NULL && read_more(l, why));
	return end != NULL ? end : l->rest.text + l->rest.len;
}

/*
 * Takes the next line, without its end, valid until the next call. False at
 * the end of the file, or with *why set.
 */
static bool
take_line(struct lines *l, struct span *line, char **why)
{
	const char *end = find_end(l, why);
	size_t len = (size_t)(end - l->rest.text);
	size_t whole = len + (len < l->rest.len);

	if (*why != NULL || whole == 0)
		return false;
	*line = (struct span){ l->rest.text, len };
	if (len > 0 && line->text[len - 1] == '\r')
		line->len--;
	l->rest = (struct span){ l->rest.text + whole, l->rest.len - whole };
	l->number++;
	return true;
}

static void
report_bad(const struct lines *l, const char *what, struct span line)
{
	bool cut = line.len > QUOTED_MAX;
	struct buf text = { 0 };

	buf_printf(&text, "%s:%lu: expected %s, not '",
	    decompress_path(l->file), l->number, what);
	buf_put(&text, line.text, cut ? QUOTED_MAX : line.len);
	buf_puts(&text, cut ? "...'" : "'");
	warn_bytes(text.data, text.len);
	buf_free(&text);
}

/* Reports what is wrong with a whole file, if anything. */
static bool
report_file(const struct lines *l, const char *what,
    const unsigned long counts[LINE_RESULT_MAX], const char *why)
{
	const char *path = decompress_path(l->file);

	if (why != NULL && l->number == 0)
		warn_line("%s: %s", path, why);
	else if (why != NULL)
		warn_line("%s:%lu: %s", path, l->number + 1, why);
	else if (counts[LINE_GOOD] == 0)
		warn_line("%s: no line has %s", path, what);
	else if (counts[LINE_BAD] > REPORTED_MAX)
		warn_line("%s: %lu bad lines were left out", path,
		    counts[LINE_BAD]);
	return why == NULL && counts[LINE_GOOD] > 0;
}

bool
lines_load(struct decompress *file, const char *what, lines_take *take,
    void *arg)
{
	struct lines lines = { .file = file, .rest = { "", 0 } };
	unsigned long counts[LINE_RESULT_MAX] = { 0 };
	struct span line;
	char *why = NULL;
	bool good;

	while (take_line(&lines, &line, &why)) {
		enum line_result result = take(arg, line);

		if (++counts[result] <= REPORTED_MAX && result == LINE_BAD)
			report_bad(&lines, what, line);
	}
	good = report_file(&lines, what, counts, why);
	free(why);
	return good;
}
