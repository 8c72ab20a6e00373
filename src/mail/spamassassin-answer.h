#ifndef ASNQ_SPAMASSASSIN_ANSWER_H
#define ASNQ_SPAMASSASSIN_ANSWER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"
#include "dns/answer.h"
#include "record/explain.h"
#include "record/status.h"

/* A template tag: words with single blanks between. */
struct sa_tag {
	const char *name;  /* in capitals */
	struct span text;  /* text NULL: SpamAssassin does not know it yet */
	struct span first; /* that was ever in it; text NULL: nothing was */
};

/*
 * Reads the TXT records of an answer as SpamAssassin's ASN plugin does, and
 * adds what is new to the tags, of which both may be the same. `prefix`
 * stands before AS numbers. Texts live in the arena. Returns STATUS_OK where
 * an AS number is in the answer, else what the answer says.
 */
enum status sa_answer_read(const struct answer *answer, struct span prefix,
    struct sa_tag *asn, struct sa_tag *route, struct arena *arena,
    struct explanation *explanation);

#endif
