#ifndef ASNQ_SPAMASSASSIN_READER_H
#define ASNQ_SPAMASSASSIN_READER_H

#include "mail/spamassassin-config.h"
#include "mail/spamassassin-if.h"

/* An objection to the value of a directive. */
enum sa_problem {
	SA_FINE,
	SA_MISSING,
	SA_INVALID,
	SA_SAID /* already said on stderr */
};

/* A line of a configuration, and the settings that its directive changes. */
struct sa_reader {
	struct sa_config *config;
	struct sa_if *facts; /* for conditions */
	const char *file;
	unsigned long line;
};

/* Carries out a directive. */
typedef enum sa_problem sa_directive(struct sa_reader *r, const char *value);

/* Returns a copy of a text that lives as long as the configuration. */
static inline char *
sa_reader_keep(struct sa_reader *r, struct span text)
{
	return arena_copy(&r->config->arena, text.text, text.len);
}

#endif
