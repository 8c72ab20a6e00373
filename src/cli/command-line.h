#ifndef ASNQ_COMMAND_LINE_H
#define ASNQ_COMMAND_LINE_H

#include "cli/options.h"

/*
 * Reads the command line, then from the configuration file the options that
 * the command line does not give. Exits with status 2 after one line on
 * stderr if something is wrong, and with 0 after --help and --version.
 */
void command_line_read(struct options *o, int argc, char **argv);

#endif
