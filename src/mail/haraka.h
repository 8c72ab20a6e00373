#ifndef ASNQ_HARAKA_H
#define ASNQ_HARAKA_H

#include <stdbool.h>

#include "lookup/lookup.h"
#include "mail/filters.h"

/* How haraka-plugin-asn 2.2.0 asks, and reads answers. */
extern const struct view view_haraka;

/* Asks each provider about the address that it is tested with. */
extern const struct view view_haraka_test;

/* As struct filter has it. */
bool haraka_open(const struct filter_config *config, struct filter_state *out);
void haraka_tested(void *self, const struct lookup *l);
void haraka_free(void *self);

#endif
