#ifndef ASNQ_WINDOW_H
#define ASNQ_WINDOW_H

#include <stdbool.h>

#include "dns/queries.h"
#include "io/framing.h"
#include "io/output.h"
#include "lookup/lookup.h"
#include "print/printer.h"
#include "stream/locate.h"
#include "stream/report.h"

/*
 * Where records are in flight: one goes in for each record of the input, and
 * comes out in the same order when it and all before it are known. What is
 * held is bounded; while the window is full, nothing is read.
 */
struct window;

struct window_config {
	const struct viewer *viewers;
	size_t viewer_count; /* several: to be compared */
	struct printer_config print;
	struct locator *locator; /* NULL: lists, not lines */
	bool reply;		 /* lines are not printed again */
	size_t cache_size;	 /* bytes of finished records to remember */
};

/* All is borrowed but the configuration. */
struct window *window_new(const struct window_config *config,
    struct queries *queries, struct output *output, struct tally *tally);

/* Room for another record? */
bool window_has_room(const struct window *w);

/*
 * Takes a record in, which must hold until window_settle(), since a few are
 * looked at ahead. What is known by then goes to the output.
 */
void window_add(struct window *w, const struct line *line);
void window_settle(struct window *w);

/* Nothing is held any more. */
bool window_is_empty(const struct window *w);

/* Accepts NULL. What is held is dropped. */
void window_free(struct window *w);

#endif
