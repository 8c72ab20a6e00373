#include "config.h"

#include "db/mmdb-tree.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/alloc.h"

#define INDEX_BITS 16 /* 256 KiB: small enough to stay in cache */
#define NODE_LINES 8  /* cache lines from a node on that are prefetched */

uint32_t
mmdb_tree_record(const struct mmdb_tree *t, uint32_t node, unsigned side)
{
	const unsigned char *n = t->nodes + (size_t)node * (t->bits / 4);
	const unsigned char *r = n + side * ((t->bits + 4) / 8);
	uint32_t record =
	    (uint32_t)r[0] << 16 | (uint32_t)r[1] << 8 | (uint32_t)r[2];

	/* Of 28 bits the upper 4 of both records share a byte. */
	if (t->bits == 28)
		record |= (uint32_t)(side == 0 ? n[3] >> 4 : n[3] & 15) << 24;
	else if (t->bits == 32)
		record = record << 8 | r[3];
	return record;
}

static unsigned
first_bits(const struct addr *a)
{
	return (unsigned)a->bytes[0] << 8 | a->bytes[1];
}

/*
 * Fills the part of the index whose addresses begin with the `depth` bits
 * `first`, which lead to a node. Where they lead to no node after all their
 * bits, the index stays 0: only a corrupt tree leads back to node 0.
 */
static void
fill_index(struct mmdb_tree *t, uint32_t node, unsigned depth, unsigned first)
{
	for (unsigned side = 0; side < 2; side++) {
		uint32_t record = mmdb_tree_record(t, node, side);
		unsigned at = first | side << (INDEX_BITS - 1 - depth);

		if (record < t->count && depth + 1 == INDEX_BITS)
			t->index[at] = record;
		else if (record < t->count)
			fill_index(t, record, depth + 1, at);
	}
}

void
mmdb_tree_init(struct mmdb_tree *t, const unsigned char *nodes, uint32_t count,
    unsigned bits)
{
	assert(bits == 24 || bits == 28 || bits == 32);
	*t = (struct mmdb_tree){
		.nodes = nodes,
		.count = count,
		.bits = bits,
	};
}

void
mmdb_tree_add_index(struct mmdb_tree *t, uint32_t start)
{
	assert(t->index == NULL);
	t->index = xcalloc(1U << INDEX_BITS, sizeof(*t->index));
	if (start < t->count)
		fill_index(t, start, 0, 0);
}

void
mmdb_tree_prefetch(const struct mmdb_tree *t, const struct addr *a, int round)
{
	const uint32_t *indexed = &t->index[first_bits(a)];
	const unsigned char *node;

	assert(t->index != NULL && a->family == FAMILY_IPV4);
	if (round == 0) {
		prefetch(indexed);
		return;
	}
	node = t->nodes + (size_t)*indexed * (t->bits / 4);
	for (size_t line = 0; line < NODE_LINES; line++)
		prefetch(node + line * CACHE_LINE);
}

bool
mmdb_tree_find(const struct mmdb_tree *t, const struct addr *a,
    uint32_t *record, uint8_t *len)
{
	unsigned depth = INDEX_BITS;
	uint32_t node;

	assert(t->index != NULL && a->family == FAMILY_IPV4);
	node = t->index[first_bits(a)];
	if (node == 0)
		return false;
	for (; node < t->count && depth < 32; depth++)
		node = mmdb_tree_record(t, node,
		    (unsigned)a->bytes[depth / 8] >> (7 - depth % 8) & 1);
	*record = node;
	*len = (uint8_t)depth;
	return true;
}

void
mmdb_tree_free(struct mmdb_tree *t)
{
	free(t->index);
	*t = (struct mmdb_tree){ .index = NULL };
}
