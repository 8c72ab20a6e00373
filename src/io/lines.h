#ifndef ASNQ_LINES_H
#define ASNQ_LINES_H

#include <stdbool.h>

#include "base/span.h"

/* A file, line by line; what is compressed is unpacked. */
struct lines;

/*
 * Opens a file; "-" is stdin. NULL, and *why is set to what is wrong in
 * words, with the file's name, which the caller frees.
 */
struct lines *lines_open(const char *path, char **why);

/*
 * The next line, without its ending, and its number from 1 on in *number. It
 * holds until the next call. False at the end, or, with *why set, where the
 * file is broken.
 */
bool lines_next(struct lines *l, struct span *line, unsigned long *number,
    char **why);

/* Accepts NULL. */
void lines_free(struct lines *l);

#endif
