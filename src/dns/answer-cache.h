#ifndef ASNQ_ANSWER_CACHE_H
#define ASNQ_ANSWER_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/cache.h"
#include "dns/answer.h"

/*
 * Answers by the query that they are for. An answer is cached for its TTL, at
 * least a second and at most a day; that there is none, for an hour at most
 * (RFC 2308 5). A failure is cached for a second, doubling to 30 (RFC 9520
 * 3.2). All times are microseconds of one monotonic clock.
 */

/*
 * Returns an empty cache of at most `max` bytes, which the caller passes to
 * cache_free().
 */
struct cache *answer_cache_new(size_t max);

/*
 * Returns the answer under a key, unless it has expired, or NULL. The caller
 * owns the reference.
 */
struct answer *answer_cache_find(struct cache *c, const void *key,
    size_t key_len, int64_t now);

/* Caches an answer and sets its `expires`. The reference stays the caller's. */
void answer_cache_put(struct cache *c, const void *key, size_t key_len,
    struct answer *answer, int64_t now);

#endif
