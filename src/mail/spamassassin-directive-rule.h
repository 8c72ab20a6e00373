#ifndef ASNQ_SPAMASSASSIN_DIRECTIVE_RULE_H
#define ASNQ_SPAMASSASSIN_DIRECTIVE_RULE_H

#include "mail/spamassassin-reader.h"

/*
 * Directives that define rules. Each removes the rule of that name; only those
 * that call check_asn() are kept.
 */
sa_directive sa_add_rule;		   /* header */
sa_directive sa_replace_rule;		   /* body and others; refused later */
sa_directive sa_replace_rule_without_call; /* uri, meta: they call nothing */

sa_directive sa_set_score;

#endif
