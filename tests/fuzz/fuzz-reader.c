#include "config.h"

#include "db/reader.h"
#include "fuzz.h"

/* A table as lines of pyasn. */
struct dump {
	struct buf text;
	const struct table *table;
	size_t count;
};

static void
dump_origin(void *arg, const struct origin *o)
{
	struct dump *d = arg;
	struct origins found = { .count = 0 };
	struct prefix cut = prefix_of(&o->prefix.addr, o->prefix.len);
	char text[PREFIX_TEXT_MAX];
	size_t len = prefix_print(&o->prefix, text);

	HOLDS(prefix_equal(&cut, &o->prefix));
	if (o->asn == 0)
		return; /* an excluded prefix */
	HOLDS(o->prefix.len > 0 && !asn_is_none(o->asn));
	table_find(d->table, &o->prefix, 0, &found);
	for (size_t i = 0; i < found.count; i++)
		HOLDS(prefix_covers(&found.list[i].prefix, &o->prefix));
	free(found.list);
	buf_put(&d->text, text, len);
	buf_printf(&d->text, "\t%u\n", (unsigned)o->asn);
	d->count++;
}

static void
read_table(struct span in, struct dump *d)
{
	struct table *t = table_new();
	struct reader *reader = reader_new(t);

	while (in.len > 0) {
		struct span line = fuzz_until(&in, '\n');
		char *copy = fuzz_copy(line);

		reader_add(reader, (struct span){ copy, line.len });
		free(copy);
	}
	reader_free(reader);
	table_build(t);
	d->table = t;
	table_walk(t, dump_origin, d);
	table_free(t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dump once = { .count = 0 };
	struct dump twice = { .count = 0 };
	struct dump thrice = { .count = 0 };

	read_table((struct span){ (const char *)data, size }, &once);
	/* Without names and countries, origins may be equal. */
	read_table((struct span){ once.text.data, once.text.len }, &twice);
	HOLDS(twice.count <= once.count);
	HOLDS((twice.count > 0) == (once.count > 0));
	read_table((struct span){ twice.text.data, twice.text.len }, &thrice);
	HOLDS(fuzz_same(twice.text.data, twice.text.len, thrice.text.data,
	    thrice.text.len));
	buf_free(&once.text);
	buf_free(&twice.text);
	buf_free(&thrice.text);
	return 0;
}
