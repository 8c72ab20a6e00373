#include "config.h"

#include "io/timers.h"

#include "../tap.h"

enum {
	TIMERS = 300
};

/* When each timer is due; INT64_MAX if it is not set. */
static struct timers timers;
static struct timer all[TIMERS];
static int64_t due[TIMERS];
static int64_t now;
static int64_t last; /* time of the last one fired in this call */
static unsigned fired;
static unsigned wrong;

static int64_t
next(void)
{
	int64_t least = INT64_MAX;

	for (int i = 0; i < TIMERS; i++)
		if (due[i] < least)
			least = due[i];
	return least;
}

static void
set(size_t i, int64_t at)
{
	due[i] = at;
	timers_set(&timers, &all[i], at);
}

/* Checks that this timer is next; then sets, moves or cancels another. */
static void
fire(void *arg)
{
	size_t i = (size_t)((struct timer *)arg - all);
	size_t other = tap_random(TIMERS);

	fired++;
	wrong += due[i] > now || due[i] != next() || due[i] < last;
	last = due[i];
	due[i] = INT64_MAX;
	switch (tap_random(6)) {
	case 0:
		set(i, now + tap_random(1000) + 1);
		break;
	case 1:
		set(other, now + tap_random(1000) + 1);
		break;
	case 2:
		due[other] = INT64_MAX;
		timers_cancel(&timers, &all[other]);
		break;
	case 3:
		/* Fires in this call, since its time has passed. */
		if (fired % 7 == 0)
			set(other, last);
		break;
	}
}

static void
test_random(void)
{
	for (size_t i = 0; i < TIMERS; i++) {
		due[i] = INT64_MAX;
		all[i].fire = fire;
		all[i].arg = &all[i];
	}
	ok(timers_next(&timers) == INT64_MAX, "no timer is set at first");
	timers_cancel(&timers, &all[0]);
	timers_fire(&timers, INT64_MAX);
	is_int(fired, 0, "no timer fires at first");
	for (int i = 0; i < 100000; i++) {
		size_t at = tap_random(TIMERS);

		switch (tap_random(8)) {
		case 0:
			due[at] = INT64_MAX;
			timers_cancel(&timers, &all[at]);
			break;
		case 1:
			now += tap_random(60);
			last = INT64_MIN;
			timers_fire(&timers, now);
			wrong += next() <= now;
			break;
		default:
			/* Few different times, so that many are equal. */
			set(at, now + 10 * (int64_t)tap_random(200) + 10);
		}
		wrong += timers_next(&timers) != next();
		wrong += (all[at].place > 0) != (due[at] != INT64_MAX);
	}
	is_int(wrong, 0, "100,000 random operations agree with the model");
	ok(fired > 1000, "%u timers fired", fired);
	for (size_t i = 0; i < TIMERS; i++)
		timers_cancel(&timers, &all[i]);
	ok(timers_next(&timers) == INT64_MAX, "all timers can be cancelled");
	timers_free(&timers);
}

static int order[4];
static int count;

static void
note(void *arg)
{
	order[count++ % 4] = *(int *)arg;
}

static void
test_order(void)
{
	struct timers t = { .count = 0 };
	int names[3] = { 1, 2, 3 };
	struct timer three[3];

	for (int i = 0; i < 3; i++)
		three[i] = (struct timer){ .fire = note, .arg = &names[i] };
	timers_set(&t, &three[0], 30);
	timers_set(&t, &three[1], 10);
	timers_set(&t, &three[2], 20);
	is_int(timers_next(&t), 10, "the earliest timer is next");
	timers_fire(&t, 9);
	is_int(count, 0, "no timer fires before its time");
	timers_fire(&t, 20);
	ok(count == 2 && order[0] == 2 && order[1] == 3,
	    "timers that are due fire in order");
	timers_set(&t, &three[0], 100);
	timers_fire(&t, 30);
	is_int(count, 2, "a timer moved to the future does not fire");
	timers_set(&t, &three[0], 5);
	timers_fire(&t, 30);
	is_int(count, 3, "a timer moved to the past fires");
	timers_fire(&t, 1000);
	is_int(count, 3, "a timer fires once");
	timers_set(&t, &three[0], -7);
	is_int(timers_next(&t), -7, "times may be negative");
	timers_cancel(&t, &three[0]);
	timers_cancel(&t, &three[0]);
	timers_fire(&t, INT64_MAX);
	is_int(count, 3, "a cancelled timer does not fire");
	timers_free(&t);
}

int
main(void)
{
	test_order();
	test_random();
	return tap_done();
}
