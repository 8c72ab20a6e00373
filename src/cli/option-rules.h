#ifndef ASNQ_OPTION_RULES_H
#define ASNQ_OPTION_RULES_H

#include <stdbool.h>

#include "cli/options.h"

/*
 * Rules about options that are given together. `given` tells which are, in
 * the order of the option table.
 */

/*
 * Completes the options of the command line by what an engine or a mail
 * filter implies, and checks them against each other. Returns NULL, or a
 * message about what is wrong, which the caller frees.
 */
char *option_rules_check(struct options *o, const bool *given);

/* Returns which of the given options contradicts this one, or NULL. */
const char *option_rules_contradicted(const bool *given, const char *name);

/*
 * Returns whether an option of the configuration file does not count, since
 * the command line gives it or its opposite.
 */
bool option_rules_overruled(const bool *given, const char *name);

#endif
