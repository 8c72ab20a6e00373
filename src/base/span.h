#ifndef ASNQ_TEXT_H
#define ASNQ_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A whole decimal number of digits only, no sign, no blanks, at most `max`.
 * False, and *out left alone, for anything else.
 */
bool parse_number(const char *text, size_t len, uint64_t max, uint64_t *out);

/*
 * Seconds with an optional fraction ("0.25"), more than 0 and at most `max`,
 * as microseconds.
 */
bool parse_seconds(const char *text, uint64_t max, int64_t *usec);

/*
 * Bytes as a number with an optional K, M or G behind it (1024, its square,
 * its cube), at most `max`.
 */
bool parse_size(const char *text, uint64_t max, uint64_t *bytes);

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

/*
 * Of the words in `list` (separated by blanks), the one nearest to `typed`
 * by the Damerau-Levenshtein distance, where that is near enough to be what
 * was meant. The caller frees it; NULL where nothing is near.
 */
char *suggest(const char *typed, const char *list);

#endif
