#ifndef ASNQ_LOOKAHEAD_H
#define ASNQ_LOOKAHEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "io/framing.h"
#include "lookup/lookup.h"
#include "stream/locate.h"
#include "stream/recall.h"

/*
 * Records that have come in and are not looked up yet. They are held back, a
 * few at a time, so that what their look-ups will read can be prefetched into
 * the processor's cache: first for all of them, then they are looked up.
 */

/* Records held back: so many that the prefetches of the first are done. */
#define LOOKAHEAD_MAX 16

struct upcoming {
	struct line line;	  /* borrowed */
	enum located_kind kind;	  /* not LOCATED_ERROR */
	struct located_list keys; /* none of HEADER and NOTHING */
	size_t from; /* offset in the record after what was taken */
};

/* All zero is empty. */
struct lookahead {
	struct upcoming records[LOOKAHEAD_MAX];
	size_t count;
};

/* Returns whether no record can be added. */
bool lookahead_is_full(const struct lookahead *a);

/*
 * Adds a record, with the keys that a locator finds in it; without a locator,
 * its whole text is one target. Of a record that comes in pieces, each piece is
 * added, without keys; without a locator, it is one record that is invalid,
 * from its first bytes. There must be room. Returns false, and adds nothing, if
 * the locator cannot go on.
 */
bool lookahead_add(struct lookahead *a, const struct line *line,
    struct locator *locator, const struct recall *recall);

/* Replaces the keys of a record by the next ones. */
void lookahead_continue(struct upcoming *u, struct locator *locator,
    const struct recall *recall);

/* Prefetches cached renderings, and what else the viewer's look-ups read. */
void lookahead_prefetch(struct lookahead *a, const struct recall *recall,
    const struct viewer *viewer);

/* Parses the address of a key, and updates the hash to that of its text. */
void lookahead_parse(struct located *key, const struct recall *recall);

/* Frees the memory, and empties it. */
void lookahead_free(struct lookahead *a);

#endif
