#ifndef ASNQ_FIND_ADDRESS_H
#define ASNQ_FIND_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "record/addr.h"

/*
 * Finds the next IPv4 or IPv6 address in a text from *at on, which is moved
 * behind it. It may stand in brackets or quotes, and have a port, a prefix
 * length or a zone, which the span leaves out. What is part of a word or of a
 * longer number, as in 1.2.3.4.5 or v1.2.3.4, is none; nor is a time.
 */
bool find_address(struct span text, size_t *at, struct span *address,
    struct addr *addr);

#endif
