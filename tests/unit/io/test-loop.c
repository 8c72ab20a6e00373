#include "config.h"

#include "io/loop.h"

#include "../tap.h"

#define MS INT64_C(1000)

/* A driver that notes how it is called, and says how long a poll takes. */
struct driver {
	struct loop loop;
	int64_t now;
	int64_t wait;	 /* of the last poll */
	unsigned polls;	 /* since the turn began */
	int64_t takes;	 /* the next poll; -1: as long as it may */
	unsigned busy;	 /* polls that still bring replies */
	int64_t blocked; /* each poll with replies takes so long */
};

static int64_t
now(struct loop *loop)
{
	return ((struct driver *)loop)->now;
}

static void
poll(struct loop *loop, int64_t wait)
{
	struct driver *d = (struct driver *)loop;

	if (d->polls++ == 0)
		d->wait = wait;
	d->now += d->takes >= 0 ? d->takes : wait;
	d->takes = 0;
	if (d->busy > 0) {
		d->busy--;
		d->loop.replies++;
		d->now += d->blocked;
	}
}

static const struct loop_driver driver = { .now = now, .poll = poll };

static void
begin(struct driver *d)
{
	*d = (struct driver){
		.loop = { .driver = &driver },
		.now = 1000 * MS,
		.takes = -1,
	};
	loop_update(&d->loop);
}

static int64_t fired; /* when */

static void
fire(void *arg)
{
	fired = ((struct loop *)arg)->now;
}

static void
turn(struct driver *d, bool wait)
{
	d->polls = 0;
	fired = 0;
	loop_turn(&d->loop, wait);
}

static void
test_waits(void)
{
	struct driver d;
	struct timer t = { .fire = fire, .arg = &d.loop };

	begin(&d);
	d.takes = 5 * MS;
	turn(&d, true);
	ok(d.wait == INT64_MAX, "without a timer it waits for events alone");
	is_int(d.loop.now, 1005 * MS, "the time is that after the wait");
	turn(&d, false);
	is_int(d.wait, 0, "a turn that is not to wait does not");
	d.takes = -1;
	timers_set(&d.loop.timers, &t, 1045 * MS);
	turn(&d, true);
	is_int(d.wait, 40 * MS, "it waits until the next timer is due");
	is_int(fired, 1045 * MS, "which fires then");
	timers_set(&d.loop.timers, &t, 1100 * MS);
	d.takes = 10 * MS;
	turn(&d, true);
	is_int(fired, 0,
	    "an event ends the wait: no timer fires before its "
	    "time");
	d.takes = 0;
	d.now = 1100 * MS;
	turn(&d, true);
	is_int(d.wait, 0, "a timer that is due is not waited for");
	is_int(fired, 1100 * MS, "it fires");
	is_int(d.loop.reprieve, 0, "nothing was late");
	is_int(d.polls, 1, "one poll is enough");
	timers_free(&d.loop.timers);
}

static void
test_stops(void)
{
	struct driver d;
	struct timer t = { .fire = fire, .arg = &d.loop };

	begin(&d);
	timers_set(&d.loop.timers, &t, 1050 * MS);
	d.takes = 150 * MS;
	turn(&d, true);
	is_int(d.loop.reprieve, 0, "0.1 s late is not a stop");
	is_int(fired, 1150 * MS, "the timer fires late");

	begin(&d);
	timers_set(&d.loop.timers, &t, 1050 * MS);
	d.takes = 151 * MS;
	turn(&d, true);
	is_int(d.loop.reprieve, 1252 * MS,
	    "more is: what was lost is given back");
	is_int(fired, 1151 * MS, "timers fire all the same");

	begin(&d);
	timers_set(&d.loop.timers, &t, 1050 * MS);
	d.takes = 10050 * MS;
	turn(&d, true);
	is_int(d.loop.reprieve, (11050 + 2000) * MS, "two seconds at most");

	begin(&d);
	d.takes = 60000 * MS;
	turn(&d, true);
	is_int(d.loop.reprieve, 0, "a long wait without a timer is no stop");

	begin(&d);
	d.now += 500 * MS;
	turn(&d, true);
	is_int(d.wait, 0, "a program that was blocked does not wait");
	is_int(d.loop.reprieve, 2000 * MS, "and gets its time back");
	timers_free(&d.loop.timers);
}

static void
test_catching_up(void)
{
	struct driver d;
	struct timer t = { .fire = fire, .arg = &d.loop };

	begin(&d);
	timers_set(&d.loop.timers, &t, 1050 * MS);
	d.takes = 1050 * MS;
	d.busy = 8;
	d.blocked = 1 * MS;
	turn(&d, true);
	is_int(d.polls, 9, "after a stop it reads until nothing comes");
	is_int(fired, 2058 * MS, "before any timer fires");
	is_int(d.loop.reprieve, (2058 + 1001) * MS,
	    "the time is given back from then on");

	begin(&d);
	d.now += 500 * MS;
	d.busy = 100000;
	turn(&d, false);
	is_int(d.polls, 1001, "but not for ever");
	timers_free(&d.loop.timers);
}

int
main(void)
{
	test_waits();
	test_stops();
	test_catching_up();
	return tap_done();
}
