#include "config.h"

#include "base/cache.h"

#include <stddef.h>
#include <stdlib.h>

#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"
#include "base/map.h"
#include "base/span.h"

#define DROPS_MAX 200000

/* How often each value was dropped, by its serial number. */
static unsigned char dropped[DROPS_MAX];
static unsigned drops;
static size_t alive; /* bytes of the values in the cache */

struct value {
	unsigned serial;
	unsigned key;
	size_t bytes;
};

static void
drop(void *value)
{
	struct value *v = value;

	dropped[v->serial]++;
	drops++;
	alive -= v->bytes;
}

static void
reset(void)
{
	memset(dropped, 0, sizeof(dropped));
	drops = 0;
	alive = 0;
}

static struct value *
put(struct cache *c, unsigned key, unsigned serial, size_t extra,
    int64_t expires)
{
	struct value *v =
	    cache_put(c, &key, sizeof(key), sizeof(*v), extra, expires);

	*v = (struct value){ serial, key, sizeof(key) + sizeof(*v) + extra };
	alive += v->bytes;
	return v;
}

static struct value *
get(struct cache *c, unsigned key)
{
	return cache_get(c, &key, sizeof(key), NULL);
}

static void
test_basics(void)
{
	struct cache *c = cache_new(1 << 20, drop);
	int64_t expires = 0;

	reset();
	ok(get(c, 1) == NULL, "an empty cache has no values");
	put(c, 1, 0, 0, 1000);
	put(c, 2, 1, 0, -5);
	ok(get(c, 1) != NULL && get(c, 1)->serial == 0,
	    "a cached value is found");
	cache_get(c, &(unsigned){ 2 }, sizeof(unsigned), &expires);
	is_int(expires, -5, "a value is found with its time of expiry");
	ok((uintptr_t)get(c, 1) % _Alignof(max_align_t) == 0,
	    "a value is aligned");
	get(c, 1)->bytes = 77;
	is_int((intmax_t)get(c, 1)->bytes, 77, "a value may be changed");
	get(c, 1)->bytes = sizeof(unsigned) + sizeof(struct value);
	put(c, 1, 2, 0, 3000);
	is_int(dropped[0], 1, "an older value of a key is dropped");
	is_int(get(c, 1)->serial, 2, "the newer value replaces it");
	cache_free(c);
	is_int(dropped[1] + dropped[2], 2,
	    "cache_free() drops the other values");
	is_int(drops, 3, "cache_free() drops nothing twice");
	is_int((intmax_t)alive, 0, "no bytes remain");
	cache_free(NULL);
}

/* Tests keys of any bytes: none, NULs, one that is the beginning of another. */
static void
test_keys(void)
{
	static const struct span keys[] = { { "", 0 }, { "\0", 1 }, { "a", 1 },
		{ "a\0", 2 }, { "a\0b", 3 }, { "a\0c", 3 }, { "ab", 2 },
		{ "abcdefgh", 8 }, { "abcdefghi", 9 } };
	struct cache *c = cache_new(1 << 20, NULL);
	unsigned wrong = 0;

	for (size_t i = 0; i < LENGTH(keys); i++) {
		wrong += cache_get(c, keys[i].text, keys[i].len, NULL) != NULL;
		*(char *)cache_put(c, keys[i].text, keys[i].len, 1, 0, 0) =
		    (char)i;
	}
	for (size_t i = 0; i < LENGTH(keys); i++)
		wrong += *(char *)cache_get(c, keys[i].text, keys[i].len,
			     NULL) != (char)i;
	is_int(wrong, 0, "keys may have any bytes");
	cache_put(c, "none", 4, 0, 0, 0);
	ok(cache_get(c, "none", 4, NULL) != NULL, "a value may have no bytes");
	cache_free(c);
}

/* Returns how many values of one size a cache holds. */
static unsigned
capacity(size_t max)
{
	struct cache *c = cache_new(max, drop);
	unsigned count = 0;

	reset();
	for (; drops == 0; count++)
		put(c, count, count, 0, 0);
	cache_free(c);
	return count - 1;
}

static void
test_second_chance(void)
{
	const size_t max = 20000;
	unsigned n = capacity(max);
	struct cache *c = cache_new(max, drop);

	ok(n > 10 && n < max / sizeof(struct value),
	    "%u values fit in %zu bytes", n, max);
	reset();
	for (unsigned i = 0; i < n; i++)
		put(c, i, i, 0, 0);
	is_int(drops, 0, "no value is dropped before the cache is full");
	get(c, 0);
	get(c, 2);
	put(c, n, n, 0, 0);
	is_int(drops, 1, "a new value replaces one other");
	is_int(dropped[1], 1, "it is the oldest that was not used");
	put(c, n + 1, n + 1, 0, 0);
	is_int(dropped[3], 1, "the next is dropped after it");
	ok(dropped[0] == 0 && dropped[2] == 0, "used values stay");
	for (unsigned i = 2; i < n + 2; i++)
		put(c, n + i, n + i, 0, 0);
	is_int(dropped[0] + dropped[2], 2, "used values do not stay for ever");
	cache_free(c);
}

static void
test_extra(void)
{
	const size_t max = 20000;
	struct cache *c = cache_new(max, drop);

	reset();
	put(c, 0, 0, 0, 0);
	put(c, 1, 1, max / 2, 0);
	is_int(drops, 0, "values with extra memory are cached");
	put(c, 2, 2, max / 2, 0);
	ok(drops > 0, "extra memory counts towards the limit");
	/* A value that is too large is cached alone. */
	put(c, 3, 3, 10 * max, 0);
	is_int(drops, 3, "a value larger than the limit replaces all others");
	put(c, 4, 4, 0, 0);
	is_int(dropped[3], 1, "the next value replaces it");
	cache_free(c);
	is_int(drops, 5, "every value is dropped");
	c = cache_new(0, drop);
	reset();
	put(c, 0, 0, 0, 0);
	put(c, 1, 1, 0, 0);
	is_int(drops, 1, "a cache of no bytes holds one value");
	cache_free(c);
}

/*
 * Tests random operations against a model of the keys: a queue, whose head goes
 * to its end once if it was used.
 */
static void
test_random(void)
{
	enum {
		KEYS = 400
	};
	static unsigned queue[KEYS];
	static bool used[KEYS];
	static unsigned serials[KEYS];
	const size_t max = 10000;
	unsigned n = capacity(max);
	struct cache *c = cache_new(max, drop);
	unsigned count = 0;
	unsigned serial = 0;
	unsigned unlike = 0;
	unsigned above = 0;
	unsigned twice = 0;

	reset();
	for (int i = 0; i < 100000; i++) {
		unsigned key =
		    tap_random(2) == 0 ? tap_random(KEYS) : tap_random(20);
		unsigned at = 0;
		struct value *v;

		while (at < count && queue[at] != key)
			at++;
		if (tap_random(3) > 0) {
			v = get(c, key);
			unlike += (v != NULL) != (at < count);
			unlike += v != NULL &&
			    (v->serial != serials[key] || v->key != key);
			used[key] = true;
			continue;
		}
		if (at < count) {
			memmove(&queue[at], &queue[at + 1],
			    (--count - at) * sizeof(*queue));
		}
		while (count >= n) {
			unsigned head = queue[0];

			memmove(&queue[0], &queue[1], --count * sizeof(*queue));
			if (used[head])
				queue[count++] = head;
			used[head] = false;
		}
		queue[count++] = key;
		used[key] = false;
		serials[key] = serial;
		put(c, key, serial++, 0, i);
		above += alive > max;
	}
	cache_free(c);
	for (unsigned i = 0; i < serial; i++)
		twice += dropped[i] != 1;
	is_int(unlike, 0, "100,000 random operations agree with the model");
	is_int(above, 0, "the limit is kept");
	is_int(twice, 0, "each value is dropped exactly once");
}

/* Tests values of many sizes: the limit is kept, and no value is lost. */
static void
test_sizes(void)
{
	const size_t max = 100000;
	struct cache *c = cache_new(max, drop);
	unsigned above = 0;
	unsigned twice = 0;

	reset();
	for (unsigned i = 0; i < 50000; i++) {
		put(c, tap_random(5000), i, tap_random(3000), 0);
		get(c, tap_random(5000));
		above += alive > max;
	}
	cache_free(c);
	for (unsigned i = 0; i < 50000; i++)
		twice += dropped[i] != 1;
	is_int(above, 0, "the limit is kept with values of many sizes");
	is_int(twice, 0, "each value of any size is dropped once");
}

/* Compares a map of nodes with keys of several lengths with an array. */
static void
test_map(void)
{
	enum {
		NODES = 3000
	};
	static struct map_node nodes[NODES];
	static char keys[NODES][24];
	static bool in[NODES];
	struct map map;
	size_t count = 0;
	unsigned wrong = 0;

	map_init(&map);
	ok(map_find(&map, "x", 1) == NULL, "an empty map has no nodes");
	for (unsigned i = 0; i < NODES; i++) {
		nodes[i].key = keys[i];
		nodes[i].key_len = sizeof(i) + i % 20;
		memset(keys[i], 0, sizeof(keys[i]));
		memcpy(keys[i], &i, sizeof(i));
	}
	nodes[0].key_len = 0;
	for (int i = 0; i < 100000; i++) {
		unsigned at = tap_random(NODES);
		struct map_node *found =
		    map_find(&map, keys[at], nodes[at].key_len);

		wrong += found != (in[at] ? &nodes[at] : NULL);
		if (tap_random(3) == 0)
			continue;
		if (in[at])
			map_remove(&map, &nodes[at]);
		else
			map_insert(&map, &nodes[at]);
		in[at] = !in[at];
		count += in[at];
		count -= !in[at];
		wrong += map.count != count;
	}
	for (unsigned i = 0; i < NODES; i++)
		wrong += map_find(&map, keys[i], nodes[i].key_len) !=
		    (in[i] ? &nodes[i] : NULL);
	for (size_t at = 0; map_next(&map, &at) != NULL;)
		count--;
	is_int((intmax_t)count, 0, "each node is visited once");
	is_int(wrong, 0,
	    "100,000 random operations on a map agree with the array");
	ok(map.slot_count > map.count, "a map grows with its nodes");
	map_free(&map);
}

/* Returns the hash of the only node. */
static uint64_t
hash_in(const struct map *map)
{
	size_t at = 0;

	map_next(map, &at);
	return map->slots[at - 1].hash;
}

/*
 * Tests that maps have different secrets, so that nobody can choose keys that
 * collide.
 */
static void
test_secrets(void)
{
	struct map maps[2];
	struct map_node nodes[2];

	for (int i = 0; i < 2; i++) {
		map_init(&maps[i]);
		nodes[i] = (struct map_node){ .key = "key", .key_len = 3 };
		map_insert(&maps[i], &nodes[i]);
	}
	ok(hash_in(&maps[0]) != hash_in(&maps[1]),
	    "each map has its own secret");
	map_free(&maps[0]);
	map_free(&maps[1]);
}

int
main(void)
{
	test_basics();
	test_keys();
	test_second_chance();
	test_extra();
	test_random();
	test_sizes();
	test_map();
	test_secrets();
	return tap_done();
}
