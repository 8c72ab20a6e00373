#ifndef ASNQ_ANSWER_H
#define ASNQ_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "record/status.h"

enum answer_kind {
	ANSWER_TEXT, /* TXT records */
	ANSWER_NONE, /* NXDOMAIN, or no TXT record */
	ANSWER_TIMEOUT,
	ANSWER_SERVFAIL, /* any other failure */
	ANSWER_BOGUS,	 /* DNSSEC validation failed */
	ANSWER_LATE,	 /* given up: another source has an origin */
	ANSWER_SKIPPED,	 /* not queried: the source is suspended */
	ANSWER_MAX
};

/*
 * The answer to a query. Shared by reference count, so it is not changed once
 * it has been handed out.
 */
struct answer {
	unsigned references;
	enum answer_kind kind;
	enum dnssec dnssec;
	bool has_ttl;
	bool streamed;	 /* a failure that came over a connection, or of one */
	uint32_t ttl;	 /* seconds: records, or the SOA's negative TTL */
	int64_t took;	 /* microseconds from the first try on */
	int64_t expires; /* monotonic microseconds; 0: not to be cached */
	size_t size;	 /* of `data` */
	uint8_t data[];	 /* TXT records, each 2 bytes length and RDATA */
};

/*
 * Returns an answer without records, or with room for `size` bytes of them,
 * which the caller fills in. The caller owns the reference.
 */
struct answer *answer_new(enum answer_kind kind, size_t size);

/* Adds a reference, for the caller, and returns the answer. */
struct answer *answer_hold(struct answer *a);

/* Gives a reference back; frees the answer with the last. Accepts NULL. */
void answer_release(struct answer *a);

/*
 * Steps through the records: *at starts at 0. Gives the RDATA of the next one,
 * in the order of the packet; it holds as long as the answer. Returns false
 * after the last.
 */
bool answer_next(const struct answer *a, size_t *at, const uint8_t **rdata,
    size_t *len);

/*
 * Steps through the character-strings of a record (RFC 1035 3.3): *at starts
 * at 0. Returns false after the last, and when one is longer than the rest of
 * the record.
 */
bool answer_next_string(const uint8_t *rdata, size_t len, size_t *at,
    struct span *out);

/*
 * Returns the character-strings, joined with nothing between (RFC 7208 3.3) and
 * ended by a NUL, in the arena; *joined is their length.
 */
char *answer_join(const uint8_t *rdata, size_t len, struct arena *arena,
    size_t *joined);

/* Appends the character-strings of a record, each in quotes, after a blank. */
void answer_put_strings(struct buf *out, const uint8_t *rdata, size_t len);

#endif
