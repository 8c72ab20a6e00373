#ifndef ASNQ_UTIL_H
#define ASNQ_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(format, first) \
	__attribute__((__format__(__printf__, format, first)))
#else
#define PRINTF_LIKE(format, first)
#endif

/*
 * Memory that must be there: these never return NULL. Without memory the
 * program says so and exits with status 2; there is no half-recovery.
 */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xmemdup(const void *bytes, size_t len);	/* NUL-terminated copy */
char *xstrdup(const char *text);

/*
 * Says "asnq: ..." on stderr, as one line. Bytes that could steer a terminal
 * are escaped, since messages quote what strangers wrote.
 */
void warn_line(const char *format, ...) PRINTF_LIKE(1, 2);

/* The same for bytes, which may hold NULs. */
void warn_bytes(const char *bytes, size_t len);

/* A formatted text; the caller frees it. */
char *format_text(const char *format, ...) PRINTF_LIKE(1, 2);

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

/* A span of bytes that belongs to somebody else; text NULL: no value. */
struct span {
	const char *text;
	size_t len;
};

/* The span without blanks and tabs at its ends. */
struct span span_trim(struct span s);

/* Whether the span is `word`, in any case of ASCII letters. */
bool span_is(struct span s, const char *word);

/* Less than, equal to, or more than 0, as memcmp() orders bytes. */
int span_compare(struct span a, struct span b);

/*
 * Of the words in `list` (separated by blanks), the one nearest to `typed`
 * by the Damerau-Levenshtein distance, where that is near enough to be what
 * was meant. The caller frees it; NULL where nothing is near.
 */
char *suggest(const char *typed, const char *list);

#endif
