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
#include "lookup/lookup.h"
#include "lookup/native.h"
#include "mail/filters.h"

/*
 * Who looks at answers, and who is asked for them: zones and databases, as
 * the options have it. All zero before it is opened. What is wrong is said on
 * stderr and ends the program with status 2.
 */
struct sources {
	struct viewer viewers[FILTER_MAX];
	size_t viewer_count;
	struct filter_state filters[FILTER_MAX]; /* those that are open */
	struct query_source_config *asked; /* by the numbers that viewers use */
	size_t count;		 /* with that of names, if there is one */
	struct texts zone_names; /* for the resolver */
	int64_t timeout;	 /* microseconds, the longest of all viewers */
	struct db **databases;	 /* as many as the options name */
	struct as_names *names;

	/* What viewers and questions rest on. */
	const struct options *options;
	bool question;
	struct native native;
	struct native_source *native_sources;
	struct zones usual_zones;
	const struct zones *zones; /* of asnq's own view */
};

/* Opens what the options name; `question`: somebody waits for the answer. */
void sources_open(struct sources *s, const struct options *o, bool question);

/* Opens databases and the file of names only. */
void sources_open_databases(struct sources *s, const struct options *o);

void sources_free(struct sources *s);

#endif
