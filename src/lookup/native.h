#ifndef ASNQ_NATIVE_H
#define ASNQ_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lookup/lookup.h"
#include "lookup/native-source.h"

/* asnq's own view: where it asks, and how long it waits. */
struct native {
	const struct native_source *sources; /* in the order they count */
	size_t source_count;
	bool first;	  /* stop at the first source with an origin */
	bool ask_special; /* ask local sources about special addresses */
	int64_t grace;	  /* microseconds for the other sources once a zone */
			  /* has named an origin */
	int64_t patience; /* with `first`: microseconds of silence after */
			  /* which the next source is asked as well */
};

/* Its `self` is a struct native. */
extern const struct view view_native;

#endif
