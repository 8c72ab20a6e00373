#ifndef ASNQ_QUERY_SOURCE_H
#define ASNQ_QUERY_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/resolver-config.h"

/* A zone to be queried, as the options describe it. */
struct query_source_config {
	const char *name; /* for messages */
	enum via via;
	double qps; /* most queries a second; 0: no cap */
	double
	    mirror_qps; /* the same, for names that only a mirror below the */
			/* zone has */
};

/*
 * What is known of a zone: how fast it may be queried, how long it takes to
 * answer, and whether it is suspended since it does not. All times are
 * microseconds of one monotonic clock.
 */
struct query_source {
	const char *name;
	enum via via;
	int64_t interval;   /* between two queries; 0: no cap */
	int64_t next;	    /* when the rate allows another query */
	int64_t usual_wait; /* until it answers, on average; 0: unknown */
	int64_t deviation;  /* from it, on average */
	unsigned answers;   /* as far as they matter */
	int64_t answered;   /* when it last did; 0: it has not */
	unsigned timeouts;  /* in a row */
	int64_t suspended_until;
};

/* Sets a source up. The configuration's name is borrowed. */
void query_source_init(struct query_source *s,
    const struct query_source_config *config);

/*
 * Counts a query towards the rate. Returns 0 when it may be sent now. Else
 * returns when one may be sent, and nothing is counted.
 */
int64_t query_source_take(struct query_source *s, int64_t now);

/* Notes that the source has answered, which ends a suspension. */
void query_source_heard(struct query_source *s, int64_t now);

/* The same, and that the answer to a try took so long. */
void query_source_answered(struct query_source *s, int64_t now, int64_t took);

/*
 * Notes that a query timed out, which was first sent at `sent`. Several in a
 * row suspend the source, unless it has answered another query meanwhile.
 * Returns whether this is the first one that suspends it.
 */
bool query_source_timed_out(struct query_source *s, int64_t now, int64_t sent);

/*
 * Notes a new query. When the source was suspended, that query is the probe
 * which finds out whether the source answers again: it is suspended for all
 * others meanwhile.
 */
void query_source_queried(struct query_source *s, int64_t now);

/* Returns whether no query should go to the source now. */
bool query_source_is_suspended(const struct query_source *s, int64_t now);

/* Returns for how long the source is suspended after a time-out; 0: not. */
int64_t query_source_suspension(const struct query_source *s);

/*
 * Returns whether the source has answered several queries, so that there is
 * more than one to be answered, and one that fails is worth more tries.
 */
bool query_source_is_known(const struct query_source *s);

/* The time that a query may take. */
struct query_time {
	int64_t sent;	   /* when its first try was */
	int64_t last_sent; /* when its last try was */
	int64_t timeout;   /* how long it may take as a whole */
	unsigned tries;
	bool lossless; /* nothing is lost on its way, as by TCP */
};

/*
 * Returns when to try a query again that is in flight; at the end of its time
 * or later: not any more.
 */
int64_t query_source_next_try(const struct query_source *s,
    const struct query_time *time);

/*
 * Returns how long to wait before a query is tried again that has failed so
 * often, or a negative number if it is to fail for good.
 */
int64_t query_source_pause(const struct query_source *s,
    const struct query_time *time, unsigned failures, int64_t now);

#endif
