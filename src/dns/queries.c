#include "config.h"

#include "dns/queries.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cache.h"
#include "base/map.h"
#include "dns/packet.h"

#define SECOND INT64_C(1000000)

#define RETRY_PAUSE (SECOND / 5)   /* before a failed question's retry */
#define PATIENCE 8		   /* parts of --timeout; after one we try */
				   /* again, then after two more; */
#define PATIENCE_MIRROR 8	   /* of a mirror, times its usual wait, */
#define PATIENCE_MIN (SECOND / 20) /* but not less than this, and then */
				   /* after one part */
#define FIRST_LOOK (SECOND / 10)   /* whether a mirror answers others sooner */
#define FAILURE_MIN SECOND	   /* RFC 9520 3.2: how long a failure */
#define FAILURE_MAX (30 * SECOND)  /* is remembered, doubling */
#define SUSPEND_AFTER 5		   /* time-outs in a row */
#define REST (30 * SECOND)
#define BURST (SECOND / 20) /* of a rate, that may go at once */

enum query_state {
	QUERY_QUEUED,
	QUERY_SENT,
	QUERY_ANSWERED,
	QUERY_PAUSED /* failed once, waits to be sent again */
};

/* A question that somebody waits for, or that is out all the same. */
struct query {
	struct map_node node; /* the first: a node is its query */
	struct queries *queries;
	enum query_state state;
	struct resolver_query out[RESOLVER_TRIES];
	unsigned tries;	    /* sent so far */
	unsigned failures;  /* of its tries */
	bool doubled;	    /* tried again while it was out */
	int64_t sent;	    /* first */
	int64_t tried;	    /* last */
	struct timer timer; /* the end of a pause, of patience, of its time */
	struct answer *answer; /* while it is out, the failure of a try */
	TAILQ_HEAD(, waiter) waiters;
	TAILQ_ENTRY(query) entry; /* in its source's queue, or done */
	uint32_t source;	  /* with the owner it is the key */
	char owner[];
};

TAILQ_HEAD(query_list, query);

struct waiter {
	struct query *query;
	struct query_client *client;
	size_t number;
	TAILQ_ENTRY(waiter) of_query;
	TAILQ_ENTRY(waiter) of_client;
};

struct source {
	enum via via;
	int64_t interval;   /* us between questions; 0: no cap */
	int64_t next;	    /* when the rate allows the next one */
	struct timer timer; /* wakes the loop for it */
	struct query_list queues[RESOLVER_TRIES]; /* by failures */
	unsigned out[RESOLVER_TRIES];
	int64_t usual;	 /* us until it answers, on average; 0: unknown */
	unsigned silent; /* time-outs in a row */
	int64_t suspended_until;
};

/* What the cache keeps under a question's key. */
struct cached_answer {
	struct answer *answer;
	int64_t backoff; /* of a failure */
};

struct queries {
	struct loop *loop;
	struct resolver *resolver;
	struct queries_config config;
	struct source *sources;
	bool *suspended;
	struct cache *cache;
	struct map by_key;
	struct query_list done;
	unsigned out;
	unsigned doubled; /* tried again while an earlier try is out */
	size_t turn;	  /* the source that may send next */
	struct queries_counts counts;
};

static void
drop_kept(void *value)
{
	struct cached_answer *m = value;

	answer_release(m->answer);
}

/* The loop must turn when this time comes; the turn does the rest. */
static void
just_wake(void *arg)
{
	(void)arg;
}

struct queries *
queries_new(struct loop *loop, struct resolver *resolver,
    const struct queries_config *config)
{
	struct queries *queries = xcalloc(1, sizeof(*queries));

	queries->loop = loop;
	queries->resolver = resolver;
	queries->config = *config;
	queries->sources =
	    xcalloc(config->source_count, sizeof(*queries->sources));
	queries->suspended =
	    xcalloc(config->source_count, sizeof(*queries->suspended));
	queries->cache = cache_new(config->cache_size, drop_kept);
	map_init(&queries->by_key);
	TAILQ_INIT(&queries->done);
	for (size_t i = 0; i < config->source_count; i++) {
		struct source *s = &queries->sources[i];

		s->via = config->sources[i].via;
		if (config->sources[i].qps > 0)
			s->interval = (int64_t)(1e6 / config->sources[i].qps);
		s->timer.fire = just_wake;
		for (unsigned n = 0; n < RESOLVER_TRIES; n++)
			TAILQ_INIT(&s->queues[n]);
	}
	return queries;
}

static void
trace(struct queries *queries, const struct query *q,
    const struct answer *answer)
{
	const struct source *s = &queries->sources[q->source];
	struct query_event event = {
		.source = queries->config.sources[q->source].name,
		.via = s->via,
		.owner = q->owner,
		.answer = answer,
		.took = queries->loop->now - q->sent,
		.rest = s->silent >= SUSPEND_AFTER ? REST : 0,
	};

	if (queries->config.trace != NULL)
		queries->config.trace(queries->config.trace_arg, &event);
}

static bool
is_failure(const struct answer *answer)
{
	return answer->kind != ANSWER_TEXT && answer->kind != ANSWER_NONE;
}

static int64_t
clamp(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

/* Puts an answer into the cache, which takes a reference of its own. */
static void
cache_answer(struct queries *queries, const struct query *q,
    struct answer *answer)
{
	const void *key = q->node.key;
	size_t key_len = q->node.key_len;
	int64_t most = answer->kind == ANSWER_NONE ? TTL_NONE_MAX : TTL_MAX;
	int64_t backoff = 0;
	int64_t keep = clamp(answer->ttl, TTL_MIN, most) * SECOND;
	struct cached_answer *m;

	if (is_failure(answer)) {
		m = cache_get(queries->cache, key, key_len, NULL);
		backoff = clamp(m != NULL ? 2 * m->backoff : 0, FAILURE_MIN,
		    FAILURE_MAX);
		keep = backoff;
	}
	answer->expires = queries->loop->now + keep;
	m = cache_put(queries->cache, key, key_len, sizeof(*m),
	    sizeof(*answer) + answer->size, answer->expires);
	m->answer = answer_hold(answer);
	m->backoff = backoff;
}

/* The queue of its source that a query stands in, or would. */
static struct query_list *
queue_of(struct query *q)
{
	return &q->queries->sources[q->source].queues[q->failures];
}

/* A query goes out, or, with -1, is out no more. */
static void
count_out(struct query *q, int change)
{
	q->queries->out += (unsigned)change;
	q->queries->sources[q->source].out[q->failures] += (unsigned)change;
}

/* Ends the tries that are still out. */
static void
cancel_tries(struct query *q)
{
	for (unsigned i = 0; i < q->tries; i++)
		resolver_cancel(&q->out[i]);
}

static bool
is_out(const struct query *q)
{
	for (unsigned i = 0; i < q->tries; i++)
		if (q->out[i].generation != NULL)
			return true;
	return false;
}

/* Takes a query out of everything; its waits must be gone. */
static void
query_free(struct query *q)
{
	struct queries *queries = q->queries;

	if (q->state == QUERY_QUEUED)
		TAILQ_REMOVE(queue_of(q), q, entry);
	if (q->state == QUERY_ANSWERED)
		TAILQ_REMOVE(&queries->done, q, entry);
	if (q->state == QUERY_SENT)
		count_out(q, -1);
	cancel_tries(q);
	if (q->doubled)
		queries->doubled--;
	timers_cancel(&queries->loop->timers, &q->timer);
	map_remove(&queries->by_key, &q->node);
	answer_release(q->answer);
	free(q);
}

static void
find_suspended(const struct queries *queries)
{
	for (size_t i = 0; i < queries->config.source_count; i++)
		queries->suspended[i] =
		    queries->sources[i].suspended_until > queries->loop->now;
}

static void
suspend(struct queries *queries, uint32_t source)
{
	queries->sources[source].suspended_until = queries->loop->now + REST;
	queries->suspended[source] = true;
}

/* A question that nobody answers any more. */
static void
give_up(struct query *q)
{
	struct queries *queries = q->queries;
	struct source *s = &queries->sources[q->source];
	struct answer *answer = answer_new(ANSWER_TIMEOUT, 0);

	if (++s->silent == SUSPEND_AFTER)
		queries->counts.rests++;
	if (s->silent >= SUSPEND_AFTER)
		suspend(queries, q->source);
	queries->counts.timeouts++;
	answer->took = queries->loop->now - q->sent;
	trace(queries, q, answer);
	cache_answer(queries, q, answer);
	answer_release(answer);
	query_free(q);
}

static void
end_wait(struct waiter *w)
{
	TAILQ_REMOVE(&w->query->waiters, w, of_query);
	TAILQ_REMOVE(&w->client->waiters, w, of_client);
	free(w);
}

/*
 * One who waited has left. A question that is out stays so until its time is
 * over, since an answer is still worth remembering.
 */
static void
tidy_up(struct query *q)
{
	if (TAILQ_EMPTY(&q->waiters) &&
	    (q->state == QUERY_QUEUED || q->state == QUERY_PAUSED))
		query_free(q);
}

/* A source that did not answer within half of our time keeps silent. */
static bool
is_silent(const struct query *q)
{
	return q->state == QUERY_SENT &&
	    2 * (q->queries->loop->now - q->sent) >= q->queries->config.timeout;
}

/* The time of a client is over. */
static void
expire(void *arg)
{
	struct query_client *a = arg;
	struct loop *loop = a->queries->loop;
	struct waiter *w;

	if (loop->now < loop->reprieve) {
		timers_set(&loop->timers, &a->deadline, loop->reprieve);
		return;
	}
	a->expired = true;
	while ((w = TAILQ_FIRST(&a->waiters)) != NULL) {
		struct query *q = w->query;
		size_t number = w->number;
		struct answer *answer;

		if (q->answer != NULL) {
			answer = answer_hold(q->answer);
		} else {
			answer = answer_new(ANSWER_TIMEOUT, 0);
			answer->took = a->timeout;
		}
		end_wait(w);
		if (TAILQ_EMPTY(&q->waiters) && is_silent(q))
			give_up(q);
		else
			tidy_up(q);
		a->answered(a, number, answer);
	}
	a->advance(a);
}

static void
wake(void *arg)
{
	struct query_client *a = arg;

	a->advance(a);
}

void
query_client_init(struct queries *queries, struct query_client *a,
    int64_t timeout)
{
	a->queries = queries;
	a->timeout = timeout;
	a->expired = false;
	a->deadline = (struct timer){ .fire = expire, .arg = a };
	a->wake = (struct timer){ .fire = wake, .arg = a };
	TAILQ_INIT(&a->waiters);
}

static void
start_deadline(struct query_client *a)
{
	if (a->deadline.place == 0)
		timers_set(&a->queries->loop->timers, &a->deadline,
		    a->queries->loop->now + a->timeout);
}

static void query_timer(void *arg);

/* Not yet in the queue: its key is good for a search. */
static struct query *
query_new(struct queries *queries, uint32_t source, const char *owner)
{
	size_t len = strlen(owner);
	struct query *q = xmalloc(sizeof(*q) + len + 1);

	*q = (struct query){
		.queries = queries,
		.source = source,
		.state = QUERY_QUEUED,
		.timer = { .fire = query_timer, .arg = q },
	};
	memcpy(q->owner, owner, len + 1);
	TAILQ_INIT(&q->waiters);
	q->node.key = &q->source;
	q->node.key_len = sizeof(q->source) + len;
	return q;
}

/* What the cache has, if it still holds; the reference is the caller's. */
static struct answer *
find_cached(struct queries *queries, const struct query *q)
{
	int64_t expires;
	struct cached_answer *m =
	    cache_get(queries->cache, q->node.key, q->node.key_len, &expires);

	if (m == NULL || expires <= queries->loop->now)
		return NULL;
	return answer_hold(m->answer);
}

struct answer *
queries_ask(struct query_client *a, size_t number, unsigned source,
    const char *owner)
{
	struct queries *queries = a->queries;
	struct query *q = query_new(queries, source, owner);
	struct map_node *same =
	    map_find(&queries->by_key, q->node.key, q->node.key_len);
	struct answer *answer = find_cached(queries, q);
	struct waiter *w;

	if (answer != NULL)
		queries->counts.remembered++;
	else if (a->expired)
		answer = answer_new(ANSWER_TIMEOUT, 0);
	if (answer != NULL) {
		free(q);
		return answer;
	}
	if (same != NULL) {
		queries->counts.merged++;
		free(q);
		q = (struct query *)same;
	} else {
		map_insert(&queries->by_key, &q->node);
		TAILQ_INSERT_TAIL(queue_of(q), q, entry);
		/* One question finds out whether it is back. */
		if (queries->sources[source].silent >= SUSPEND_AFTER)
			suspend(queries, source);
	}
	w = xmalloc(sizeof(*w));
	*w = (struct waiter){ .query = q, .client = a, .number = number };
	TAILQ_INSERT_TAIL(&q->waiters, w, of_query);
	TAILQ_INSERT_TAIL(&a->waiters, w, of_client);
	if (q->sent != 0)
		start_deadline(a);
	return NULL;
}

void
query_client_wake(struct query_client *a, int64_t at)
{
	if (at == 0)
		timers_cancel(&a->queries->loop->timers, &a->wake);
	else if (a->wake.place == 0 || a->wake.at != at)
		timers_set(&a->queries->loop->timers, &a->wake, at);
}

void
query_client_end(struct query_client *a)
{
	struct waiter *w;

	while ((w = TAILQ_FIRST(&a->waiters)) != NULL) {
		struct query *q = w->query;

		end_wait(w);
		tidy_up(q);
	}
	timers_cancel(&a->queries->loop->timers, &a->deadline);
	timers_cancel(&a->queries->loop->timers, &a->wake);
}

/*
 * Of several tries the first that is answered counts; but a failure only
 * when no other one is out.
 */
void
queries_answered(void *arg, struct answer *answer)
{
	struct query *q = arg;

	if (q->state != QUERY_SENT) {
		answer_release(answer);
		return;
	}
	answer_release(q->answer);
	q->answer = answer;
	if (answer->kind == ANSWER_SERVFAIL && is_out(q))
		return;
	count_out(q, -1);
	q->state = QUERY_ANSWERED;
	TAILQ_INSERT_TAIL(&q->queries->done, q, entry);
}

/*
 * Sends a question that failed once more after a while, if there is time; by
 * TCP again after that, since it may have been others' connection that failed.
 */
static bool
retry(struct query *q)
{
	struct queries *queries = q->queries;
	int64_t at = queries->loop->now + RETRY_PAUSE;

	if (q->answer->kind != ANSWER_SERVFAIL ||
	    (q->failures > 0 && !queries->config.lossless) ||
	    q->tries >= resolver_tries(queries->resolver,
			    queries->sources[q->source].via) ||
	    TAILQ_EMPTY(&q->waiters) || at >= q->sent + queries->config.timeout)
		return false;
	TAILQ_REMOVE(&queries->done, q, entry);
	q->failures++;
	q->state = QUERY_PAUSED;
	timers_set(&queries->loop->timers, &q->timer, at);
	queries->counts.retried++;
	return true;
}

/* An answer has come: to the cache, and to all who wait for it. */
static void
deliver(struct query *q)
{
	struct queries *queries = q->queries;
	struct source *s = &queries->sources[q->source];
	struct waiter *w;

	cancel_tries(q);
	q->answer->took = queries->loop->now - q->sent;
	trace(queries, q, q->answer);
	if (q->tries == 1)
		s->usual += s->usual > 0 ? (q->answer->took - s->usual) / 8
					 : q->answer->took + 1;
	s->silent = 0;
	s->suspended_until = 0;
	queries->suspended[q->source] = false;
	if (retry(q))
		return;
	if (is_failure(q->answer))
		queries->counts.failures++;
	cache_answer(queries, q, q->answer);
	while ((w = TAILQ_FIRST(&q->waiters)) != NULL) {
		struct query_client *a = w->client;
		size_t number = w->number;

		end_wait(w);
		a->answered(a, number, answer_hold(q->answer));
		a->advance(a);
	}
	query_free(q);
}

/*
 * How long nothing may be heard of the last try before there is another. A
 * mirror looks nothing up elsewhere, so that its answers all take about as
 * long; what takes much longer was lost. Where it is lost twice, the server
 * has too much to do, and is given time.
 */
static int64_t
patience(const struct query *q)
{
	const struct queries *queries = q->queries;
	const struct source *s = &queries->sources[q->source];
	int64_t most = queries->config.timeout / PATIENCE;

	if (s->via != VIA_MIRRORS || s->usual == 0 || queries->config.lossless)
		return q->tries * most;
	if (q->tries > 1)
		return most;
	return clamp(PATIENCE_MIRROR * s->usual,
	    most < PATIENCE_MIN ? most : PATIENCE_MIN, most);
}

/* When there is to be another try. */
static int64_t
next_try(const struct query *q)
{
	const struct queries *queries = q->queries;
	const struct source *s = &queries->sources[q->source];
	int64_t end = q->sent + queries->config.timeout;
	int64_t again = q->tried + patience(q);

	if (q->tries >= resolver_tries(queries->resolver, s->via) ||
	    again > end)
		return end;
	return again;
}

/* Sets the timer for it, or for `look` from now, if that is sooner. */
static void
wait_for_answer(struct query *q, int64_t look)
{
	struct loop *loop = q->queries->loop;
	int64_t at = next_try(q);

	if (look > 0 && loop->now + look < at)
		at = loop->now + look;
	timers_set(&loop->timers, &q->timer, at);
}

/* Sends a try, the next one. */
static void
send_try(struct query *q)
{
	struct queries *queries = q->queries;
	struct source *s = &queries->sources[q->source];
	unsigned try = q->tries++;

	q->tried = queries->loop->now;
	wait_for_answer(q, s->via == VIA_MIRRORS ? FIRST_LOOK : 0);
	trace(queries, q, NULL);
	q->out[try].arg = q;
	if (resolver_ask(queries->resolver, s->via, try, q->owner,
		&q->out[try]))
		queries->counts.asked++;
	else
		queries_answered(q, answer_new(ANSWER_SERVFAIL, 0));
}

static void
send_query(struct query *q)
{
	struct queries *queries = q->queries;
	struct waiter *w;

	TAILQ_REMOVE(queue_of(q), q, entry);
	loop_update(queries->loop);
	if (q->sent == 0)
		q->sent = queries->loop->now;
	TAILQ_FOREACH(w, &q->waiters, of_query)
		start_deadline(w->client);
	q->state = QUERY_SENT;
	count_out(q, 1);
	send_try(q);
}

/* Tries a question again while it is out, since nothing is heard of it. */
static void
double_up(struct query *q)
{
	struct queries *queries = q->queries;

	if (!q->doubled &&
	    queries->doubled >= resolver_again_max(queries->config.in_flight)) {
		timers_set(&queries->loop->timers, &q->timer,
		    queries->loop->now + patience(q));
		return;
	}
	queries->doubled += !q->doubled;
	q->doubled = true;
	queries->counts.retried++;
	send_try(q);
}

/* The end of a pause, of our patience, or of a question's time. */
static void
query_timer(void *arg)
{
	struct query *q = arg;
	struct queries *queries = q->queries;

	if (q->state == QUERY_PAUSED) {
		q->state = QUERY_QUEUED;
		TAILQ_INSERT_TAIL(queue_of(q), q, entry);
	} else if (q->state != QUERY_SENT) {
		return;
	} else if (queries->loop->now < next_try(q)) {
		wait_for_answer(q, 0);
	} else if (queries->loop->now < q->sent + queries->config.timeout) {
		double_up(q);
	} else if (TAILQ_EMPTY(&q->waiters)) {
		give_up(q);
	}
}

/* Whether the source's rate allows a question now; else wakes the loop. */
static bool
rate_allows(struct queries *queries, struct source *s)
{
	int64_t now = queries->loop->now;

	if (s->interval == 0)
		return true;
	if (s->next - now > BURST) {
		timers_set(&queries->loop->timers, &s->timer, s->next - BURST);
		return false;
	}
	s->next = (s->next > now ? s->next : now) + s->interval;
	return true;
}

/*
 * What is to be asked next of a source. Of those that have failed only few
 * are out at once, in the end only one: a server that closes its connection
 * loses all that stand behind.
 */
static struct query *
next_query(struct source *s)
{
	static const unsigned most[RESOLVER_TRIES] = { UINT_MAX, 4, 1 };

	for (unsigned n = RESOLVER_TRIES; n-- > 0;)
		if (!TAILQ_EMPTY(&s->queues[n]) && s->out[n] < most[n])
			return TAILQ_FIRST(&s->queues[n]);
	return NULL;
}

/* Sends what may be sent, each source in its turn. */
static bool
send_queued(struct queries *queries)
{
	size_t count = queries->config.source_count;
	size_t idle = 0;
	bool sent = false;

	while (queries->out < queries->config.in_flight && idle < count) {
		struct source *s = &queries->sources[queries->turn++ % count];
		struct query *q = next_query(s);

		if (q == NULL || !rate_allows(queries, s)) {
			idle++;
			continue;
		}
		send_query(q);
		sent = true;
		idle = 0;
	}
	return sent;
}

bool
queries_turn(struct queries *queries)
{
	bool busy = !TAILQ_EMPTY(&queries->done);
	struct query *q;

	find_suspended(queries);
	while ((q = TAILQ_FIRST(&queries->done)) != NULL)
		deliver(q);
	busy |= send_queued(queries);
	resolver_tidy(queries->resolver);
	return busy;
}

int64_t
queries_now(const struct queries *queries)
{
	return queries->loop->now;
}

const bool *
queries_suspended(const struct queries *queries)
{
	find_suspended(queries);
	return queries->suspended;
}

const struct queries_counts *
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
	     at = 0)
		query_free((struct query *)node);
	map_free(&queries->by_key);
	for (size_t i = 0; i < queries->config.source_count; i++)
		timers_cancel(&queries->loop->timers,
		    &queries->sources[i].timer);
	cache_free(queries->cache);
	free(queries->sources);
	free(queries->suspended);
	free(queries);
}
