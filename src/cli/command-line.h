#ifndef ASNQ_COMMAND_LINE_H
#define ASNQ_COMMAND_LINE_H

#include "cli/options.h"

/*
 * Reads the command line, and then the configuration file, of which only
 * those options count that the command line has not given. What is wrong is
 * said in one line on stderr, and the program exits with 2; --help and
 * --version print and exit with 0.
 */
void command_line_read(struct options *o, int argc, char **argv);

#endif
