#ifndef ASNQ_LANE_H
#define ASNQ_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/query-source.h"
#include "dns/query.h"
#include "io/timers.h"

#define LANE_TIERS 3 /* of queries: no try failed, one did, more did */

TAILQ_HEAD(query_list, query);

/* The queries to a source of which as many tries have failed. */
struct tier {
	struct query_list queued;
	unsigned in_flight;
	unsigned most; /* in flight, while the source closes connections */
};

/*
 * A source, or the part of it that has mirrors of its own, with its queries
 * that are queued or in flight.
 */
struct lane {
	struct query_source source;
	bool used;
	bool lossless;	    /* all its queries go over connections */
	int64_t streamed;   /* when a query last failed over a connection */
	struct timer timer; /* wakes the loop when the rate allows a query */
	struct tier tiers[LANE_TIERS];
};

/* Sets a lane up, but for what its timer does. */
void lane_init(struct lane *lane, const struct query_source_config *config,
    bool lossless);

/* Adds a query to those in its state: to the end of a list, or to a count. */
void lane_enter(struct lane *lane, struct query *q);

/* Takes a query out of those in its state. */
void lane_leave(struct lane *lane, struct query *q);

/* Notes the answer to one of its queries in flight, which a try has got. */
void lane_answered(struct lane *lane, const struct query *q, int64_t now);

/*
 * Returns whether a source of two lanes is suspended: all of it that is used.
 */
bool lane_pair_is_suspended(const struct lane *a, const struct lane *b,
    int64_t now);

/*
 * Returns the query that may be sent next, or NULL. Those that failed before
 * come first. Where a server closes connections, few of them may be in flight,
 * since that takes the answers to all others along.
 */
struct query *lane_next(const struct lane *lane, int64_t now);

#endif
