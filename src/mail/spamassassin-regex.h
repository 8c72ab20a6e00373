#ifndef ASNQ_SPAMASSASSIN_REGEX_H
#define ASNQ_SPAMASSASSIN_REGEX_H

#include "base/regex.h"

/*
 * Compiles an expression of a rule, with or without delimiters and modifiers:
 * /AS1/i, m{AS1}, AS1. Returns NULL, or the message of SpamAssassin or Perl
 * about it, which the caller frees; *out is not set then.
 */
char *sa_regex_compile(const char *text, struct regex **out);

#endif
