#ifndef ASNQ_DISPATCH_H
#define ASNQ_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/answer.h"
#include "dns/query-source.h"
#include "dns/query.h"
#include "dns/resolver.h"
#include "io/loop.h"

/*
 * Sends queries: each source at its rate, no more in flight than allowed.
 * Tries a query again when it failed or nothing is heard of it, and finds out
 * which sources do not answer.
 */
struct dispatch;

/* What happens to a query, for `trace`. */
struct query_event {
	const char *source;
	enum via via;
	const char *owner;
	const struct answer *answer; /* NULL: a try is sent */
	int64_t took;		     /* microseconds from the first try on */
	int64_t suspension; /* microseconds that its source is suspended */
};

/* What was done, for reports. */
struct query_counts {
	unsigned long asked; /* tries sent */
	unsigned long retried;
	unsigned long cached;	 /* answered from the cache */
	unsigned long coalesced; /* with an equal query that is under way */
	unsigned long timeouts;
	unsigned long suspensions; /* of a source that did not answer */
};

struct dispatch_config {
	const struct query_source_config *sources;
	size_t source_count;
	const struct mirrors *mirrors; /* names below them go there, whatever */
				       /* their source says; NULL: none */
	unsigned in_flight; /* most queries at once, over all sources */
	int64_t timeout;    /* microseconds that a query may take */
	bool lossless;	    /* nothing is lost on its way, as by TCP */
	struct query_counts *counts; /* borrowed; counted up */

	/* A query is sent for the first time. Must not call the dispatch. */
	void (*sent)(struct query *q);
	/* Returns until when somebody waits for the answer; 0: nobody does. */
	int64_t (*wanted_until)(const struct query *q);
	/*
	 * A query is finished, its answer is `answer`, whose reference passes
	 * to the callee. May call the dispatch for other queries.
	 */
	void (*finished)(struct query *q, struct answer *answer);
	void (*trace)(void *arg, const struct query_event *event);
	void *trace_arg; /* `trace` may be NULL */
};

/* All is borrowed; the configuration is copied. Pass it to dispatch_free(). */
struct dispatch *dispatch_new(struct loop *loop, struct resolver *resolver,
    const struct dispatch_config *config);

/* Queues a query, which must stay in its memory until it is finished. */
void dispatch_queue(struct dispatch *d, struct query *q);

/* The resolver's `done`: takes the answer to a try. */
void dispatch_answered(void *try, struct answer *answer);

/*
 * Takes a query back that is not in flight. Returns false when it is in
 * flight, and stays so: its answer is still worth caching.
 */
bool dispatch_withdraw(struct query *q);

/* Returns whether a query is in flight without an answer for half its time. */
bool dispatch_is_silent(const struct query *q);

/* Finishes a query that is in flight with a time-out. */
void dispatch_time_out(struct query *q);

/* Drops a query, whatever its state is; it is not finished. */
void dispatch_drop(struct query *q);

/*
 * Finishes the queries that have been answered and sends those that may be
 * sent. Returns true when it did anything, so that there may be more to do.
 */
bool dispatch_turn(struct dispatch *d);

/*
 * Returns, by source, whether it is suspended as of this call. The array
 * holds as long as the dispatch and is brought up to date with each turn.
 */
const bool *dispatch_suspended(struct dispatch *d);

/* Accepts NULL. No query may be queued or in flight. */
void dispatch_free(struct dispatch *d);

#endif
