#include "config.h"

#include "db/mmdb-walk.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const struct prefix ipv4_part = {
	{ { 0 }, FAMILY_IPV6 },
	MMDB_IPV4_DEPTH,
};

static bool
is_over(const struct mmdb_walk *w)
{
	return w->left == 0 || w->stopped || (w->corrupt && !w->passes_corrupt);
}

/* Returns a network as its owner calls it: those in ::/96 are IPv4. */
static struct prefix
unmapped(const struct prefix *net)
{
	struct prefix ipv4 = { .len = (uint8_t)(net->len - MMDB_IPV4_DEPTH) };

	if (!prefix_covers(&ipv4_part, net))
		return *net;
	memcpy(ipv4.addr.bytes, net->addr.bytes + MMDB_IPV4_DEPTH / 8, 4);
	return ipv4;
}

static void
walk_entry(struct mmdb_walk *w, uint32_t record, const struct prefix *net)
{
	struct prefix p = unmapped(net);

	switch (w->each(w->arg, record, &p)) {
	case MMDB_WALK_ON:
		break;
	case MMDB_WALK_STOP:
		w->stopped = true;
		break;
	case MMDB_WALK_CORRUPT:
		w->corrupt = true;
		break;
	}
}

static void walk_node(struct mmdb_walk *w, uint32_t node,
    const struct prefix *net);

/* Follows the record of the network `net`. */
static void
walk_record(struct mmdb_walk *w, uint32_t record, const struct prefix *net)
{
	uint32_t nodes = w->tree->count;

	if (is_over(w) || record == nodes)
		return;
	w->left--;
	if (record > nodes)
		walk_entry(w, record, net);
	else if (record == 0 || net->len == w->depth)
		w->corrupt = true; /* a circle */
	else if (record != w->ipv4_start || prefix_equal(net, &ipv4_part))
		walk_node(w, record, net);
}

static void
walk_node(struct mmdb_walk *w, uint32_t node, const struct prefix *net)
{
	struct prefix side = *net;

	side.len++;
	walk_record(w, mmdb_tree_record(w->tree, node, 0), &side);
	side.addr.bytes[net->len / 8] |= (uint8_t)(0x80 >> net->len % 8);
	walk_record(w, mmdb_tree_record(w->tree, node, 1), &side);
}

void
mmdb_walk_run(struct mmdb_walk *w)
{
	struct prefix all = { .len = 0 };

	assert(w->depth == 32 || w->depth == 128);
	if (w->depth == 128)
		all.addr.family = FAMILY_IPV6;
	if (w->tree->count > 0)
		walk_node(w, 0, &all);
}
