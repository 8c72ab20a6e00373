#include "config.h"

#include "io/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/decompress.h"
#include "io/framing.h"
#include "io/warn.h"

#define SAID_MAX 10   /* bad lines that are said one by one */
#define QUOTED_MAX 60 /* bytes of them */

struct lines {
	const char *path;
	struct decompress *decompress;
	struct buf bytes;
	struct framing_state scan; /* of them */
	bool last;		   /* nothing comes behind them */
	unsigned long number;
};

struct lines *
lines_open(const char *path, char **why)
{
	bool standard = strcmp(path, "-") == 0;
	int fd =
	    standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	struct lines *l;
	char *reason = NULL;

	if (fd < 0) {
		*why = format_text("%s: %s", path, strerror(errno));
		return NULL;
	}
	l = xcalloc(1, sizeof(*l));
	l->path = path;
	l->decompress = decompress_new(fd, &reason);
	if (l->decompress != NULL)
		return l;
	*why = format_text("%s: %s", path, reason);
	free(reason);
	lines_free(l);
	return NULL;
}

bool
lines_next(struct lines *l, struct span *line, unsigned long *number,
    char **why)
{
	struct span more;
	struct line found;
	char *reason = NULL;

	while (framing_cut(&l->scan, FRAMING_LINE, l->bytes.data, l->bytes.len,
		   l->last, &found) == CUT_MORE) {
		if (l->last)
			return false;
		buf_consume(&l->bytes, l->scan.at);
		framing_drop(&l->scan, l->scan.at);
		l->last = !decompress_next(l->decompress, &more, &reason);
		if (reason != NULL) {
			*why = format_text("%s:%lu: %s", l->path, l->number + 1,
			    reason);
			free(reason);
			return false;
		}
		if (!l->last)
			buf_put(&l->bytes, more.text, more.len);
	}
	*line = found.text;
	*number = ++l->number;
	return true;
}

void
lines_free(struct lines *l)
{
	if (l == NULL)
		return;
	decompress_free(l->decompress);
	buf_free(&l->bytes);
	free(l);
}

static void
say_bad(const char *path, unsigned long number, const char *what,
    struct span line)
{
	bool cut = line.len > QUOTED_MAX;

	warn_line("%s:%lu: expected %s, not '%.*s%s'", path, number, what,
	    cut ? QUOTED_MAX : (int)line.len, line.text, cut ? "..." : "");
}

bool
lines_load(const char *path, const char *what, load_add *add, void *arg)
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
