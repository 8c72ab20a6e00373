#ifndef ASNQ_INI_FILE_H
#define ASNQ_INI_FILE_H

#include <stdbool.h>

/*
 * Reads an .ini file as Haraka does: a line that ends in a backslash goes on
 * in the next one, and a comment has a line of its own. `set` is called
 * for each `name = value` with the section, which is "main" at first; it returns
 * NULL, or what is wrong in words, static.
 *
 * False, after a message on stderr with file and line, when the file cannot
 * be read, a line is none of an .ini file, or `set` says that it is wrong.
 */
bool ini_file_read(const char *path,
    const char *(*set)(void *arg, const char *section, const char *name,
	const char *value),
    void *arg);

/* Whether inih is built in. */
bool ini_file_is_built_in(void);

#endif
