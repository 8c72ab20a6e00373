#ifndef ASNQ_UCL_SCAN_H
#define ASNQ_UCL_SCAN_H

#include <stdbool.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

/* What becomes of a member whose name is there already. */
enum duplicate {
	DUPLICATE_APPEND,
	DUPLICATE_MERGE,
	DUPLICATE_REWRITE,
	DUPLICATE_ERROR
};

/* A text in UCL that is being read. It holds no NUL. */
struct ucl_scan {
	struct arena *arena;
	const char *path; /* in messages */
	const char *start;
	const char *at;
	const char *end;
	unsigned depth;
	unsigned priority; /* of its members */
	enum duplicate duplicate;
};

/* Reports what is wrong where the text is read; returns false. */
bool ucl_scan_fail(struct ucl_scan *r, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* Returns the next character, or '\0' at the end. */
char ucl_scan_peek(const struct ucl_scan *r);

/* Returns whether a text comes next. */
bool ucl_scan_begins(const struct ucl_scan *r, const char *text);

/*
 * Skips white space, comments, and other characters of a list. Returns false
 * after a message.
 */
bool ucl_scan_skip(struct ucl_scan *r, const char *others);

/* Returns whether a comment comes next; skips it, or returns false as above. */
bool ucl_scan_is_comment(const struct ucl_scan *r);
bool ucl_scan_skip_comment(struct ucl_scan *r);

/* Return whether a character may be the first, or another one, of a name. */
bool ucl_scan_begins_name(char c);
bool ucl_scan_continues_name(char c);

/*
 * Moves past a text in the quotes that come next, and sets *out to what is
 * between them. Returns false after a message.
 */
bool ucl_scan_quoted(struct ucl_scan *r, struct span *out);

/* Appends the name that comes next, perhaps in quotes; false as above. */
bool ucl_scan_name(struct ucl_scan *r, struct buf *out);

/* Moves past a text without quotes, and returns it, perhaps empty. */
struct span ucl_scan_word(struct ucl_scan *r);

/* Skips what separates a value from the next; false as above. */
bool ucl_scan_skip_separators(struct ucl_scan *r);

/*
 * Reads a file to its end, "-" being the standard input. Returns its text, in
 * the arena; text NULL after a message on stderr.
 */
struct span ucl_scan_file(struct arena *arena, const char *path);

#endif
