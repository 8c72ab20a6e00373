#ifndef ASNQ_TARGET_H
#define ASNQ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "record/addr.h"

/* What one record of the input is about. */
enum target_kind {
	TARGET_BLANK, /* an empty line or a comment */
	TARGET_INVALID,
	TARGET_NET, /* an address, or a prefix */
	TARGET_AS   /* an AS number */
};

struct target {
	enum target_kind kind;
	struct prefix net; /* TARGET_NET: an address has its full length */
	/* Set by target_parse_address() alone: */
	bool dotted;	 /* IPv6 that was written with a dotted quad */
	bool zoned;	 /* it had a zone (RFC 4007) */
	uint32_t asn;	 /* TARGET_AS */
	const char *why; /* TARGET_INVALID: the reason; borrowed */
};

/*
 * Reads a record of the input: an address in any usual form (also [v6],
 * v6%zone, v4:port, [v6]:port), ADDR/LEN, a range that is one prefix, or AS<N>,
 * with what target-text.h takes off around it. An IPv6 address of ::ffff:0:0/96 (RFC 4291 2.5.5.2) or
 * 64:ff9b::/96 (RFC 6052) becomes the IPv4 address inside. Always fills *out.
 */
void target_parse(const char *text, size_t len, struct target *out);

/*
 * Reads an address likewise, but no prefix and no AS number, and keeps IPv6
 * as it is: mail filters have rules of their own. Always fills *out.
 */
void target_parse_address(const char *text, size_t len, struct target *out);

/*
 * Says more of why the text of a target is invalid: of a range, the prefixes
 * that it takes. The arena holds what is said.
 */
void target_explain(struct span text, struct arena *arena,
    struct target *target);

/*
 * Makes the target of a typed text invalid if the text is empty or blank: it
 * may be a variable without a value. A comment stays one.
 */
void target_refuse_blank(struct span text, struct target *target);

/* Replaces an address of ::ffff:0:0/96 by the IPv4 address inside. */
void target_take_mapped(struct target *target);

/* Returns the target of an address, as target_parse() would read it. */
struct target target_of(const struct addr *a);

#endif
