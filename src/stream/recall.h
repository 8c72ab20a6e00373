#ifndef ASNQ_RECALL_H
#define ASNQ_RECALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "print/rendering.h"

/*
 * What was printed for the texts of addresses, so that a text that comes
 * again costs a probe and a copy. It forgets the oldest when it is full.
 * Where hardly any text comes again it remembers one in eight, until it sees
 * that they do.
 */
struct recall;

/*
 * `max` is how many bytes of it are remembered at most: the largest power of
 * two that is not above. To find them takes up to an eighth more. With 0 it
 * remembers nothing.
 */
struct recall *recall_new(size_t max);

/*
 * The hash of a text, by which the functions below know it. What will be
 * looked at is fetched from main memory meanwhile, in two steps. False: it is
 * surely not known.
 */
uint64_t recall_prefetch(const struct recall *m, struct span text);
bool recall_prefetch_more(const struct recall *m, uint64_t hash);

/*
 * What is known of a text at a time, in the unit of `until` below. It holds
 * until something else is kept.
 */
bool recall_find(struct recall *m, struct span text, uint64_t hash, int64_t now,
    struct rendering *out);

/* Keeps a copy, in place of what was kept for the text before. */
void recall_keep(struct recall *m, struct span text, uint64_t hash,
    int64_t until, const struct rendering *known);

/* Accepts NULL. */
void recall_free(struct recall *m);

#endif
