#ifndef ASNQ_RECALL_H
#define ASNQ_RECALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "print/rendering.h"

/*
 * A cache of renderings by the texts of addresses: a text that comes again
 * costs a probe and a copy. When it is full, the oldest make way. When hardly
 * any text comes again, it caches one text in eight, until they do.
 */
struct recall;

/*
 * Returns an empty cache of at most `max` bytes of renderings, rounded down to
 * a power of two; its index takes up to an eighth more. With 0 it caches
 * nothing.
 */
struct recall *recall_new(size_t max);

/*
 * Returns the hash of a text, which the functions below take, and prefetches
 * what recall_prefetch_more() reads.
 */
uint64_t recall_prefetch(const struct recall *r, struct span text);

/*
 * Prefetches what recall_find() reads. Returns false if the text with this
 * hash is definitely not cached.
 */
bool recall_prefetch_more(const struct recall *r, uint64_t hash);

/*
 * Finds the rendering cached for a text, unless it has expired at `now`. The
 * result is borrowed and valid until the next recall_keep(). Returns false if
 * there is none.
 */
bool recall_find(struct recall *r, struct span text, uint64_t hash, int64_t now,
    struct rendering *out);

/*
 * Caches a copy of a rendering for a text, instead of an older one. It expires
 * at `until`, in the unit and by the clock of recall_find()'s `now`. Texts of
 * 1 to 64 bytes are cached.
 */
void recall_keep(struct recall *r, struct span text, uint64_t hash,
    int64_t until, const struct rendering *rendering);

/* Frees a cache. Accepts NULL. */
void recall_free(struct recall *r);

#endif
