#ifndef ASNQ_MMDB_TREE_H
#define ASNQ_MMDB_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "record/addr.h"

/*
 * The search tree of an MMDB (MaxMind DB File Format Specification 2.0,
 * "Binary Search Tree Section"). For many look-ups of IPv4 addresses it gets
 * an index by their first 16 bits, which leaves few nodes to go through, so
 * that these can be prefetched.
 */
struct mmdb_tree {
	const unsigned char *nodes;
	uint32_t count;	 /* of nodes */
	unsigned bits;	 /* of a record: 24, 28 or 32; a node has two */
	uint32_t *index; /* nodes by the first bits; NULL: none was made */
};

/* Sets up a tree without an index. The nodes are borrowed. */
void mmdb_tree_init(struct mmdb_tree *t, const unsigned char *nodes,
    uint32_t count, unsigned bits);

/*
 * Returns the record of one side, 0 or 1, of a node: the number of a node
 * below `count`; or `count`, for nothing; or more, for an entry.
 */
uint32_t mmdb_tree_record(const struct mmdb_tree *t, uint32_t node,
    unsigned side);

/* Makes the index. IPv4 begins where the record `start` leads. */
void mmdb_tree_add_index(struct mmdb_tree *t, uint32_t start);

/*
 * Prefetches what a look-up of an IPv4 address will read: in round 0 its part
 * of the index, in round 1, which reads that, the nodes. Most databases store
 * the nodes below a node right after it. There must be an index.
 */
void mmdb_tree_prefetch(const struct mmdb_tree *t, const struct addr *a,
    int round);

/*
 * Sets *record to the record that an IPv4 address leads to, and *len to how
 * many of its bits lead there. A record below `count` means that the tree is
 * corrupt. Returns false if the index does not lead there: the address has to
 * be looked up without it. There must be an index.
 */
bool mmdb_tree_find(const struct mmdb_tree *t, const struct addr *a,
    uint32_t *record, uint8_t *len);

void mmdb_tree_free(struct mmdb_tree *t);

#endif
