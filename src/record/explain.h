#ifndef ASNQ_EXPLAIN_H
#define ASNQ_EXPLAIN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * How an answer came about, in plain words. Whoever tells it may be given
 * NULL, where nobody listens. All zero is an empty story.
 */
struct explanation {
	struct buf lines; /* all of it, each line with its newline */
	struct buf bugs;  /* those that tell of a known bug of a filter */
};

/* Appends a line; bytes that could steer a terminal are escaped. */
void explain_add(struct explanation *s, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* The same for a line that says what a known bug has changed. */
void explain_add_bug(struct explanation *s, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* Appends a line that holds bytes of any kind. */
void explain_add_bytes(struct explanation *s, const struct buf *line);

/*
 * Steps through lines, from *at on, which begins with 0; each comes without
 * its newline. False behind the last one.
 */
bool explain_next(const struct buf *lines, size_t *at, struct span *line);

/* Prints it below its record: each line indented. */
void explain_print(const struct explanation *s, struct buf *out);

/* Empties it; the memory stays. */
void explain_clear(struct explanation *s);

void explain_free(struct explanation *s);

#endif
