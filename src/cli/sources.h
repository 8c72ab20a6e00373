#ifndef ASNQ_SOURCES_H
#define ASNQ_SOURCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/options.h"
#include "db/as-names.h"
#include "db/db.h"
#include "dns/queries.h"
#include "dns/zone.h"
#include "lookup/annotate.h"
#include "lookup/lookup.h"
#include "lookup/native.h"
#include "mail/filters.h"

/*
 * The zones, databases and viewers that the options ask for; all zero before
 * they are opened.
 */
struct sources {
	struct viewer viewers[FILTER_MAX];
	size_t viewer_count;
	struct filter_state filters[FILTER_MAX]; /* zero: not open */
	/* By the numbers of the viewers, with the zone of AS names if used. */
	struct query_source_config *queried;
	size_t count;
	struct texts zone_names; /* for the resolver */
	int64_t timeout;	 /* microseconds, the longest of a viewer */
	struct db **databases;	 /* as many as the options name */
	struct as_names *names;	 /* NULL: there is no file of names */

	/* What viewers borrow. */
	const struct options *options;
	bool question; /* the user waits for the answer */
	struct native native;
	struct annotations annotations; /* of the native view */
	struct native_source *native_sources;
	struct zones default_zones;
};

/*
 * Opens what the options ask for, which must outlive it. Returns false after
 * a message on stderr if something cannot be opened.
 */
bool sources_open(struct sources *s, const struct options *o, bool question);

/* Returns whether a database could not be read; stderr has the reason. */
bool sources_failed(const struct sources *s);

/* Opens, likewise, the databases and the file of names only. */
bool sources_open_databases(struct sources *s, const struct options *o);

/* Frees what is open. */
void sources_free(struct sources *s);

#endif
