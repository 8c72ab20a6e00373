#ifndef ASNQ_RSPAMD_H
#define ASNQ_RSPAMD_H

#include <stdbool.h>

#include "lookup/lookup.h"
#include "mail/filters.h"

/* How the asn module of rspamd 3 asks, and reads answers. */
extern const struct view view_rspamd;

/* As struct filter has it. */
bool rspamd_open(const struct filter_config *config, struct filter_state *out);
void rspamd_free(void *self);

#endif
