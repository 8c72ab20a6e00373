#ifndef ASNQ_RSPAMD_CONDITION_H
#define ASNQ_RSPAMD_CONDITION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * A condition on symbols, as require_symbols has it: A & !(B | C), with the
 * words and, or, not as well, and sums: A + B + C > 1.
 */
struct rspamd_condition;

/*
 * Returns a condition, which the caller passes to rspamd_condition_free(). If
 * the text is none, returns NULL and sets *why to a static text.
 */
struct rspamd_condition *rspamd_condition_new(const char *text,
    const char **why);

/* Returns the symbol with a number from 0 on; text NULL: there are no more. */
struct span rspamd_condition_symbol(const struct rspamd_condition *c,
    size_t number);

/* Returns whether the condition holds; `has` says whether a symbol is there. */
bool rspamd_condition_holds(const struct rspamd_condition *c,
    bool (*has)(const void *arg, struct span symbol), const void *arg);

/* Accepts NULL. */
void rspamd_condition_free(struct rspamd_condition *c);

#endif
