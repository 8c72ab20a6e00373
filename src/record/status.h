#ifndef ASNQ_STATUS_H
#define ASNQ_STATUS_H

#include <stdbool.h>

#include "base/span.h"

/* How an address, or one source asked about it, came out. */
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
	STATUS_SKIPPED, /* of a source only: left alone */
	STATUS_LATE,	/* of a source only: cut off by --grace */
	STATUS_MAX
};

/* What DNSSEC says of an answer. */
enum dnssec {
	DNSSEC_UNCHECKED,
	DNSSEC_INSECURE,
	DNSSEC_SECURE
};

/* The word that every format prints. */
const char *status_word(enum status status);

/* Whether a text is one of the words. */
bool status_is_word(struct span text);

/* What it means to a person. */
const char *status_phrase(enum status status);

/* Whether the address could not be answered: exit status 3. */
bool status_failed(enum status status);

/* Whether it was answered, but there is no origin: exit status 1. */
bool status_none(enum status status);

#endif
