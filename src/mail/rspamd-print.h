#ifndef ASNQ_RSPAMD_PRINT_H
#define ASNQ_RSPAMD_PRINT_H

#include "mail/rspamd-result.h"
#include "record/field.h"

/* Prints a result as JSON. */
void rspamd_print_json(const struct rspamd_result *result,
    const struct record *r, struct writer *w);

/* Prints the address and the symbol, with a TAB between. */
void rspamd_print_text(const struct rspamd_result *result,
    const struct record *r, struct writer *w);

/* Prints the symbol alone, after a line of input. */
void rspamd_print_added(const struct rspamd_result *result, struct writer *w);

#endif
