#ifndef ASNQ_CONFIG_FILE_H
#define ASNQ_CONFIG_FILE_H

#include <stdbool.h>

/*
 * Sets one option; `value` is NULL without one. Both are valid during the call
 * only. Returns NULL, or a message about what is wrong, which the caller
 * frees.
 */
typedef char *config_file_set(void *arg, const char *name, const char *value);

/*
 * Reads the file at `path`, or for NULL the first that exists of
 * $XDG_CONFIG_HOME/asnq/config (or ~/.config/asnq/config) and the system's.
 * Each line is an option without its dashes, as NAME, NAME=VALUE or NAME
 * VALUE; empty lines and those that begin with # are skipped. Stops and
 * returns false after a message with file and line if something is wrong.
 */
bool config_file_read(const char *path, config_file_set *set, void *arg);

#endif
