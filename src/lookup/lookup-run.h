#ifndef ASNQ_LOOKUP_RUN_H
#define ASNQ_LOOKUP_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "dns/queries.h"
#include "lookup/lookup.h"

/*
 * The driver of look-ups, the only caller of a view's step() and verdict(). A
 * look-up begins; if that does not finish it, it starts to send queries and
 * runs until it is finished; then it is concluded.
 */

/* A look-up that is in flight. It must stay where it is. */
struct lookup_run {
	struct lookup lookup;
	struct query_client client;
	const struct viewer *viewer;
	void (*done)(struct lookup_run *run);
	size_t submitted; /* queries handed over */
};

/*
 * Takes one step of a look-up whose `now` and `suspended` are set, and returns
 * whether that finished it. The functions below call it; tests call it to be
 * without a clock and a resolver.
 */
bool lookup_run_step(struct lookup *l, const struct viewer *v);

/*
 * Takes the first step of a look-up of which nothing but the target is set.
 * Returns true if that finished it, so that no query is needed. It may be
 * anywhere in memory and be moved afterwards.
 */
bool lookup_run_begin(struct lookup *l, const struct viewer *v,
    const struct queries *queries);

/*
 * Sends the queries of a look-up that lookup_run_begin() has not finished, and
 * more as its view asks for them. The caller sets `lookup`, `viewer` and
 * `done`; all else is zero. `done` is called once, when the look-up is
 * finished, perhaps before this returns. The caller then concludes the look-up
 * and passes the run to lookup_run_end().
 */
void lookup_run_start(struct lookup_run *run, struct queries *queries);

/* Drops the queries that are still in flight and clears the look-up. */
void lookup_run_end(struct lookup_run *run);

/*
 * Turns the loop until a look-up, of which nothing but the target is set, is
 * finished. Returns false if a signal asked the program to stop before. The
 * caller passes the look-up to lookup_clear().
 */
bool lookup_run_wait(struct lookup *l, const struct viewer *v,
    struct loop *loop, struct queries *queries);

/*
 * Fills a record with what a finished look-up has found, once. The record takes
 * the origins out of the look-up, and may borrow from its answers.
 */
void lookup_run_conclude(struct lookup *l, const struct viewer *v,
    struct record *out);

#endif
