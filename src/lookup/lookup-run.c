#include "config.h"

#include "lookup/lookup-run.h"

#include <assert.h>

#include "db/db.h"
#include "io/signals.h"
#include "lookup/annotate.h"

static struct lookup_run *
run_of(struct query_client *client)
{
	return (struct lookup_run *)((char *)client -
	    offsetof(struct lookup_run, client));
}

static bool
is_finished(const struct lookup *l)
{
	return l->decided && lookup_is_answered(l);
}

bool
lookup_run_step(struct lookup *l, const struct viewer *v)
{
	if (!l->decided && v->view->step(v->self, l) == STEP_DONE) {
		l->decided = true;
		l->wake = 0;
	}
	if (v->annotations != NULL && (l->decided || l->known > 0))
		annotate_ask(v->annotations, l);
	return is_finished(l);
}

static bool
take_step(struct lookup *l, const struct viewer *v,
    const struct queries *queries)
{
	l->now = queries_now(queries);
	l->suspended = queries_suspended(queries);
	return lookup_run_step(l, v);
}

bool
lookup_run_begin(struct lookup *l, const struct viewer *v,
    const struct queries *queries)
{
	assert(l->query_count == 0 && !l->decided);
	return take_step(l, v, queries);
}

static void
answered(struct query_client *client, size_t number, struct answer *answer)
{
	struct lookup *l = &run_of(client)->lookup;
	struct lookup_query *query;

	assert(number < l->query_count);
	query = &l->queries[number];
	/* The view may have stopped waiting for it. */
	if (query->answer != NULL)
		answer_release(answer);
	else
		lookup_answer(l, query, answer);
}

static unsigned
source_of(const struct viewer *v, const struct lookup_query *query)
{
	return v->sources != NULL ? v->sources[query->source] : query->source;
}

/* Makes a query. True: its answer was cached. */
static bool
make_query(struct lookup_run *run, size_t number)
{
	struct lookup *l = &run->lookup;
	struct lookup_query *query = &l->queries[number];
	struct answer *answer = queries_ask(&run->client, number,
	    source_of(run->viewer, query), query->owner);

	if (answer != NULL)
		lookup_answer(l, query, answer);
	return answer != NULL;
}

/*
 * Makes the queries that were added, and holds the databases that have answered
 * while the look-up waits. True: there are new answers.
 */
static bool
submit(struct lookup_run *run)
{
	struct lookup *l = &run->lookup;
	bool news = false;

	for (; run->submitted < l->query_count; run->submitted++) {
		struct lookup_query *query = &l->queries[run->submitted];

		if (query->db != NULL) {
			query->holds_db = true;
			db_hold(query->db);
		} else if (query->answer == NULL) {
			news |= make_query(run, run->submitted);
		}
	}
	return news;
}

/* Ends the wait for what is still in flight, so that `done` is called once. */
static void
finish(struct lookup_run *run)
{
	query_client_end(&run->client);
	run->done(run);
}

/* Steps on as long as there are new answers. */
static void
proceed(struct lookup_run *run)
{
	while (submit(run))
		if (take_step(&run->lookup, run->viewer, run->client.queries)) {
			finish(run);
			return;
		}
	query_client_wake(&run->client, run->lookup.wake);
}

static void
advance(struct query_client *client)
{
	struct lookup_run *run = run_of(client);

	if (take_step(&run->lookup, run->viewer, client->queries))
		finish(run);
	else
		proceed(run);
}

void
lookup_run_start(struct lookup_run *run, struct queries *queries)
{
	assert(run->viewer != NULL && run->done != NULL);
	assert(run->submitted == 0 && !is_finished(&run->lookup));
	query_client_init(queries, &run->client, run->viewer->timeout);
	run->client.answered = answered;
	run->client.advance = advance;
	proceed(run);
}

void
lookup_run_end(struct lookup_run *run)
{
	query_client_end(&run->client);
	lookup_clear(&run->lookup);
}

/* The one who waits looks at the look-up itself. */
static void
do_nothing(struct lookup_run *run)
{
	(void)run;
}

bool
lookup_run_wait(struct lookup *l, const struct viewer *v, struct loop *loop,
    struct queries *queries)
{
	struct lookup_run run = { .viewer = v, .done = do_nothing };

	if (lookup_run_begin(l, v, queries))
		return true;
	run.lookup = *l;
	lookup_run_start(&run, queries);
	while (!is_finished(&run.lookup) && signals_stop() == 0)
		loop_turn(loop, !queries_turn(queries));
	query_client_end(&run.client);
	*l = run.lookup;
	return is_finished(l);
}

/* Gives an empty record the origins of a look-up, which keeps its memory. */
static void
hand_over(struct lookup *l, struct record *r)
{
	struct origins origins = r->origins;
	struct arena arena = r->arena;

	r->origins = l->origins;
	r->arena = l->arena;
	l->origins = origins;
	l->arena = arena;
}

void
lookup_run_conclude(struct lookup *l, const struct viewer *v,
    struct record *out)
{
	assert(is_finished(l));
	record_start(out, &l->target);
	hand_over(l, out);
	v->view->verdict(v->self, l, out);
	if (v->annotations != NULL)
		annotate_record(v->annotations, l, out);
}
