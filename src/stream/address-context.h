#ifndef ASNQ_ADDRESS_CONTEXT_H
#define ASNQ_ADDRESS_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * Tells from the text around a run of bytes, all of which can be in an address,
 * where in it an address may begin and end. All pointers are into that text.
 * What is read before and after the run is bounded.
 */

/* Where in a run an address may begin, the more likely first. */
struct starts {
	const char *at[2];
	size_t count;
};

/*
 * Returns where an address may begin in the run up to `stop`: after an escape
 * that ends in the run (%20, \u003c, \x22, #011), after a name and a colon, or
 * at the run itself. There is none in a part of a word.
 */
struct starts context_starts(struct span text, const char *run,
    const char *stop);

/*
 * Returns the end of a run without what belongs to the word after it, or NULL
 * if that is all of it. A word after a colon, and the name of a service after a
 * dot, are ports.
 */
const char *context_stop(struct span text, const char *run, const char *stop);

/*
 * Returns whether a dotted number is the version of a product, as in
 * Chrome/129.0.0.0: after a word and a slash, in quotes, or where the word has
 * a capital. Squid's HIER_DIRECT/8.8.8.8 and what has a port after it are not.
 * `more` says that the number has more than four parts.
 */
bool context_is_version(struct span text, struct span number, bool more);

#endif
