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

/*
 * Loads files of many lines, of which a few may be bad: those are said on
 * stderr, and the good ones serve.
 */

enum load_line {
	LOAD_LINE_GOOD,
	LOAD_LINE_SKIPPED, /* says nothing, and need not */
	LOAD_LINE_BAD
};

/* Takes in a line, which comes without its ending. */
typedef enum load_line load_add(void *arg, struct span line);

/*
 * Gives each line of a file, which may be compressed, to `add`. The first
 * bad lines are said one by one, as not being `what`, and all by their
 * count. False, once it is said why, where the file cannot be read to its
 * end or has no good line.
 */
bool lines_load(const char *path, const char *what, load_add *add, void *arg);

#endif
