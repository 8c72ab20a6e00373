#ifndef ASNQ_TIMERS_H
#define ASNQ_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/* Something to be done at a point in time, in monotonic microseconds. */
struct timer {
	int64_t at;
	size_t place; /* in the heap, from 1; 0: not set */
	void (*fire)(void *arg);
	void *arg;
};

/* Timers that are set, the earliest first: a binary heap. All 0: none. */
struct timers {
	struct timer **heap;
	size_t count;
	size_t size;
};

/*
 * Sets a timer, whose `fire` and `arg` are filled in, to fire at `at`. Moves
 * it when it is set already. The timer must stay in its memory until it fires
 * or is cancelled.
 */
void timers_set(struct timers *t, struct timer *timer, int64_t at);

/* Cancels a timer. Does nothing when it is not set. */
void timers_cancel(struct timers *t, struct timer *timer);

/* Returns when the next timer is due; INT64_MAX: none is set. */
int64_t timers_next(const struct timers *t);

/*
 * Fires all timers that are due at `now`, in the order of their times. A timer
 * that one of them sets to a time that is past fires in the same call.
 */
void timers_fire(struct timers *t, int64_t now);

/* Frees the heap, but not the timers. */
void timers_free(struct timers *t);

#endif
