#ifndef ASNQ_MAP_H
#define ASNQ_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

/* Part of what is kept in a map. The owner fills it in. */
struct map_node {
	const void *key;
	size_t key_len;
};

/* A place in the table: a node, or NULL, and the hash of its key. */
struct map_slot {
	uint64_t hash;
	struct map_node *node;
};

/*
 * A hash table of nodes that belong to somebody else, with open addressing:
 * what is found costs a look at the table and one at the node.
 */
struct map {
	struct map_slot *slots;
	size_t slot_count;
	size_t count;
	struct hash_key key;
};

void map_init(struct map *map);

/* The node with this key, or NULL. */
struct map_node *map_find(const struct map *map, const void *key,
    size_t key_len);

/* Its key must not be in the map, and must not change while it is. */
void map_insert(struct map *map, struct map_node *node);

/* The node must be in the map. */
void map_remove(struct map *map, struct map_node *node);

/*
 * Steps through the nodes, in no order: *at begins with 0. NULL behind the
 * last. Between two steps nothing may be inserted or removed.
 */
struct map_node *map_next(const struct map *map, size_t *at);

/* Gives back the table; the nodes are left alone. */
void map_free(struct map *map);

#endif
