#ifndef ASNQ_MMDB_WRITER_H
#define ASNQ_MMDB_WRITER_H

#include <stdbool.h>

#include "base/buf.h"
#include "db/mmdb-writer-data.h"
#include "record/origin.h"

/*
 * Makes an MMDB (MaxMind DB File Format Specification 2.0) of prefixes and
 * their origins. Equal prefixes in equal order give equal bytes.
 */
struct mmdb_writer;

struct mmdb_writer *mmdb_writer_new(void);

/*
 * Adds a prefix with its AS number, its name as the organisation, and its
 * country; texts are copied. A more specific prefix wins over a less specific
 * one; of several origins of a prefix the first source wins, then the lowest
 * AS number that is not reserved. An AS that announces nothing (see
 * asn_is_none()) leaves the prefix without an entry.
 */
void mmdb_writer_add(struct mmdb_writer *w, const struct origin *o);

/*
 * Appends the database to `out`. Must be called once, after everything was
 * added. The tree is one of IPv6 addresses when there is any IPv6 prefix; IPv4
 * addresses are then also found as ::/96, ::ffff:0:0/96 and, unless there are
 * prefixes of their own in these, 6to4 and Teredo addresses. Returns false if
 * the database would be larger than the format allows.
 */
bool mmdb_writer_write(struct mmdb_writer *w, const struct mmdb_about *about,
    struct buf *out);

/* Accepts NULL. */
void mmdb_writer_free(struct mmdb_writer *w);

#endif
