#include "config.h"

#include "io/decompress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

#define CHUNK 65536 /* bytes read at once */
#define BEGIN 64    /* bytes that tell text from what is compressed */

/* The bytes of a file as they are. */
struct source {
	int fd;
	bool ahead; /* `len` bytes are read, but not given out */
	size_t len;
	char bytes[CHUNK];
};

/* Reads behind what is there; false at the end, or with *why set. */
static bool
read_more(struct source *s, char **why)
{
	ssize_t n;

	do
		n = read(s->fd, s->bytes + s->len, sizeof(s->bytes) - s->len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		*why = xstrdup(strerror(errno));
	s->len += n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* Gives bytes that hold until the next call, likewise. */
static bool
next_bytes(struct source *s, struct span *bytes, char **why)
{
	if (!s->ahead) {
		s->len = 0;
		read_more(s, why);
	}
	s->ahead = false;
	*bytes = (struct span){ s->bytes, s->len };
	return s->len > 0;
}

#ifdef HAVE_LIBARCHIVE

#include <archive.h>
#include <archive_entry.h>
#ifdef LIBARCHIVE_SONAME
#include <dlfcn.h>
#endif

/*
 * With all that it needs itself, libarchive takes longer to load than a
 * look-up does. So it is loaded for a file that is no text, and not before.
 */
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
#define MEMBER(name) __typeof__(name) *(name);
	FUNCTIONS(MEMBER)
};

struct decompress {
	struct source source;
	struct library lib;
	struct archive *archive; /* NULL: it is text */
	bool empty;
};

#ifdef LIBARCHIVE_SONAME

static bool
load(struct library *lib)
{
	void *handle =
	    dlopen(LIBARCHIVE_SONAME, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
	bool complete = handle != NULL;

#define FIND(name)                                                             \
	complete = complete &&                                                 \
	    (lib->name = (__typeof__(name) *)dlsym(handle, #name)) != NULL;
	FUNCTIONS(FIND)
	return complete;
}

static const char *
load_error(void)
{
	return dlerror();
}

#else

static bool
load(struct library *lib)
{
#define LINKED(name) name,
	*lib = (struct library){ FUNCTIONS(LINKED) };
	return true;
}

static const char *
load_error(void)
{
	return NULL;
}

#endif

static bool
is_text(struct span s)
{
	for (size_t i = 0; i < s.len && i < BEGIN; i++)
		if (memchr("\t\n\f\r", s.text[i], 4) == NULL &&
		    (s.text[i] < ' ' || s.text[i] > '~'))
			return false;
	return true;
}

static char *
reason(struct decompress *u)
{
	const char *text = u->lib.archive_error_string(u->archive);

	return xstrdup(text != NULL ? text : "cannot be read");
}

/* Feeds libarchive (archive_read_callback). */
static la_ssize_t
feed(struct archive *archive, void *arg, const void **block)
{
	struct decompress *u = arg;
	struct span bytes;
	char *why = NULL;

	next_bytes(&u->source, &bytes, &why);
	*block = bytes.text;
	if (why == NULL)
		return (la_ssize_t)bytes.len;
	u->lib.archive_set_error(archive, errno, "%s", why);
	free(why);
	return -1;
}

static bool
open_archive(struct decompress *u, char **why)
{
	struct archive_entry *entry;
	int result = ARCHIVE_FATAL;

	if (!load(&u->lib)) {
		*why = xstrdup(load_error());
		return false;
	}
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

/* Looks at the first bytes, which a pipe may hand out one by one. */
static bool
begin(struct decompress *u, char **why)
{
	while (u->source.len < BEGIN && read_more(&u->source, why))
		;
	u->source.ahead = true;
	return *why == NULL &&
	    (is_text((struct span){ u->source.bytes, u->source.len }) ||
		open_archive(u, why));
}

static bool
next_block(struct decompress *u, struct span *bytes, char **why)
{
	const void *block;
	la_int64_t offset;
	int result;

	if (u->empty)
		return false;
	result = u->lib.archive_read_data_block(u->archive, &block, &bytes->len,
	    &offset);
	bytes->text = block;
	if (result < ARCHIVE_WARN)
		*why = reason(u);
	return result >= ARCHIVE_WARN && result != ARCHIVE_EOF;
}

static bool
next(struct decompress *u, struct span *bytes, char **why)
{
	return u->archive == NULL ? next_bytes(&u->source, bytes, why)
				  : next_block(u, bytes, why);
}

static void
end(struct decompress *u)
{
	if (u->archive != NULL)
		u->lib.archive_read_free(u->archive);
}

const char *
decompress_version(void)
{
	struct library lib;

	return load(&lib) ? lib.archive_version_string() + strlen("libarchive ")
			  : "missing";
}

#else

struct decompress {
	struct source source;
};

static bool
begin(struct decompress *u, char **why)
{
	(void)u;
	(void)why;
	return true;
}

static bool
next(struct decompress *u, struct span *bytes, char **why)
{
	return next_bytes(&u->source, bytes, why);
}

static void
end(struct decompress *u)
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
decompress_new(int fd, char **why)
{
	struct decompress *u = xcalloc(1, sizeof(*u));

	u->source.fd = fd;
	if (begin(u, why))
		return u;
	decompress_free(u);
	return NULL;
}

bool
decompress_next(struct decompress *u, struct span *bytes, char **why)
{
	return next(u, bytes, why);
}

void
decompress_free(struct decompress *u)
{
	if (u == NULL)
		return;
	end(u);
	close(u->source.fd);
	free(u);
}
