#ifndef ASNQ_LOOKUP_RUN_H
#define ASNQ_LOOKUP_RUN_H

#include "dns/queries.h"
#include "lookup/lookup.h"

/*
 * One look-up under way: it asks what its view wants asked, until the view
 * has enough.
 */
struct lookup_run {
	struct lookup lookup;
	struct query_client client;
	const struct viewer *viewer;
	void (*done)(struct lookup_run *e);
	size_t submitted; /* slots that have been asked */
};

/*
 * Begins. The viewer, the target and `done` are set by the caller,
 * all else is zero. `done` is called once, when the view can draw its
 * verdict; that may be before this returns. The owner then ends the errand.
 */
void lookup_run_start(struct lookup_run *e, struct queries *queries);

/* Forgets what is still out and frees what the look-up holds. */
void lookup_run_end(struct lookup_run *e);

#endif
