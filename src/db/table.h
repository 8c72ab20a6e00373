#ifndef ASNQ_TABLE_H
#define ASNQ_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/addr.h"
#include "record/origin.h"

/*
 * A table of prefixes and their origins, of both families. It is filled,
 * built once, and only read from then on. More and less specific prefixes
 * stand beside each other.
 */
struct table;

struct table *table_new(void);

/*
 * Adds an origin of a prefix; texts are copied. Its source does not count. Of
 * registrations that differ the first 2^24 are kept; later ones are none.
 */
void table_add(struct table *t, const struct origin *origin);

/*
 * Makes a hole: inside of the prefix only what is more specific than it
 * counts.
 */
void table_exclude(struct table *t, const struct prefix *p);

/* To be called when all is added, before anything is looked for. */
void table_build(struct table *t);

/* Whether there is any prefix of the family. */
bool table_serves(const struct table *t, enum family family);

/*
 * Appends the origins of every prefix that covers the whole of `net`, the
 * most specific first, as from `source`; those of one prefix in no order. Their
 * texts belong to the table.
 */
void table_find(const struct table *t, const struct prefix *net,
    unsigned source, struct origins *out);

/*
 * What is likely to be looked at for it is fetched meanwhile, in round 0 and
 * in round 1.
 */
void table_prefetch(const struct table *t, const struct prefix *net, int round);

/* Calls `each` with every origin, in order of prefixes; a hole has AS 0. */
void table_walk(const struct table *t,
    void (*each)(void *arg, const struct origin *origin), void *arg);

/* Accepts NULL. */
void table_free(struct table *t);

#endif
