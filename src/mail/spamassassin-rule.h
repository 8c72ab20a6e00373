#ifndef ASNQ_SPAMASSASSIN_RULE_H
#define ASNQ_SPAMASSASSIN_RULE_H

#include "base/regex.h"
#include "mail/spamassassin-config.h"

/* A rule that is ready to be held against a tag. */
struct sa_check {
	const char *name; /* the configuration's */
	char *tag;	  /* in capitals */
	struct regex *regex;
	bool off; /* never held, so its expression may be anything */
};

/*
 * Makes a rule ready. Returns NULL, or what SpamAssassin has against it, in
 * its words, which the caller frees. sa_check_clear() ends it either way.
 */
char *sa_check_set(struct sa_check *check, const struct sa_rule *rule,
    bool off);

void sa_check_clear(struct sa_check *check);

#endif
