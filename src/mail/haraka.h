#ifndef ASNQ_HARAKA_H
#define ASNQ_HARAKA_H

#include "mail/filter.h"

/* haraka-plugin-asn 2.2.0. */
extern const struct filter filter_haraka;

#endif
