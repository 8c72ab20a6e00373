#ifndef ASNQ_SPAMASSASSIN_IF_H
#define ASNQ_SPAMASSASSIN_IF_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

/* The release whose ways are followed. */
#define SA_VERSION "4.000001"

/* What conditions of SpamAssassin's configuration ask about. */
struct sa_if {
	char **plugins; /* loaded by the configuration */
	size_t plugin_count;
};

void sa_if_add_plugin(struct sa_if *facts, struct span name);

/*
 * Whether an expression holds, as in `version >= 3.004 && can(A::b)`.
 * Where it is none, *why is set to what is wrong in words, which the caller
 * frees.
 */
bool sa_if_holds(const struct sa_if *facts, const char *expression, char **why);

void sa_if_clear(struct sa_if *facts);

#endif
