#ifndef ASNQ_REGEX_H
#define ASNQ_REGEX_H

#include <stddef.h>

/* A compiled Perl-compatible regular expression, by PCRE2. */
struct regex;

/*
 * Compiles a pattern. Returns NULL, and sets *why to a reason that the caller
 * frees, if the pattern is wrong, or PCRE2 is not built in or cannot be loaded. The caller passes
 * the result to regex_free().
 */
struct regex *regex_new(const char *pattern, char **why);

/* Compiles likewise; *why lacks the position, which *at has, in bytes. */
struct regex *regex_new_at(const char *pattern, char **why, size_t *at);

enum regex_result {
	REGEX_MATCHES,
	REGEX_DIFFERS,
	REGEX_UNKNOWN /* PCRE2's limit of steps was reached */
};

/* Matches the expression anywhere in the text. */
enum regex_result regex_match(const struct regex *r, const char *text,
    size_t len);

/* Accepts NULL. */
void regex_free(struct regex *r);

/*
 * Returns the version of PCRE2 in use, "none" if it is not built in, or
 * "missing" if it cannot be loaded; the caller frees it.
 */
char *regex_version(void);

#endif
