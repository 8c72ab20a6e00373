#include "config.h"

#include "io/timers.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"

/* Puts a timer into a place; they count from 1: place / 2 is the parent. */
static void
put(struct timers *t, struct timer *timer, size_t place)
{
	t->heap[place] = timer;
	timer->place = place;
}

static void
sift_up(struct timers *t, struct timer *timer, size_t place)
{
	while (place > 1 && t->heap[place / 2]->at > timer->at) {
		put(t, t->heap[place / 2], place);
		place /= 2;
	}
	put(t, timer, place);
}

static void
sift_down(struct timers *t, struct timer *timer, size_t place)
{
	for (;;) {
		size_t child = place * 2;

		if (child < t->count &&
		    t->heap[child + 1]->at < t->heap[child]->at)
			child++;
		if (child > t->count || t->heap[child]->at >= timer->at)
			break;
		put(t, t->heap[child], place);
		place = child;
	}
	put(t, timer, place);
}

void
timers_set(struct timers *t, struct timer *timer, int64_t at)
{
	assert(timer->fire != NULL);
	timers_cancel(t, timer);
	timer->at = at;
	if (++t->count >= t->size) {
		t->size = t->size > 0 ? t->size * 2 : 64;
		t->heap = xrealloc(t->heap, t->size * sizeof(*t->heap));
	}
	sift_up(t, timer, t->count);
}

void
timers_cancel(struct timers *t, struct timer *timer)
{
	size_t place = timer->place;
	struct timer *last;

	if (place == 0)
		return;
	timer->place = 0;
	last = t->heap[t->count--];
	if (last == timer)
		return;
	if (place > 1 && t->heap[place / 2]->at > last->at)
		sift_up(t, last, place);
	else
		sift_down(t, last, place);
}

int64_t
timers_next(const struct timers *t)
{
	return t->count > 0 ? t->heap[1]->at : INT64_MAX;
}

void
timers_fire(struct timers *t, int64_t now)
{
	while (t->count > 0 && t->heap[1]->at <= now) {
		struct timer *timer = t->heap[1];

		timers_cancel(t, timer);
		timer->fire(timer->arg);
	}
}

void
timers_free(struct timers *t)
{
	free(t->heap);
	*t = (struct timers){ 0 };
}
