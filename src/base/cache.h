#ifndef ASNQ_CACHE_H
#define ASNQ_CACHE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A table of keys and values, both bytes, that forgets: what has expired,
 * and, when it holds as much as it may, what was not used for the longest
 * (by a second chance, not to the letter).
 */
struct cache;

/*
 * `max` bounds the bytes that entries take, all told. `drop` is called with
 * each value before it goes; it may be NULL.
 */
struct cache *cache_new(size_t max, void (*drop)(void *value));

/*
 * The value of a key, or NULL. It is aligned for any type, may be changed,
 * and holds until the next cache_put(). An expired one is returned as well,
 * with *expires (which may be NULL) to tell; it stays until its place is
 * needed.
 */
void *cache_get(struct cache *c, const void *key, size_t key_len,
    int64_t *expires);

/*
 * Makes room for a value of `len` bytes under a key, in place of an older
 * one, and returns it to be filled in. `extra` bytes count towards the bound
 * as well: memory that the value points to.
 */
void *cache_put(struct cache *c, const void *key, size_t key_len, size_t len,
    size_t extra, int64_t expires);

/* Accepts NULL. */
void cache_free(struct cache *c);

#endif
