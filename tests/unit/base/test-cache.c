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

/* By serial number of a value: how often it was dropped. */
static unsigned char dropped[DROPS_MAX];
static unsigned drops;
static size_t alive; /* bytes of what is in the cache */

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
	ok(get(c, 1) == NULL, "an empty cache");
	put(c, 1, 0, 0, 1000);
	put(c, 2, 1, 0, -5);
	ok(get(c, 1) != NULL && get(c, 1)->serial == 0,
	    "what was put is there");
	cache_get(c, &(unsigned){ 2 }, sizeof(unsigned), &expires);
	is_int(expires, -5, "with the time when it expires");
	ok((uintptr_t)get(c, 1) % _Alignof(max_align_t) == 0,
	    "a value is aligned");
	get(c, 1)->bytes = 77;
	is_int((intmax_t)get(c, 1)->bytes, 77, "and may be changed");
	get(c, 1)->bytes = sizeof(unsigned) + sizeof(struct value);
	put(c, 1, 2, 0, 3000);
	is_int(dropped[0], 1, "the older value under a key is dropped");
	is_int(get(c, 1)->serial, 2, "for the newer one");
	cache_free(c);
	is_int(dropped[1] + dropped[2], 2, "cache_free() drops the rest");
	is_int(drops, 3, "and nothing else");
	is_int((intmax_t)alive, 0, "not a byte is left");
	cache_free(NULL);
}

/* Keys are bytes: none, NULs, one the beginning of another. */
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
	is_int(wrong, 0, "keys are any bytes");
	cache_put(c, "none", 4, 0, 0, 0);
	ok(cache_get(c, "none", 4, NULL) != NULL, "a value of no bytes");
	cache_free(c);
}

/* How many values of one size a cache holds. */
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
	    "%u values fit into %zu bytes", n, max);
	reset();
	for (unsigned i = 0; i < n; i++)
		put(c, i, i, 0, 0);
	is_int(drops, 0, "nothing goes before the cache is full");
	get(c, 0);
	get(c, 2);
	put(c, n, n, 0, 0);
	is_int(drops, 1, "one goes for one");
	is_int(dropped[1], 1, "the oldest that was not used");
	put(c, n + 1, n + 1, 0, 0);
	is_int(dropped[3], 1, "then the next one");
	ok(dropped[0] == 0 && dropped[2] == 0, "what was used stays");
	for (unsigned i = 2; i < n + 2; i++)
		put(c, n + i, n + i, 0, 0);
	is_int(dropped[0] + dropped[2], 2, "but not for ever");
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
	is_int(drops, 0, "memory that a value points to");
	put(c, 2, 2, max / 2, 0);
	ok(drops > 0, "counts towards the bound");
	/* What alone is too large takes the whole place. */
	put(c, 3, 3, 10 * max, 0);
	is_int(drops, 3, "a value above the bound drives all others out");
	put(c, 4, 4, 0, 0);
	is_int(dropped[3], 1, "and is gone with the next");
	cache_free(c);
	is_int(drops, 5, "all are dropped");
	c = cache_new(0, drop);
	reset();
	put(c, 0, 0, 0, 0);
	put(c, 1, 1, 0, 0);
	is_int(drops, 1, "a cache of no bytes holds one at a time");
	cache_free(c);
}

/*
 * Random operations; the model says which keys are there: a queue, whose
 * head goes to its end once if it was used.
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
	is_int(unlike, 0, "100,000 random operations, as a queue has it");
	is_int(above, 0, "the bound is kept");
	is_int(twice, 0, "each value is dropped once");
}

/* Values of many sizes: the bound, and no value lost. */
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
	is_int(above, 0, "the bound is kept with values of many sizes");
	is_int(twice, 0, "each of them is dropped once");
}

/* Nodes with keys of several lengths against an array. */
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
	ok(map_find(&map, "x", 1) == NULL, "an empty map");
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
	is_int((intmax_t)count, 0, "each node is stepped through once");
	is_int(wrong, 0, "100,000 random operations on a map");
	ok(map.slot_count > map.count, "which grows with its nodes");
	map_free(&map);
}

/* Of the only node. */
static uint64_t
hash_in(const struct map *map)
{
	size_t at = 0;

	map_next(map, &at);
	return map->slots[at - 1].hash;
}

/* Different maps, different secrets: nobody can choose keys that collide. */
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
	    "each map has a secret of its own");
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
