#ifndef ASNQ_SPAMASSASSIN_HEADER_H
#define ASNQ_SPAMASSASSIN_HEADER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Returns the value of a tag, given in capitals; text NULL: no such tag. */
typedef struct span sa_tag_value(void *arg, struct span tag);

/*
 * Appends the header X-Spam-NAME, with a newline at its end: the template with
 * the values of its tags, folded or in one line, and encoded as RFC 2047
 * demands. Tags that are unknown stay as they are.
 */
void sa_header_write(struct buf *out, const char *name, struct span template,
    bool fold, sa_tag_value *value, void *arg);

#endif
