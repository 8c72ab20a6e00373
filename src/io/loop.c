#include "config.h"

#include "io/loop.h"

#include <sys/time.h>

#include <assert.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"

#define STALL 100000	     /* us; a turn this late was stopped or blocked */
#define CATCH_UP 1000	     /* turns at most that read what came meanwhile */
#define REPRIEVE_MAX 2000000 /* us */

static int64_t
monotonic(struct loop *loop)
{
	struct timespec ts;

	(void)loop;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

const char *
loop_version(void)
{
	return event_get_version();
}

static void
wake_up(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

/* Drops libevent's messages, which are for its developers. */
static void
ignore(int severity, const char *message)
{
	(void)severity;
	(void)message;
}

/* Waits for I/O, but not beyond the alarm. */
static void
poll_libevent(struct loop *loop, int64_t wait)
{
	int flags = wait > 0 ? EVLOOP_ONCE : EVLOOP_NONBLOCK;

	if (wait > 0 && wait != INT64_MAX) {
		struct timeval tv = {
			.tv_sec = (time_t)(wait / 1000000),
			.tv_usec = (suseconds_t)(wait % 1000000),
		};

		/* Without memory for the alarm nothing would end the wait. */
		if (event_add(loop->alarm, &tv) != 0)
			flags = EVLOOP_NONBLOCK;
	}
	loop->polling = true;
	event_base_loop(loop->base, flags);
	loop->polling = false;
}

static const struct loop_driver libevent = {
	.now = monotonic,
	.poll = poll_libevent,
};

struct loop *
loop_new(void (*fatal)(int code))
{
	struct event_config *config = event_config_new();
	struct loop *loop = xcalloc(1, sizeof(*loop));

	loop->driver = &libevent;
	event_set_log_callback(ignore);
	event_set_fatal_callback(fatal);
	if (config != NULL) {
		/* Descriptors come and go by the query: tell epoll in bulk. */
		event_config_set_flag(config,
		    EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
		event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
		loop->base = event_base_new_with_config(config);
		event_config_free(config);
	}
	if (loop->base != NULL)
		loop->alarm = event_new(loop->base, -1, 0, wake_up, NULL);
	if (loop->alarm == NULL) {
		loop_free(loop);
		return NULL;
	}
	loop_update(loop);
	return loop;
}

void
loop_update(struct loop *loop)
{
	loop->now = loop->driver->now(loop);
}

int
loop_ready_descriptor(const struct loop *loop)
{
	const struct event *event;

	/* Without an event that runs, libevent must not be asked for it. */
	if (!loop->polling)
		return -1;
	event = event_base_get_running_event(loop->base);
	if (event == NULL || (event->ev_res & (EV_READ | EV_WRITE)) == 0)
		return -1;
	return (int)event->ev_fd;
}

/* Returns how long a turn may wait: until the next timer is due. */
static int64_t
time_left(const struct loop *loop)
{
	int64_t next = timers_next(&loop->timers);

	if (next == INT64_MAX)
		return INT64_MAX;
	return next > loop->now ? next - loop->now : 0;
}

/*
 * Reads first what came while the process stood still for `lost` microseconds.
 * Then gives that time back, up to a bound, to all that wait for answers.
 */
static void
catch_up(struct loop *loop, int64_t lost)
{
	unsigned long replies;
	int turns = 0;

	do {
		replies = loop->replies;
		loop->driver->poll(loop, 0);
	} while (loop->replies != replies && ++turns < CATCH_UP);
	loop_update(loop);
	loop->reprieve =
	    loop->now + (lost < REPRIEVE_MAX ? lost : REPRIEVE_MAX);
}

void
loop_turn(struct loop *loop, bool wait)
{
	int64_t before = loop->now;
	int64_t due = timers_next(&loop->timers);
	int64_t lost;

	loop_update(loop);
	lost = loop->now - before;
	loop->driver->poll(loop, wait && lost <= STALL ? time_left(loop) : 0);
	loop_update(loop);
	if (loop->now > due && loop->now - due > lost)
		lost = loop->now - due;
	if (lost > STALL)
		catch_up(loop, lost);
	timers_fire(&loop->timers, loop->now);
}

struct loop_watch {
	struct event *event;
	void (*ready)(void *arg);
	void *arg;
};

static void
call_ready(evutil_socket_t fd, short what, void *arg)
{
	struct loop_watch *watch = arg;

	(void)fd;
	(void)what;
	watch->ready(watch->arg);
}

struct loop_watch *
loop_watch(struct loop *loop, int fd, void (*ready)(void *arg), void *arg)
{
	struct loop_watch *watch = xcalloc(1, sizeof(*watch));

	assert(loop->base != NULL);
	watch->ready = ready;
	watch->arg = arg;
	watch->event = event_new(loop->base, fd, EV_READ, call_ready, watch);
	if (watch->event != NULL && event_add(watch->event, NULL) == 0)
		return watch;
	loop_unwatch(watch);
	return NULL;
}

void
loop_watch_again(struct loop_watch *watch)
{
	event_add(watch->event, NULL);
}

void
loop_unwatch(struct loop_watch *watch)
{
	if (watch == NULL)
		return;
	if (watch->event != NULL)
		event_free(watch->event);
	free(watch);
}

void
loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	assert(timers_next(&loop->timers) == INT64_MAX);
	timers_free(&loop->timers);
	if (loop->alarm != NULL)
		event_free(loop->alarm);
	if (loop->base != NULL)
		event_base_free(loop->base);
	free(loop);
}
