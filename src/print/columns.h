#ifndef ASNQ_COLUMNS_H
#define ASNQ_COLUMNS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Text in the columns of a terminal: valid UTF-8 without control characters.
 * A code point takes one column, which is wrong for the widest scripts only.
 */

#define COLUMNS_GAP 2 /* blanks between two columns */

/* Escape sequences of ECMA-48, section 8.3.117. */
#define COLOR_BOLD "\033[1m"
#define COLOR_RED "\033[31m"
#define COLOR_GREEN "\033[32m"
#define COLOR_YELLOW "\033[33m"
#define COLOR_PLAIN "\033[0m"

/* Returns the width of a text in columns. */
int columns_width(struct span text);

/* Returns the start of a text that fits in `most` columns. */
struct span columns_fit(struct span text, int most);

/*
 * Cuts text to `most` columns, the last of which then holds an ellipsis. With
 * none or fewer nothing is left.
 */
void columns_cut(struct buf *text, int most);

/*
 * Appends a text, in a color unless that is NULL, and blanks up to `width`
 * columns. Returns how many it takes, which may be more.
 */
int columns_put(struct buf *out, const char *color, struct span text,
    int width);

/* Appends blanks until what comes after offset `from` has `width` columns. */
void columns_pad(struct buf *out, size_t from, int width);

/* Removes blanks and TABs from the end of a line that begins at `from`. */
void columns_trim(struct buf *out, size_t from);

#endif
