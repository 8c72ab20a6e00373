#ifndef ASNQ_SPAMASSASSIN_REGEX_H
#define ASNQ_SPAMASSASSIN_REGEX_H

#include "base/regex.h"

/*
 * Compiles an expression of a rule, with or without delimiters and modifiers:
 * /AS1/i, m{AS1}, AS1. Returns NULL, or in SpamAssassin's and Perl's words
 * what is wrong, which the caller frees.
 */
char *sa_regex_compile(const char *text, struct regex **out);

#endif
