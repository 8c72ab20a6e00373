#ifndef ASNQ_HELP_H
#define ASNQ_HELP_H

#include <stdbool.h>

/* How to use the program, on stdout: all options in their groups. */
void help_print(void);

/* The same in two lines, on stderr. */
void help_print_usage(void);

/*
 * Version, licence and libraries, on stdout; if it is to be verbose, what
 * confines the program, too, which then has been put on.
 */
void help_print_version(bool verbose, bool no_sandbox);

#endif
