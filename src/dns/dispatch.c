#include "config.h"

#include "dns/dispatch.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include "base/alloc.h"

#define SECOND INT64_C(1000000)

#define RETRY_PAUSE (SECOND / 5)  /* before a failed query's retry */
#define FIRST_CHECK (SECOND / 10) /* until then a mirror may have become */
				  /* known to answer sooner */

TAILQ_HEAD(query_list, query);

/* A source with its queries, by how many of their tries have failed. */
struct lane {
	struct query_source source;
	struct timer timer; /* wakes the loop when the rate allows a query */
	struct query_list queued[RESOLVER_TRIES];
	unsigned in_flight[RESOLVER_TRIES];
};

struct dispatch {
	struct loop *loop;
	struct resolver *resolver;
	struct dispatch_config config;
	struct lane *lanes; /* by source */
	bool *suspended;    /* by source */
	struct query_list answered;
	unsigned in_flight;
	unsigned doubled; /* queries in flight that were */
	size_t turn;	  /* modulo the lanes: the one that may send next */
};

/* Does nothing: the timer makes the loop turn, and the turn sends queries. */
static void
just_wake(void *arg)
{
	(void)arg;
}

struct dispatch *
dispatch_new(struct loop *loop, struct resolver *resolver,
    const struct dispatch_config *config)
{
	struct dispatch *d = xcalloc(1, sizeof(*d));

	d->loop = loop;
	d->resolver = resolver;
	d->config = *config;
	d->lanes = xcalloc(config->source_count, sizeof(*d->lanes));
	d->suspended = xcalloc(config->source_count, sizeof(*d->suspended));
	TAILQ_INIT(&d->answered);
	for (size_t i = 0; i < config->source_count; i++) {
		struct lane *lane = &d->lanes[i];

		query_source_init(&lane->source, &config->sources[i]);
		lane->timer.fire = just_wake;
		for (unsigned n = 0; n < RESOLVER_TRIES; n++)
			TAILQ_INIT(&lane->queued[n]);
	}
	return d;
}

static struct lane *
lane_of(const struct query *q)
{
	return &q->dispatch->lanes[q->source];
}

static void
trace(const struct query *q, const struct answer *answer)
{
	const struct dispatch *d = q->dispatch;
	const struct query_source *s = &lane_of(q)->source;
	struct query_event event = {
		.source = s->name,
		.via = s->via,
		.owner = q->owner,
		.answer = answer,
		.took = d->loop->now - q->sent,
		.suspension = query_source_suspension(s),
	};

	if (d->config.trace != NULL)
		d->config.trace(d->config.trace_arg, &event);
}

static void
update_suspended(struct dispatch *d)
{
	for (size_t i = 0; i < d->config.source_count; i++)
		d->suspended[i] = query_source_is_suspended(&d->lanes[i].source,
		    d->loop->now);
}

const bool *
dispatch_suspended(struct dispatch *d)
{
	update_suspended(d);
	return d->suspended;
}

/* Moves a query into a state: from list to list, from count to count. */
static void
set_state(struct query *q, enum query_state state)
{
	struct dispatch *d = q->dispatch;
	struct lane *lane = lane_of(q);

	if (q->state == QUERY_QUEUED) {
		TAILQ_REMOVE(&lane->queued[q->failures], q, link);
	} else if (q->state == QUERY_ANSWERED) {
		TAILQ_REMOVE(&d->answered, q, link);
	} else if (q->state == QUERY_IN_FLIGHT) {
		d->in_flight--;
		lane->in_flight[q->failures]--;
	}
	q->state = state;
	if (state == QUERY_QUEUED) {
		TAILQ_INSERT_TAIL(&lane->queued[q->failures], q, link);
	} else if (state == QUERY_ANSWERED) {
		TAILQ_INSERT_TAIL(&d->answered, q, link);
	} else if (state == QUERY_IN_FLIGHT) {
		d->in_flight++;
		lane->in_flight[q->failures]++;
	}
}

static void
cancel_tries(struct query *q)
{
	for (unsigned i = 0; i < q->try_count; i++)
		resolver_cancel(q->dispatch->resolver, &q->tries[i]);
}

static bool
has_try_in_flight(const struct query *q)
{
	for (unsigned i = 0; i < q->try_count; i++)
		if (q->tries[i].in_flight != NULL)
			return true;
	return false;
}

/* Takes a query out of its list, with its tries and its timer. */
static void
leave(struct query *q)
{
	struct dispatch *d = q->dispatch;

	set_state(q, QUERY_FINISHED);
	cancel_tries(q);
	d->doubled -= q->doubled;
	q->doubled = false;
	timers_cancel(&d->loop->timers, &q->timer);
}

void
dispatch_drop(struct query *q)
{
	leave(q);
	answer_release(q->answer);
	q->answer = NULL;
}

bool
dispatch_withdraw(struct query *q)
{
	if (q->state != QUERY_QUEUED && q->state != QUERY_PAUSED)
		return false;
	dispatch_drop(q);
	return true;
}

/* Finishes a query with an answer, whose reference it passes on. */
static void
finish(struct query *q, struct answer *answer)
{
	leave(q);
	answer->took = q->dispatch->loop->now - q->sent;
	trace(q, answer);
	q->dispatch->config.finished(q, answer);
}

bool
dispatch_is_silent(const struct query *q)
{
	const struct dispatch *d = q->dispatch;

	return q->state == QUERY_IN_FLIGHT &&
	    2 * (d->loop->now - q->sent) >= d->config.timeout;
}

void
dispatch_time_out(struct query *q)
{
	struct dispatch *d = q->dispatch;
	struct query_source *s = &lane_of(q)->source;

	assert(q->state == QUERY_IN_FLIGHT);
	if (query_source_timed_out(s, d->loop->now))
		d->config.counts->suspensions++;
	d->suspended[q->source] = query_source_is_suspended(s, d->loop->now);
	d->config.counts->timeouts++;
	answer_release(q->answer);
	q->answer = NULL;
	finish(q, answer_new(ANSWER_TIMEOUT, 0));
}

/*
 * Of several tries the first answer counts, but a failure only if no other try
 * is in flight.
 */
void
dispatch_answered(void *query, struct answer *answer)
{
	struct query *q = query;

	if (q->state != QUERY_IN_FLIGHT) {
		answer_release(answer);
		return;
	}
	answer_release(q->answer);
	q->answer = answer;
	if (answer->kind != ANSWER_SERVFAIL || !has_try_in_flight(q))
		set_state(q, QUERY_ANSWERED);
}

/*
 * Returns whether a failed query may be tried again after a pause: once, if
 * there is time. By TCP a third time as well, since it may have been another
 * query that made the server close the connection.
 */
static bool
may_retry(const struct query *q)
{
	const struct dispatch *d = q->dispatch;

	return q->answer->kind == ANSWER_SERVFAIL && q->wanted &&
	    (q->failures == 0 || d->config.lossless) &&
	    q->try_count <
	    resolver_tries(d->resolver, lane_of(q)->source.via) &&
	    d->loop->now + RETRY_PAUSE < q->sent + d->config.timeout;
}

static void
retry_after_pause(struct query *q)
{
	struct dispatch *d = q->dispatch;

	trace(q, q->answer);
	set_state(q, QUERY_PAUSED);
	q->failures++;
	timers_set(&d->loop->timers, &q->timer, d->loop->now + RETRY_PAUSE);
	d->config.counts->retried++;
}

/* Finishes a query that is answered, or has it sent again after a failure. */
static void
take_answer(struct query *q)
{
	struct dispatch *d = q->dispatch;
	struct answer *answer = q->answer;

	answer->took = d->loop->now - q->sent;
	query_source_answered(&lane_of(q)->source, answer->took,
	    q->try_count == 1);
	d->suspended[q->source] = false;
	if (may_retry(q)) {
		retry_after_pause(q);
		return;
	}
	q->answer = NULL;
	finish(q, answer);
}

/* Returns when there is to be another try, or the end of the query's time. */
static int64_t
next_try(const struct query *q)
{
	const struct dispatch *d = q->dispatch;
	const struct query_source *s = &lane_of(q)->source;
	int64_t end = q->sent + d->config.timeout;
	int64_t again = q->last_sent +
	    query_source_patience(s, q->try_count, d->config.timeout,
		d->config.lossless);

	if (q->try_count >= resolver_tries(d->resolver, s->via) || again > end)
		return end;
	return again;
}

/* Sets the timer for the next try, or to `check` from now if that is sooner. */
static void
wait_for_answer(struct query *q, int64_t check)
{
	struct loop *loop = q->dispatch->loop;
	int64_t at = next_try(q);

	if (check > 0 && loop->now + check < at)
		at = loop->now + check;
	timers_set(&loop->timers, &q->timer, at);
}

static void
send_try(struct query *q)
{
	struct dispatch *d = q->dispatch;
	enum via via = lane_of(q)->source.via;
	unsigned number = q->try_count++;

	q->last_sent = d->loop->now;
	wait_for_answer(q, via == VIA_MIRRORS ? FIRST_CHECK : 0);
	trace(q, NULL);
	q->tries[number].arg = q;
	if (resolver_ask(d->resolver, via, number, q->owner, &q->tries[number]))
		d->config.counts->asked++;
	else
		dispatch_answered(q, answer_new(ANSWER_SERVFAIL, 0));
}

static void
send_query(struct query *q)
{
	struct dispatch *d = q->dispatch;

	set_state(q, QUERY_IN_FLIGHT);
	loop_update(d->loop);
	if (q->sent == 0) {
		q->sent = d->loop->now;
		d->config.sent(q);
	}
	send_try(q);
}

/* Tries a query again while it is in flight, if not too many are doubled. */
static void
double_query(struct query *q)
{
	struct dispatch *d = q->dispatch;

	if (!q->doubled &&
	    d->doubled >= resolver_doubled_max(d->config.in_flight)) {
		timers_set(&d->loop->timers, &q->timer,
		    d->loop->now +
			query_source_patience(&lane_of(q)->source, q->try_count,
			    d->config.timeout, d->config.lossless));
		return;
	}
	d->doubled += !q->doubled;
	q->doubled = true;
	d->config.counts->retried++;
	send_try(q);
}

/* Acts at the end of a pause, of our patience, or of a query's time. */
static void
query_timer(void *arg)
{
	struct query *q = arg;
	int64_t now = q->dispatch->loop->now;

	if (q->state == QUERY_PAUSED)
		set_state(q, QUERY_QUEUED);
	else if (q->state != QUERY_IN_FLIGHT)
		return;
	else if (now < next_try(q))
		wait_for_answer(q, 0);
	else if (now < q->sent + q->dispatch->config.timeout)
		double_query(q);
	else if (!q->wanted)
		dispatch_time_out(q);
}

void
dispatch_queue(struct dispatch *d, struct query *q)
{
	assert(q->state == QUERY_NEW && q->source < d->config.source_count);
	q->dispatch = d;
	q->timer = (struct timer){ .fire = query_timer, .arg = q };
	set_state(q, QUERY_QUEUED);
	query_source_queried(&lane_of(q)->source, d->loop->now);
	d->suspended[q->source] =
	    query_source_is_suspended(&lane_of(q)->source, d->loop->now);
}

/*
 * Returns the query of a source that may be sent next, or NULL. Of those that
 * failed once only 4 are in flight, and of those that failed twice only 1: a
 * server that closes its connection takes the answers to all others along.
 */
static struct query *
next_query(const struct lane *lane)
{
	static const unsigned most[RESOLVER_TRIES] = { UINT_MAX, 4, 1 };

	for (unsigned n = RESOLVER_TRIES; n-- > 0;)
		if (!TAILQ_EMPTY(&lane->queued[n]) &&
		    lane->in_flight[n] < most[n])
			return TAILQ_FIRST(&lane->queued[n]);
	return NULL;
}

/* Returns whether the rate allows a query now; else wakes the loop for it. */
static bool
rate_allows(struct dispatch *d, struct lane *lane)
{
	int64_t at = query_source_take(&lane->source, d->loop->now);

	if (at > 0)
		timers_set(&d->loop->timers, &lane->timer, at);
	return at == 0;
}

/* Sends what may be sent, taking turns among the sources. */
static bool
send_queued(struct dispatch *d)
{
	size_t count = d->config.source_count;
	size_t idle = 0;
	bool sent = false;

	while (d->in_flight < d->config.in_flight && idle < count) {
		struct lane *lane = &d->lanes[d->turn++ % count];
		struct query *q = next_query(lane);

		if (q == NULL || !rate_allows(d, lane)) {
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
dispatch_turn(struct dispatch *d)
{
	bool busy = !TAILQ_EMPTY(&d->answered);
	struct query *q;

	update_suspended(d);
	while ((q = TAILQ_FIRST(&d->answered)) != NULL)
		take_answer(q);
	busy |= send_queued(d);
	resolver_tidy(d->resolver);
	return busy;
}

void
dispatch_free(struct dispatch *d)
{
	if (d == NULL)
		return;
	assert(d->in_flight == 0 && d->doubled == 0);
	for (size_t i = 0; i < d->config.source_count; i++)
		timers_cancel(&d->loop->timers, &d->lanes[i].timer);
	free(d->lanes);
	free(d->suspended);
	free(d);
}
