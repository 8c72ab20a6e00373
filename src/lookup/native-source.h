#ifndef ASNQ_NATIVE_SOURCE_H
#define ASNQ_NATIVE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"
#include "dns/servers.h"
#include "dns/zone.h"
#include "lookup/lookup.h"

struct native_source;

/* A kind of source, and how the native view asks it. */
struct native_source_kind {
	/* Returns whether the source may have anything of a family. */
	bool (*serves)(const struct native_source *s, enum family family);

	/* Adds the query about a look-up's target; `number` is the source's. */
	struct lookup_query *(*ask)(const struct native_source *s,
	    unsigned number, struct lookup *l);

	/*
	 * Reads what the source has answered to a query, and appends the
	 * origins that cover the target to those of the look-up, ORIGINS_MAX
	 * at most. Sets the query's reading. Returns how the source answered.
	 */
	enum status (*read)(const struct native_source *s,
	    struct lookup_query *query, struct lookup *l);

	/*
	 * Explains an answer that has been read. The record has its origins,
	 * whose `source` is still that of the query.
	 */
	void (*explain)(const struct native_source *s,
	    const struct lookup_query *query, struct record *r);
};

extern const struct native_source_kind native_source_zone;
extern const struct native_source_kind native_source_database;

/* A source of the native view. Everything is borrowed. */
struct native_source {
	const struct native_source_kind *kind;
	const char *name;
	bool local;		   /* a database or an authoritative mirror */
	const struct zone *zone;   /* of a zone */
	uint8_t grain[FAMILY_MAX]; /* of a zone: bits of an address to show */
	/* Of a zone: mirrors of some of its names; NULL: there are none. */
	const struct mirrors *mirrors;
	uint8_t mirror_grain[FAMILY_MAX]; /* towards these */
	struct db *db;			  /* NULL: a zone */
};

/* Returns whether the query about an address stays with a local source. */
bool native_source_is_local(const struct native_source *s,
    const struct addr *a);

#endif
