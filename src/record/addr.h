#ifndef ASNQ_ADDR_H
#define ASNQ_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum family {
	FAMILY_IPV4,
	FAMILY_IPV6,
	FAMILY_MAX
};

/* An address in network byte order; IPv4 has the first four bytes. */
struct addr {
	uint8_t bytes[16]; /* bytes that the family does not use are zero */
	uint8_t family;	   /* enum family */
};

/* A prefix (RFC 4632, RFC 4291 2.3); the bits after the first `len` are zero. */
struct prefix {
	struct addr addr;
	uint8_t len;
};

#define PREFIX_TEXT_MAX 44 /* 8 groups of 4, 7 colons, "/128", NUL */

/* Returns the length of the family's addresses: 32 or 128 bits. */
uint8_t family_bits(enum family family);

/*
 * Reads one address: a dotted quad of four decimal numbers without leading
 * zeros, or any spelling of RFC 4291 2.2 for IPv6. No zone, port or brackets.
 */
bool addr_parse(const char *text, size_t len, struct addr *out);

/* Reads ADDR/LEN and clears the host bits. */
bool prefix_parse(const char *text, size_t len, struct prefix *out);

/* Returns the prefix of `len` bits that covers the address. */
struct prefix prefix_of(const struct addr *a, uint8_t len);

/* Returns whether `outer` is of the family of `inner` and covers all of it. */
bool prefix_covers(const struct prefix *outer, const struct prefix *inner);

/* Returns whether one of the prefixes covers the address. */
bool addr_is_in(const struct addr *a, const struct prefix *list, size_t count);

/* Returns whether both are of one family and `last` is not before `first`. */
bool addr_is_range(const struct addr *first, const struct addr *last);

/* Returns the last address of a prefix. */
struct addr prefix_last(const struct prefix *p);

/* Returns the largest prefix that begins with `first` and ends by `last`. */
struct prefix prefix_of_range(const struct addr *first,
    const struct addr *last);

/*
 * Sets *a to the first address after a prefix. Returns false if the prefix
 * ends with the last address of its family.
 */
bool addr_step(struct addr *a, const struct prefix *p);

/* Returns whether family, network and length are equal. */
bool prefix_equal(const struct prefix *a, const struct prefix *b);

/*
 * Write the canonical text (RFC 5952 for IPv6) without a NUL, and return its
 * length. `out` has room for PREFIX_TEXT_MAX bytes.
 */
size_t addr_print(const struct addr *a, char *out);
size_t prefix_print(const struct prefix *p, char *out);

/* Returns whether a text begins with "AS", in any case. */
bool asn_has_prefix(const char *text, size_t len);

/*
 * Reads an AS number in digits, with or without "AS" before it, or with it in
 * two numbers of 16 bits with a dot between (RFC 5396 asplain, asdot).
 */
bool asn_parse(const char *text, size_t len, uint32_t *out);

#endif
