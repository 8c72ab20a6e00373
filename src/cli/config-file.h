#ifndef ASNQ_CONFIG_FILE_H
#define ASNQ_CONFIG_FILE_H

#include <stdbool.h>

/*
 * Takes one option; `value` is NULL where there is none. Returns NULL, or
 * what is wrong in words, which the caller frees.
 */
typedef char *config_file_set(void *arg, const char *name, const char *value);

/*
 * Reads the file at `path`, or, where that is NULL, the first that is there
 * of $XDG_CONFIG_HOME/asnq/config (or ~/.config/asnq/config) and the
 * system's. Each line is an option without its dashes, as NAME, NAME=VALUE
 * or NAME VALUE; empty lines and those that begin with # do not count.
 * What is wrong is said with file and line, and ends the reading: then it
 * returns false.
 */
bool config_file_read(const char *path, config_file_set *set, void *arg);

#endif
