#ifndef ASNQ_LOOP_H
#define ASNQ_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "io/timers.h"

struct event;
struct event_base;
struct loop;

/*
 * Where a loop gets the time and its events: from the system's clock and
 * libevent or, in tests, from a script. The loop is the first member of what
 * holds a driver's own data.
 */
struct loop_driver {
	/* Returns monotonic microseconds. */
	int64_t (*now)(struct loop *loop);

	/*
	 * Runs the callbacks of all descriptors that are ready. When none is,
	 * waits for one, but for no more than `wait` microseconds. INT64_MAX:
	 * for as long as it takes.
	 */
	void (*poll)(struct loop *loop, int64_t wait);
};

/*
 * The event loop: descriptors by a driver, timers by our own heap, and the
 * time as of the last turn.
 */
struct loop {
	const struct loop_driver *driver;
	struct event_base *base; /* for libunbound; NULL: a script */
	struct event *alarm;	 /* ends a wait when a timer is due */
	bool polling;		 /* callbacks of libevent run */
	struct timers timers;
	int64_t now;	       /* monotonic microseconds */
	unsigned long replies; /* counted by those that read sockets */
	int64_t reprieve;      /* no deadline fires before this: the process */
			       /* was stopped or blocked */
};

/* Returns the version of libevent that is in use. */
const char *loop_version(void);

/*
 * Returns a loop over libevent, or NULL when that cannot start. The caller
 * passes it to loop_free(). `fatal` is called when libevent cannot go on,
 * mostly for want of a descriptor, and must not return: it has errno, and ends
 * the program.
 */
struct loop *loop_new(void (*fatal)(int code));

/* Brings `now` up to date within a turn. */
void loop_update(struct loop *loop);

/*
 * Returns the descriptor that is ready, for which libevent runs a callback
 * now; -1: the callback is for a timer, or none runs.
 */
int loop_ready_descriptor(const struct loop *loop);

/*
 * Makes one turn: runs the callbacks of descriptors, waiting for one when
 * `wait` is true, and fires the timers that are due. After the process was
 * stopped, or a write blocked, the answers that came meanwhile are read
 * before any timer fires.
 */
void loop_turn(struct loop *loop, bool wait);

/* A descriptor that the loop watches for bytes to read. */
struct loop_watch;

/*
 * Watches a descriptor: `ready` is called once, when a read would not block or
 * would return an end or an error. The loop must be one of loop_new(). Returns
 * NULL when the system cannot watch it (epoll refuses regular files). The
 * caller passes the result to loop_unwatch().
 */
struct loop_watch *loop_watch(struct loop *loop, int fd,
    void (*ready)(void *arg), void *arg);

/* Watches again, after `ready` was called. */
void loop_watch_again(struct loop_watch *watch);

/* Ends a watch. Accepts NULL. The descriptor stays open. */
void loop_unwatch(struct loop_watch *watch);

/*
 * Frees a loop of loop_new(). Accepts NULL. Nothing may be watched any more,
 * and no timer may be set.
 */
void loop_free(struct loop *loop);

#endif
