#ifndef ASNQ_MMDB_H
#define ASNQ_MMDB_H

#include <stdbool.h>
#include <time.h>

#include "record/addr.h"
#include "record/origin.h"
#include "record/status.h"

/* A database of AS numbers in MaxMind's format, by libmaxminddb. */
struct mmdb;

/*
 * Whether an open file is a regular one that ends as MMDB does. Its offset is
 * left alone.
 */
bool mmdb_recognize(int fd);

/*
 * Reads a database whole, so that a file that is replaced, rewritten or cut
 * later does not show. NULL, and *why is set to what is wrong in words, which
 * the caller frees, where it is missing, corrupt, or without AS numbers, or
 * where libmaxminddb is not built in.
 */
struct mmdb *mmdb_open(const char *path, char **why);

/* Whether there may be entries of the family. */
bool mmdb_serves(const struct mmdb *m, enum family family);

/* What the database calls itself: "GeoLite2-ASN". */
const char *mmdb_type(const struct mmdb *m);

/* When it was built; 0 for a time that cannot be. */
time_t mmdb_built(const struct mmdb *m);

/*
 * Appends the origin of the entry that covers the whole of `net`, as from
 * `source`: AS number, organisation, and the entry's network as prefix. The
 * texts belong to the database. What an IPv6 address finds in the part for
 * IPv4, to which ::/96, ::ffff:0:0/96, 2001::/32 and 2002::/16 lead, has an
 * IPv4 prefix: it covers the IPv4 address inside of the one asked about.
 *
 * STATUS_OK; STATUS_UNANNOUNCED, where there is no such entry, or none with
 * an AS; or STATUS_MALFORMED, where it cannot be read.
 */
enum status mmdb_find(struct mmdb *m, const struct prefix *net, unsigned source,
    struct origins *out);

/*
 * It will be looked for an address: what is likely to be read is fetched
 * meanwhile, in round 0 and in round 1. Who expects many look-ups, which round
 * 0 counts, has an index made for them.
 */
void mmdb_prefetch(struct mmdb *m, const struct addr *a, int round);

/*
 * Calls `each` with the origin of every entry that has one, in order of
 * addresses. False where the file is corrupt.
 */
bool mmdb_walk(struct mmdb *m, void (*each)(void *arg, const struct origin *o),
    void *arg);

/* Accepts NULL. */
void mmdb_close(struct mmdb *m);

/* The version of libmaxminddb that is in use, or "none". */
const char *mmdb_version(void);

#endif
