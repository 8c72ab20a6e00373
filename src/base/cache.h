#ifndef ASNQ_CACHE_H
#define ASNQ_CACHE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A cache of keys and values, both bytes. When it is full, it drops what was
 * not used for the longest, approximately (second chance).
 */
struct cache;

/*
 * Makes a cache whose entries take `max` bytes at most. `drop`, which may be
 * NULL, is called with each value before it is freed. The caller passes the
 * result to cache_free().
 */
struct cache *cache_new(size_t max, void (*drop)(void *value));

/*
 * Returns the value of a key, or NULL. The value is aligned for any type, may
 * be changed, and is valid until the next cache_put(). An expired value is
 * returned too; the caller compares *expires, which it may omit by NULL.
 */
void *cache_get(struct cache *c, const void *key, size_t key_len,
    int64_t *expires);

/*
 * Makes room for a value of `len` bytes under a key, replacing an older one,
 * and returns the memory for the caller to fill in. `extra` is memory that
 * the value points to; it counts towards the bound too. `expires` is in the
 * caller's unit of time.
 */
void *cache_put(struct cache *c, const void *key, size_t key_len, size_t len,
    size_t extra, int64_t expires);

/* Accepts NULL. */
void cache_free(struct cache *c);

#endif
