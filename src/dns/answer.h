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
	ANSWER_BOGUS,
	ANSWER_LATE,	/* not waited for */
	ANSWER_SKIPPED, /* not asked, since the source is resting */
	ANSWER_MAX
};

/*
 * What a question brought. Shared, so never changed once it is made; whoever
 * keeps one holds a reference.
 */
struct answer {
	unsigned references;
	enum answer_kind kind;
	enum dnssec dnssec;
	bool has_ttl;
	uint32_t ttl;	 /* seconds: records, or the SOA's negative TTL */
	int64_t took;	 /* microseconds from question to answer */
	int64_t expires; /* monotonic microseconds; 0: not to be kept */
	size_t size;	 /* of `data` */
	uint8_t data[];	 /* TXT records, each 2 bytes length and RDATA */
};

/*
 * An answer without records, or with `size` bytes of them to be filled in.
 * One reference is the caller's.
 */
struct answer *answer_new(enum answer_kind kind, size_t size);

struct answer *answer_hold(struct answer *a);

/* Gives a reference back; NULL is fine. */
void answer_release(struct answer *a);

/*
 * Steps through the records: *at starts at 0. Gives the RDATA of the next
 * one, as it stood in the packet; false behind the last.
 */
bool answer_next(const struct answer *a, size_t *at, const uint8_t **rdata,
    size_t *len);

/*
 * Steps through the character-strings of a record: *at starts at 0. False
 * behind the last, and where one is longer than what is left.
 */
bool answer_next_string(const uint8_t *rdata, size_t len, size_t *at,
    struct span *out);

/*
 * The character-strings with nothing between, in the arena, and a NUL behind
 * them; *joined is their length.
 */
char *answer_join(const uint8_t *rdata, size_t len, struct arena *arena,
    size_t *joined);

/* Appends the character-strings of a record, each in quotes behind a blank. */
void answer_put_strings(struct buf *out, const uint8_t *rdata, size_t len);

#endif
