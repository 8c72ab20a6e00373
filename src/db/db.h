#ifndef ASNQ_DB_H
#define ASNQ_DB_H

#include <stdbool.h>
#include <stddef.h>

#include "record/addr.h"
#include "record/origin.h"
#include "record/status.h"

/* A local database: a table of prefixes as text, or an MMDB. */
struct db;

/*
 * Opens a file ("-" is stdin); what it is is told from its content. What is
 * wrong is said on stderr; NULL: it cannot serve. The path is borrowed.
 */
struct db *db_open(const char *path);

/*
 * What it is called among sources: its path, and, for an MMDB, its type and
 * the day it was built.
 */
const char *db_name(const struct db *d);

/* Days since it was built, where it tells; else 0. */
long db_age(const struct db *d);

/* Whether it has anything of the family. */
bool db_serves(const struct db *d, enum family family);

/*
 * Appends the origins of what covers the whole of `net`, as from `source`.
 * Their texts belong to the database. STATUS_OK, or what else it says.
 */
enum status db_find(struct db *d, const struct prefix *net, unsigned source,
    struct origins *out);

/*
 * What is likely to be looked at for it is fetched meanwhile, in round 0 and
 * in round 1.
 */
void db_prefetch(const struct db *d, const struct prefix *net, int round);

/*
 * What the first of several that has anything of `net` has; false: none has.
 * Its texts belong to the database.
 */
bool db_find_first(struct db *const *databases, size_t count,
    const struct prefix *net, struct origin *out);

/* Calls `each` with every origin. False where the file is corrupt. */
bool db_walk(struct db *d, void (*each)(void *arg, const struct origin *origin),
    void *arg);

/* Accepts NULL. */
void db_free(struct db *d);

#endif
