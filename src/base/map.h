#ifndef ASNQ_MAP_H
#define ASNQ_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

/* The part of an element by which a map holds it. The owner fills it in. */
struct map_node {
	const void *key;
	size_t key_len;
};

/* A slot of the table: a node, or NULL, and the hash of its key. */
struct map_slot {
	uint64_t hash;
	struct map_node *node;
};

/* A hash table, with open addressing, of nodes that the caller owns. */
struct map {
	struct map_slot *slots;
	size_t slot_count;
	size_t count;
	struct hash_key key;
};

/* Makes an empty map, which map_free() frees. */
void map_init(struct map *map);

/* Returns the node with this key, or NULL. */
struct map_node *map_find(const struct map *map, const void *key,
    size_t key_len);

/*
 * Inserts a node. Its key must not be in the map yet, and must not change
 * while the node is in it.
 */
void map_insert(struct map *map, struct map_node *node);

/* Removes a node, which must be in the map. */
void map_remove(struct map *map, struct map_node *node);

/*
 * Returns the next node, in no order, or NULL after the last. *at begins with
 * 0. Nothing may be inserted or removed between two steps.
 */
struct map_node *map_next(const struct map *map, size_t *at);

/* Frees the table, but not the nodes. */
void map_free(struct map *map);

#endif
