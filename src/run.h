#ifndef ASNQ_RUN_H
#define ASNQ_RUN_H

#include "cli/options.h"

/*
 * Does what the options say, from the first record to the last. Returns the
 * exit status; a signal that asked to stop ends the program by that signal.
 */
int run(const struct options *o);

#endif
