#ifndef ASNQ_EXPLAIN_H
#define ASNQ_EXPLAIN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * How an answer came about, in plain words, for --explain. Functions that add
 * to it accept NULL: then nothing is kept. All zero is an empty explanation.
 */
struct explanation {
	struct buf lines; /* all lines, each with its newline */
	struct buf bugs;  /* those about a known bug of a mail filter */
};

/* Appends a line; control bytes are escaped. */
void explain_add(struct explanation *s, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* Appends a line that says what a known bug has changed. */
void explain_add_bug(struct explanation *s, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* Appends a line of any bytes; control bytes are escaped. */
void explain_add_bytes(struct explanation *s, const struct buf *line);

/*
 * Sets *line to the next line, without its newline; *at begins with 0. Returns
 * false after the last line.
 */
bool explain_next(const struct buf *lines, size_t *at, struct span *line);

/* Appends the lines, each indented, as they are printed below a record. */
void explain_print(const struct explanation *s, struct buf *out);

/* Empties the explanation and keeps its memory. */
void explain_clear(struct explanation *s);

void explain_free(struct explanation *s);

#endif
