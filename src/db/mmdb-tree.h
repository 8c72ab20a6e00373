#ifndef ASNQ_MMDB_TREE_H
#define ASNQ_MMDB_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "record/addr.h"

/*
 * A short cut into the search tree of an MMDB, for many look-ups: an index by
 * the first bits of IPv4 addresses, behind which few nodes are left, so that
 * those can be fetched ahead. MaxMind DB File Format Specification 2.0,
 * "Binary Search Tree Section".
 */
struct mmdb_tree {
	const unsigned char *nodes;
	uint32_t count; /* of them */
	unsigned bits;	/* of a record: 24, 28 or 32; a node has two */
	uint32_t *index;
};

/*
 * Sets a tree up whose part for IPv4 begins with the record `start`. The
 * nodes are borrowed.
 */
void mmdb_tree_init(struct mmdb_tree *t, const unsigned char *nodes,
    uint32_t count, unsigned bits, uint32_t start);

/*
 * What will be looked at for an IPv4 address is fetched meanwhile, in round 0
 * and in round 1, which reads what the one before has fetched. Makers of
 * databases write what is below a node behind it.
 */
void mmdb_tree_prefetch(const struct mmdb_tree *t, const struct addr *a,
    int round);

/*
 * Sets *record to where the tree leads for an IPv4 address, and *len to how
 * many of its bits lead there. A record of less than `count` is corrupt.
 * False: the index does not lead there.
 */
bool mmdb_tree_find(const struct mmdb_tree *t, const struct addr *a,
    uint32_t *record, uint8_t *len);

void mmdb_tree_free(struct mmdb_tree *t);

#endif
