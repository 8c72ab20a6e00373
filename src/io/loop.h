#ifndef ASNQ_LOOP_H
#define ASNQ_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "io/timers.h"

struct event;
struct event_base;

/*
 * The event loop: descriptors by libevent, timers by our own heap, and the
 * time as of the last turn.
 */
struct loop {
	struct event_base *base; /* for modules that wait for I/O */
	struct event *alarm;	 /* ends a wait when a timer is due */
	struct timers timers;
	int64_t now;	       /* monotonic microseconds */
	unsigned long replies; /* counted by who reads sockets */
	int64_t reprieve; /* until then, who is late is not to blame: the */
			  /* process was stopped or blocked */
};

/* The version of libevent that is in use. */
const char *loop_version(void);

/* NULL where libevent cannot start. */
struct loop *loop_new(void);

/* Brings `now` up to date within a turn. */
void loop_update(struct loop *loop);

/*
 * One turn: lets libevent run callbacks, waiting for something to happen if
 * `wait` is true, and fires what is due. After a stop of the process, or a
 * write that blocked, answers that lie in the sockets are read first.
 */
void loop_turn(struct loop *loop, bool wait);

/* A descriptor that the loop watches for bytes to read. */
struct loop_watch;

/*
 * Watches a descriptor: `ready` is called once when a read would not block, or
 * at an end or error. NULL where the system cannot watch it (epoll refuses
 * regular files). The caller passes the result to loop_unwatch().
 */
struct loop_watch *loop_watch(struct loop *loop, int fd,
    void (*ready)(void *arg), void *arg);

/* Watches again, after `ready` was called. */
void loop_watch_again(struct loop_watch *watch);

/* Accepts NULL. The descriptor stays open. */
void loop_unwatch(struct loop_watch *watch);

/* Accepts NULL. Nothing may be watched any more. */
void loop_free(struct loop *loop);

#endif
