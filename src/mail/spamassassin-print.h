#ifndef ASNQ_SPAMASSASSIN_PRINT_H
#define ASNQ_SPAMASSASSIN_PRINT_H

#include <stdbool.h>

#include "mail/spamassassin-setup.h"
#include "record/field.h"

/* Prints _IP_ and the tags that the configuration names, as _TAG_=VALUE. */
void sa_print_tags(const struct sa_setup *sa, const struct record *r,
    struct writer *w);

/* Prints those tags alone, after a line of input. */
void sa_print_added(const struct sa_setup *sa, const struct record *r,
    struct writer *w);

/* Prints the headers for a message that is ham, then those for spam alone. */
void sa_print_headers(const struct sa_setup *sa, const struct record *r,
    struct writer *w);

/* Prints the tags, and which rules hit (`hits`, by rule), as JSON. */
void sa_print_json(const struct sa_setup *sa, const bool *hits,
    const struct record *r, struct writer *w);

#endif
