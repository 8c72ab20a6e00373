#ifndef ASNQ_SPAMASSASSIN_OPERATOR_H
#define ASNQ_SPAMASSASSIN_OPERATOR_H

#include <stdbool.h>

#include "mail/spamassassin-token.h"

/* Perl's levels of precedence, the loosest first. */
enum sa_level {
	SA_LEVEL_OR,
	SA_LEVEL_AND,
	SA_LEVEL_BITS,
	SA_LEVEL_EQUALITY,
	SA_LEVEL_ORDER,
	SA_LEVEL_SUM,
	SA_LEVEL_PRODUCT,
	SA_LEVEL_MAX
};

/* An operator of conditions. */
struct sa_operator {
	enum sa_level level;
	const char *token;
	double (*apply)(double a, double b); /* NULL: logical */
	bool divides;			     /* by b, which must not be 0 */
};

/*
 * Goes to the next token if the current one is an operator of this level, and
 * returns that; else NULL.
 */
const struct sa_operator *sa_operator_take(struct sa_tokens *t,
    enum sa_level level);

#endif
