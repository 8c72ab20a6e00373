#ifndef ASNQ_SPAN_H
#define ASNQ_SPAN_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that somebody else owns; text NULL means "no value". */
struct span {
	const char *text;
	size_t len;
};

/* Returns the span without blanks and tabs at its ends. */
struct span span_trim(struct span s);

/* Returns whether the span is `word`, ignoring the case of ASCII letters. */
bool span_is(struct span s, const char *word);

/* Returns whether the span is exactly `word`. */
bool span_is_exactly(struct span s, const char *word);

/* Returns whether the span is two ASCII letters. */
bool span_is_two_letters(struct span s);

/* The byte-order mark that some programs begin a UTF-8 file with. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* Returns the span without a byte-order mark at its start. */
struct span span_without_mark(struct span s);

/* Compares as memcmp() does; a shorter span sorts before a longer one. */
int span_compare(struct span a, struct span b);

#endif
