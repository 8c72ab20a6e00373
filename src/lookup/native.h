#ifndef ASNQ_NATIVE_H
#define ASNQ_NATIVE_H

#include "db/as-names.h"
#include "db/db.h"
#include "dns/zone.h"
#include "lookup/lookup.h"

/*
 * A zone or a database as the native view asks it; its number is its place in
 * the list. A database is looked into at once, without a question.
 */
struct native_source {
	const char *name;
	const struct zone *zone;   /* NULL: a database, */
	struct db *db;		   /* which is this */
	bool mirrored;		   /* by an authoritative mirror */
	uint8_t grain[FAMILY_MAX]; /* bits of an address that are shown */
};

/* asnq's own way to ask and to read answers. */
struct native {
	const struct native_source *sources;
	size_t source_count;
	bool has_names;	       /* there is a source for AS names, which is */
	unsigned names_source; /* this one */
	bool names;	       /* tell the name of the AS of an address, too */
	const struct as_names *own_names; /* where they are looked up first; */
					  /* may be NULL */
	bool first;	  /* stop at the first source with an origin */
	bool ask_special; /* look special addresses up in mirrors and */
			  /* databases */
	int64_t grace;	  /* microseconds that others get after the */
			  /* first origin */
	int64_t patience; /* microseconds of silence after which the */
			  /* next source is asked as well (`first`) */
};

/* Its `self` is a struct native. */
extern const struct view view_native;

#endif
