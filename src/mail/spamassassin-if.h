#ifndef ASNQ_SPAMASSASSIN_IF_H
#define ASNQ_SPAMASSASSIN_IF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* The release whose ways are followed. */
#define SA_VERSION "4.000001"

/* What conditions of SpamAssassin's configuration ask about. */
struct sa_if {
	char **plugins; /* loaded by the configuration */
	size_t plugin_count;
};

void sa_if_add_plugin(struct sa_if *facts, struct span name);

/*
 * Reads an expression, as in `version >= 3.004 && can(A::b)`, and whether it
 * holds. What is wrong with it is put into *why in words, which the caller
 * frees, else NULL. False: a word of it has no place there, so that it is no
 * condition at all; another one that is wrong does not hold.
 */
bool sa_if_read(const struct sa_if *facts, const char *expression, bool *holds,
    char **why);

void sa_if_clear(struct sa_if *facts);

#endif
