#ifndef ASNQ_UCL_FILE_H
#define ASNQ_UCL_FILE_H

#include <stdbool.h>

#include "mail/ucl-value.h"

/* A file in UCL, rspamd's configuration language. */
struct ucl_file;

/*
 * Reads a file with all that it includes, "-" being the standard input, or
 * rspamd's files of a directory: those of local.d and override.d. libucl
 * reads it where it is built in, unless it begins with a brace, as JSON does;
 * else ucl_read() does. Returns NULL after a message on stderr if it cannot be
 * read. The caller passes the result to ucl_file_free().
 */
struct ucl_file *ucl_file_read(const char *path);

/*
 * Returns the object that is the whole file, or the list of those. Values
 * belong to the file.
 */
const struct ucl_value *ucl_file_top(const struct ucl_file *f);

/* Accepts NULL. */
void ucl_file_free(struct ucl_file *f);

/* Returns whether libucl is built in. */
bool ucl_file_is_built_in(void);

#endif
