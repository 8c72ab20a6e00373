#ifndef ASNQ_SPAMASSASSIN_IF_H
#define ASNQ_SPAMASSASSIN_IF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* The release that is emulated. */
#define SA_VERSION "4.000001"

/* The facts that conditions of SpamAssassin's configuration depend on. */
struct sa_if {
	char **plugins; /* loaded by the configuration */
	size_t plugin_count;
	size_t plugin_size; /* the room in `plugins` */
};

/* Adds a plugin that the configuration loads. */
void sa_if_add_plugin(struct sa_if *facts, struct span name);

/*
 * Evaluates an expression like `version >= 3.004 && can(A::b)` into *holds. An
 * error in it sets *why, which the caller frees, else NULL; it does not hold
 * then. Returns false if SpamAssassin refuses one of its words, so that the
 * line opens no condition.
 */
bool sa_if_read(const struct sa_if *facts, const char *expression, bool *holds,
    char **why);

/* Frees what the facts hold; they are all zero then. */
void sa_if_clear(struct sa_if *facts);

#endif
