#ifndef ASNQ_SPAMASSASSIN_RULE_H
#define ASNQ_SPAMASSASSIN_RULE_H

#include <stdbool.h>

#include "base/regex.h"
#include "mail/spamassassin-config.h"

/* A rule that is ready to be matched against a tag. */
struct sa_check {
	const char *name; /* of the rule, borrowed from it */
	char *tag;	  /* in capitals */
	struct regex *regex;
	bool off; /* its score is 0: never matched, and has no regex */
};

/*
 * Makes a rule ready; its function must be NAME(...). Returns NULL, or
 * SpamAssassin's message about it, which the caller frees. sa_check_clear()
 * must follow in both cases.
 */
char *sa_check_set(struct sa_check *check, const struct sa_rule *rule,
    bool off);

/* Frees what a check holds. */
void sa_check_clear(struct sa_check *check);

#endif
