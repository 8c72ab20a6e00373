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

struct lines {
	const char *path;
	struct unpack *unpack;
	struct buf bytes;
	struct scan scan; /* of them */
	bool last;	  /* nothing comes behind them */
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
	l->unpack = unpack_new(fd, &reason);
	if (l->unpack != NULL)
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
	static const struct framing framing = { .end = '\n' };
	struct span more;
	struct line found;
	char *reason = NULL;

	while (!scan_line(&l->scan, &framing, l->bytes.data, l->bytes.len,
	    l->last, &found)) {
		if (l->last)
			return false;
		buf_consume(&l->bytes, l->scan.at);
		scan_drop(&l->scan, l->scan.at);
		l->last = !unpack_next(l->unpack, &more, &reason);
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
	unpack_free(l->unpack);
	buf_free(&l->bytes);
	free(l);
}
