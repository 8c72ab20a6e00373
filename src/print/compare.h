#ifndef ASNQ_COMPARE_H
#define ASNQ_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "lookup/lookup.h"
#include "record/record.h"

/*
 * A table of what several viewers see of an address, in which what differs
 * from the first viewer is marked.
 */
struct compare {
	const struct viewer *viewers;
	size_t count;
	bool json;    /* an object for each address, instead of a table */
	bool aligned; /* for a terminal; else TABs separate the columns */
	bool color;
	char end; /* of an object, or of a line */
};

/* Appends what one viewer sees, in the form that compare_print() reads. */
void compare_take(const struct viewer *v, const struct record *r,
    struct buf *out);

/*
 * Appends the table of one address. `taken` has for each viewer what
 * compare_take() appended.
 */
void compare_print(const struct compare *c, struct span input,
    const struct buf *taken, struct buf *out);

/* Appends the names of the columns, if they are aligned. */
void compare_head(const struct compare *c, struct buf *out);

#endif
