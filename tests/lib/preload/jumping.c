/*
 * To be preloaded.  At every fifth reading of the wall clock, it jumps by $JUMP
 * seconds or back.  The monotonic clock is not affected.
 */
#define _GNU_SOURCE

#include <sys/syscall.h>
#include <sys/time.h>

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static time_t
jump(void)
{
	static unsigned long readings;
	const char *by = getenv("JUMP");

	return by != NULL && readings++ / 5 % 2 == 1 ? atol(by) : 0;
}

int
clock_gettime(clockid_t clock, struct timespec *ts)
{
	int result = (int)syscall(SYS_clock_gettime, clock, ts);

	if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
		ts->tv_sec += jump();
	return result;
}

int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	int result = (int)syscall(SYS_gettimeofday, tv, zone);

	tv->tv_sec += jump();
	return result;
}

time_t
time(time_t *out)
{
	struct timeval tv;

	gettimeofday(&tv, NULL);
	if (out != NULL)
		*out = tv.tv_sec;
	return tv.tv_sec;
}
