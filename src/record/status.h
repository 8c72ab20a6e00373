#ifndef ASNQ_STATUS_H
#define ASNQ_STATUS_H

#include <stdbool.h>

#include "base/span.h"

/* The result of a look-up, or of one source's part in it (asnq(1), RECORDS). */
enum status {
	STATUS_OK,	    /* at least one origin */
	STATUS_UNANNOUNCED, /* the answer is that nobody announces it */
	STATUS_SPECIAL,
	STATUS_INVALID,
	STATUS_NOADDRESS,
	STATUS_NOSOURCE,
	STATUS_TIMEOUT,
	STATUS_SERVFAIL,
	STATUS_BOGUS,
	STATUS_MALFORMED,
	STATUS_MISMATCH,
	STATUS_SKIPPED, /* of a source only: it was suspended */
	STATUS_LATE,	/* of a source only: cut off by --grace */
	STATUS_MAX
};

/* The DNSSEC state of an answer (RFC 4035 4.3). */
enum dnssec {
	DNSSEC_UNCHECKED,
	DNSSEC_INSECURE,
	DNSSEC_SECURE,
	DNSSEC_MAX
};

/* Returns the word that every format prints. */
const char *status_word(enum status status);

/* Returns whether a text is the word of a status. */
bool status_is_word(struct span text);

/* Returns a phrase for people. */
const char *status_phrase(enum status status);

/* Returns whether the look-up failed: exit status 3. */
bool status_failed(enum status status);

/* Returns whether there is an answer without an origin: exit status 1. */
bool status_none(enum status status);

#endif
