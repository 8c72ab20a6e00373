#ifndef ASNQ_SPAN_H
#define ASNQ_SPAN_H

#include <stdbool.h>
#include <stddef.h>

/* A span of bytes that belongs to somebody else; text NULL: no value. */
struct span {
	const char *text;
	size_t len;
};

/* The span without blanks and tabs at its ends. */
struct span span_trim(struct span s);

/* Whether the span is `word`, in any case of ASCII letters. */
bool span_is(struct span s, const char *word);

/* Whether the span is `word`, to the letter. */
bool span_is_exactly(struct span s, const char *word);

/* Two letters of ASCII. */
bool span_is_two_letters(struct span s);

/* Some programs begin a file of UTF-8 with it. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* What stands behind the mark, where there is one. */
struct span span_without_mark(struct span s);

/* Less than, equal to, or more than 0, as memcmp() orders bytes. */
int span_compare(struct span a, struct span b);

#endif
