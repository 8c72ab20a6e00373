#include "config.h"

#include "db/mmdb-writer.h"
#include "db/mmdb.h"
#include "fuzz.h"

/*
 * Compares a database that is written and read again with a list that is
 * searched from end to end.
 */

#define STEPS_MAX 48

static const char *const names[] = { "", "ONE", "TWO, Inc.", "\xc3\xa9" };

struct list {
	struct origin steps[STEPS_MAX];
	size_t count;
};

/* Whether `a` wins over `b`, an origin of the same prefix. */
static bool
wins(const struct origin *a, const struct origin *b)
{
	bool low = asn_is_reserved(a->asn);
	bool other_low = asn_is_reserved(b->asn);

	if (a->source != b->source)
		return a->source < b->source;
	return low != other_low ? other_low : a->asn < b->asn;
}

/* Returns the origin of an address; NULL: none, or AS 0. */
static const struct origin *
search(const struct list *list, const struct prefix *host)
{
	const struct origin *best = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct origin *o = &list->steps[i];

		if (prefix_covers(&o->prefix, host) &&
		    (best == NULL || o->prefix.len > best->prefix.len ||
			(o->prefix.len == best->prefix.len && wins(o, best))))
			best = o;
	}
	return best != NULL && best->asn != 0 ? best : NULL;
}

/* Whether one of the origins that rank equal to `o` has that name. */
static bool
has_name(const struct list *list, const struct origin *o, struct span name)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct origin *s = &list->steps[i];

		if (s->asn == o->asn && s->source == o->source &&
		    prefix_equal(&s->prefix, &o->prefix) &&
		    fuzz_same(s->reg.name.text, s->reg.name.len, name.text,
			name.len))
			return true;
	}
	return false;
}

static void
check_host(struct mmdb *db, const struct list *list, const struct addr *a)
{
	struct prefix host = prefix_of(a, family_bits(a->family));
	const struct origin *want = search(list, &host);
	struct origins found = { .count = 0 };
	enum status status =
	    db != NULL ? mmdb_find(db, &host, 0, &found) : STATUS_UNANNOUNCED;

	HOLDS((status == STATUS_OK) == (want != NULL));
	HOLDS(status == STATUS_OK || status == STATUS_UNANNOUNCED);
	if (want != NULL) {
		HOLDS(found.list[0].asn == want->asn);
		HOLDS(prefix_covers(&want->prefix, &found.list[0].prefix));
		HOLDS(prefix_covers(&found.list[0].prefix, &host));
		HOLDS(has_name(list, want, found.list[0].reg.name));
	}
	free(found.list);
}

/* Checks the first and the last address of a prefix. */
static void
check_prefix(struct mmdb *db, const struct list *list, const struct prefix *p)
{
	struct addr last = p->addr;

	check_host(db, list, &p->addr);
	for (unsigned i = p->len; i < family_bits(last.family); i++)
		last.bytes[i / 8] |= (uint8_t)(0x80 >> i % 8);
	check_host(db, list, &last);
}

static void
each(void *arg, const struct origin *o)
{
	const struct list *list = arg;
	struct prefix host =
	    prefix_of(&o->prefix.addr, family_bits(o->prefix.addr.family));
	const struct origin *want = search(list, &host);

	HOLDS(want != NULL && want->asn == o->asn);
	HOLDS(prefix_covers(&want->prefix, &o->prefix));
}

static void
read_list(struct span in, struct list *list, struct mmdb_writer *w)
{
	while (in.len > 0 && list->count < STEPS_MAX) {
		struct origin *o = &list->steps[list->count++];
		uint8_t how = fuzz_byte(&in);
		const char *name = names[how / 8 % LENGTH(names)];

		*o = (struct origin){
			.asn = how % 8 == 7 ? 64512 : how % 8,
			.source = how >> 6 & 1,
			.reg = { .name = { name, strlen(name) } },
		};
		if ((how & 128) != 0)
			memcpy(o->reg.country, "US", 3);
		o->prefix = fuzz_prefix(&in);
		mmdb_writer_add(w, o);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct mmdb_about about = { "T", "D", 1 };
	struct list list = { .count = 0 };
	struct mmdb_writer *w = mmdb_writer_new();
	struct buf out = { 0 };
	struct mmdb *db;
	char *why = NULL;

	read_list((struct span){ (const char *)data, size }, &list, w);
	HOLDS(mmdb_writer_write(w, &about, &out));
	db = fuzz_mmdb((struct span){ out.data, out.len }, &why);
	for (size_t i = 0; i < list.count; i++)
		check_prefix(db, &list, &list.steps[i].prefix);
	if (db != NULL)
		HOLDS(mmdb_walk(db, each, &list));
	free(why);
	mmdb_close(db);
	buf_free(&out);
	mmdb_writer_free(w);
	return 0;
}
