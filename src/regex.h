#ifndef ASNQ_REGEX_H
#define ASNQ_REGEX_H

#include <stdbool.h>
#include <stddef.h>

/* A Perl-compatible regular expression, by PCRE2. */
struct regex;

/*
 * NULL, and *why is set to what is wrong in words, which the caller frees,
 * where the pattern is none or PCRE2 is not built in.
 */
struct regex *regex_new(const char *pattern, char **why);

/*
 * Whether it matches anywhere in the text. A match that takes more steps than
 * PCRE2 allows is none.
 */
bool regex_matches(const struct regex *r, const char *text, size_t len);

/* Accepts NULL. */
void regex_free(struct regex *r);

/* The version of PCRE2 that is in use, or "none"; the caller frees it. */
char *regex_version(void);

#endif
