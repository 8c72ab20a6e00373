#include "config.h"

#include "mail/spamassassin-operator.h"

#include <stdint.h>

#include "base/array.h"

/* Returns a number as Perl's bitwise operators take it. */
static uint64_t
bits_of(double number)
{
	if (number >= 0x1p64)
		return UINT64_MAX;
	if (number >= 0)
		return (uint64_t)number;
	return number > -0x1p63 ? (uint64_t)(int64_t)number : UINT64_C(1) << 63;
}

static double
exclusive_or(double a, double b)
{
	return (double)(bits_of(a) ^ bits_of(b));
}

static double
equal(double a, double b)
{
	return a == b;
}

static double
unequal(double a, double b)
{
	return a != b;
}

static double
at_least(double a, double b)
{
	return a >= b;
}

static double
at_most(double a, double b)
{
	return a <= b;
}

static double
greater(double a, double b)
{
	return a > b;
}

static double
less(double a, double b)
{
	return a < b;
}

static double
sum(double a, double b)
{
	return a + b;
}

static double
difference(double a, double b)
{
	return a - b;
}

static double
product(double a, double b)
{
	return a * b;
}

static double
quotient(double a, double b)
{
	return a / b;
}

static const struct sa_operator operators[] = {
	{ SA_LEVEL_OR, "||", NULL, false },
	{ SA_LEVEL_AND, "&&", NULL, false },
	{ SA_LEVEL_BITS, "^", exclusive_or, false },
	{ SA_LEVEL_EQUALITY, "==", equal, false },
	{ SA_LEVEL_EQUALITY, "!=", unequal, false },
	{ SA_LEVEL_ORDER, ">=", at_least, false },
	{ SA_LEVEL_ORDER, "<=", at_most, false },
	{ SA_LEVEL_ORDER, ">", greater, false },
	{ SA_LEVEL_ORDER, "<", less, false },
	{ SA_LEVEL_SUM, "+", sum, false },
	{ SA_LEVEL_SUM, "-", difference, false },
	{ SA_LEVEL_PRODUCT, "*", product, false },
	{ SA_LEVEL_PRODUCT, "/", quotient, true },
};

const struct sa_operator *
sa_operator_take(struct sa_tokens *t, enum sa_level level)
{
	for (size_t i = 0; i < LENGTH(operators); i++)
		if (operators[i].level == level &&
		    sa_tokens_take(t, operators[i].token))
			return &operators[i];
	return NULL;
}
