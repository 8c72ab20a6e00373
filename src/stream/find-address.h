#ifndef ASNQ_FIND_ADDRESS_H
#define ASNQ_FIND_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "record/addr.h"

/*
 * Finds the next IPv4 or IPv6 address in a text from *at on, and moves *at past
 * it, or to the end. Brackets, quotes, a port, a prefix length and a zone are
 * allowed, and are not part of the span. A part of a word or of a longer
 * number, as in 1.2.3.4.5 or v1.2.3.4, is no address, nor is a time. Returns
 * false if there is none.
 */
bool find_address(struct span text, size_t *at, struct span *address,
    struct addr *addr);

#endif
