#ifndef ASNQ_TABLE_H
#define ASNQ_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/addr.h"
#include "record/origin.h"

/*
 * A table of prefixes and their origins, of both families. It is filled, then
 * built once, and after that only read. A prefix hides none of those that
 * cover it.
 */
struct table;

struct table *table_new(void);

/*
 * Adds an origin of a prefix; its texts are copied, and its source is ignored.
 * The table has room for 2^24 registrations that differ; origins with further
 * ones are added without theirs.
 */
void table_add(struct table *t, const struct origin *origin);

/*
 * Excludes a prefix: of what it covers, only origins of more specific prefixes
 * count.
 */
void table_exclude(struct table *t, const struct prefix *p);

/*
 * Must be called once, after all was added and before anything is found. A
 * prefix keeps ORIGINS_MAX origins, those of the lowest AS numbers, so that no
 * look-up takes long. Returns how many origins were left out.
 */
size_t table_build(struct table *t);

/* Whether there is any prefix of the family. */
bool table_serves(const struct table *t, enum family family);

/* Returns whether any origin has a country. */
bool table_has_countries(const struct table *t);

/*
 * Appends the origins of every prefix that covers the whole of `net`, with
 * `source` as their source: the most specific prefix first, those of one prefix
 * in no order. After ORIGINS_MAX origins, it ends with the last one's prefix.
 * Their texts belong to the table.
 */
void table_find(const struct table *t, const struct prefix *net,
    unsigned source, struct origins *out);

/*
 * Prefetches what a look-up of `net` will read, in two steps: round 0, then
 * round 1.
 */
void table_prefetch(const struct table *t, const struct prefix *net, int round);

/*
 * Calls `each` with every origin, in order of families and prefixes. An
 * excluded prefix has AS 0.
 */
void table_walk(const struct table *t,
    void (*each)(void *arg, const struct origin *origin), void *arg);

/* Accepts NULL. */
void table_free(struct table *t);

#endif
