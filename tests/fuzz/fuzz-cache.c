#include "config.h"

#include "base/cache.h"
#include "fuzz.h"

/*
 * Compares a cache with a list of the last value of each key: it may forget a
 * value, but never return another; and it drops each value once.
 */

#define KEYS 32
#define MAX_BYTES 1500

struct state {
	int64_t serial[KEYS]; /* of the last value; 0 if none */
	int64_t last;
	size_t alive;
};

/* A value of the cache: a serial number, and the state that counts it. */
struct value {
	int64_t serial;
	struct state *state;
};

static void
drop(void *value)
{
	struct value *v = value;

	HOLDS(v->serial > 0 && v->state->alive > 0);
	v->serial = 0;
	v->state->alive--;
}

static void
put(struct cache *c, struct state *s, uint8_t key, size_t extra)
{
	struct value *v;

	v = cache_put(c, &key, sizeof(key), sizeof(*v), extra, s->last + 1);
	*v = (struct value){ .serial = ++s->last, .state = s };
	s->serial[key] = v->serial;
	s->alive++;
	/* The last value is cached, however small the cache. */
	HOLDS(cache_get(c, &key, sizeof(key), NULL) == v);
}

static void
get(struct cache *c, const struct state *s, uint8_t key)
{
	int64_t expires = 0;
	struct value *v = cache_get(c, &key, sizeof(key), &expires);

	HOLDS(v == NULL || v->serial == s->serial[key]);
	HOLDS(v == NULL || expires == v->serial);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct state s = { .last = 0 };
	struct cache *c = cache_new(MAX_BYTES, drop);

	for (size_t i = 0; i < size; i++) {
		uint8_t key = data[i] % KEYS;

		if ((data[i] & 128) != 0)
			put(c, &s, key, (data[i] & 96) * 4U);
		else
			get(c, &s, key);
		HOLDS(s.alive <= MAX_BYTES / sizeof(struct value));
	}
	cache_free(c);
	HOLDS(s.alive == 0);
	return 0;
}
