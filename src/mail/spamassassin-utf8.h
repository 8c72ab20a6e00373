#ifndef ASNQ_SPAMASSASSIN_UTF8_H
#define ASNQ_SPAMASSASSIN_UTF8_H

#include "base/buf.h"
#include "base/span.h"

/*
 * Appends a character-string as SpamAssassin gets it: Perl decodes it, and
 * encodes it again, which replaces ill-formed bytes by U+FFFD.
 */
void sa_put_decoded(struct buf *out, struct span string);

#endif
