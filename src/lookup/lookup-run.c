#include "config.h"

#include "lookup/lookup-run.h"

#include <stddef.h>

static struct lookup_run *
run_of(struct query_client *a)
{
	return (struct lookup_run *)((char *)a -
	    offsetof(struct lookup_run, client));
}

static void
answered(struct query_client *a, size_t query, struct answer *answer)
{
	struct lookup_query *s = &run_of(a)->lookup.queries[query];

	/* The view may have stopped waiting for it. */
	if (s->answer != NULL)
		answer_release(answer);
	else
		s->answer = answer;
}

static unsigned
source_of(const struct viewer *v, const struct lookup_query *s)
{
	return v->sources != NULL ? v->sources[s->source] : s->source;
}

/* Asks what the view has added; true: some of it is known already. */
static bool
submit(struct lookup_run *e)
{
	struct lookup *l = &e->lookup;
	bool known = false;

	for (; e->submitted < l->query_count; e->submitted++) {
		struct lookup_query *s = &l->queries[e->submitted];

		if (s->answer == NULL)
			s->answer = queries_ask(&e->client, e->submitted,
			    source_of(e->viewer, s), s->owner);
		known |= s->answer != NULL;
	}
	return known;
}

static void
advance(struct query_client *a)
{
	struct lookup_run *e = run_of(a);
	const struct viewer *v = e->viewer;

	do {
		e->lookup.now = queries_now(a->queries);
		e->lookup.suspended = queries_suspended(a->queries);
		if (v->view->step(v->self, &e->lookup) == STEP_DONE) {
			e->done(e);
			return;
		}
	} while (submit(e));
	query_client_wake(a, e->lookup.wake);
}

void
lookup_run_start(struct lookup_run *e, struct queries *queries)
{
	query_client_init(queries, &e->client, e->viewer->timeout);
	e->client.answered = answered;
	e->client.advance = advance;
	advance(&e->client);
}

void
lookup_run_end(struct lookup_run *e)
{
	query_client_end(&e->client);
	lookup_clear(&e->lookup);
}
