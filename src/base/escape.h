#ifndef ASNQ_ESCAPE_H
#define ASNQ_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * The length in bytes of the well-formed UTF-8 sequence (RFC 3629, no
 * surrogates, no overlong forms) that `text` begins with; 0 where there is
 * none. A C1 control (U+0080 to U+009F) is well formed: *control tells.
 */
size_t utf8_length(const char *text, size_t len, bool *control);

/*
 * Appends text so that no control byte (C0, DEL, C1) and no invalid UTF-8
 * reaches the reader: \t \n \r, else \xHH a byte. escape_flat() also writes a
 * backslash as \\, so that its output can be read back; it serves text, tsv,
 * csv, tags, header and templates. escape_controls() leaves backslashes
 * alone; it serves messages.
 */
void escape_flat(struct buf *out, const char *text, size_t len);
void escape_controls(struct buf *out, const char *text, size_t len);

/*
 * Reads back what escape_flat() wrote into `out`, which has room for `len`
 * bytes; returns how many there are. What is no escape stands for itself.
 */
size_t unescape(const char *text, size_t len, char *out);

/*
 * Appends text as the inside of a JSON string (RFC 8259), without its
 * quotes: controls as \u00HH or their short forms, invalid UTF-8 as U+FFFD.
 */
void escape_json(struct buf *out, const char *text, size_t len);

/*
 * Quotes what stands in `out` behind `from` as RFC 4180 does, where it holds
 * a comma, a quote, or a blank at an end.
 */
void escape_csv(struct buf *out, size_t from);

#endif
