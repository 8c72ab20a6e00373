#ifndef ASNQ_REGEX_H
#define ASNQ_REGEX_H

#include <stddef.h>

/* A Perl-compatible regular expression, by PCRE2. */
struct regex;

/*
 * NULL, and *why is set to what is wrong in words, which the caller frees,
 * where the pattern is none or PCRE2 is not built in.
 */
struct regex *regex_new(const char *pattern, char **why);

/* The same, but what is wrong and where in the pattern come apart. */
struct regex *regex_new_at(const char *pattern, char **why, size_t *at);

enum regex_result {
	REGEX_MATCHES,
	REGEX_DIFFERS,
	REGEX_UNKNOWN /* more steps were needed than PCRE2 allows */
};

/* Whether it matches anywhere in the text. */
enum regex_result regex_match(const struct regex *r, const char *text,
    size_t len);

/* Accepts NULL. */
void regex_free(struct regex *r);

/* The version of PCRE2 that is in use, or "none"; the caller frees it. */
char *regex_version(void);

#endif
