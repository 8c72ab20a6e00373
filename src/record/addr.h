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

/* An address in network byte order; IPv4 fills the first four bytes. */
struct addr {
	uint8_t bytes[16]; /* what the family does not use is zero */
	uint8_t family;	   /* enum family */
};

/* A prefix (RFC 4632, RFC 4291 2.3); the bits behind `len` are zero. */
struct prefix {
	struct addr addr;
	uint8_t len;
};

#define PREFIX_TEXT_MAX 44 /* 8 groups of 4, 7 colons, "/128", NUL */

/* 32 or 128. */
uint8_t family_bits(enum family family);

/*
 * Reads one address: a dotted quad of four decimal numbers without leading
 * zeros, or any spelling of RFC 4291 2.2 for IPv6. No zone, port or brackets.
 */
bool addr_parse(const char *text, size_t len, struct addr *out);

/*
 * Reads ADDR/LEN. Host bits that are set are cleared.
 */
bool prefix_parse(const char *text, size_t len, struct prefix *out);

/* The prefix of `len` bits that holds the address. */
struct prefix prefix_of(const struct addr *a, uint8_t len);

/* Whether every address of `inner` lies in `outer`; families must agree. */
bool prefix_covers(const struct prefix *outer, const struct prefix *inner);

/* Whether one of the prefixes covers an address. */
bool addr_is_in(const struct addr *a, const struct prefix *list, size_t count);

/* Whether the last address of a range is not before its first one. */
bool addr_is_range(const struct addr *first, const struct addr *last);

/* The largest prefix that begins a range and lies inside of it. */
struct prefix prefix_of_range(const struct addr *first,
    const struct addr *last);

/* Sets *a to the address behind a prefix; false: there is none. */
bool addr_step(struct addr *a, const struct prefix *p);

/* The same family, network and length. */
bool prefix_equal(const struct prefix *a, const struct prefix *b);

/*
 * Writes the canonical text (RFC 5952 for IPv6) without a NUL; returns its
 * length. `out` has room for PREFIX_TEXT_MAX bytes.
 */
size_t addr_print(const struct addr *a, char *out);
size_t prefix_print(const struct prefix *p, char *out);

/* Returns whether a text begins with "AS", in any case. */
bool asn_has_prefix(const char *text, size_t len);

/* Reads an AS number in digits, with or without "AS" before it (RFC 5396). */
bool asn_parse(const char *text, size_t len, uint32_t *out);

#endif
