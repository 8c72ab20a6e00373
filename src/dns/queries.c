#include "config.h"

#include "dns/queries.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"
#include "dns/answer-cache.h"

/*
 * A query with the clients that wait for its answer; perhaps without any, when
 * it is in flight.
 */
struct shared_query {
	struct map_node node; /* the first: a node is its query */
	struct query query;
	struct queries *queries;
	struct waiter_list waiters;
	uint32_t source; /* with the owner name it is the key */
	char owner[];
};

struct waiter {
	struct shared_query *query;
	struct query_client *client;
	size_t number; /* the client's, of the query */
	TAILQ_ENTRY(waiter) query_link;
	TAILQ_ENTRY(waiter) client_link;
};

struct queries {
	struct loop *loop;
	struct dispatch *dispatch;
	struct cache *cache;
	struct map by_key; /* all that are not finished */
	int64_t timeout;
	struct query_counts counts;
};

static struct shared_query *
shared_query_of(struct query *q)
{
	return (struct shared_query *)((char *)q -
	    offsetof(struct shared_query, query));
}

/* Starts a client's time, unless it has begun. */
static void
start_deadline(struct query_client *c)
{
	struct loop *loop = c->queries->loop;

	if (c->deadline.place == 0)
		timers_set(&loop->timers, &c->deadline, loop->now + c->timeout);
}

/* Starts the time of all clients that wait for a query, which is sent now. */
static void
sent(struct query *q)
{
	struct waiter *w;

	TAILQ_FOREACH(w, &shared_query_of(q)->waiters, query_link)
		start_deadline(w->client);
}

/* Returns the latest end of the time of all clients that wait for a query. */
static int64_t
wanted_until(const struct query *q)
{
	const struct shared_query *shared =
	    (const struct shared_query *)((const char *)q -
		offsetof(struct shared_query, query));
	const struct waiter *w;
	int64_t until = 0;

	TAILQ_FOREACH(w, &shared->waiters, query_link)
		if (w->client->deadline.place != 0 &&
		    w->client->deadline.at > until)
			until = w->client->deadline.at;
	return until;
}

static void
end_wait(struct waiter *w)
{
	TAILQ_REMOVE(&w->query->waiters, w, query_link);
	TAILQ_REMOVE(&w->client->waiters, w, client_link);
	w->query->query.wanted = !TAILQ_EMPTY(&w->query->waiters);
	free(w);
}

/* Frees a query that is out of the dispatch. Nobody may wait for it. */
static void
shared_query_free(struct shared_query *q)
{
	assert(TAILQ_EMPTY(&q->waiters));
	map_remove(&q->queries->by_key, &q->node);
	free(q);
}

/* Gives the answer to a finished query to the cache and to all that wait. */
static void
finished(struct query *query, struct answer *answer)
{
	struct shared_query *q = shared_query_of(query);
	struct queries *queries = q->queries;
	struct waiter *w;

	answer_cache_put(queries->cache, q->node.key, q->node.key_len, answer,
	    queries->loop->now);
	while ((w = TAILQ_FIRST(&q->waiters)) != NULL) {
		struct query_client *c = w->client;
		size_t number = w->number;

		end_wait(w);
		c->answered(c, number, answer_hold(answer));
		c->advance(c);
	}
	shared_query_free(q);
	answer_release(answer);
}

struct queries *
queries_new(struct loop *loop, struct resolver *resolver,
    const struct queries_config *config)
{
	struct queries *queries = xcalloc(1, sizeof(*queries));
	struct dispatch_config dispatch = {
		.sources = config->sources,
		.source_count = config->source_count,
		.mirrors = config->mirrors,
		.in_flight = config->in_flight,
		.timeout = config->timeout,
		.lossless = config->lossless,
		.counts = &queries->counts,
		.sent = sent,
		.wanted_until = wanted_until,
		.finished = finished,
		.trace = config->trace,
		.trace_arg = config->trace_arg,
	};

	queries->loop = loop;
	queries->timeout = config->timeout;
	queries->dispatch = dispatch_new(loop, resolver, &dispatch);
	queries->cache = answer_cache_new(config->cache_size);
	map_init(&queries->by_key);
	return queries;
}

void
queries_answered(void *try, struct answer *answer)
{
	dispatch_answered(try, answer);
}

/*
 * Drops a query for which no client waits any more, unless it is in flight: then
 * its answer is still worth caching.
 */
static void
tidy_up(struct shared_query *q)
{
	if (TAILQ_EMPTY(&q->waiters) && dispatch_withdraw(&q->query))
		shared_query_free(q);
}

/* Returns the answer for a client whose time is over: a failure, or none. */
static struct answer *
answer_at_end(const struct query_client *c, const struct shared_query *q)
{
	struct answer *answer;

	if (q->query.answer != NULL)
		return answer_hold(q->query.answer);
	answer = answer_new(ANSWER_TIMEOUT, 0);
	answer->took = c->timeout;
	return answer;
}

/*
 * Ends the time of a client. A query that is silent for half of its own time by
 * then has timed out, if no other client waits for it.
 */
static void
expire(void *arg)
{
	struct query_client *c = arg;
	struct loop *loop = c->queries->loop;
	struct waiter *w;

	if (loop->now < loop->reprieve) {
		timers_set(&loop->timers, &c->deadline, loop->reprieve);
		return;
	}
	c->expired = true;
	while ((w = TAILQ_FIRST(&c->waiters)) != NULL) {
		struct shared_query *q = w->query;
		struct answer *answer = answer_at_end(c, q);
		size_t number = w->number;

		end_wait(w);
		if (TAILQ_EMPTY(&q->waiters) && dispatch_is_silent(&q->query))
			dispatch_time_out(&q->query);
		else
			tidy_up(q);
		c->answered(c, number, answer);
	}
	c->advance(c);
}

static void
wake(void *arg)
{
	struct query_client *c = arg;

	c->advance(c);
}

void
query_client_init(struct queries *queries, struct query_client *c,
    int64_t timeout)
{
	assert(timeout <= queries->timeout);
	c->queries = queries;
	c->timeout = timeout;
	c->expired = false;
	c->deadline = (struct timer){ .fire = expire, .arg = c };
	c->wake = (struct timer){ .fire = wake, .arg = c };
	TAILQ_INIT(&c->waiters);
}

/* Returns a query that is neither in the map nor in the dispatch. */
static struct shared_query *
shared_query_new(struct queries *queries, unsigned source, const char *owner)
{
	size_t len = strlen(owner);
	struct shared_query *q = xmalloc(sizeof(*q) + len + 1);

	*q = (struct shared_query){
		.queries = queries,
		.query = { .source = source, .owner = q->owner },
		.source = source,
	};
	memcpy(q->owner, owner, len + 1);
	TAILQ_INIT(&q->waiters);
	q->node.key = &q->source;
	q->node.key_len = sizeof(q->source) + len;
	return q;
}

static void
start_wait(struct query_client *c, size_t number, struct shared_query *q)
{
	struct waiter *w = xmalloc(sizeof(*w));

	*w = (struct waiter){ .query = q, .client = c, .number = number };
	TAILQ_INSERT_TAIL(&q->waiters, w, query_link);
	TAILQ_INSERT_TAIL(&c->waiters, w, client_link);
	q->query.wanted = true;
	if (q->query.sent != 0)
		start_deadline(c);
}

struct answer *
queries_ask(struct query_client *c, size_t number, unsigned source,
    const char *owner)
{
	struct queries *queries = c->queries;
	struct shared_query *q = shared_query_new(queries, source, owner);
	struct map_node *same =
	    map_find(&queries->by_key, q->node.key, q->node.key_len);
	struct answer *answer = answer_cache_find(queries->cache, q->node.key,
	    q->node.key_len, queries->loop->now);

	if (answer != NULL)
		queries->counts.cached++;
	else if (c->expired)
		answer = answer_new(ANSWER_TIMEOUT, 0);
	if (answer != NULL) {
		free(q);
		return answer;
	}
	if (same != NULL) {
		queries->counts.coalesced++;
		free(q);
		q = (struct shared_query *)same;
	} else {
		map_insert(&queries->by_key, &q->node);
		dispatch_queue(queries->dispatch, &q->query);
	}
	start_wait(c, number, q);
	return NULL;
}

void
query_client_wake(struct query_client *c, int64_t at)
{
	struct timers *timers = &c->queries->loop->timers;

	if (at == 0)
		timers_cancel(timers, &c->wake);
	else if (c->wake.place == 0 || c->wake.at != at)
		timers_set(timers, &c->wake, at);
}

void
query_client_end(struct query_client *c)
{
	struct timers *timers = &c->queries->loop->timers;
	struct waiter *w;

	while ((w = TAILQ_FIRST(&c->waiters)) != NULL) {
		struct shared_query *q = w->query;

		end_wait(w);
		tidy_up(q);
	}
	timers_cancel(timers, &c->deadline);
	timers_cancel(timers, &c->wake);
}

bool
queries_turn(struct queries *queries)
{
	return dispatch_turn(queries->dispatch);
}

int64_t
queries_now(const struct queries *queries)
{
	return queries->loop->now;
}

const bool *
queries_suspended(const struct queries *queries)
{
	return dispatch_suspended(queries->dispatch);
}

const struct query_counts *
queries_counts(const struct queries *queries)
{
	return &queries->counts;
}

void
queries_free(struct queries *queries)
{
	struct map_node *node;

	if (queries == NULL)
		return;
	for (size_t at = 0; (node = map_next(&queries->by_key, &at)) != NULL;
	     at = 0) {
		struct shared_query *q = (struct shared_query *)node;

		dispatch_drop(&q->query);
		shared_query_free(q);
	}
	map_free(&queries->by_key);
	dispatch_free(queries->dispatch);
	cache_free(queries->cache);
	free(queries);
}
