#ifndef ASNQ_SPAMASSASSIN_TOKEN_H
#define ASNQ_SPAMASSASSIN_TOKEN_H

#include <stdbool.h>

#include "base/alloc.h"

#define SA_TOKEN_MAX 128 /* bytes, with the NUL */

/* The tokens of a condition in SpamAssassin's configuration. */
struct sa_tokens {
	const char *at;		  /* after the current token */
	char token[SA_TOKEN_MAX]; /* the current one; empty at the end */
	char *why;		  /* the first error, which the caller frees */
};

/* Goes to the first token of an expression. */
void sa_tokens_start(struct sa_tokens *t, const char *expression);

/* Goes to the next token if the current one is `token`, or returns false. */
bool sa_tokens_take(struct sa_tokens *t, const char *token);

/* Goes to the next token. */
void sa_tokens_next(struct sa_tokens *t);

/* Sets t->why, unless there is an earlier error. */
void sa_tokens_fail(struct sa_tokens *t, const char *format, ...)
    PRINTF_LIKE(2, 3);

/*
 * Goes through all tokens, as SpamAssassin does before it evaluates any, and
 * fails at the first that it would refuse.
 */
void sa_tokens_check(struct sa_tokens *t);

/* Returns whether a token is a number: a sign, digits, perhaps a fraction. */
bool sa_token_is_number(const char *token);

/* Returns whether a token is the name of a class: words with :: between. */
bool sa_token_is_class(const char *token);

#endif
