#ifndef ASNQ_SPAMASSASSIN_H
#define ASNQ_SPAMASSASSIN_H

#include <stdbool.h>

#include "lookup/lookup.h"
#include "mail/filters.h"

/* How the ASN plugin of SpamAssassin 4.0 asks, and reads answers. */
extern const struct view view_spamassassin;

/* As struct filter has it. */
bool spamassassin_open(const struct filter_config *config,
    struct filter_state *out);
void spamassassin_free(void *self);

#endif
