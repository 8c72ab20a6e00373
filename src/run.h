#ifndef ASNQ_RUN_H
#define ASNQ_RUN_H

#include "cli/options.h"

/*
 * Does what the options ask for, from the first record to the last. Returns
 * the exit status. A signal that asks to stop ends the program as it would
 * without a handler.
 */
int run(const struct options *o);

#endif
