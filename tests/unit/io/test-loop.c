#include "config.h"

#include "io/loop.h"

#include "../tap.h"

#define MS INT64_C(1000)

/* A driver that records its calls; takes says how long a poll takes. */
struct driver {
	struct loop loop;
	int64_t now;
	int64_t wait;	 /* of the last poll */
	unsigned polls;	 /* since the turn began */
	int64_t takes;	 /* duration of the next poll; -1 for the longest */
	unsigned busy;	 /* number of next polls that bring replies */
	int64_t blocked; /* duration of a poll with replies */
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

static int64_t fired; /* time of the last call of fire() */

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
	ok(d.wait == INT64_MAX,
	    "without a timer the loop waits for events only");
	is_int(d.loop.now, 1005 * MS, "the time is read after the wait");
	turn(&d, false);
	is_int(d.wait, 0, "a turn without wait does not wait");
	d.takes = -1;
	timers_set(&d.loop.timers, &t, 1045 * MS);
	turn(&d, true);
	is_int(d.wait, 40 * MS, "the loop waits until the next timer is due");
	is_int(fired, 1045 * MS, "the timer fires when it is due");
	timers_set(&d.loop.timers, &t, 1100 * MS);
	d.takes = 10 * MS;
	turn(&d, true);
	is_int(fired, 0, "an event ends the wait before any timer is due");
	d.takes = 0;
	d.now = 1100 * MS;
	turn(&d, true);
	is_int(d.wait, 0, "the loop does not wait if a timer is due");
	is_int(fired, 1100 * MS, "a timer that is due fires");
	is_int(d.loop.reprieve, 0, "there is no reprieve without a delay");
	is_int(d.polls, 1, "one poll is enough without a delay");
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
	is_int(d.loop.reprieve, 0, "a delay of 0.1 s is not a stop");
	is_int(fired, 1150 * MS, "the timer fires late after a short delay");
	timers_free(&d.loop.timers);

	begin(&d);
	timers_set(&d.loop.timers, &t, 1050 * MS);
	d.takes = 151 * MS;
	turn(&d, true);
	is_int(d.loop.reprieve, 1252 * MS,
	    "a longer delay is: the reprieve has its length");
	is_int(fired, 1151 * MS, "timers fire after a stop");
	timers_free(&d.loop.timers);

	begin(&d);
	timers_set(&d.loop.timers, &t, 1050 * MS);
	d.takes = 10050 * MS;
	turn(&d, true);
	is_int(d.loop.reprieve, (11050 + 2000) * MS,
	    "the reprieve is at most two seconds");
	timers_free(&d.loop.timers);

	begin(&d);
	d.takes = 60000 * MS;
	turn(&d, true);
	is_int(d.loop.reprieve, 0, "a long wait without a timer is not a stop");
	timers_free(&d.loop.timers);

	begin(&d);
	d.now += 500 * MS;
	turn(&d, true);
	is_int(d.wait, 0,
	    "after the program was blocked the loop does not wait");
	is_int(d.loop.reprieve, 2000 * MS,
	    "after the program was blocked there is a reprieve");
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
	is_int(d.polls, 9, "after a stop the loop polls until no replies come");
	is_int(fired, 2058 * MS, "replies are read before any timer fires");
	is_int(d.loop.reprieve, (2058 + 1001) * MS,
	    "the reprieve begins after the replies");
	timers_free(&d.loop.timers);

	begin(&d);
	d.now += 500 * MS;
	d.busy = 100000;
	turn(&d, false);
	is_int(d.polls, 1001, "the number of polls is limited");
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
