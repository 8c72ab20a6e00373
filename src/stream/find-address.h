#ifndef ASNQ_FIND_ADDRESS_H
#define ASNQ_FIND_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "record/addr.h"

/*
 * Where a text was found. In a line, what looks like an address and cannot be
 * read is passed over, and eight groups of two digits are a hardware address
 * (WWN, EUI-64). In a field that a key names, the former ends the search, and
 * the latter are IPv6.
 */
enum find_place {
	FIND_IN_LINE,
	FIND_IN_FIELD
};

/*
 * Finds the next IPv4 or IPv6 address in a text from *at on, and moves *at past
 * it, or to the end. Brackets, quotes, a port, a prefix length and a zone are
 * allowed, and are not part of the span; ENRICHMENT in asnq(1) lists the
 * spellings. A part of a word or of a longer number, as in 1.2.3.4.5.6 or
 * v1.2.3.4, is no address, nor is a time, nor the version of a product. Returns
 * false, with *address unchanged, if there is none.
 */
bool find_address(struct span text, enum find_place place, size_t *at,
    struct span *address, struct addr *addr);

#endif
