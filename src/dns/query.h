#ifndef ASNQ_QUERY_H
#define ASNQ_QUERY_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/answer.h"
#include "dns/resolver.h"
#include "io/timers.h"

struct dispatch;

/* Most tries of one query that are in flight at once. */
#define QUERY_TRIES 6

enum query_state {
	QUERY_NEW,
	QUERY_QUEUED,
	QUERY_IN_FLIGHT,
	QUERY_ANSWERED, /* to be finished in the next turn */
	QUERY_PAUSED,	/* failed, to be queued again */
	QUERY_FINISHED
};

struct query;

/* A try that is in flight, or has been. */
struct query_try {
	struct resolver_try try; /* its `arg` is this struct */
	struct query *query;
	int64_t sent;
};

/*
 * One query to one source. Lies in the memory of the caller, which sets the
 * first three members and all others to 0.
 */
struct query {
	unsigned source;
	const char *owner; /* an absolute name without its final dot */
	bool wanted;	   /* a client waits for the answer */

	/* For the caller to read. */
	int64_t sent;	       /* when it first was; 0: not yet */
	struct answer *answer; /* in flight: a failed try's; NULL: none */

	/* The dispatch's own. */
	struct dispatch *dispatch;
	enum query_state state;
	size_t lane;
	struct query_try tries[QUERY_TRIES];
	unsigned try_count; /* without those that were given up at once */
	unsigned number;    /* of the next try, for the resolver */
	unsigned failures;  /* of its tries */
	bool doubled;	    /* tried again while it was in flight */
	bool given_up;	    /* its last try was, and no other is in flight */
	int64_t last_sent;  /* when its last try was sent */
	int64_t answered;   /* when the try that `answer` is for was sent */
	struct timer timer; /* ends a pause, our patience, or its time */
	TAILQ_ENTRY(query) link;
};

#endif
