#ifndef ASNQ_LOCATED_TEST_H
#define ASNQ_LOCATED_TEST_H

#include "stream/locate.h"

/*
 * Finds the keys of a record and parses them all. Column names have one place
 * for more of them, the end, and are given a key there.
 */
static inline enum located_kind
find_located(struct locator *l, struct span record, struct located_list *out)
{
	enum located_kind kind = locator_find(l, record, out);

	if (kind == LOCATED_HEADER || kind == LOCATED_TYPES)
		located_add(out, record.len);
	for (size_t i = 0; i < out->count; i++)
		located_parse(&out->list[i]);
	return kind;
}

#endif
