#include "config.h"

#include "db/mmdb.h"
#include "fuzz.h"
#include "record/special-purpose.h"

/* Opens any bytes as a database. */

#define MOST_ORIGINS 1000
#define MANY 2000 /* look-ups, enough for an index */

struct walk {
	struct mmdb *db;
	size_t count;
};

/* For an IPv6 address the prefix may be that of an IPv4 address inside of it. */
static void
check_find(struct mmdb *db, const struct prefix *net)
{
	struct origins found = { .count = 0 };
	enum status status = mmdb_find(db, net, 5, &found);

	HOLDS(found.count == (status == STATUS_OK));
	if (status == STATUS_OK) {
		const struct origin *o = found.list;

		HOLDS(o->source == 5 && o->unrouted && !asn_is_none(o->asn));
		HOLDS(o->prefix.len > 0);
		HOLDS(prefix_covers(&o->prefix, net) ||
		    o->prefix.addr.family < net->addr.family);
	}
	free(found.list);
}

static void
each(void *arg, const struct origin *o)
{
	struct walk *w = arg;
	struct prefix cut = prefix_of(&o->prefix.addr, o->prefix.len);

	HOLDS(!asn_is_none(o->asn) && o->prefix.len > 0);
	HOLDS(prefix_equal(&cut, &o->prefix));
	if (w->count++ < MOST_ORIGINS)
		check_find(w->db, &o->prefix);
}

/* An index changes nothing that is found. */
static void
check_index(struct mmdb *db)
{
	static const struct addr probes[] = {
		{ { 8, 8, 8, 8 }, FAMILY_IPV4 },
		{ { 0, 0, 0, 0 }, FAMILY_IPV4 },
		{ { 127, 255, 255, 255 }, FAMILY_IPV4 },
		{ { 128, 0, 0, 1 }, FAMILY_IPV4 },
		{ { 255, 255, 255, 255 }, FAMILY_IPV4 },
	};
	struct origins plain = { .count = 0 };
	struct origins indexed = { .count = 0 };
	enum status statuses[LENGTH(probes)];

	for (size_t i = 0; i < LENGTH(probes); i++) {
		struct prefix host = prefix_of(&probes[i], 32);

		statuses[i] = mmdb_find(db, &host, 0, &plain);
	}
	for (int i = 0; i < MANY; i++) {
		mmdb_prefetch(db, &probes[0], 0);
		mmdb_prefetch(db, &probes[0], 1);
	}
	for (size_t i = 0; i < LENGTH(probes); i++) {
		struct prefix host = prefix_of(&probes[i], 32);

		HOLDS(mmdb_find(db, &host, 0, &indexed) == statuses[i]);
	}
	HOLDS(plain.count == indexed.count);
	for (size_t i = 0; i < plain.count; i++) {
		const struct origin *a = &plain.list[i];
		const struct origin *b = &indexed.list[i];

		HOLDS(a->asn == b->asn && prefix_equal(&a->prefix, &b->prefix));
	}
	free(plain.list);
	free(indexed.list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const probes[] = { "8.8.8.8", "::", "0.0.0.0",
		"2001:db8::1", "::ffff:8.8.8.8", "2002:808:808::" };
	struct walk w = { .count = 0 };
	char *why = NULL;

	w.db = fuzz_mmdb((struct span){ (const char *)data, size }, &why);
	HOLDS((w.db == NULL) == (why != NULL));
	free(why);
	if (w.db == NULL)
		return 0;
	HOLDS(mmdb_type(w.db) != NULL && mmdb_built(w.db) >= 0);
	mmdb_walk(w.db, each, &w);
	for (size_t i = 0; i < LENGTH(probes); i++) {
		struct addr a;
		struct prefix net;

		HOLDS(addr_parse(probes[i], strlen(probes[i]), &a));
		net = prefix_of(&a, family_bits(a.family));
		check_find(w.db, &net);
	}
	check_index(w.db);
	mmdb_close(w.db);
	return 0;
}
