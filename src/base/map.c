#include "config.h"

#include "base/map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define SLOTS_MIN 64 /* a power of two, as every count of slots */

static struct map_slot *
new_slots(size_t count)
{
	size_t size = count * sizeof(struct map_slot);

	return memset(xmalloc_large(size), 0, size);
}

void
map_init(struct map *map)
{
	hash_key_init(&map->key);
	map->count = 0;
	map->slot_count = SLOTS_MIN;
	map->slots = new_slots(SLOTS_MIN);
}

/* Returns the slot of a key, or the free slot where it would be. */
static size_t
find(const struct map *map, uint64_t code, const void *key, size_t key_len)
{
	size_t mask = map->slot_count - 1;
	size_t i = code & mask;

	while (map->slots[i].node != NULL &&
	    (map->slots[i].hash != code ||
		map->slots[i].node->key_len != key_len ||
		memcmp(map->slots[i].node->key, key, key_len) != 0))
		i = (i + 1) & mask;
	return i;
}

struct map_node *
map_find(const struct map *map, const void *key, size_t key_len)
{
	uint64_t code = hash_bytes(&map->key, key, key_len);

	return map->slots[find(map, code, key, key_len)].node;
}

/* Fills the first free slot; the key is known to be new. */
static void
put(struct map *map, struct map_slot slot)
{
	size_t mask = map->slot_count - 1;
	size_t i = slot.hash & mask;

	while (map->slots[i].node != NULL)
		i = (i + 1) & mask;
	map->slots[i] = slot;
}

static void
grow(struct map *map)
{
	struct map_slot *old = map->slots;
	size_t old_count = map->slot_count;

	map->slot_count *= 2;
	map->slots = new_slots(map->slot_count);
	for (size_t i = 0; i < old_count; i++)
		if (old[i].node != NULL)
			put(map, old[i]);
	free(old);
}

void
map_insert(struct map *map, struct map_node *node)
{
	uint64_t code = hash_bytes(&map->key, node->key, node->key_len);

	if (2 * map->count >= map->slot_count)
		grow(map);
	put(map, (struct map_slot){ code, node });
	map->count++;
}

/*
 * Closes the gap: nodes after it move up if that brings them nearer to their
 * home slot, so that no search ends at the gap too early.
 */
void
map_remove(struct map *map, struct map_node *node)
{
	uint64_t code = hash_bytes(&map->key, node->key, node->key_len);
	size_t mask = map->slot_count - 1;
	size_t gap = find(map, code, node->key, node->key_len);

	assert(map->slots[gap].node == node);
	for (size_t i = (gap + 1) & mask; map->slots[i].node != NULL;
	     i = (i + 1) & mask) {
		size_t home = map->slots[i].hash & mask;

		if (((i - home) & mask) < ((i - gap) & mask))
			continue;
		map->slots[gap] = map->slots[i];
		gap = i;
	}
	map->slots[gap].node = NULL;
	map->count--;
}

struct map_node *
map_next(const struct map *map, size_t *at)
{
	while (*at < map->slot_count) {
		struct map_node *node = map->slots[(*at)++].node;

		if (node != NULL)
			return node;
	}
	return NULL;
}

void
map_free(struct map *map)
{
	free(map->slots);
	*map = (struct map){ 0 };
}
