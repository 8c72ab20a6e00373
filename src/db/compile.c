#include "config.h"

#include "db/compile.h"

#include <sys/stat.h>

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/number.h"
#include "base/span.h"
#include "db/mmdb-writer.h"
#include "db/mmdb.h"
#include "io/warn.h"
#include "record/origin.h"

/*
 * The type of the database. Some readers refuse any other type with AS numbers:
 * GeoIP2 of Perl and Python, Logstash.
 */
#define TYPE "GeoLite2-ASN"

/* A compilation under way. */
struct compilation {
	const struct compile *c;
	struct mmdb_writer *writer;
	size_t number; /* of the database that is walked */
	size_t added;  /* origins that announce something */
	struct origins found;
};

/* Whether an earlier database covers the whole of a prefix. */
static bool
is_covered(struct compilation *w, const struct prefix *p)
{
	for (size_t i = 0; w->c->first && i < w->number; i++) {
		w->found.count = 0;
		if (db_find(w->c->databases[i], p, 0, &w->found) == STATUS_OK)
			return true;
	}
	return false;
}

static void
add_origin(void *arg, const struct origin *origin)
{
	struct compilation *w = arg;
	struct origin o = *origin;
	struct span name = { 0 };

	if (is_covered(w, &o.prefix))
		return;
	if (w->c->names != NULL)
		name = as_names_find(w->c->names, o.asn);
	if (name.text != NULL)
		o.reg.name = name;
	o.source = (unsigned)w->number;
	mmdb_writer_add(w->writer, &o);
	w->added += !asn_is_none(o.asn);
}

/* Sets *out to the time of SOURCE_DATE_EPOCH, or to now. */
static bool
read_time(time_t *out)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds = 0;

	*out = time(NULL);
	if (text == NULL)
		return true;
	if (!number_parse(text, strlen(text), UINT32_MAX, &seconds)) {
		warn_line("SOURCE_DATE_EPOCH: not a time: '%s'", text);
		return false;
	}
	/* libmaxminddb, with which others read it, refuses a database that was built at 0. */
	*out = seconds > 0 ? (time_t)seconds : 1;
	return true;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Returns what the database is made of, in words; the caller frees it. */
static char *
describe(const struct compile *c)
{
	struct buf b = { 0 };

	buf_puts(&b, MMDB_OWN PACKAGE_VERSION " from");
	for (size_t i = 0; i < c->database_count; i++)
		buf_printf(&b, "%s %s", i > 0 ? "," : "",
		    base_name(db_name(c->databases[i])));
	buf_putc(&b, '\0');
	return b.data;
}

static bool
write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t done = write(fd, bytes, len);

		if (done < 0)
			return false;
		bytes += done;
		len -= (size_t)done;
	}
	return true;
}

/* Writes a temporary file beside `path`, and renames it. */
static bool
replace_file(const char *path, const struct buf *bytes)
{
	char *name = format_text("%s.XXXXXX", path);
	int fd = mkstemp(name);
	mode_t mask = umask(0);
	bool good;
	int error;

	umask(mask);
	good = fd >= 0 && fchmod(fd, 0644 & ~mask) == 0 &&
	    write_all(fd, bytes->data, bytes->len) && fsync(fd) == 0;
	error = errno;
	if (fd >= 0 && close(fd) != 0 && good) {
		good = false;
		error = errno;
	}
	if (good && rename(name, path) != 0) {
		good = false;
		error = errno;
	}
	if (!good && fd >= 0)
		unlink(name);
	free(name);
	errno = error;
	return good;
}

/* Replaces a file, and delays signals until no temporary file is left. */
static bool
replace_file_safely(const char *path, const struct buf *bytes)
{
	sigset_t all;
	sigset_t before;
	struct stat st;
	bool good = false;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		warn_line("%s: not a regular file", path);
		return false;
	}
	/* So that a limit of the file's size is an error like others. */
	signal(SIGXFSZ, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	good = replace_file(path, bytes);
	if (!good)
		warn_line("%s: %s", path, strerror(errno));
	sigprocmask(SIG_SETMASK, &before, NULL);
	return good;
}

static int
write_database(const struct compilation *w, const struct mmdb_about *about)
{
	struct buf bytes = { 0 };
	int status = 0;

	if (!mmdb_writer_write(w->writer, about, &bytes)) {
		warn_line("%s: more than the format holds", w->c->path);
		status = 2;
	} else if (!replace_file_safely(w->c->path, &bytes)) {
		status = 5;
	} else if (w->c->verbose) {
		warn_line("%s: %zu origins of prefixes, %zu bytes", w->c->path,
		    w->added, bytes.len);
	}
	buf_free(&bytes);
	return status;
}

int
compile_write(const struct compile *c)
{
	struct compilation w = { .c = c };
	struct mmdb_about about = { .type = TYPE };
	char *description;
	int status = 2;
	bool good = true;

	if (!read_time(&about.built))
		return 2;
	description = describe(c);
	about.description = description;
	w.writer = mmdb_writer_new();
	for (; good && w.number < c->database_count; w.number++)
		good = db_walk(c->databases[w.number], add_origin, &w);
	if (!good)
		warn_line("%s: corrupt", db_name(c->databases[w.number - 1]));
	else if (w.added == 0)
		warn_line("%s: there is nothing to write", c->path);
	else
		status = write_database(&w, &about);
	mmdb_writer_free(w.writer);
	free(w.found.list);
	free(description);
	return status;
}
