#ifndef ASNQ_NATIVE_H
#define ASNQ_NATIVE_H

#include "db/as-names.h"
#include "lookup/lookup.h"
#include "lookup/native-source.h"

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
