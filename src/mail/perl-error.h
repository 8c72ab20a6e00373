#ifndef ASNQ_PERL_ERROR_H
#define ASNQ_PERL_ERROR_H

#include <stddef.h>

/*
 * Returns Perl's message about a regular expression that PCRE2 refused with a
 * message, at `at` bytes; PCRE2's message if Perl's is not known. The caller
 * frees the result.
 */
char *perl_error(const char *message, const char *pattern, size_t at);

#endif
