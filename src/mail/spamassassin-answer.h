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
	struct span text;  /* text NULL: not set, unknown to SpamAssassin */
	struct span first; /* its first text; text NULL: it had none */
};

/*
 * Reads the TXT records of an answer as SpamAssassin's ASN plugin does, and
 * adds what is new to the tags; both may be the same. AS numbers get `prefix`.
 * Texts live in the arena. Returns STATUS_OK if the answer has an AS number,
 * STATUS_MALFORMED if a record has no field for one, else STATUS_UNANNOUNCED.
 */
enum status sa_answer_read(const struct answer *answer, struct span prefix,
    struct sa_tag *asn, struct sa_tag *route, struct arena *arena,
    struct explanation *explanation);

#endif
