#ifndef ASNQ_VIEW_NATIVE_H
#define ASNQ_VIEW_NATIVE_H

#include "view.h"
#include "zone.h"

/* A zone as the native view asks it; its number is its place in the list. */
struct native_source {
	const struct zone *zone;
	bool mirrored;		   /* by an authoritative mirror */
	uint8_t grain[FAMILY_MAX]; /* bits of an address that are shown */
};

/* asnq's own way to ask and to read answers. */
struct native {
	const struct native_source *sources;
	size_t source_count;
	bool has_names;	       /* there is a source for AS names, which is */
	unsigned names_source; /* this one */
	bool names;	       /* ask it about the AS of an address, too */
	bool first;	       /* stop at the first source with an origin */
	bool ask_special;      /* look special addresses up in mirrors */
	int64_t grace;	       /* microseconds that others get after the */
			       /* first origin */
	int64_t patience;      /* microseconds of silence after which the */
			       /* next source is asked as well (`first`) */
};

/* Its `self` is a struct native. */
extern const struct view view_native;

#endif
