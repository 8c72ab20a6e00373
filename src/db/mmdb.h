#ifndef ASNQ_MMDB_H
#define ASNQ_MMDB_H

#include <stdbool.h>
#include <time.h>

#include "record/addr.h"
#include "record/origin.h"
#include "record/status.h"

/* A database of AS numbers in MaxMind's format. */
struct mmdb;

/*
 * Opens the database in a file, which is borrowed. Reads it whole, so that a
 * file that is changed or cut later has no effect; or, if it is used `briefly`,
 * only what look-ups need. Returns NULL and sets *why to a reason, which the
 * caller frees, if the file is not an MMDB, is corrupt or has no AS numbers.
 */
struct mmdb *mmdb_open(int fd, bool briefly, char **why);

/* Whether there may be entries of the family. */
bool mmdb_serves(const struct mmdb *m, enum family family);

/* How the description of a database that asnq has written begins. */
#define MMDB_OWN "Origins of prefixes, by asnq "

/*
 * Returns whether entries may have a registry's country. Those of other
 * databases are locations, which are something else.
 */
bool mmdb_has_countries(const struct mmdb *m);

/* Returns the type that the database gives itself: "GeoLite2-ASN". */
const char *mmdb_type(const struct mmdb *m);

/* Returns when the database was built, or 0 for an impossible time. */
time_t mmdb_built(const struct mmdb *m);

/*
 * Appends the origin of the entry that covers the whole of `net`: AS number,
 * organisation, country if mmdb_has_countries(), `source`, and the entry's network as prefix. The texts belong
 * to the database. If an IPv6 address leads to the part for IPv4, as those in
 * ::/96, ::ffff:0:0/96, 2001::/32 and 2002::/16 may, the prefix is an IPv4 one:
 * it covers the IPv4 address inside of the address.
 *
 * Returns STATUS_OK; STATUS_UNANNOUNCED if there is no such entry, or none
 * with an AS; or STATUS_MALFORMED if the entry cannot be read, or if the file,
 * used briefly, has changed since it was opened.
 */
enum status mmdb_find(struct mmdb *m, const struct prefix *net, unsigned source,
    struct origins *out);

/* Returns whether a look-up failed since the file had changed. */
bool mmdb_has_changed(const struct mmdb *m);

/*
 * Prefetches what a look-up of an address will read, in two steps: round 0,
 * then round 1. After 1024 hints of round 0 an index is built for them.
 */
void mmdb_prefetch(struct mmdb *m, const struct addr *a, int round);

/*
 * Calls `each` with the origin of every entry that has one, in order of
 * addresses. Returns false if the file is corrupt.
 */
bool mmdb_walk(struct mmdb *m, void (*each)(void *arg, const struct origin *o),
    void *arg);

/* Accepts NULL. */
void mmdb_close(struct mmdb *m);

#endif
