#ifndef ASNQ_CONFIG_FILE_H
#define ASNQ_CONFIG_FILE_H

#include "options.h"

/*
 * Reads the file that --config names, else the first that is there of
 * $XDG_CONFIG_HOME/asnq/config (or ~/.config/asnq/config) and the system's.
 * Each line is an option without its dashes, as NAME, NAME=VALUE or NAME
 * VALUE; empty lines and those that begin with # do not count. What is wrong
 * is said with file and line. False: there was something wrong.
 */
bool config_file_read(struct options *o);

#endif
