#ifndef ASNQ_SPAMASSASSIN_DIRECTIVE_H
#define ASNQ_SPAMASSASSIN_DIRECTIVE_H

#include "mail/spamassassin-reader.h"

/*
 * Carries out a directive. `key` is in lower case, with underscores in
 * place of hyphens; one that does not concern AS numbers is ignored.
 */
enum sa_problem sa_directive_read(struct sa_reader *r, const char *key,
    const char *value);

#endif
