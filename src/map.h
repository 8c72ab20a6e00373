#ifndef ASNQ_MAP_H
#define ASNQ_MAP_H

#include <stddef.h>
#include <stdint.h>

/* Part of what is kept in a map. The owner fills in key and key_len. */
struct map_node {
	struct map_node *next; /* in its bucket */
	uint64_t hash;
	const void *key;
	size_t key_len;
};

/* A hash table of nodes that belong to somebody else. */
struct map {
	struct map_node **buckets;
	size_t bucket_count;
	size_t count;
	uint64_t secret[2];
};

void map_init(struct map *map);

/* The node with this key, or NULL. */
struct map_node *map_find(const struct map *map, const void *key,
    size_t key_len);

/* Its key must not be in the map, and must not change while it is. */
void map_insert(struct map *map, struct map_node *node);

/* The node must be in the map. */
void map_remove(struct map *map, struct map_node *node);

/* Gives back the table; the nodes are left alone. */
void map_free(struct map *map);

#endif
