#include "config.h"

#include "db/table.h"

#include <stdlib.h>
#include <string.h>

#include "../tap.h"
#include "base/array.h"
#include "record/target.h"

/* Returns one of few prefixes and origins, so that they nest and recur. */
static struct origin
random_origin(void)
{
	struct addr a = { .family = (uint8_t)tap_random(FAMILY_MAX) };
	uint8_t len = (uint8_t)(1 + tap_random(family_bits(a.family)));

	a.bytes[0] = (uint8_t)tap_random(4);
	for (size_t i = 1; i < 16; i++)
		a.bytes[i] = (uint8_t)(tap_random(3) * 85);
	if (a.family == FAMILY_IPV4)
		memset(a.bytes + 4, 0, 12);
	return (struct origin){ .asn = 1 + tap_random(3),
		.prefix = prefix_of(&a, len) };
}

/* Counts in the slow and obvious way: every prefix is tried. */
static size_t
count_covering(const struct origin *list, size_t count,
    const struct prefix *net)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		bool seen = !prefix_covers(&list[i].prefix, net);

		for (size_t k = 0; k < i && !seen; k++)
			seen = list[k].asn == list[i].asn &&
			    prefix_equal(&list[k].prefix, &list[i].prefix);
		n += !seen;
	}
	return n;
}

static bool
is_in_order(const struct origins *found, const struct prefix *net)
{
	for (size_t i = 0; i < found->count; i++)
		if (!prefix_covers(&found->list[i].prefix, net) ||
		    (i > 0 &&
			found->list[i].prefix.len >
			    found->list[i - 1].prefix.len))
			return false;
	return true;
}

static void
test_against_reference(void)
{
	enum {
		PREFIXES = 300,
		ADDRESSES = 100000
	};
	static struct origin list[PREFIXES];
	struct table *t = table_new();
	unsigned wrong = 0;

	for (size_t i = 0; i < PREFIXES; i++) {
		list[i] = random_origin();
		table_add(t, &list[i]);
	}
	table_build(t);
	for (size_t i = 0; i < ADDRESSES; i++) {
		struct origins found = { .count = 0 };
		struct prefix net = random_origin().prefix;

		table_find(t, &net, 0, &found);
		wrong += found.count != count_covering(list, PREFIXES, &net) ||
		    !is_in_order(&found, &net);
		free(found.list);
	}
	is_int(wrong, 0, "%d random addresses among %d prefixes", ADDRESSES,
	    PREFIXES);
	table_free(t);
}

static void
test_empty(void)
{
	struct table *t = table_new();
	struct origins found = { .count = 0 };
	struct prefix ipv4 = { { { 8, 8, 8, 8 }, FAMILY_IPV4 }, 32 };
	struct prefix ipv6 = { { { 0 }, FAMILY_IPV6 }, 128 };

	table_build(t);
	table_find(t, &ipv4, 0, &found);
	table_find(t, &ipv6, 0, &found);
	is_int((intmax_t)found.count, 0, "an empty table has no origins");
	ok(!table_serves(t, FAMILY_IPV4) && !table_serves(t, FAMILY_IPV6),
	    "an empty table serves no family");
	table_free(t);
	table_free(NULL);
	free(found.list);
}

/* Tests that a prefix with very many origins does not slow every look-up. */
static void
test_too_many(void)
{
	struct table *t = table_new();
	struct origins found = { .count = 0 };
	struct prefix net = { { { 10, 1, 2, 3 }, FAMILY_IPV4 }, 32 };
	uint32_t most = 0;

	for (uint8_t len = 8; len < 24; len++)
		for (uint32_t asn = 3000; asn > 0; asn--) {
			struct origin o = { .asn = asn };

			o.prefix = prefix_of(&net.addr, len);
			table_add(t, &o);
		}
	is_int((intmax_t)table_build(t), 16 * (3000 - ORIGINS_MAX),
	    "what a prefix has too many of is left out and counted");
	table_find(t, &net, 0, &found);
	is_int((intmax_t)found.count, ORIGINS_MAX,
	    "a search ends with the prefix that reaches the limit");
	for (size_t i = 0; i < found.count; i++)
		if (found.list[i].prefix.len == 23 && found.list[i].asn > most)
			most = found.list[i].asn;
	is_int((intmax_t)most, ORIGINS_MAX, "the lowest AS numbers stay");
	table_free(t);
	free(found.list);
}

int
main(void)
{
	test_too_many();
	test_against_reference();
	test_empty();
	return tap_done();
}
