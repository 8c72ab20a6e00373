#include "config.h"

#include "db.h"

#include <stdlib.h>

#include "load.h"
#include "mem.h"
#include "table-text.h"
#include "table.h"

struct db {
	const char *path;
	char *name;
	struct table *table;
};

static enum load_line
add_line(void *arg, struct span line)
{
	return table_text_add(arg, line);
}

static bool
open_table(struct db *d)
{
	struct table_text *text;
	bool good;

	d->table = table_new();
	text = table_text_new(d->table);
	good = load_lines(d->path, "a prefix and its origin", add_line, text);
	table_text_free(text);
	table_build(d->table);
	return good;
}

struct db *
db_open(const char *path)
{
	struct db *d = xcalloc(1, sizeof(*d));

	d->path = path;
	d->name = xstrdup(path);
	if (open_table(d))
		return d;
	db_free(d);
	return NULL;
}

const char *
db_name(const struct db *d)
{
	return d->name;
}

bool
db_serves(const struct db *d, enum family family)
{
	return table_serves(d->table, family);
}

enum status
db_find(struct db *d, const struct prefix *net, unsigned source,
    struct origins *out)
{
	size_t before = out->count;

	table_find(d->table, net, source, out);
	return out->count > before ? STATUS_OK : STATUS_UNANNOUNCED;
}

void
db_walk(struct db *d, void (*each)(void *arg, const struct origin *origin),
    void *arg)
{
	table_walk(d->table, each, arg);
}

void
db_free(struct db *d)
{
	if (d == NULL)
		return;
	table_free(d->table);
	free(d->name);
	free(d);
}
