#include "config.h"

#include "base/cache.h"

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"

/* What malloc() and the map take for an entry, approximately. */
#define ENTRY_OVERHEAD 64

#define UNIT 64 /* bytes; entries are multiples of it, see round_up() */

struct cache_entry {
	struct map_node node; /* first, so that a node is its entry */
	TAILQ_ENTRY(cache_entry) age;
	int64_t expires;
	size_t charge;	   /* bytes towards the bound */
	bool used;	   /* since shrink() last considered it */
	max_align_t key[]; /* followed by the value */
};

/* Returns the value, which is aligned for any type. */
static void *
value_of(struct cache_entry *e)
{
	size_t unit = sizeof(max_align_t);

	return e->key + (e->node.key_len + unit - 1) / unit;
}

struct cache {
	struct map map;
	size_t charged;
	size_t max;
	TAILQ_HEAD(ages, cache_entry) ages; /* the oldest first */
	void (*drop)(void *value);
};

struct cache *
cache_new(size_t max, void (*drop)(void *value))
{
	struct cache *c = xcalloc(1, sizeof(*c));

	c->max = max;
	c->drop = drop;
	map_init(&c->map);
	TAILQ_INIT(&c->ages);
	return c;
}

void *
cache_get(struct cache *c, const void *key, size_t key_len, int64_t *expires)
{
	struct cache_entry *e =
	    (struct cache_entry *)map_find(&c->map, key, key_len);

	if (e == NULL)
		return NULL;
	e->used = true;
	if (expires != NULL)
		*expires = e->expires;
	return value_of(e);
}

static void
entry_free(const struct cache *c, struct cache_entry *e)
{
	if (c->drop != NULL)
		c->drop(value_of(e));
	free(e);
}

static void
discard(struct cache *c, struct cache_entry *e)
{
	map_remove(&c->map, &e->node);
	TAILQ_REMOVE(&c->ages, e, age);
	c->charged -= e->charge;
	entry_free(c, e);
}

/* Drops the oldest entries; one used since its last turn gets another. */
static void
shrink(struct cache *c, size_t to)
{
	while (c->charged > to) {
		struct cache_entry *e = TAILQ_FIRST(&c->ages);

		if (e->used) {
			e->used = false;
			TAILQ_REMOVE(&c->ages, e, age);
			TAILQ_INSERT_TAIL(&c->ages, e, age);
		} else {
			discard(c, e);
		}
	}
}

/*
 * Entries come and go in any order. With few sizes, a new entry fits where an
 * old one was, and the process does not grow by fragmentation.
 */
static size_t
round_up(size_t size)
{
	return (size + UNIT - 1) / UNIT * UNIT;
}

void *
cache_put(struct cache *c, const void *key, size_t key_len, size_t len,
    size_t extra, int64_t expires)
{
	struct cache_entry *e =
	    (struct cache_entry *)map_find(&c->map, key, key_len);
	size_t own = round_up(sizeof(*e) + key_len + sizeof(max_align_t) + len);
	size_t charge = own + extra + ENTRY_OVERHEAD;

	if (e != NULL)
		discard(c, e);
	shrink(c, charge < c->max ? c->max - charge : 0);
	e = xmalloc(own);
	memcpy(e->key, key, key_len);
	*e = (struct cache_entry){
		.node = { .key = e->key, .key_len = key_len },
		.expires = expires,
		.charge = charge,
	};
	map_insert(&c->map, &e->node);
	TAILQ_INSERT_TAIL(&c->ages, e, age);
	c->charged += charge;
	return value_of(e);
}

void
cache_free(struct cache *c)
{
	struct cache_entry *e;

	if (c == NULL)
		return;
	while ((e = TAILQ_FIRST(&c->ages)) != NULL) {
		TAILQ_REMOVE(&c->ages, e, age);
		entry_free(c, e);
	}
	map_free(&c->map);
	free(c);
}
