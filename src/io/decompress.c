#include "config.h"

#include "io/decompress.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/library.h"
#include "io/warn.h"

#define CHUNK 65536 /* bytes read at once */
#define BEGIN 64    /* bytes that show whether a file is compressed */

/* Reads bytes as the file has them. False at its end, or with *why set. */
static bool
read_raw(int fd, struct buf *out, char **why)
{
	char *room = buf_reserve(out, CHUNK);
	ssize_t n;

	do
		n = read(fd, room, CHUNK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		*why = xstrdup(strerror(errno));
	out->len += n > 0 ? (size_t)n : 0;
	return n > 0;
}

struct decompress {
	const char *path;
	int fd;
	struct buf bytes; /* to give out, from `at` on */
	size_t at;
	bool begun;
	bool ended;
	struct unpacker *unpacker; /* NULL: the file is text */
};

#ifdef HAVE_LIBARCHIVE

#include <archive.h>
#include <archive_entry.h>

#define FUNCTIONS(F)                                                           \
	F(archive_version_string)                                              \
	F(archive_read_new)                                                    \
	F(archive_read_support_filter_all)                                     \
	F(archive_read_support_format_raw)                                     \
	F(archive_read_support_format_empty)                                   \
	F(archive_read_open)                                                   \
	F(archive_read_next_header)                                            \
	F(archive_read_data_block)                                             \
	F(archive_set_error)                                                   \
	F(archive_error_string)                                                \
	F(archive_read_free)

struct library {
	FUNCTIONS(LIBRARY_MEMBER)
};

#ifdef LIBARCHIVE_FILE
LIBRARY_LOADED(FUNCTIONS, LIBARCHIVE_FILE)
#else
LIBRARY_LINKED(FUNCTIONS)
#endif

/* Unpacks a file by libarchive. */
struct unpacker {
	struct library lib;
	struct archive *archive;
	int fd;
	struct buf raw;	   /* bytes of the file */
	bool is_raw_fresh; /* they are not yet given to libarchive */
	bool empty;
};

static bool
is_text(struct span s)
{
	for (size_t i = 0; i < s.len && i < BEGIN; i++)
		if (memchr("\t\n\f\r", s.text[i], 4) == NULL &&
		    (s.text[i] < ' ' || s.text[i] > '~'))
			return false;
	return true;
}

/* Returns what libarchive says is wrong; the caller frees it. */
static char *
reason(struct unpacker *u)
{
	const char *text = u->lib.archive_error_string(u->archive);

	return xstrdup(text != NULL ? text : "cannot be read");
}

/* Gives libarchive bytes of the file (archive_read_callback). */
static la_ssize_t
feed(struct archive *archive, void *arg, const void **block)
{
	struct unpacker *u = arg;
	char *why = NULL;

	if (!u->is_raw_fresh) {
		buf_clear(&u->raw);
		read_raw(u->fd, &u->raw, &why);
	}
	u->is_raw_fresh = false;
	*block = u->raw.data;
	if (why == NULL)
		return (la_ssize_t)u->raw.len;
	u->lib.archive_set_error(archive, errno, "%s", why);
	free(why);
	return -1;
}

static bool
open_archive(struct unpacker *u, char **why)
{
	struct archive_entry *entry;
	int result = ARCHIVE_FATAL;

	*why = load(&u->lib);
	if (*why != NULL)
		return false;
	u->archive = u->lib.archive_read_new();
	u->lib.archive_read_support_filter_all(u->archive);
	u->lib.archive_read_support_format_raw(u->archive);
	u->lib.archive_read_support_format_empty(u->archive);
	if (u->lib.archive_read_open(u->archive, u, NULL, feed, NULL) ==
	    ARCHIVE_OK)
		result = u->lib.archive_read_next_header(u->archive, &entry);
	u->empty = result == ARCHIVE_EOF;
	if (result < ARCHIVE_WARN)
		*why = reason(u);
	return *why == NULL;
}

/* Reads the first bytes, to see whether the file is compressed. */
static bool
begin(struct decompress *d, char **why)
{
	struct unpacker *u;

	while (d->bytes.len < BEGIN && read_raw(d->fd, &d->bytes, why))
		;
	if (*why != NULL)
		return false;
	if (is_text((struct span){ d->bytes.data, d->bytes.len }))
		return true;
	u = xcalloc(1, sizeof(*u));
	*u = (struct unpacker){
		.fd = d->fd,
		.raw = d->bytes,
		.is_raw_fresh = true,
	};
	d->bytes = (struct buf){ 0 };
	d->unpacker = u;
	return open_archive(u, why);
}

/* Appends a block of bytes. False at the end, or with *why set. */
static bool
unpack(struct unpacker *u, struct buf *out, char **why)
{
	const void *block;
	la_int64_t offset;
	size_t len;
	int result;

	if (u->empty)
		return false;
	result =
	    u->lib.archive_read_data_block(u->archive, &block, &len, &offset);
	if (result < ARCHIVE_WARN)
		*why = reason(u);
	if (result < ARCHIVE_WARN || result == ARCHIVE_EOF)
		return false;
	buf_put(out, block, len);
	return true;
}

static void
unpacker_free(struct unpacker *u)
{
	if (u == NULL)
		return;
	if (u->archive != NULL)
		u->lib.archive_read_free(u->archive);
	buf_free(&u->raw);
	free(u);
}

const char *
decompress_version(void)
{
	struct library lib;
	char *why = load(&lib);

	if (why == NULL)
		return lib.archive_version_string() + strlen("libarchive ");
	free(why);
	return "missing";
}

#else

static bool
begin(struct decompress *d, char **why)
{
	(void)d;
	(void)why;
	return true;
}

static bool
unpack(struct unpacker *u, struct buf *out, char **why)
{
	(void)u;
	(void)out;
	(void)why;
	return false;
}

static void
unpacker_free(struct unpacker *u)
{
	(void)u;
}

const char *
decompress_version(void)
{
	return "none";
}

#endif

struct decompress *
decompress_open(const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd =
	    is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	struct decompress *d;

	if (fd < 0) {
		warn_line("%s: %s", path, strerror(errno));
		return NULL;
	}
	d = xcalloc(1, sizeof(*d));
	d->path = path;
	d->fd = fd;
	return d;
}

const char *
decompress_path(const struct decompress *d)
{
	return d->path;
}

int
decompress_fd(const struct decompress *d)
{
	return d->fd;
}

static bool
read_more(struct decompress *d, char **why)
{
	if (!d->begun) {
		d->begun = true;
		return begin(d, why);
	}
	return d->unpacker == NULL ? read_raw(d->fd, &d->bytes, why)
				   : unpack(d->unpacker, &d->bytes, why);
}

bool
decompress_peek(struct decompress *d, size_t least, struct span *bytes,
    char **why)
{
	if (d->bytes.len - d->at < least) {
		buf_consume(&d->bytes, d->at);
		d->at = 0;
	}
	while (d->bytes.len - d->at < least && !d->ended)
		d->ended = !read_more(d, why);
	*bytes = (struct span){ "", d->bytes.len - d->at };
	if (bytes->len > 0)
		bytes->text = d->bytes.data + d->at;
	return bytes->len >= least;
}

void
decompress_drop(struct decompress *d, size_t len)
{
	assert(len <= d->bytes.len - d->at);
	d->at += len;
}

void
decompress_close(struct decompress *d)
{
	if (d == NULL)
		return;
	unpacker_free(d->unpacker);
	buf_free(&d->bytes);
	close(d->fd);
	free(d);
}
