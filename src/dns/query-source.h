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

/*
 * Notes an answer that took so long, which ends a suspension. Only of a query
 * with a single try is it known how long that one took.
 */
void query_source_answered(struct query_source *s, int64_t took, bool single);

/*
 * Notes that a query timed out. Several in a row suspend the source. Returns
 * whether this is the first one that does.
 */
bool query_source_timed_out(struct query_source *s, int64_t now);

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
 * Returns how long to wait for an answer after `tries` tries, before there is
 * another try. `timeout` is how long a query may take as a whole; `lossless`:
 * nothing is lost on its way, as by TCP.
 */
int64_t query_source_patience(const struct query_source *s, unsigned tries,
    int64_t timeout, bool lossless);

#endif
