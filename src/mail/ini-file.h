#ifndef ASNQ_INI_FILE_H
#define ASNQ_INI_FILE_H

#include <stdbool.h>

/*
 * Takes a setting; `section` is "main" before the first [section], `value` is
 * NULL if the line is a name alone.
 */
typedef void ini_file_set(void *arg, const char *section, const char *name,
    const char *value);

/*
 * Reads an .ini file as Haraka does, and gives each `name = value` to `set`: a
 * line that ends in a backslash continues in the next, and comments have lines
 * of their own. Lines that Haraka skips are reported on stderr and skipped.
 * Returns false after a message on stderr if the file cannot be read or a line
 * is too long.
 */
bool ini_file_read(const char *path, ini_file_set *set, void *arg);

/*
 * Returns "yes" if inih, which has no version, is in use; "none" if it is not
 * built in, "missing" if it cannot be loaded.
 */
const char *ini_file_inih(void);

#endif
