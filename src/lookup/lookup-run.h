#ifndef ASNQ_ERRAND_H
#define ASNQ_ERRAND_H

#include "dns/queries.h"
#include "lookup/lookup.h"

/*
 * One look-up under way: it asks what its view wants asked, until the view
 * has enough.
 */
struct errand {
	struct lookup lookup;
	struct asker asker;
	const struct viewer *viewer;
	void (*done)(struct errand *e);
	size_t submitted; /* slots that have been asked */
};

/*
 * Begins. The viewer, the target and `done` are set by the caller,
 * all else is zero. `done` is called once, when the view can draw its
 * verdict; that may be before this returns. The owner then ends the errand.
 */
void errand_start(struct errand *e, struct ask *ask);

/* Forgets what is still out and frees what the look-up holds. */
void errand_end(struct errand *e);

#endif
