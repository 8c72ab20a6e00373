#ifndef ASNQ_SPAMASSASSIN_DIRECTIVE_H
#define ASNQ_SPAMASSASSIN_DIRECTIVE_H

#include "mail/spamassassin-config.h"
#include "mail/spamassassin-if.h"

/* What SpamAssassin has against the value of a directive. */
enum sa_problem {
	SA_FINE,
	SA_MISSING,
	SA_INVALID,
	SA_SAID /* on stderr already */
};

/*
 * Does what a directive says. `key` is in lower case, with underscores; those
 * that are no business of ours are fine. The file and the line are
 * remembered for rules.
 */
enum sa_problem sa_directive_read(struct sa_config *config, struct sa_if *facts,
    const char *file, unsigned long line, const char *key, char *value);

#endif
