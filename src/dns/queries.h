#ifndef ASNQ_QUERIES_H
#define ASNQ_QUERIES_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/answer.h"
#include "dns/dispatch.h"
#include "dns/query-source.h"
#include "dns/resolver.h"
#include "io/loop.h"

/*
 * Queries and their answers, for clients that each have their own time. A
 * query asks a source for the TXT records of an owner name; what the texts
 * mean is not known here. Answers are cached, equal queries that are under way
 * at the same time are coalesced, and every wait ends.
 */
struct queries;

struct queries_config {
	const struct query_source_config *sources;
	size_t source_count;
	const struct mirrors *mirrors; /* borrowed; names in their zones are */
				       /* queried there; NULL: none */
	unsigned in_flight; /* most queries at once, over all sources */
	int64_t timeout;    /* microseconds, the longest of all clients */
	size_t cache_size;  /* bytes */
	bool lossless;	    /* nothing is lost on its way, as by TCP */
	void (*trace)(void *arg, const struct query_event *event);
	void *trace_arg; /* `trace` may be NULL */
};

/* A client that waits for the answer to a query. */
struct waiter;
TAILQ_HEAD(waiter_list, waiter);

/*
 * A look-up that makes queries. Lies in the memory of its owner, which fills
 * in the callbacks. Both may make further queries, and `advance` may end the
 * client.
 */
struct query_client {
	/* Takes the answer to the query `number`; it owns the reference. */
	void (*answered)(struct query_client *c, size_t number,
	    struct answer *answer);
	/*
	 * Called after one or more answers, when the wake time has come, or
	 * when the client's time is over.
	 */
	void (*advance)(struct query_client *c);

	struct queries *queries;
	int64_t timeout; /* microseconds */
	bool expired;	 /* its time is over */
	struct timer deadline;
	struct timer wake;
	struct waiter_list waiters;
};

/*
 * All is borrowed; the configuration is copied. The resolver's `done` must be
 * queries_answered(). The caller passes the result to queries_free().
 */
struct queries *queries_new(struct loop *loop, struct resolver *resolver,
    const struct queries_config *config);

/* The resolver's `done`: takes the answer to a try. */
void queries_answered(void *try, struct answer *answer);

/*
 * Sets up a client that waits for `timeout` microseconds, at most the
 * configured ones. Its callbacks are set by the owner.
 */
void query_client_init(struct queries *queries, struct query_client *c,
    int64_t timeout);

/*
 * Makes a query, to which the client gives a number. Returns the answer when
 * it is cached, or when the client's time is over; the caller owns the
 * reference. Else returns NULL, and the answer comes later by `answered`. The
 * client's time begins when its first query is sent.
 */
struct answer *queries_ask(struct query_client *c, size_t number,
    unsigned source, const char *owner);

/* Has `advance` called at this time; 0: not any more. */
void query_client_wake(struct query_client *c, int64_t at);

/* Ends a client: none of its callbacks is called any more. */
void query_client_end(struct query_client *c);

/*
 * Hands out the answers that have come and sends the queries that may be sent.
 * Returns true when it did anything, so that there may be more to do.
 */
bool queries_turn(struct queries *queries);

/* Returns the loop's time, in monotonic microseconds. */
int64_t queries_now(const struct queries *queries);

/*
 * Returns, by source, whether it is suspended as of this call. The array holds
 * as long as `queries` and is brought up to date with each turn.
 */
const bool *queries_suspended(const struct queries *queries);

const struct query_counts *queries_counts(const struct queries *queries);

/* Accepts NULL. All clients must have ended. */
void queries_free(struct queries *queries);

#endif
