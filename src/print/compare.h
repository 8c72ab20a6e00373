#ifndef ASNQ_COMPARE_H
#define ASNQ_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "lookup/lookup.h"
#include "record/record.h"

/*
 * What several viewers see of an address, side by side. What differs from
 * the first one is marked.
 */
struct compare {
	const struct viewer *viewers;
	size_t count;
	bool json;    /* one object for each address */
	bool aligned; /* columns; else TABs between them */
	bool color;
	char end; /* of an object, or of a line */
};

/* Appends what one viewer's record says, in the form that is compared. */
void compare_take(const struct viewer *v, const struct record *r,
    struct buf *out);

/*
 * Appends the table of one address; `taken` has what compare_take() wrote
 * for each viewer.
 */
void compare_print(const struct compare *c, struct span input,
    const struct buf *taken, struct buf *out);

/* Appends the names of the columns. */
void compare_head(const struct compare *c, struct buf *out);

#endif
