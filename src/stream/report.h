#ifndef ASNQ_REPORT_H
#define ASNQ_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/queries.h"
#include "io/input.h"
#include "io/loop.h"
#include "print/tally.h"

enum when {
	WHEN_AUTO,
	WHEN_ALWAYS,
	WHEN_NEVER,
	WHEN_MAX
};

enum stats {
	STATS_OFF,
	STATS_TEXT,
	STATS_JSON,
	STATS_MAX
};

struct report_config {
	enum stats stats;
	enum when progress;
	bool question;	/* all records are operands */
	bool choosing;	/* not all records are printed */
	bool enriching; /* lines are added to */
	bool counters;	/* tell Hadoop what was counted */
};

/* What happened, for messages on stderr. */
struct report;

/* All but the configuration is borrowed. `ask` may be NULL. */
struct report *report_new(const struct report_config *config, struct loop *loop,
    const struct tally *tally, const struct queries *queries,
    const struct input *input);

/*
 * A question that goes out, or its answer, as a line on stderr: what ask's
 * `trace` is for. `resolver` is a struct resolver.
 */
void report_query(void *resolver, const struct query_event *event);

/* Totals so far, on stderr, in JSON if that was chosen. */
void report_totals(struct report *r);

/* At the end: takes the meter away and prints the totals, if asked for. */
void report_end(struct report *r);

/* Accepts NULL. */
void report_free(struct report *r);

#endif
