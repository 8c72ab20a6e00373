#include "config.h"

#include "dns/query-source.h"

#include <assert.h>

#define SECOND INT64_C(1000000)

#define BURST (SECOND / 20) /* what the rate allows in this time may go at */
			    /* once */

#define SUSPEND_AFTER 5 /* time-outs in a row */
#define SUSPEND_FOR (30 * SECOND)

/* Retry after timeout/8 of silence, again after 2/8 more. */
#define PATIENCE 8

/*
 * Towards a mirror, retry after 8 times its usual wait, but not before 50 ms,
 * and again after timeout/8.
 */
#define PATIENCE_MIRROR 8
#define PATIENCE_MIN (SECOND / 20)

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

void
query_source_answered(struct query_source *s, int64_t took, bool single)
{
	if (single)
		s->usual_wait +=
		    s->usual_wait > 0 ? (took - s->usual_wait) / 8 : took + 1;
	s->timeouts = 0;
	s->suspended_until = 0;
}

bool
query_source_timed_out(struct query_source *s, int64_t now)
{
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

/*
 * A mirror queries no other server, so that all its answers take about as
 * long; one that takes much longer is lost. When it is lost twice, the server
 * is overloaded and gets more time.
 */
int64_t
query_source_patience(const struct query_source *s, unsigned tries,
    int64_t timeout, bool lossless)
{
	int64_t most = timeout > PATIENCE ? timeout / PATIENCE : 1;
	int64_t least = most < PATIENCE_MIN ? most : PATIENCE_MIN;
	int64_t usual = PATIENCE_MIRROR * s->usual_wait;

	assert(tries > 0);
	if (s->via != VIA_MIRRORS || s->usual_wait == 0 || lossless)
		return tries * most;
	if (tries > 1 || usual > most)
		return most;
	return usual > least ? usual : least;
}
