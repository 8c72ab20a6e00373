#ifndef ASNQ_MMDB_WALK_H
#define ASNQ_MMDB_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "db/mmdb-tree.h"
#include "record/addr.h"

#define MMDB_IPV4_DEPTH 96 /* IPv4 addresses are those in ::/96 */

enum mmdb_walk_step {
	MMDB_WALK_ON,
	MMDB_WALK_STOP,
	MMDB_WALK_CORRUPT /* the entry cannot be read */
};

/* Takes an entry, by the record that leads to it, and its network. */
typedef enum mmdb_walk_step mmdb_walk_each(void *arg, uint32_t record,
    const struct prefix *net);

/*
 * A walk through a search tree, which may be hostile: records can lead in
 * circles, or many to the same node.
 */
struct mmdb_walk {
	const struct mmdb_tree *tree;
	unsigned depth;	     /* bits of an address: 32 or 128 */
	uint32_t ipv4_start; /* the node that ::/96 leads to; 0: none */
	mmdb_walk_each *each;
	void *arg;
	uint64_t left;	     /* how many records may still be read */
	bool passes_corrupt; /* goes on after what is corrupt */
	bool stopped;
	bool corrupt;
};

/*
 * Calls `each` for every entry, in order of addresses. What several networks
 * of IPv6 addresses share with ::/96 is walked only there, as IPv4. Ends at
 * what is corrupt, unless the walk passes it, or when `left` is 0.
 */
void mmdb_walk_run(struct mmdb_walk *w);

#endif
