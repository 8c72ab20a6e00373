#ifndef ASNQ_HELP_H
#define ASNQ_HELP_H

/* How to use the program, on stdout: all options in their groups. */
void help_print(void);

/* The same in two lines, on stderr. */
void help_print_usage(void);

/* Version, licence and libraries, on stdout. */
void help_print_version(void);

#endif
