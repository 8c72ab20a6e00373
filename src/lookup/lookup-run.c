#include "config.h"

#include "lookup/lookup-run.h"

#include <stddef.h>

static struct errand *
errand_of(struct asker *a)
{
	return (struct errand *)((char *)a - offsetof(struct errand, asker));
}

static void
answered(struct asker *a, size_t slot, struct answer *answer)
{
	struct slot *s = &errand_of(a)->lookup.slots[slot];

	/* The view may have stopped waiting for it. */
	if (s->answer != NULL)
		answer_release(answer);
	else
		s->answer = answer;
}

static unsigned
source_of(const struct viewer *v, const struct slot *s)
{
	return v->sources != NULL ? v->sources[s->source] : s->source;
}

/* Asks what the view has added; true: some of it is known already. */
static bool
submit(struct errand *e)
{
	struct lookup *l = &e->lookup;
	bool known = false;

	for (; e->submitted < l->slot_count; e->submitted++) {
		struct slot *s = &l->slots[e->submitted];

		if (s->answer == NULL)
			s->answer = ask_question(&e->asker, e->submitted,
			    source_of(e->viewer, s), s->owner);
		known |= s->answer != NULL;
	}
	return known;
}

static void
advance(struct asker *a)
{
	struct errand *e = errand_of(a);
	const struct viewer *v = e->viewer;

	do {
		e->lookup.now = ask_now(a->ask);
		e->lookup.resting = ask_resting(a->ask);
		if (v->view->step(v->self, &e->lookup) == STEP_DONE) {
			e->done(e);
			return;
		}
	} while (submit(e));
	ask_wake(a, e->lookup.wake);
}

void
errand_start(struct errand *e, struct ask *ask)
{
	asker_init(ask, &e->asker, e->viewer->timeout);
	e->asker.answered = answered;
	e->asker.advance = advance;
	advance(&e->asker);
}

void
errand_end(struct errand *e)
{
	asker_end(&e->asker);
	lookup_clear(&e->lookup);
}
