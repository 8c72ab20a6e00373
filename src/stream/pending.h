#ifndef ASNQ_PENDING_H
#define ASNQ_PENDING_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "io/framing.h"
#include "lookup/lookup-run.h"
#include "print/select.h"
#include "record/status.h"
#include "stream/located.h"

struct pending;
struct window;

/* One address of a pending record, as one viewer looks it up. */
struct pending_part {
	struct pending *record;
	struct lookup_run run;
	struct located key; /* its text is in the record's copy of the line */

	/* Once the look-up is finished: */
	enum status status;
	enum selection selection;
	struct buf bytes; /* what is printed for the address */
};

/* A record that waits for its look-ups, or for the records before it. */
struct pending {
	STAILQ_ENTRY(pending) next;
	struct window *window; /* for the look-ups' callback */
	struct line line;      /* a copy, in the same block of memory */
	struct pending_part *parts;
	size_t part_count;
	size_t unfinished;  /* parts whose look-ups are not finished */
	struct cells cells; /* how its cells are added */
	bool is_header;	    /* column names, which count as no record */
	bool continues;	    /* more pieces of the same record follow */
	size_t charged;	    /* its share of the queue's bytes */

	/* Once all parts are finished: */
	enum status status;
	enum selection selection;
	struct buf bytes; /* what is printed for the record */
};

/* The records that wait, in the order of the input. */
struct pending_queue {
	STAILQ_HEAD(, pending) list;
	size_t bytes; /* of memory that they take, about */
};

void pending_queue_init(struct pending_queue *q);

/* Returns the oldest record, or NULL if there is none. */
struct pending *pending_first(const struct pending_queue *q);

/*
 * Adds a record with a copy of the line and returns it. It has at least one
 * part; all of them are zero.
 */
struct pending *pending_add(struct pending_queue *q, struct window *w,
    const struct line *line, size_t part_count);

/*
 * Removes and frees the oldest record, of which there must be one. Its
 * look-ups must have ended.
 */
void pending_remove_first(struct pending_queue *q);

/*
 * Gives a part the key of a record's line, and returns the part. The key
 * borrows from `line`, of which the record has a copy.
 */
struct pending_part *pending_set_key(struct pending *p, size_t part,
    const struct located *key, const struct line *line);

/* Returns the one of two statuses that matters more to the exit status. */
enum status pending_sum_statuses(enum status a, enum status b);

/*
 * Sets the record's status and selection from those of its parts. With `inverted`
 * a record is selected if none of its addresses is on the list, else if one is.
 */
void pending_sum_up(struct pending *p, bool inverted);

/* Appends the line, with what is printed for each part inserted. */
void pending_put_line(const struct pending *p, struct buf *out);

/* Frees what a record needed only until it was printed to its `bytes`. */
void pending_shrink(struct pending_queue *q, struct pending *p);

#endif
