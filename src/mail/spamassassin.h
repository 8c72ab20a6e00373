#ifndef ASNQ_SPAMASSASSIN_H
#define ASNQ_SPAMASSASSIN_H

#include "mail/filter.h"

/* The ASN plugin of SpamAssassin 4.0. */
extern const struct filter filter_spamassassin;

#endif
