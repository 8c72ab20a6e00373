#ifndef ASNQ_MMDB_WRITER_H
#define ASNQ_MMDB_WRITER_H

#include <stdbool.h>
#include <time.h>

#include "base/buf.h"
#include "record/origin.h"

/*
 * Makes a database in MaxMind's format 2.0 of prefixes and their origins.
 * The same prefixes in the same order give the same bytes.
 */
struct mmdb_writer;

struct mmdb_writer *mmdb_writer_new(void);

/*
 * Adds a prefix: its AS number, name as organisation, and country. Texts are
 * copied. A more specific prefix wins inside of a less specific one; of the
 * same prefix the first source, and there the lowest AS number that is not
 * reserved. An AS that announces nothing makes a hole.
 */
void mmdb_writer_add(struct mmdb_writer *w, const struct origin *o);

struct mmdb_about {
	const char *type;
	const char *description; /* in English */
	time_t built;
};

/*
 * Appends the database to `out`; to be called once. The tree is one for IPv6
 * when there is any IPv6 prefix. The networks where an IPv4 address stands
 * inside of an IPv6 one then lead to the part for IPv4, unless there are
 * prefixes of their own. False where it would be larger than the format
 * allows.
 */
bool mmdb_writer_write(struct mmdb_writer *w, const struct mmdb_about *about,
    struct buf *out);

/* Accepts NULL. */
void mmdb_writer_free(struct mmdb_writer *w);

#endif
