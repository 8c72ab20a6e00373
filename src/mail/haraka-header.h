#ifndef ASNQ_HARAKA_HEADER_H
#define ASNQ_HARAKA_HEADER_H

#include "base/buf.h"
#include "base/span.h"

/* Appends Latin-1 as UTF-8. */
void haraka_header_put_utf8(struct buf *out, struct span latin1);

/*
 * Appends a header's value, in UTF-8, as Haraka writes it: words from the
 * first to the last that is not ASCII become one encoded word (RFC 2047), and
 * a line end inside is folded.
 */
void haraka_header_put(struct buf *out, struct span utf8);

#endif
