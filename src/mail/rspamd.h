#ifndef ASNQ_RSPAMD_H
#define ASNQ_RSPAMD_H

#include "mail/filter.h"

/* The asn module of rspamd 3. */
extern const struct filter filter_rspamd;

#endif
