#ifndef ASNQ_SPAMASSASSIN_HEADER_H
#define ASNQ_SPAMASSASSIN_HEADER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* The value of a tag, in capitals; text NULL: SpamAssassin has no such tag. */
typedef struct span sa_tag_value(void *arg, struct span tag);

/*
 * Appends a header, with its name and newline: the template with the values
 * of its tags, in folded lines (or all in one), encoded where RFC 2047 asks
 * for it.
 */
void sa_header_write(struct buf *out, const char *name, struct span template,
    bool fold, sa_tag_value *value, void *arg);

#endif
