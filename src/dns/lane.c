#include "config.h"

#include "dns/lane.h"

#include <limits.h>

#define SECOND INT64_C(1000000)

#define WARY_FOR (5 * SECOND) /* after a failure over a connection */

/* How many queries of each tier may be in flight at first. */
static const unsigned most_at_first[LANE_TIERS] = { UINT_MAX, 4, 1 };

void
lane_init(struct lane *lane, const struct query_source_config *config,
    bool lossless)
{
	query_source_init(&lane->source, config);
	lane->lossless = lossless;
	for (unsigned n = 0; n < LANE_TIERS; n++) {
		TAILQ_INIT(&lane->tiers[n].queued);
		lane->tiers[n].most = most_at_first[n];
	}
}

static unsigned
tier_of(const struct query *q)
{
	return q->failures < LANE_TIERS ? q->failures : LANE_TIERS - 1;
}

void
lane_enter(struct lane *lane, struct query *q)
{
	struct tier *tier = &lane->tiers[tier_of(q)];

	if (q->state == QUERY_QUEUED)
		TAILQ_INSERT_TAIL(&tier->queued, q, link);
	tier->in_flight += q->state == QUERY_IN_FLIGHT;
}

void
lane_leave(struct lane *lane, struct query *q)
{
	struct tier *tier = &lane->tiers[tier_of(q)];

	if (q->state == QUERY_QUEUED)
		TAILQ_REMOVE(&tier->queued, q, link);
	tier->in_flight -= q->state == QUERY_IN_FLIGHT;
}

/*
 * Lets more queries of a tier be in flight after one of them succeeded, and
 * fewer after one failed again. Not where only retries use connections: the
 * resolver has few for them.
 */
static void
adapt(struct lane *lane, unsigned n, bool failed)
{
	unsigned first = most_at_first[n];
	struct tier *tier = &lane->tiers[n];

	if (first == UINT_MAX || !lane->lossless)
		return;
	if (!failed)
		tier->most++;
	else
		tier->most = tier->most / 2 > first ? tier->most / 2 : first;
}

void
lane_answered(struct lane *lane, const struct query *q, int64_t now)
{
	query_source_answered(&lane->source, now, now - q->answered);
	if (q->answer->streamed)
		lane->streamed = now;
	adapt(lane, tier_of(q), q->answer->kind == ANSWER_SERVFAIL);
}

struct query *
lane_next(const struct lane *lane, int64_t now)
{
	bool wary = lane->lossless ||
	    (lane->streamed != 0 && now - lane->streamed < WARY_FOR);

	for (unsigned n = LANE_TIERS; n-- > 0;) {
		const struct tier *tier = &lane->tiers[n];

		if (!TAILQ_EMPTY(&tier->queued) &&
		    (!wary || tier->in_flight < tier->most))
			return TAILQ_FIRST(&tier->queued);
	}
	return NULL;
}

bool
lane_pair_is_suspended(const struct lane *a, const struct lane *b, int64_t now)
{
	bool first = query_source_is_suspended(&a->source, now);
	bool second = query_source_is_suspended(&b->source, now);

	return (first || second) && (first || !a->used) && (second || !b->used);
}
