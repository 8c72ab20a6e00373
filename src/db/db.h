#ifndef ASNQ_DB_H
#define ASNQ_DB_H

#include <stdbool.h>
#include <stddef.h>

#include "record/addr.h"
#include "record/origin.h"
#include "record/status.h"

/*
 * A local database: a table of prefixes, or an MMDB. Its holders are counted:
 * code that borrows texts from it for longer than one call must hold it, since
 * it may be replaced meanwhile. It is freed when the last holder releases it.
 */
struct db;

/*
 * Opens a file; "-" is stdin. The format is recognized from its content. A
 * database that is used `briefly` need not be read whole. Returns a database
 * that the caller holds, or NULL after it has reported on stderr why the file
 * cannot be used.
 */
struct db *db_open(const char *path, bool briefly);

/* Adds a holder, who must call db_release() later. Returns `d`. */
struct db *db_hold(struct db *d);

/* Ends one hold; the last one frees the database. Accepts NULL. */
void db_release(struct db *d);

/*
 * Returns the name among sources: the path, and, for an MMDB, its type and the
 * day on which it was built.
 */
const char *db_name(const struct db *d);

/* Returns the name of the format: "MMDB", or "lines" of text. */
const char *db_format(const struct db *d);

/* Returns its age in days, or 0 if it does not tell when it was built. */
long db_age(const struct db *d);

/*
 * Returns whether a look-up failed since the file changed meanwhile. stderr has
 * a line about it.
 */
bool db_failed(const struct db *d);

/* Whether it may have anything of a family. */
bool db_serves(const struct db *d, enum family family);

/* Returns whether any of its origins may have a country. */
bool db_has_countries(const struct db *d);

/*
 * Appends the origins of what covers the whole of `net`, with `source` as their
 * source. Their texts belong to the database: they are valid as long as
 * somebody holds it. Returns STATUS_OK, STATUS_UNANNOUNCED if there is none, or
 * STATUS_MALFORMED if what is there cannot be read.
 */
enum status db_find(struct db *d, const struct prefix *net, unsigned source,
    struct origins *out);

/*
 * Prefetches what a look-up of `net` will read, in two steps: round 0, then
 * round 1.
 */
void db_prefetch(const struct db *d, const struct prefix *net, int round);

/*
 * Sets *out to the first origin that the first database with any has for
 * `net`. Its texts belong to that database. Returns false if none has any.
 */
bool db_find_first(struct db *const *databases, size_t count,
    const struct prefix *net, struct origin *out);

/* Calls `each` with every origin. Returns false if the file is corrupt. */
bool db_walk(struct db *d, void (*each)(void *arg, const struct origin *origin),
    void *arg);

#endif
