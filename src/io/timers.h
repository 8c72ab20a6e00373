#ifndef ASNQ_TIMERS_H
#define ASNQ_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Points in time at which something is to be done, the earliest first: a
 * binary heap. All times are microseconds of one monotonic clock.
 */
struct timer {
	int64_t at;
	size_t place; /* in the heap, from 1; 0: not set */
	void (*fire)(void *arg);
	void *arg;
};

struct timers {
	struct timer **heap;
	size_t count;
	size_t size;
};

/*
 * Sets a timer whose `fire` and `arg` are filled in, or moves it when it is
 * set already. The timer must stay where it is until it fires or is
 * cancelled.
 */
void timers_set(struct timers *t, struct timer *timer, int64_t at);

/* Nothing happens where it is not set. */
void timers_cancel(struct timers *t, struct timer *timer);

/* When the next is due; INT64_MAX: there is none. */
int64_t timers_next(const struct timers *t);

/*
 * Fires all that are due at `now`. What they set anew for a time that is
 * past fires in the same call.
 */
void timers_fire(struct timers *t, int64_t now);

/* Frees the heap, not the timers. */
void timers_free(struct timers *t);

#endif
