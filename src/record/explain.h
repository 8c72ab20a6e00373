#ifndef ASNQ_STORY_H
#define ASNQ_STORY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * How an answer came about, in plain words. Whoever tells it may be given
 * NULL, where nobody listens. All zero is an empty story.
 */
struct story {
	struct buf lines; /* all of it, each line with its newline */
	struct buf bugs;  /* those that tell of a known bug of a filter */
};

/* Appends a line; bytes that could steer a terminal are escaped. */
void story_tell(struct story *s, const char *format, ...) PRINTF_LIKE(2, 3);

/* The same for a line that says what a known bug has changed. */
void story_tell_bug(struct story *s, const char *format, ...) PRINTF_LIKE(2, 3);

/* Appends a line that holds bytes of any kind. */
void story_tell_bytes(struct story *s, const struct buf *line);

/*
 * Steps through lines, from *at on, which begins with 0; each comes without
 * its newline. False behind the last one.
 */
bool story_next(const struct buf *lines, size_t *at, struct span *line);

/* Prints it below its record: each line indented. */
void story_print(const struct story *s, struct buf *out);

/* Empties it; the memory stays. */
void story_clear(struct story *s);

void story_free(struct story *s);

#endif
