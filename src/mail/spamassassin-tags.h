#ifndef ASNQ_SPAMASSASSIN_TAGS_H
#define ASNQ_SPAMASSASSIN_TAGS_H

#include <stdbool.h>

#include "mail/spamassassin-answer.h"
#include "mail/spamassassin-setup.h"
#include "record/record.h"

/* Returns all tags, in the arena, as they are before any answer. */
struct sa_tag *sa_tags_start(const struct sa_setup *sa, struct arena *arena);

/* Returns which rules hit the tags, by rule, in the record's arena. */
const bool *sa_tags_check(const struct sa_setup *sa, const struct sa_tag *tags,
    struct record *r);

/* Sets a record's AS numbers and prefixes to those in the first zone's tags. */
void sa_tags_tell(const struct sa_setup *sa, const struct sa_tag *tags,
    struct record *r);

#endif
