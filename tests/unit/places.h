#ifndef ASNQ_PLACES_H
#define ASNQ_PLACES_H

#include "base/alloc.h"
#include "stream/locate.h"

/*
 * Finds all places of a line, one or as many as there are addresses. *out
 * starts zeroed. Reads each address at once.
 */
static inline enum located_kind
find_places(struct locator *e, struct span line, struct places *out)
{
	struct place place;
	enum located_kind kind = locator_find(e, line, &place);

	if (place.unread)
		place_read(&place);
	if (kind == LOCATED_EACH) {
		locator_find_each(line, out);
		return kind;
	}
	out->list = xrealloc(out->list, sizeof(place));
	out->list[0] = place;
	out->count = out->size = 1;
	return kind;
}

#endif
