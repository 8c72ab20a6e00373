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

#define LINE 64	     /* bytes of most processors' caches */
#define NODE_LINES 3 /* of a node and what stands behind it */
#define SLOTS_MIN 64 /* a power of two, as all counts of slots */

static struct map_slot *
new_slots(size_t count)
{
	size_t size = count * sizeof(struct map_slot);

	return memset(xmalloc_large(size), 0, size);
}

void
map_init(struct map *map)
{
	/* Without entropy the clock and the process number must do. */
	if (getentropy(map->secret, sizeof(map->secret)) != 0) {
		map->secret[0] = (uint64_t)time(NULL);
		map->secret[1] = (uint64_t)getpid();
	}
	map->count = 0;
	map->slot_count = SLOTS_MIN;
	map->slots = new_slots(SLOTS_MIN);
}

static uint64_t
rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

/* The last bytes of a key as a word, which may have been in one before. */
static uint64_t
last_word(const unsigned char *bytes, size_t len)
{
	uint64_t word = 0;
	uint32_t halves[2];

	if (len >= sizeof(word)) {
		memcpy(&word, bytes + len - sizeof(word), sizeof(word));
	} else if (len >= sizeof(halves[0])) {
		memcpy(&halves[0], bytes, sizeof(halves[0]));
		memcpy(&halves[1], bytes + len - sizeof(halves[1]),
		    sizeof(halves[1]));
		word = (uint64_t)halves[1] << 32 | halves[0];
	} else {
		for (size_t i = 0; i < len; i++)
			word = word << 8 | bytes[i];
	}
	return word ^ (uint64_t)len << 56;
}

struct state {
	uint64_t a, b, c, d;
};

/* A word goes in, by one round. */
static struct state
mix(struct state s, uint64_t word)
{
	s.d ^= word;
	s.a += s.b;
	s.b = rotate(s.b, 13) ^ s.a;
	s.a = rotate(s.a, 32);
	s.c += s.d;
	s.d = rotate(s.d, 16) ^ s.c;
	s.a += s.d;
	s.d = rotate(s.d, 21) ^ s.a;
	s.c += s.b;
	s.b = rotate(s.b, 17) ^ s.c;
	s.c = rotate(s.c, 32);
	s.a ^= word;
	return s;
}

/*
 * SipHash-1-3 (Aumasson and Bernstein 2012, fewer rounds), keyed so that
 * nobody can choose keys that collide. In the machine's byte order, and with
 * a last word that is quicker to read: the values never leave the process.
 * The last three rounds, which finish it, are those of a word that is zero.
 */
static uint64_t
hash(const uint64_t secret[2], const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	struct state s = {
		secret[0] ^ UINT64_C(0x736f6d6570736575),
		secret[1] ^ UINT64_C(0x646f72616e646f6d),
		secret[0] ^ UINT64_C(0x6c7967656e657261),
		secret[1] ^ UINT64_C(0x7465646279746573),
	};

	for (size_t left = len; left >= 8; left -= 8, at += 8) {
		uint64_t word;

		memcpy(&word, at, sizeof(word));
		s = mix(s, word);
	}
	s = mix(s, last_word(bytes, len));
	s.c ^= 0xff;
	s = mix(mix(mix(s, 0), 0), 0);
	return s.a ^ s.b ^ s.c ^ s.d;
}

/* The place of a key, or the free one where it would stand. */
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
	return map_find_hashed(map, map_hash(map, key, key_len), key, key_len);
}

uint64_t
map_hash(const struct map *map, const void *key, size_t key_len)
{
	return hash(map->secret, key, key_len);
}

void
map_expect(const struct map *map, uint64_t code)
{
	fetch(&map->slots[code & (map->slot_count - 1)]);
}

bool
map_expect_node(const struct map *map, uint64_t code)
{
	size_t mask = map->slot_count - 1;
	size_t i = code & mask;

	while (map->slots[i].node != NULL && map->slots[i].hash != code)
		i = (i + 1) & mask;
	if (map->slots[i].node == NULL)
		return false;
	for (size_t line = 0; line < NODE_LINES; line++)
		fetch((const char *)map->slots[i].node + line * LINE);
	return true;
}

struct map_node *
map_find_hashed(const struct map *map, uint64_t code, const void *key,
    size_t key_len)
{
	return map->slots[find(map, code, key, key_len)].node;
}

/* No two keys are equal, so a free place is all that is looked for. */
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
	map_insert_hashed(map, map_hash(map, node->key, node->key_len), node);
}

void
map_insert_hashed(struct map *map, uint64_t code, struct map_node *node)
{
	if (2 * map->count >= map->slot_count)
		grow(map);
	put(map, (struct map_slot){ code, node });
	map->count++;
}

void
map_remove(struct map *map, struct map_node *node)
{
	map_remove_hashed(map, map_hash(map, node->key, node->key_len), node);
}

/*
 * What stands behind the free place and could not stand nearer to where it
 * belongs moves up, so that no search ends before it.
 */
void
map_remove_hashed(struct map *map, uint64_t code, struct map_node *node)
{
	size_t mask = map->slot_count - 1;
	size_t gap = find(map, code, node->key, node->key_len);

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
