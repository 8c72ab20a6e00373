#ifndef ASNQ_QUERIES_H
#define ASNQ_QUERIES_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/answer.h"
#include "dns/resolver.h"
#include "io/loop.h"

/*
 * Questions and answers. A question is an owner name asked of a source; what
 * the texts mean is not known here. Answers are remembered; equal questions
 * that are out at the same time are asked once; each source has its rate,
 * and a source that does not answer is found out; every wait ends.
 */
struct queries;

/* Somebody to ask: a zone. */
struct query_source {
	const char *name; /* for `trace` */
	enum via via;
	double qps; /* questions a second at most; 0: no cap */
};

/* For `trace`: a question that goes out, or an answer that came. */
struct query_event {
	const char *source;
	enum via via;
	const char *owner;
	const struct answer *answer; /* NULL: the question goes out */
	int64_t took;		     /* microseconds */
	int64_t rest; /* the source is left alone so long; 0: it is not */
};

struct queries_config {
	const struct query_source *sources;
	size_t source_count;
	unsigned in_flight; /* questions out at once, over all sources */
	int64_t timeout;    /* microseconds that a client waits at most */
	size_t cache_size;  /* bytes */
	bool lossless;	    /* by TCP nothing is lost on its way */
	void (*trace)(void *arg, const struct query_event *event);
	void *trace_arg; /* `trace` may be NULL */
};

/* What was done, for reports. */
struct queries_counts {
	unsigned long asked; /* questions sent, retries too */
	unsigned long retried;
	unsigned long remembered; /* answers out of the cache */
	unsigned long merged;	  /* joined a question that was out */
	unsigned long timeouts;
	unsigned long failures;
	unsigned long rests; /* sources found to be dead */
};

/*
 * Who asks. Lies in the memory of its owner, which fills in the callbacks;
 * both may ask further questions, and `advance` may end the client.
 */
struct query_client {
	/* An answer to the question `slot`; the reference is the callee's. */
	void (*answered)(struct query_client *a, size_t number,
	    struct answer *answer);
	/* After one or more answers, or when the wake time has come. */
	void (*advance)(struct query_client *a);

	struct queries *queries;
	int64_t timeout; /* microseconds */
	bool expired;	 /* its time is over */
	struct timer deadline;
	struct timer wake;
	TAILQ_HEAD(, waiter) waiters;
};

struct queries *queries_new(struct loop *loop, struct resolver *resolver,
    const struct queries_config *config);

/* What the resolver is to call with the answers to our questions. */
void queries_answered(void *query, struct answer *answer);

/*
 * Makes a client ready that waits so many microseconds; its callbacks are set
 * by the owner.
 */
void query_client_init(struct queries *queries, struct query_client *a,
    int64_t timeout);

/*
 * Asks. Returns the answer when it is known already; the reference is the
 * caller's. Else NULL, and the answer comes later by `answered`. The client's
 * time begins when its first question is sent.
 */
struct answer *queries_ask(struct query_client *a, size_t number,
    unsigned source, const char *owner);

/* Calls `advance` at this time; 0: not any more. */
void query_client_wake(struct query_client *a, int64_t at);

/* Ends a client: nothing is called any more. */
void query_client_end(struct query_client *a);

/*
 * Hands out the answers that have come and sends what may be sent. True
 * where anything was done, so that there may be more to do.
 */
bool queries_turn(struct queries *queries);

/* Monotonic microseconds, as the loop has them. */
int64_t queries_now(const struct queries *queries);

/*
 * By source: whether it should be left alone as of this call. What is returned
 * is brought up to date with each turn.
 */
const bool *queries_suspended(const struct queries *queries);

const struct queries_counts *queries_counts(const struct queries *queries);

/* Accepts NULL. There must be no askers left. */
void queries_free(struct queries *queries);

#endif
