#include "config.h"

#include "map.h"

#include <stdlib.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_SYS_RANDOM_H
#include <sys/random.h>
#endif

#include "mem.h"

#define BUCKETS_MIN 64 /* a power of two, as all counts of buckets */

void
map_init(struct map *map)
{
	/* Without entropy the clock and the process number must do. */
	if (getentropy(map->secret, sizeof(map->secret)) != 0) {
		map->secret[0] = (uint64_t)time(NULL);
		map->secret[1] = (uint64_t)getpid();
	}
	map->count = 0;
	map->bucket_count = BUCKETS_MIN;
	map->buckets = xcalloc(BUCKETS_MIN, sizeof(struct map_node *));
}

static uint64_t
rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static void
mix(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/*
 * SipHash-1-3 (Aumasson and Bernstein 2012, fewer rounds), keyed so that
 * nobody can choose keys that collide. In the machine's byte order: the
 * values never leave the process.
 */
static uint64_t
hash(const uint64_t secret[2], const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	uint64_t last = (uint64_t)len << 56;
	uint64_t word;
	uint64_t v[4] = {
		secret[0] ^ UINT64_C(0x736f6d6570736575),
		secret[1] ^ UINT64_C(0x646f72616e646f6d),
		secret[0] ^ UINT64_C(0x6c7967656e657261),
		secret[1] ^ UINT64_C(0x7465646279746573),
	};

	for (; len >= 8; len -= 8, at += 8) {
		memcpy(&word, at, 8);
		v[3] ^= word;
		mix(v);
		v[0] ^= word;
	}
	for (size_t i = 0; i < len; i++)
		last |= (uint64_t)at[i] << 8 * i;
	v[3] ^= last;
	mix(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	mix(v);
	mix(v);
	mix(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The link that points to the node, or to NULL where it would stand. */
static struct map_node **
find(const struct map *map, uint64_t code, const void *key, size_t key_len)
{
	struct map_node **link = &map->buckets[code & (map->bucket_count - 1)];

	while (*link != NULL &&
	    ((*link)->hash != code || (*link)->key_len != key_len ||
		memcmp((*link)->key, key, key_len) != 0))
		link = &(*link)->next;
	return link;
}

struct map_node *
map_find(const struct map *map, const void *key, size_t key_len)
{
	return *find(map, hash(map->secret, key, key_len), key, key_len);
}

static void
grow(struct map *map)
{
	size_t count = map->bucket_count * 2;
	struct map_node **buckets = xcalloc(count, sizeof(*buckets));

	for (size_t i = 0; i < map->bucket_count; i++) {
		struct map_node *node = map->buckets[i];

		while (node != NULL) {
			struct map_node *next = node->next;
			struct map_node **link =
			    &buckets[node->hash & (count - 1)];

			node->next = *link;
			*link = node;
			node = next;
		}
	}
	free(map->buckets);
	map->buckets = buckets;
	map->bucket_count = count;
}

void
map_insert(struct map *map, struct map_node *node)
{
	struct map_node **link;

	if (map->count == map->bucket_count)
		grow(map);
	node->hash = hash(map->secret, node->key, node->key_len);
	link = &map->buckets[node->hash & (map->bucket_count - 1)];
	node->next = *link;
	*link = node;
	map->count++;
}

void
map_remove(struct map *map, struct map_node *node)
{
	*find(map, node->hash, node->key, node->key_len) = node->next;
	map->count--;
}

void
map_free(struct map *map)
{
	free(map->buckets);
	*map = (struct map){ 0 };
}
