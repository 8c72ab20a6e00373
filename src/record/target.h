#ifndef ASNQ_TARGET_H
#define ASNQ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/addr.h"

/* What one record of the input asks about. */
enum target_kind {
	TARGET_BLANK, /* nothing: an empty line or a comment */
	TARGET_INVALID,
	TARGET_NET, /* an address, or a prefix */
	TARGET_AS   /* an AS number */
};

struct target {
	enum target_kind kind;
	struct prefix net; /* TARGET_NET: an address has its full length */
	bool dotted;	   /* IPv6 that ended in a dotted quad; only by */
			   /* target_parse_address() */
	bool zoned;	   /* likewise: a zone stood behind it (RFC 4007) */
	uint32_t asn;	   /* TARGET_AS */
	const char *why;   /* TARGET_INVALID: in words, static */
};

/*
 * Reads a record of the input: an address in any usual form
 * (also [v6], v6%zone, v4:port, [v6]:port), ADDR/LEN, or AS<N>. Blanks
 * and tabs around it do not count. IPv4 inside ::ffff:0:0/96 (RFC 4291
 * 2.5.5.2) or 64:ff9b::/96 (RFC 6052) is taken out. Always fills *out.
 */
void target_parse(const char *text, size_t len, struct target *out);

/*
 * Reads a record likewise, but of addresses only, and without taking IPv4 out
 * of IPv6: an address as somebody else is to see it. Always fills *out.
 */
void target_parse_address(const char *text, size_t len, struct target *out);

/* Takes IPv4 out of ::ffff:0:0/96 alone, once the target is a net. */
void target_take_mapped(struct target *target);

/* The target that an address is by itself, IPv4 taken out likewise. */
struct target target_of(const struct addr *a);

#endif
