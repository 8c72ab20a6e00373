#ifndef ASNQ_RESOLVER_H
#define ASNQ_RESOLVER_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/answer.h"
#include "dns/resolver-config.h"
#include "io/loop.h"

/*
 * A query may be tried several times, also while an earlier try is still in
 * flight. Each try is independent of the two before it: it shares no record of
 * failures with them and goes to the next of several servers.
 */
#define RESOLVER_TRIES 3

/* One try of a query; lies in the memory of the sender, which sets `arg`. */
struct resolver_try {
	void *in_flight; /* the resolver's own data; NULL: not in flight */
	int id;
	void *arg;
};

/*
 * Takes the answer to a try, once for each try that was not cancelled;
 * perhaps before resolver_ask() returns. ANSWER_TIMEOUT: the try was given up
 * without an answer from a server. The callee owns the reference. It must not
 * call the resolver: it may only store and queue.
 */
typedef void resolver_done(void *arg, struct answer *a);

struct resolver;

/* What a resolver does; the functions below call it. */
struct resolver_driver {
	unsigned (*tries)(const struct resolver *r, enum via via);
	bool (*ask)(struct resolver *r, enum via via, unsigned number,
	    const char *owner, struct resolver_try *try);
	void (*cancel)(struct resolver *r, struct resolver_try *try);
	void (*tidy)(struct resolver *r);
	bool (*failed)(const struct resolver *r);
	char *(*describe)(const struct resolver *r, enum via via,
	    const char *owner);
	void (*free)(struct resolver *r);
};

/*
 * Sends queries and hands in their answers: libunbound (resolver.c) or, in
 * tests, a script. It is the first member of what implements it.
 */
struct resolver {
	const struct resolver_driver *driver;
	resolver_done *done;
};

/*
 * Returns a resolver over libunbound. It opens nothing yet, but with
 * RESOLVER_SYSTEM it reads resolv.conf. The configuration is borrowed and must
 * outlive the resolver. The caller passes the result to resolver_free().
 */
struct resolver *resolver_new(struct loop *loop,
    const struct resolver_config *config, resolver_done *done);

/*
 * Returns the TCP ports that the servers of a resolver over libunbound listen
 * on, some of them more than once, and stores their number in *count. The
 * caller frees the list.
 */
uint16_t *resolver_ports(const struct resolver *r, size_t *count);

/* Returns how many files are open at most with so many queries in flight. */
unsigned resolver_descriptors(unsigned in_flight);

/*
 * Returns how many queries may be doubled, that is, tried again while an
 * earlier try is in flight, where so many may be in flight.
 */
unsigned resolver_doubled_max(unsigned in_flight);

/* Returns how often a query may be tried, at most RESOLVER_TRIES. */
static inline unsigned
resolver_tries(const struct resolver *r, enum via via)
{
	return r->driver->tries(r, via);
}

/*
 * Sends try `number`, from 0, for the TXT records of `owner`, an absolute name
 * without its final dot. Returns false when it cannot be sent at all; then a
 * line on stderr has said why, once.
 */
static inline bool
resolver_ask(struct resolver *r, enum via via, unsigned number,
    const char *owner, struct resolver_try *try)
{
	assert(number < resolver_tries(r, via) && try->in_flight == NULL);
	return r->driver->ask(r, via, number, owner, try);
}

/* Drops a try. Does nothing when it is not in flight. */
static inline void
resolver_cancel(struct resolver *r, struct resolver_try *try)
{
	if (try->in_flight != NULL)
		r->driver->cancel(r, try);
}

/* Closes what is used up. To be called between two turns of the loop. */
static inline void
resolver_tidy(struct resolver *r)
{
	r->driver->tidy(r);
}

/* Returns whether a query could not be sent since nothing could be opened. */
static inline bool
resolver_failed(const struct resolver *r)
{
	return r->driver->failed(r);
}

/*
 * Returns the servers that a query for `owner` goes to, for messages. The
 * caller frees it.
 */
static inline char *
resolver_describe(const struct resolver *r, enum via via, const char *owner)
{
	return r->driver->describe(r, via, owner);
}

/* Accepts NULL. Queries in flight are dropped. */
static inline void
resolver_free(struct resolver *r)
{
	if (r != NULL)
		r->driver->free(r);
}

#endif
