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
	bool selecting; /* options select records */
	bool enriching; /* --enrich adds to records */
	bool counters;	/* tell Hadoop the counts */
};

/* What asnq says on stderr about its work: meter, counters and totals. */
struct report;

/*
 * Returns a report, which starts its clock. With `counters`, and where a meter
 * is wanted, it sets timers of the loop. All but the configuration is borrowed
 * until report_free().
 */
struct report *report_new(const struct report_config *config, struct loop *loop,
    const struct tally *tally, const struct queries *queries,
    const struct input *input);

/*
 * Writes a query that is sent, or its answer, as a line to stderr. It is the
 * `trace` of struct queries_config; `resolver` is a struct resolver.
 */
void report_query(void *resolver, const struct query_event *event);

/* Writes the totals so far to stderr, as JSON with STATS_JSON. */
void report_totals(struct report *r);

/*
 * Removes the meter, and writes the last counters and the totals, if they are
 * wanted. No timer fires afterwards.
 */
void report_end(struct report *r);

/* Frees a report. Accepts NULL. */
void report_free(struct report *r);

#endif
