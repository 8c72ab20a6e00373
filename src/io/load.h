#ifndef ASNQ_LOAD_H
#define ASNQ_LOAD_H

#include <stdbool.h>

#include "base/span.h"

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
bool load_lines(const char *path, const char *what, load_add *add, void *arg);

#endif
