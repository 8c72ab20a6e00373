#include "config.h"

#include "unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_LIBARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

#include "mem.h"

#define CHUNK 65536 /* bytes read at once */

#ifdef HAVE_LIBARCHIVE

struct unpack {
	int fd;
	struct archive *archive;
	bool empty;
};

static char *
reason(struct unpack *u)
{
	const char *text = archive_error_string(u->archive);

	return xstrdup(text != NULL ? text : "cannot be read");
}

struct unpack *
unpack_new(int fd, char **why)
{
	struct unpack *u = xcalloc(1, sizeof(*u));
	struct archive_entry *entry;
	int result = ARCHIVE_FATAL;

	u->fd = fd;
	u->archive = archive_read_new();
	archive_read_support_filter_all(u->archive);
	archive_read_support_format_raw(u->archive);
	archive_read_support_format_empty(u->archive);
	if (archive_read_open_fd(u->archive, fd, CHUNK) == ARCHIVE_OK)
		result = archive_read_next_header(u->archive, &entry);
	u->empty = result == ARCHIVE_EOF;
	if (result >= ARCHIVE_WARN)
		return u;
	*why = reason(u);
	unpack_free(u);
	return NULL;
}

bool
unpack_next(struct unpack *u, struct span *bytes, char **why)
{
	const void *block;
	la_int64_t offset;
	int result;

	if (u->empty)
		return false;
	result =
	    archive_read_data_block(u->archive, &block, &bytes->len, &offset);
	bytes->text = block;
	if (result < ARCHIVE_WARN)
		*why = reason(u);
	return result >= ARCHIVE_WARN && result != ARCHIVE_EOF;
}

void
unpack_free(struct unpack *u)
{
	if (u == NULL)
		return;
	archive_read_free(u->archive);
	close(u->fd);
	free(u);
}

const char *
unpack_version(void)
{
	return archive_version_string() + strlen("libarchive ");
}

#else

struct unpack {
	int fd;
	char bytes[CHUNK];
};

struct unpack *
unpack_new(int fd, char **why)
{
	struct unpack *u = xmalloc(sizeof(*u));

	(void)why;
	u->fd = fd;
	return u;
}

bool
unpack_next(struct unpack *u, struct span *bytes, char **why)
{
	ssize_t n;

	do
		n = read(u->fd, u->bytes, sizeof(u->bytes));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		*why = xstrdup(strerror(errno));
	*bytes = (struct span){ u->bytes, n > 0 ? (size_t)n : 0 };
	return n > 0;
}

void
unpack_free(struct unpack *u)
{
	if (u == NULL)
		return;
	close(u->fd);
	free(u);
}

const char *
unpack_version(void)
{
	return "none";
}

#endif
