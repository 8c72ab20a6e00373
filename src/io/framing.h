#ifndef ASNQ_FRAMING_H
#define ASNQ_FRAMING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* How records stand in a stream of bytes. */
struct framing {
	char end;    /* behind each: a newline, or a NUL */
	bool quotes; /* an end between double quotes is none (RFC 4180) */
	bool blocks; /* a line with the count of its records is before each */
};

/* Where a scan stands in the bytes; all zero is at their start. */
struct framing_state {
	size_t at;	 /* of the next record */
	size_t searched; /* up to here there is no end of it */
	bool quoted;	 /* between quotes, there */
};

struct line {
	struct span text;
	size_t ending; /* bytes behind it: "\n", "\r\n", a NUL, or none */
	bool first;    /* of its file */
};

/*
 * Cuts the next record off the bytes. With `last`, bytes without an end are a
 * record as well. False: there is no whole record.
 */
bool framing_cut(struct framing_state *s, const struct framing *framing,
    const char *bytes, size_t len, bool last, struct line *out);

/* To be called when the first `len` bytes, which are scanned, are dropped. */
void framing_drop(struct framing_state *s, size_t len);

/*
 * Whether a quote at `quote` in a record of CSV that begins at `from` opens a
 * cell, or, behind a closing quote, goes on with one: RFC 4180 has quotes
 * nowhere else.
 */
bool framing_opens_quote(const char *from, const char *quote);

#endif
