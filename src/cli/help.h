#ifndef ASNQ_HELP_H
#define ASNQ_HELP_H

#include <stdbool.h>

/* Prints to stdout how the program is used: all options in groups. */
void help_print(void);

/* Prints it in two lines to stderr. */
void help_print_usage(void);

/*
 * Prints version, licence and libraries to stdout. If verbose, it also enters
 * the sandbox, unless there is to be none, and prints what that is.
 */
void help_print_version(bool verbose, bool no_sandbox);

#endif
