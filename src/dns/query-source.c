#include "config.h"

#include "dns/query-source.h"

#include <assert.h>

#define SECOND INT64_C(1000000)

#define BURST (SECOND / 20) /* what the rate allows in this time may go at */
			    /* once */

#define SUSPEND_AFTER 5 /* time-outs in a row */
#define SUSPEND_FOR (30 * SECOND)

#define KNOWN_AFTER 5 /* answers */

/* Retry after timeout/8 of silence, again after 2/8 more, and so on. */
#define PATIENCE 8

/*
 * Towards a mirror, retry after 8 times its usual wait, but not before 50 ms,
 * again after timeout/8, after 2/8 more, and so on.
 */
#define PATIENCE_MIRROR 8
#define PATIENCE_MIN (SECOND / 20)

#define LAST_CHANCE 16 /* the last try has at least timeout/16 */

/*
 * Retry a failed query after 0.2 s, then after twice as long each time, up to
 * timeout/8.
 */
#define PAUSE (SECOND / 5)
#define PAUSE_DOUBLED 5 /* times at most */

/* Failures that are retried after the shortest pause, and in any case. */
#define FAILURES_UDP 1
#define FAILURES_TCP 2 /* another query may have closed the connection */

void
query_source_init(struct query_source *s,
    const struct query_source_config *config)
{
	*s = (struct query_source){ .name = config->name, .via = config->via };
	if (config->qps > 0)
		s->interval = (int64_t)(1e6 / config->qps);
}

int64_t
query_source_take(struct query_source *s, int64_t now)
{
	if (s->interval == 0)
		return 0;
	if (s->next - now > BURST)
		return s->next - BURST;
	s->next = (s->next > now ? s->next : now) + s->interval;
	return 0;
}

static void
suspend(struct query_source *s, int64_t now)
{
	s->suspended_until = now + SUSPEND_FOR;
}

/*
 * Follows the average wait and the average deviation from it, as RFC 6298 2
 * does, but so slowly that a few answers which are late do not count.
 */
static void
learn(struct query_source *s, int64_t took)
{
	int64_t error = took - s->usual_wait;

	if (s->usual_wait == 0) {
		s->usual_wait = took + 1;
		s->deviation = took / 8;
		return;
	}
	s->usual_wait += error / 8;
	s->deviation += ((error < 0 ? -error : error) - s->deviation) / 32;
}

void
query_source_heard(struct query_source *s, int64_t now)
{
	s->answered = now;
	s->timeouts = 0;
	s->suspended_until = 0;
}

void
query_source_answered(struct query_source *s, int64_t now, int64_t took)
{
	learn(s, took);
	s->answers += s->answers < KNOWN_AFTER;
	query_source_heard(s, now);
}

bool
query_source_timed_out(struct query_source *s, int64_t now, int64_t sent)
{
	if (s->answered > sent)
		return false;
	s->timeouts++;
	if (s->timeouts >= SUSPEND_AFTER)
		suspend(s, now);
	return s->timeouts == SUSPEND_AFTER;
}

void
query_source_queried(struct query_source *s, int64_t now)
{
	if (s->timeouts >= SUSPEND_AFTER)
		suspend(s, now);
}

bool
query_source_is_suspended(const struct query_source *s, int64_t now)
{
	return s->suspended_until > now;
}

int64_t
query_source_suspension(const struct query_source *s)
{
	return s->timeouts >= SUSPEND_AFTER ? SUSPEND_FOR : 0;
}

bool
query_source_is_known(const struct query_source *s)
{
	return s->answers >= KNOWN_AFTER;
}

/* Returns how long most answers take at most; 0: unknown. */
static int64_t
likely_wait(const struct query_source *s)
{
	return s->usual_wait + s->usual_wait / 4;
}

/* Returns how long an answer takes that is slow, but not lost; 0: unknown. */
static int64_t
longest_wait(const struct query_source *s)
{
	int64_t longest = s->usual_wait + 4 * s->deviation;

	if (longest > 2 * s->usual_wait)
		return 2 * s->usual_wait;
	return longest > likely_wait(s) ? longest : likely_wait(s);
}

/*
 * Returns for how long a query that has been tried may be silent. A mirror
 * queries no other server, so that all its answers take about as long; one that
 * takes much longer is lost. When it is lost twice, the server is overloaded
 * and gets more time.
 */
static int64_t
patience(const struct query_source *s, const struct query_time *time)
{
	int64_t part = time->timeout > PATIENCE ? time->timeout / PATIENCE : 1;
	int64_t least = part < PATIENCE_MIN ? part : PATIENCE_MIN;
	int64_t usual = PATIENCE_MIRROR * s->usual_wait;
	int64_t wait = time->tries * part;

	assert(time->tries > 0);
	if (s->via == VIA_MIRRORS && s->usual_wait > 0 && !time->lossless)
		wait = time->tries > 1 ? wait - part
		    : usual > part     ? part
		    : usual > least    ? usual
				       : least;
	if (time->tries == 1 && wait < longest_wait(s))
		wait = longest_wait(s);
	return wait;
}

/* Returns the last time when a try may still be answered. */
static int64_t
last_chance(const struct query_source *s, const struct query_time *time)
{
	int64_t need = time->timeout / LAST_CHANCE;

	if (need < likely_wait(s))
		need = likely_wait(s);
	return time->sent + time->timeout - need;
}

int64_t
query_source_next_try(const struct query_source *s,
    const struct query_time *time)
{
	int64_t again = time->last_sent + patience(s, time);
	int64_t last = last_chance(s, time);
	int64_t soonest = time->last_sent +
	    (time->tries == 1 ? likely_wait(s) : time->timeout / LAST_CHANCE);

	if (!query_source_is_known(s) || again <= last)
		return again;
	return last > soonest ? last : time->sent + time->timeout;
}

int64_t
query_source_pause(const struct query_source *s, const struct query_time *time,
    unsigned failures, int64_t now)
{
	unsigned usual = time->lossless ? FAILURES_TCP : FAILURES_UDP;
	unsigned more = failures > usual ? failures - usual : 0;
	int64_t pause = PAUSE << (more < PAUSE_DOUBLED ? more : PAUSE_DOUBLED);
	int64_t most = time->timeout / PATIENCE;
	int64_t last = last_chance(s, time);

	if (pause > most)
		pause = most > PAUSE ? most : PAUSE;
	if (now + PAUSE >= time->sent + time->timeout ||
	    (more > 0 && !query_source_is_known(s)))
		return -1;
	if (more > 0 && now + pause > last)
		return now < last ? last - now : -1;
	return pause;
}
