#include "config.h"

#include "dns/dispatch.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "dns/lane.h"

#define SECOND INT64_C(1000000)

#define FIRST_CHECK (SECOND / 10) /* until then a mirror may have become */
/* known to answer sooner */
#define GIVEN_UP_PAUSE (SECOND / 5) /* before another try */

struct dispatch {
	struct loop *loop;
	struct resolver *resolver;
	struct dispatch_config config;
	struct lane *lanes; /* by source, and then again for mirrored parts */
	size_t lane_count;
	bool *suspended; /* by source */
	struct query_list answered;
	unsigned in_flight;
	unsigned doubled; /* queries in flight that were */
	size_t turn;	  /* modulo the lanes: the one that may send next */
};

/* Does nothing: the timer makes the loop turn, which sends queries. */
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
	d->lane_count = 2 * config->source_count;
	d->lanes = xcalloc(d->lane_count, sizeof(*d->lanes));
	d->suspended = xcalloc(config->source_count, sizeof(*d->suspended));
	TAILQ_INIT(&d->answered);
	for (size_t i = 0; i < config->source_count; i++) {
		struct query_source_config mirrored = config->sources[i];

		mirrored.via = VIA_MIRRORS;
		mirrored.qps = mirrored.mirror_qps;
		lane_init(&d->lanes[i], &config->sources[i], config->lossless);
		lane_init(&d->lanes[config->source_count + i], &mirrored,
		    config->lossless);
	}
	for (size_t i = 0; i < d->lane_count; i++)
		d->lanes[i].timer.fire = just_wake;
	return d;
}

static struct lane *
lane_of(const struct query *q)
{
	return &q->dispatch->lanes[q->lane];
}

/* Returns the lane for a query: its owner name decides. */
static size_t
choose_lane(const struct dispatch *d, const struct query *q)
{
	bool elsewhere = d->lanes[q->source].source.via != VIA_MIRRORS &&
	    d->config.mirrors != NULL &&
	    mirrors_find(d->config.mirrors, q->owner) != NULL;

	return q->source + (elsewhere ? d->config.source_count : 0);
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

/* Brings up to date whether a source is suspended. */
static void
update_source(struct dispatch *d, size_t source)
{
	d->suspended[source] = lane_pair_is_suspended(&d->lanes[source],
	    &d->lanes[d->config.source_count + source], d->loop->now);
}

static void
update_suspended(struct dispatch *d)
{
	for (size_t i = 0; i < d->config.source_count; i++)
		update_source(d, i);
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

	lane_leave(lane_of(q), q);
	if (q->state == QUERY_ANSWERED)
		TAILQ_REMOVE(&d->answered, q, link);
	d->in_flight -= q->state == QUERY_IN_FLIGHT;
	q->state = state;
	lane_enter(lane_of(q), q);
	if (state == QUERY_ANSWERED)
		TAILQ_INSERT_TAIL(&d->answered, q, link);
	d->in_flight += state == QUERY_IN_FLIGHT;
}

static void
cancel_tries(struct query *q)
{
	for (unsigned i = 0; i < QUERY_TRIES; i++)
		resolver_cancel(q->dispatch->resolver, &q->tries[i].try);
}

/* Returns a try that is, or is not, in flight; NULL: there is none. */
static struct query_try *
find_try(struct query *q, bool in_flight)
{
	for (unsigned i = 0; i < QUERY_TRIES; i++)
		if ((q->tries[i].try.in_flight != NULL) == in_flight)
			return &q->tries[i];
	return NULL;
}

/* Ends what is in flight of a query, and its timer. */
static void
stop(struct query *q)
{
	struct dispatch *d = q->dispatch;

	cancel_tries(q);
	d->doubled -= q->doubled;
	q->doubled = false;
	timers_cancel(&d->loop->timers, &q->timer);
}

/* Takes a query out of its list, with its tries and its timer. */
static void
leave(struct query *q)
{
	set_state(q, QUERY_FINISHED);
	stop(q);
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

	return (q->state == QUERY_IN_FLIGHT ||
		   (q->state == QUERY_PAUSED && q->given_up)) &&
	    2 * (d->loop->now - q->sent) >= d->config.timeout;
}

/* Counts that a query's time is over. With a failed try it is not silence. */
static void
note_time_out(struct query *q)
{
	struct dispatch *d = q->dispatch;

	if (q->answer == NULL &&
	    query_source_timed_out(&lane_of(q)->source, d->loop->now, q->sent))
		d->config.counts->suspensions++;
	update_source(d, q->source);
	d->config.counts->timeouts++;
}

void
dispatch_time_out(struct query *q)
{
	note_time_out(q);
	answer_release(q->answer);
	q->answer = NULL;
	finish(q, answer_new(ANSWER_TIMEOUT, 0));
}

/* Returns the time of a query, up to `until` if that is later. */
static struct query_time
time_of(const struct query *q, int64_t until)
{
	const struct dispatch *d = q->dispatch;
	int64_t own = q->sent + d->config.timeout;

	return (struct query_time){
		.sent = q->sent,
		.last_sent = q->last_sent,
		.timeout = (until > own ? until : own) - q->sent,
		.tries = q->try_count,
		.lossless = d->config.lossless,
	};
}

static int64_t
end_of(const struct query *q)
{
	return q->sent + q->dispatch->config.timeout;
}

/*
 * Returns whether a query may be tried once more. A zone that answers other
 * queries is worth more tries than one of which nothing is known.
 */
static bool
may_try(struct query *q)
{
	const struct dispatch *d = q->dispatch;
	const struct query_source *s = &lane_of(q)->source;
	unsigned most = resolver_tries(d->resolver, s->via);

	if (most > 1 && query_source_is_known(s) &&
	    !resolver_failed(d->resolver))
		return find_try(q, false) != NULL;
	return q->try_count < most;
}

/*
 * Returns when there is to be another try, or the end of the query's time, if
 * the last try was sent at a time.
 */
static int64_t
next_try(struct query *q, int64_t last_sent)
{
	struct query_time time = time_of(q, 0);
	int64_t end = end_of(q);
	int64_t again;

	if (!may_try(q))
		return end;
	time.last_sent = last_sent;
	again = query_source_next_try(&lane_of(q)->source, &time);
	return again < end ? again : end;
}

/* Sets the timer for the next try, or to `check` from now if that is sooner. */
static void
wait_for_answer(struct query *q, int64_t check)
{
	struct loop *loop = q->dispatch->loop;
	int64_t at = next_try(q, q->last_sent);

	if (check > 0 && loop->now + check < at)
		at = loop->now + check;
	timers_set(&loop->timers, &q->timer, at);
}

/*
 * Takes note that the resolver has given a try up without an answer: that is
 * silence. When no other is in flight, the query makes room for others until
 * it is tried again, or until the end of its time. A try that was given up at
 * once was perhaps never sent.
 */
static void
give_up(struct query_try *t)
{
	struct query *q = t->query;
	struct dispatch *d = q->dispatch;
	int64_t at = q->last_sent + GIVEN_UP_PAUSE;

	if (d->loop->now - t->sent < GIVEN_UP_PAUSE && q->try_count > 1)
		q->try_count--;
	if (find_try(q, true) != NULL)
		return;
	q->given_up = true;
	if (!may_try(q) || at > end_of(q))
		at = end_of(q);
	else
		d->config.counts->retried++;
	set_state(q, QUERY_PAUSED);
	timers_set(&d->loop->timers, &q->timer, at);
}

/*
 * Of several tries the first answer counts, but a failure only if no other try
 * is in flight.
 */
void
dispatch_answered(void *try, struct answer *answer)
{
	struct query_try *t = try;
	struct query *q = t->query;

	if (q->state != QUERY_IN_FLIGHT || answer->kind == ANSWER_TIMEOUT) {
		answer_release(answer);
		if (q->state == QUERY_IN_FLIGHT)
			give_up(t);
		return;
	}
	query_source_heard(&lane_of(q)->source, q->dispatch->loop->now);
	answer_release(q->answer);
	q->answer = answer;
	q->answered = t->sent;
	if (answer->kind != ANSWER_SERVFAIL || find_try(q, true) == NULL)
		set_state(q, QUERY_ANSWERED);
}

/*
 * Returns for how long to pause before a failed query is tried again, or a
 * negative number: it is not.
 */
static int64_t
pause_before_retry(struct query *q)
{
	const struct dispatch *d = q->dispatch;
	struct query_time time = time_of(q, d->config.wanted_until(q));

	if (q->answer->kind != ANSWER_SERVFAIL || !q->wanted || !may_try(q) ||
	    (resolver_failed(d->resolver) && q->failures > 0))
		return -1;
	return query_source_pause(&lane_of(q)->source, &time, q->failures + 1,
	    d->loop->now);
}

static void
retry_after_pause(struct query *q, int64_t pause)
{
	struct dispatch *d = q->dispatch;

	trace(q, q->answer);
	set_state(q, QUERY_PAUSED);
	q->failures++;
	timers_set(&d->loop->timers, &q->timer, d->loop->now + pause);
	d->config.counts->retried++;
}

/* Finishes a query that is answered, or has it sent again after a failure. */
static void
take_answer(struct query *q)
{
	struct dispatch *d = q->dispatch;
	struct answer *answer = q->answer;
	int64_t pause;

	answer->took = d->loop->now - q->sent;
	lane_answered(lane_of(q), q, d->loop->now);
	update_source(d, q->source);
	pause = pause_before_retry(q);
	if (pause >= 0) {
		retry_after_pause(q, pause);
		return;
	}
	q->answer = NULL;
	finish(q, answer);
}

static void
send_try(struct query *q)
{
	struct dispatch *d = q->dispatch;
	enum via via = lane_of(q)->source.via;
	struct query_try *t = find_try(q, false);
	unsigned number = q->number++ % resolver_tries(d->resolver, via);

	assert(t != NULL);
	q->try_count++;
	q->given_up = false;
	q->last_sent = d->loop->now;
	t->query = q;
	t->sent = d->loop->now;
	t->try.arg = t;
	wait_for_answer(q, via == VIA_MIRRORS ? FIRST_CHECK : 0);
	trace(q, NULL);
	if (resolver_ask(d->resolver, via, number, q->owner, &t->try))
		d->config.counts->asked++;
	else
		dispatch_answered(t, answer_new(ANSWER_SERVFAIL, 0));
}

static void
send_query(struct query *q)
{
	struct dispatch *d = q->dispatch;
	bool first = q->sent == 0;

	set_state(q, QUERY_IN_FLIGHT);
	loop_update(d->loop);
	if (first || d->loop->now >= end_of(q)) {
		q->sent = d->loop->now;
		q->try_count = 0;
	}
	if (first)
		d->config.sent(q);
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
		    next_try(q, d->loop->now));
		return;
	}
	d->doubled += !q->doubled;
	q->doubled = true;
	d->config.counts->retried++;
	send_try(q);
}

/*
 * Begins anew with a query whose time is over, for clients that have joined it
 * and have time left.
 */
static void
begin_anew(struct query *q)
{
	struct dispatch *d = q->dispatch;
	struct answer *answer = answer_new(ANSWER_TIMEOUT, 0);

	trace(q, answer);
	answer_release(answer);
	answer_release(q->answer);
	set_state(q, QUERY_NEW);
	stop(q);
	q->answer = NULL;
	q->sent = 0;
	q->failures = 0;
	dispatch_queue(d, q);
}

/* Ends the time of a query. Of failed tries the failure counts. */
static void
end_time(struct query *q)
{
	struct dispatch *d = q->dispatch;
	struct answer *answer;

	if (d->loop->now < d->loop->reprieve) {
		timers_set(&d->loop->timers, &q->timer, d->loop->reprieve);
	} else if (d->config.wanted_until(q) > d->loop->now) {
		note_time_out(q);
		begin_anew(q);
	} else {
		note_time_out(q);
		answer = q->answer;
		q->answer = NULL;
		finish(q,
		    answer != NULL ? answer : answer_new(ANSWER_TIMEOUT, 0));
	}
}

/* Acts at the end of a pause, of our patience, or of a query's time. */
static void
query_timer(void *arg)
{
	struct query *q = arg;
	int64_t now = q->dispatch->loop->now;
	bool in_flight = q->state == QUERY_IN_FLIGHT;
	bool paused = q->state == QUERY_PAUSED;

	if ((in_flight || (paused && q->given_up)) && now >= end_of(q))
		end_time(q);
	else if (paused)
		set_state(q, QUERY_QUEUED);
	else if (in_flight && now < next_try(q, q->last_sent))
		wait_for_answer(q, 0);
	else if (in_flight)
		double_query(q);
}

void
dispatch_queue(struct dispatch *d, struct query *q)
{
	struct query_source *s;

	assert(q->state == QUERY_NEW && q->source < d->config.source_count);
	q->dispatch = d;
	q->lane = choose_lane(d, q);
	q->timer = (struct timer){ .fire = query_timer, .arg = q };
	set_state(q, QUERY_QUEUED);
	s = &lane_of(q)->source;
	lane_of(q)->used = true;
	query_source_queried(s, d->loop->now);
	update_source(d, q->source);
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
	size_t count = d->lane_count;
	size_t idle = 0;
	bool sent = false;

	while (d->in_flight < d->config.in_flight && idle < count) {
		struct lane *lane = &d->lanes[d->turn++ % count];
		struct query *q = lane_next(lane, d->loop->now);

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
	for (size_t i = 0; i < d->lane_count; i++)
		timers_cancel(&d->loop->timers, &d->lanes[i].timer);
	free(d->lanes);
	free(d->suspended);
	free(d);
}
