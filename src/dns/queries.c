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
#define REST_AFTER 5		   /* time-outs in a row */
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
	struct ask *ask;
	enum query_state state;
	struct resolver_query out[RESOLVER_TRIES];
	unsigned tries;	    /* sent so far */
	unsigned failures;  /* of its tries */
	bool doubled;	    /* tried again while it was out */
	int64_t sent;	    /* first */
	int64_t tried;	    /* last */
	struct timer timer; /* the end of a pause, of patience, of its time */
	struct answer *answer; /* while it is out, the failure of a try */
	TAILQ_HEAD(, wait) waits;
	TAILQ_ENTRY(query) entry; /* in its source's queue, or done */
	uint32_t source;	  /* with the owner it is the key */
	char owner[];
};

TAILQ_HEAD(queries, query);

struct wait {
	struct query *query;
	struct asker *asker;
	size_t slot;
	TAILQ_ENTRY(wait) of_query;
	TAILQ_ENTRY(wait) of_asker;
};

struct source {
	enum via via;
	int64_t interval;   /* us between questions; 0: no cap */
	int64_t next;	    /* when the rate allows the next one */
	struct timer timer; /* wakes the loop for it */
	struct queries queues[RESOLVER_TRIES]; /* by failures */
	unsigned out[RESOLVER_TRIES];
	int64_t usual;	 /* us until it answers, on average; 0: unknown */
	unsigned silent; /* time-outs in a row */
	int64_t rest_until;
};

/* What the cache keeps under a question's key. */
struct kept {
	struct answer *answer;
	int64_t backoff; /* of a failure */
};

struct ask {
	struct loop *loop;
	struct resolver *resolver;
	struct ask_config config;
	struct source *sources;
	bool *resting;
	struct cache *cache;
	struct map queries;
	struct queries done;
	unsigned out;
	unsigned doubled; /* tried again while an earlier try is out */
	size_t turn;	  /* the source that may send next */
	struct ask_counts counts;
};

static void
drop_kept(void *value)
{
	struct kept *m = value;

	answer_release(m->answer);
}

/* The loop must turn when this time comes; the turn does the rest. */
static void
just_wake(void *arg)
{
	(void)arg;
}

struct ask *
ask_new(struct loop *loop, struct resolver *resolver,
    const struct ask_config *config)
{
	struct ask *ask = xcalloc(1, sizeof(*ask));

	ask->loop = loop;
	ask->resolver = resolver;
	ask->config = *config;
	ask->sources = xcalloc(config->source_count, sizeof(*ask->sources));
	ask->resting = xcalloc(config->source_count, sizeof(*ask->resting));
	ask->cache = cache_new(config->cache_size, drop_kept);
	map_init(&ask->queries);
	TAILQ_INIT(&ask->done);
	for (size_t i = 0; i < config->source_count; i++) {
		struct source *s = &ask->sources[i];

		s->via = config->sources[i].via;
		if (config->sources[i].qps > 0)
			s->interval = (int64_t)(1e6 / config->sources[i].qps);
		s->timer.fire = just_wake;
		for (unsigned n = 0; n < RESOLVER_TRIES; n++)
			TAILQ_INIT(&s->queues[n]);
	}
	return ask;
}

static void
trace(struct ask *ask, const struct query *q, const struct answer *answer)
{
	const struct source *s = &ask->sources[q->source];
	struct ask_event event = {
		.source = ask->config.sources[q->source].name,
		.via = s->via,
		.owner = q->owner,
		.answer = answer,
		.took = ask->loop->now - q->sent,
		.rest = s->silent >= REST_AFTER ? REST : 0,
	};

	if (ask->config.trace != NULL)
		ask->config.trace(ask->config.trace_arg, &event);
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
remember(struct ask *ask, const struct query *q, struct answer *answer)
{
	const void *key = q->node.key;
	size_t key_len = q->node.key_len;
	int64_t most = answer->kind == ANSWER_NONE ? TTL_NONE_MAX : TTL_MAX;
	int64_t backoff = 0;
	int64_t keep = clamp(answer->ttl, TTL_MIN, most) * SECOND;
	struct kept *m;

	if (is_failure(answer)) {
		m = cache_get(ask->cache, key, key_len, NULL);
		backoff = clamp(m != NULL ? 2 * m->backoff : 0, FAILURE_MIN,
		    FAILURE_MAX);
		keep = backoff;
	}
	answer->expires = ask->loop->now + keep;
	m = cache_put(ask->cache, key, key_len, sizeof(*m),
	    sizeof(*answer) + answer->size, answer->expires);
	m->answer = answer_hold(answer);
	m->backoff = backoff;
}

/* The queue of its source that a query stands in, or would. */
static struct queries *
queue_of(struct query *q)
{
	return &q->ask->sources[q->source].queues[q->failures];
}

/* A query goes out, or, with -1, is out no more. */
static void
count_out(struct query *q, int change)
{
	q->ask->out += (unsigned)change;
	q->ask->sources[q->source].out[q->failures] += (unsigned)change;
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
	struct ask *ask = q->ask;

	if (q->state == QUERY_QUEUED)
		TAILQ_REMOVE(queue_of(q), q, entry);
	if (q->state == QUERY_ANSWERED)
		TAILQ_REMOVE(&ask->done, q, entry);
	if (q->state == QUERY_SENT)
		count_out(q, -1);
	cancel_tries(q);
	if (q->doubled)
		ask->doubled--;
	timers_cancel(&ask->loop->timers, &q->timer);
	map_remove(&ask->queries, &q->node);
	answer_release(q->answer);
	free(q);
}

static void
find_resting(const struct ask *ask)
{
	for (size_t i = 0; i < ask->config.source_count; i++)
		ask->resting[i] = ask->sources[i].rest_until > ask->loop->now;
}

static void
leave_alone(struct ask *ask, uint32_t source)
{
	ask->sources[source].rest_until = ask->loop->now + REST;
	ask->resting[source] = true;
}

/* A question that nobody answers any more. */
static void
give_up(struct query *q)
{
	struct ask *ask = q->ask;
	struct source *s = &ask->sources[q->source];
	struct answer *answer = answer_new(ANSWER_TIMEOUT, 0);

	if (++s->silent == REST_AFTER)
		ask->counts.rests++;
	if (s->silent >= REST_AFTER)
		leave_alone(ask, q->source);
	ask->counts.timeouts++;
	answer->took = ask->loop->now - q->sent;
	trace(ask, q, answer);
	remember(ask, q, answer);
	answer_release(answer);
	query_free(q);
}

static void
end_wait(struct wait *w)
{
	TAILQ_REMOVE(&w->query->waits, w, of_query);
	TAILQ_REMOVE(&w->asker->waits, w, of_asker);
	free(w);
}

/*
 * One who waited has left. A question that is out stays so until its time is
 * over, since an answer is still worth remembering.
 */
static void
tidy_up(struct query *q)
{
	if (TAILQ_EMPTY(&q->waits) &&
	    (q->state == QUERY_QUEUED || q->state == QUERY_PAUSED))
		query_free(q);
}

/* A source that did not answer within half of our time keeps silent. */
static bool
is_silent(const struct query *q)
{
	return q->state == QUERY_SENT &&
	    2 * (q->ask->loop->now - q->sent) >= q->ask->config.timeout;
}

/* The time of an asker is over. */
static void
expire(void *arg)
{
	struct asker *a = arg;
	struct loop *loop = a->ask->loop;
	struct wait *w;

	if (loop->now < loop->reprieve) {
		timers_set(&loop->timers, &a->deadline, loop->reprieve);
		return;
	}
	a->expired = true;
	while ((w = TAILQ_FIRST(&a->waits)) != NULL) {
		struct query *q = w->query;
		size_t slot = w->slot;
		struct answer *answer;

		if (q->answer != NULL) {
			answer = answer_hold(q->answer);
		} else {
			answer = answer_new(ANSWER_TIMEOUT, 0);
			answer->took = a->timeout;
		}
		end_wait(w);
		if (TAILQ_EMPTY(&q->waits) && is_silent(q))
			give_up(q);
		else
			tidy_up(q);
		a->answered(a, slot, answer);
	}
	a->advance(a);
}

static void
wake(void *arg)
{
	struct asker *a = arg;

	a->advance(a);
}

void
asker_init(struct ask *ask, struct asker *a, int64_t timeout)
{
	a->ask = ask;
	a->timeout = timeout;
	a->expired = false;
	a->deadline = (struct timer){ .fire = expire, .arg = a };
	a->wake = (struct timer){ .fire = wake, .arg = a };
	TAILQ_INIT(&a->waits);
}

static void
start_clock(struct asker *a)
{
	if (a->deadline.place == 0)
		timers_set(&a->ask->loop->timers, &a->deadline,
		    a->ask->loop->now + a->timeout);
}

static void query_timer(void *arg);

/* Not yet in the queue: its key is good for a search. */
static struct query *
query_new(struct ask *ask, uint32_t source, const char *owner)
{
	size_t len = strlen(owner);
	struct query *q = xmalloc(sizeof(*q) + len + 1);

	*q = (struct query){
		.ask = ask,
		.source = source,
		.state = QUERY_QUEUED,
		.timer = { .fire = query_timer, .arg = q },
	};
	memcpy(q->owner, owner, len + 1);
	TAILQ_INIT(&q->waits);
	q->node.key = &q->source;
	q->node.key_len = sizeof(q->source) + len;
	return q;
}

/* What the cache has, if it still holds; the reference is the caller's. */
static struct answer *
recall(struct ask *ask, const struct query *q)
{
	int64_t expires;
	struct kept *m =
	    cache_get(ask->cache, q->node.key, q->node.key_len, &expires);

	if (m == NULL || expires <= ask->loop->now)
		return NULL;
	return answer_hold(m->answer);
}

struct answer *
ask_question(struct asker *a, size_t slot, unsigned source, const char *owner)
{
	struct ask *ask = a->ask;
	struct query *q = query_new(ask, source, owner);
	struct map_node *same =
	    map_find(&ask->queries, q->node.key, q->node.key_len);
	struct answer *answer = recall(ask, q);
	struct wait *w;

	if (answer != NULL)
		ask->counts.remembered++;
	else if (a->expired)
		answer = answer_new(ANSWER_TIMEOUT, 0);
	if (answer != NULL) {
		free(q);
		return answer;
	}
	if (same != NULL) {
		ask->counts.merged++;
		free(q);
		q = (struct query *)same;
	} else {
		map_insert(&ask->queries, &q->node);
		TAILQ_INSERT_TAIL(queue_of(q), q, entry);
		/* One question finds out whether it is back. */
		if (ask->sources[source].silent >= REST_AFTER)
			leave_alone(ask, source);
	}
	w = xmalloc(sizeof(*w));
	*w = (struct wait){ .query = q, .asker = a, .slot = slot };
	TAILQ_INSERT_TAIL(&q->waits, w, of_query);
	TAILQ_INSERT_TAIL(&a->waits, w, of_asker);
	if (q->sent != 0)
		start_clock(a);
	return NULL;
}

void
ask_wake(struct asker *a, int64_t at)
{
	if (at == 0)
		timers_cancel(&a->ask->loop->timers, &a->wake);
	else if (a->wake.place == 0 || a->wake.at != at)
		timers_set(&a->ask->loop->timers, &a->wake, at);
}

void
asker_end(struct asker *a)
{
	struct wait *w;

	while ((w = TAILQ_FIRST(&a->waits)) != NULL) {
		struct query *q = w->query;

		end_wait(w);
		tidy_up(q);
	}
	timers_cancel(&a->ask->loop->timers, &a->deadline);
	timers_cancel(&a->ask->loop->timers, &a->wake);
}

/*
 * Of several tries the first that is answered counts; but a failure only
 * when no other one is out.
 */
void
ask_answered(void *arg, struct answer *answer)
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
	TAILQ_INSERT_TAIL(&q->ask->done, q, entry);
}

/*
 * Sends a question that failed once more after a while, if there is time; by
 * TCP again after that, since it may have been others' connection that failed.
 */
static bool
retry(struct query *q)
{
	struct ask *ask = q->ask;
	int64_t at = ask->loop->now + RETRY_PAUSE;

	if (q->answer->kind != ANSWER_SERVFAIL ||
	    (q->failures > 0 && !ask->config.lossless) ||
	    q->tries >=
		resolver_tries(ask->resolver, ask->sources[q->source].via) ||
	    TAILQ_EMPTY(&q->waits) || at >= q->sent + ask->config.timeout)
		return false;
	TAILQ_REMOVE(&ask->done, q, entry);
	q->failures++;
	q->state = QUERY_PAUSED;
	timers_set(&ask->loop->timers, &q->timer, at);
	ask->counts.retried++;
	return true;
}

/* An answer has come: to the cache, and to all who wait for it. */
static void
deliver(struct query *q)
{
	struct ask *ask = q->ask;
	struct source *s = &ask->sources[q->source];
	struct wait *w;

	cancel_tries(q);
	q->answer->took = ask->loop->now - q->sent;
	trace(ask, q, q->answer);
	if (q->tries == 1)
		s->usual += s->usual > 0 ? (q->answer->took - s->usual) / 8
					 : q->answer->took + 1;
	s->silent = 0;
	s->rest_until = 0;
	ask->resting[q->source] = false;
	if (retry(q))
		return;
	if (is_failure(q->answer))
		ask->counts.failures++;
	remember(ask, q, q->answer);
	while ((w = TAILQ_FIRST(&q->waits)) != NULL) {
		struct asker *a = w->asker;
		size_t slot = w->slot;

		end_wait(w);
		a->answered(a, slot, answer_hold(q->answer));
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
	const struct ask *ask = q->ask;
	const struct source *s = &ask->sources[q->source];
	int64_t most = ask->config.timeout / PATIENCE;

	if (s->via != VIA_MIRRORS || s->usual == 0 || ask->config.lossless)
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
	const struct ask *ask = q->ask;
	const struct source *s = &ask->sources[q->source];
	int64_t end = q->sent + ask->config.timeout;
	int64_t again = q->tried + patience(q);

	if (q->tries >= resolver_tries(ask->resolver, s->via) || again > end)
		return end;
	return again;
}

/* Sets the timer for it, or for `look` from now, if that is sooner. */
static void
wait_for_answer(struct query *q, int64_t look)
{
	struct loop *loop = q->ask->loop;
	int64_t at = next_try(q);

	if (look > 0 && loop->now + look < at)
		at = loop->now + look;
	timers_set(&loop->timers, &q->timer, at);
}

/* Sends a try, the next one. */
static void
send_try(struct query *q)
{
	struct ask *ask = q->ask;
	struct source *s = &ask->sources[q->source];
	unsigned try = q->tries++;

	q->tried = ask->loop->now;
	wait_for_answer(q, s->via == VIA_MIRRORS ? FIRST_LOOK : 0);
	trace(ask, q, NULL);
	q->out[try].arg = q;
	if (resolver_ask(ask->resolver, s->via, try, q->owner, &q->out[try]))
		ask->counts.asked++;
	else
		ask_answered(q, answer_new(ANSWER_SERVFAIL, 0));
}

static void
send_query(struct query *q)
{
	struct ask *ask = q->ask;
	struct wait *w;

	TAILQ_REMOVE(queue_of(q), q, entry);
	loop_update(ask->loop);
	if (q->sent == 0)
		q->sent = ask->loop->now;
	TAILQ_FOREACH(w, &q->waits, of_query)
		start_clock(w->asker);
	q->state = QUERY_SENT;
	count_out(q, 1);
	send_try(q);
}

/* Tries a question again while it is out, since nothing is heard of it. */
static void
double_up(struct query *q)
{
	struct ask *ask = q->ask;

	if (!q->doubled &&
	    ask->doubled >= resolver_again_max(ask->config.in_flight)) {
		timers_set(&ask->loop->timers, &q->timer,
		    ask->loop->now + patience(q));
		return;
	}
	ask->doubled += !q->doubled;
	q->doubled = true;
	ask->counts.retried++;
	send_try(q);
}

/* The end of a pause, of our patience, or of a question's time. */
static void
query_timer(void *arg)
{
	struct query *q = arg;
	struct ask *ask = q->ask;

	if (q->state == QUERY_PAUSED) {
		q->state = QUERY_QUEUED;
		TAILQ_INSERT_TAIL(queue_of(q), q, entry);
	} else if (q->state != QUERY_SENT) {
		return;
	} else if (ask->loop->now < next_try(q)) {
		wait_for_answer(q, 0);
	} else if (ask->loop->now < q->sent + ask->config.timeout) {
		double_up(q);
	} else if (TAILQ_EMPTY(&q->waits)) {
		give_up(q);
	}
}

/* Whether the source's rate allows a question now; else wakes the loop. */
static bool
rate_allows(struct ask *ask, struct source *s)
{
	int64_t now = ask->loop->now;

	if (s->interval == 0)
		return true;
	if (s->next - now > BURST) {
		timers_set(&ask->loop->timers, &s->timer, s->next - BURST);
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
send_queued(struct ask *ask)
{
	size_t count = ask->config.source_count;
	size_t idle = 0;
	bool sent = false;

	while (ask->out < ask->config.in_flight && idle < count) {
		struct source *s = &ask->sources[ask->turn++ % count];
		struct query *q = next_query(s);

		if (q == NULL || !rate_allows(ask, s)) {
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
ask_turn(struct ask *ask)
{
	bool busy = !TAILQ_EMPTY(&ask->done);
	struct query *q;

	find_resting(ask);
	while ((q = TAILQ_FIRST(&ask->done)) != NULL)
		deliver(q);
	busy |= send_queued(ask);
	resolver_tidy(ask->resolver);
	return busy;
}

int64_t
ask_now(const struct ask *ask)
{
	return ask->loop->now;
}

const bool *
ask_resting(const struct ask *ask)
{
	find_resting(ask);
	return ask->resting;
}

const struct ask_counts *
ask_counts(const struct ask *ask)
{
	return &ask->counts;
}

void
ask_free(struct ask *ask)
{
	struct map_node *node;

	if (ask == NULL)
		return;
	for (size_t at = 0; (node = map_next(&ask->queries, &at)) != NULL;
	     at = 0)
		query_free((struct query *)node);
	map_free(&ask->queries);
	for (size_t i = 0; i < ask->config.source_count; i++)
		timers_cancel(&ask->loop->timers, &ask->sources[i].timer);
	cache_free(ask->cache);
	free(ask->sources);
	free(ask->resting);
	free(ask);
}
