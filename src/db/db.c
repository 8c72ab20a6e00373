#include "config.h"

#include "db/db.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "db/mmdb-file.h"
#include "db/mmdb.h"
#include "db/reader.h"
#include "db/table.h"
#include "io/decompress.h"
#include "io/warn.h"

#define SECONDS_PER_DAY 86400
#define DAY_MAX sizeof("2026-11-01")

struct db {
	size_t holders;
	const char *format;
	char *name;
	struct table *table; /* or NULL */
	struct mmdb *mmdb;   /* or NULL */
	bool briefly;	     /* it need not be read whole */
	bool failed;	     /* its file changed */
};

static bool
read_lines(struct db *d, struct decompress *file)
{
	struct reader *reader;
	size_t left_out;
	bool good;

	d->name = xstrdup(decompress_path(file));
	d->table = table_new();
	reader = reader_new(d->table);
	good = reader_load(reader, file);
	reader_free(reader);
	left_out = table_build(d->table);
	if (good && left_out > 0)
		warn_line("%s: %zu origins were left out, of prefixes with "
			  "more than %d",
		    d->name, left_out, ORIGINS_MAX);
	return good;
}

static bool
is_mmdb(struct decompress *file)
{
	return mmdb_file_recognize(decompress_fd(file));
}

static char *
name_of_mmdb(const char *path, const struct mmdb *m)
{
	time_t built = mmdb_built(m);
	char day[DAY_MAX] = "";
	struct tm tm;

	if (built != 0 && gmtime_r(&built, &tm) != NULL)
		strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	return format_text("%s (%s%s%s)", path, mmdb_type(m),
	    day[0] != '\0' ? " " : "", day);
}

static bool
read_mmdb(struct db *d, struct decompress *file)
{
	const char *path = decompress_path(file);
	char *why = NULL;

	d->mmdb = mmdb_open(decompress_fd(file), d->briefly, &why);
	if (d->mmdb != NULL)
		d->name = name_of_mmdb(path, d->mmdb);
	else
		warn_line("%s: %s", path, why);
	free(why);
	return d->mmdb != NULL;
}

/*
 * The formats of databases, in the order in which they are tried. Those that
 * are recognized by the descriptor alone come before those that peek at bytes,
 * since peeking may load libarchive.
 */
static const struct format {
	const char *name;
	bool (*recognize)(struct decompress *file); /* NULL: any file */
	bool (*read)(struct db *d, struct decompress *file);
} formats[] = {
	{ "MMDB", is_mmdb, read_mmdb },
	{ "lines", NULL, read_lines },
};

static const struct format *
format_of(struct decompress *file)
{
	const struct format *f = formats;

	while (f->recognize != NULL && !f->recognize(file))
		f++;
	return f;
}

struct db *
db_open(const char *path, bool briefly)
{
	struct decompress *file = decompress_open(path);
	const struct format *format;
	struct db *d;

	if (file == NULL)
		return NULL;
	format = format_of(file);
	d = xcalloc(1, sizeof(*d));
	d->holders = 1;
	d->format = format->name;
	d->briefly = briefly;
	if (!format->read(d, file)) {
		db_release(d);
		d = NULL;
	}
	decompress_close(file);
	return d;
}

struct db *
db_hold(struct db *d)
{
	assert(d->holders > 0);
	d->holders++;
	return d;
}

void
db_release(struct db *d)
{
	if (d == NULL)
		return;
	assert(d->holders > 0);
	if (--d->holders > 0)
		return;
	table_free(d->table);
	mmdb_close(d->mmdb);
	free(d->name);
	free(d);
}

const char *
db_name(const struct db *d)
{
	return d->name;
}

const char *
db_format(const struct db *d)
{
	return d->format;
}

bool
db_serves(const struct db *d, enum family family)
{
	return d->table != NULL ? table_serves(d->table, family)
				: mmdb_serves(d->mmdb, family);
}

bool
db_has_countries(const struct db *d)
{
	return d->table != NULL ? table_has_countries(d->table)
				: mmdb_has_countries(d->mmdb);
}

static enum status
find_in_mmdb(struct db *d, const struct prefix *net, unsigned source,
    struct origins *out)
{
	enum status status = mmdb_find(d->mmdb, net, source, out);

	if (status == STATUS_MALFORMED && !d->failed &&
	    mmdb_has_changed(d->mmdb)) {
		warn_line("%s: it changed while it was read", d->name);
		d->failed = true;
	}
	return status;
}

bool
db_failed(const struct db *d)
{
	return d->failed;
}

enum status
db_find(struct db *d, const struct prefix *net, unsigned source,
    struct origins *out)
{
	size_t before = out->count;

	if (d->table == NULL)
		return find_in_mmdb(d, net, source, out);
	table_find(d->table, net, source, out);
	return out->count > before ? STATUS_OK : STATUS_UNANNOUNCED;
}

void
db_prefetch(const struct db *d, const struct prefix *net, int round)
{
	if (d->table != NULL)
		table_prefetch(d->table, net, round);
	else
		mmdb_prefetch(d->mmdb, &net->addr, round);
}

bool
db_find_first(struct db *const *databases, size_t count,
    const struct prefix *net, struct origin *out)
{
	struct origins origins = { 0 };
	bool found = false;

	for (size_t i = 0; !found && i < count; i++)
		found = db_find(databases[i], net, 0, &origins) == STATUS_OK &&
		    origins.count > 0;
	if (found)
		*out = origins.list[0];
	free(origins.list);
	return found;
}

long
db_age(const struct db *d)
{
	time_t built = d->table == NULL ? mmdb_built(d->mmdb) : 0;
	time_t now = time(NULL);

	return built > 0 && built < now
	    ? (long)((now - built) / SECONDS_PER_DAY)
	    : 0;
}

bool
db_walk(struct db *d, void (*each)(void *arg, const struct origin *origin),
    void *arg)
{
	if (d->table == NULL)
		return mmdb_walk(d->mmdb, each, arg);
	table_walk(d->table, each, arg);
	return true;
}
