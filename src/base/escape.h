#ifndef ASNQ_ESCAPE_H
#define ASNQ_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Returns the length in bytes of the well-formed UTF-8 sequence (RFC 3629, no
 * surrogates, no overlong forms) at the start of `text`, or 0 without one.
 * *control is set for a C0 control, DEL, or a C1 control (U+0080 to U+009F).
 */
size_t utf8_length(const char *text, size_t len, bool *control);

/*
 * Append text without control bytes (C0, DEL, C1) and invalid UTF-8: these
 * become \t \n \r, or \xHH for each byte. escape_flat() also writes a
 * backslash as \\, so that unescape() can read it back; text, tsv, csv, tags,
 * header and templates use it. escape_controls() keeps backslashes; messages
 * use it.
 */
void escape_flat(struct buf *out, const char *text, size_t len);
void escape_controls(struct buf *out, const char *text, size_t len);

/*
 * Reverses escape_flat(): writes the original into `out`, which has room for
 * `len` bytes, and returns its length. A backslash that begins no escape is
 * copied.
 */
size_t unescape(const char *text, size_t len, char *out);

/*
 * Appends text as the inside of a JSON string (RFC 8259), without the
 * quotes: controls as \u00HH or their short forms, invalid UTF-8 as U+FFFD.
 */
void escape_json(struct buf *out, const char *text, size_t len);

/*
 * Appends what the inside of a JSON string means. A backslash before any other
 * character is dropped. Returns NULL, or what is wrong with it, a static text:
 * a NUL or half a surrogate pair is.
 */
const char *unescape_json(struct buf *out, struct span text);

/*
 * Quotes the bytes of `out` after offset `from` as one cell of CSV (RFC
 * 4180), if they hold a comma, a quote, or a blank at an end.
 */
void escape_csv(struct buf *out, size_t from);

#endif
