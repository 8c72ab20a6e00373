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
 * Looks up and prints the records of the input, in their order: a record that
 * is finished is written when all before it are. The memory of records that
 * wait is bounded; while the window is full, nothing is read.
 */
struct window;

struct window_config {
	const struct viewer *viewers;
	size_t viewer_count; /* at least 1; several are compared */
	struct printer_config print;
	struct locator *locator; /* NULL: each record is one target */
	bool reply;		 /* print what is added, not the record */
	size_t cache_size;	 /* bytes of renderings to cache */
};

/* Returns an empty window. All is borrowed but the configuration. */
struct window *window_new(const struct window_config *config,
    struct queries *queries, struct output *output, struct tally *tally);

/* Returns whether the next record should be added. */
bool window_has_room(const struct window *w);

/*
 * Adds a record, of which the bytes must stay valid until window_settle(): a
 * few records are held back, so that memory can be prefetched for them.
 */
void window_add(struct window *w, const struct line *line);

/*
 * Looks up the records that are held back, and appends those that are finished
 * to the output. Of a record with many addresses, a part is still held back if
 * there is no room for it: call this again, and keep its bytes valid until then.
 */
void window_settle(struct window *w);

/* Returns whether no record waits or is held back. */
bool window_is_empty(const struct window *w);

/* Frees a window and drops the records that wait. Accepts NULL. */
void window_free(struct window *w);

#endif
