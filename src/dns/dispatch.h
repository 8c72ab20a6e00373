#ifndef ASNQ_DISPATCH_H
#define ASNQ_DISPATCH_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/answer.h"
#include "dns/query-source.h"
#include "dns/resolver.h"
#include "io/loop.h"

/*
 * Sends queries: each source at its rate, no more in flight than allowed.
 * Tries a query again when it failed or nothing is heard of it, and finds out
 * which sources do not answer.
 */
struct dispatch;

enum query_state {
	QUERY_NEW,
	QUERY_QUEUED,
	QUERY_IN_FLIGHT,
	QUERY_ANSWERED, /* to be finished in the next turn */
	QUERY_PAUSED,	/* failed, to be queued again */
	QUERY_FINISHED
};

/*
 * One query to one source. Lies in the memory of the caller, which sets the
 * first three members and all others to 0.
 */
struct query {
	unsigned source;
	const char *owner; /* an absolute name without its final dot */
	bool wanted;	   /* somebody waits for the answer */

	/* For the caller to read. */
	int64_t sent;	       /* when it first was; 0: not yet */
	struct answer *answer; /* in flight: a failed try's; NULL: none */

	/* The dispatch's own. */
	struct dispatch *dispatch;
	enum query_state state;
	struct resolver_try tries[RESOLVER_TRIES];
	unsigned try_count;
	unsigned failures;  /* of its tries */
	bool doubled;	    /* tried again while it was in flight */
	int64_t last_sent;  /* when its last try was sent */
	struct timer timer; /* ends a pause, our patience, or its time */
	TAILQ_ENTRY(query) link;
};

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
	unsigned in_flight; /* most queries at once, over all sources */
	int64_t timeout;    /* microseconds that a query may take */
	bool lossless;	    /* nothing is lost on its way, as by TCP */
	struct query_counts *counts; /* borrowed; counted up */

	/* A query is sent for the first time. Must not call the dispatch. */
	void (*sent)(struct query *q);
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

/* The resolver's `done`: takes the answer to a try, whose `arg` is a query. */
void dispatch_answered(void *query, struct answer *answer);

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
