#ifndef ASNQ_ORIGIN_H
#define ASNQ_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "record/addr.h"

/* What a registry says of an AS number or a prefix. */
struct registration {
	char country[3]; /* two capital letters; "" for none */
	struct span registry;
	struct span allocated; /* a date, as the source gives it */
	struct span name;
};

/*
 * Reads a country code into two capital letters. Anything else becomes "", as
 * do the codes for "none": ZZ, UN, and NA if the registry is NA too.
 */
void country_read(struct span text, struct span registry, char country[3]);

/* An AS that originates a prefix, according to one source. */
struct origin {
	uint32_t asn;
	struct prefix prefix;
	struct registration reg;
	unsigned source; /* index of the source in its record, or look-up */
	bool unrouted;	 /* the prefix is an MMDB's network, which need not */
			 /* be announced as such */
};

/* Compares as memcmp() does: by name, country, registry, date. */
int registration_compare(const struct registration *a,
    const struct registration *b);

/* A list of origins; all zero is an empty one. The owner frees `list`. */
struct origins {
	struct origin *list;
	size_t count;
	size_t size;
};

/*
 * Appends an origin that is all zero and returns it for the caller to fill in.
 * The pointer is valid until the next call.
 */
struct origin *origins_add(struct origins *o);

/*
 * Sorts by `unrouted` (routed first), source, prefix length (longest first),
 * prefix and AS number, and drops duplicates, so that the order of arrival
 * does not show.
 */
void origins_sort(struct origins *o);

/*
 * The most origins that a record has from one source: about as many as a DNS
 * answer of 64 kB has room for, each in a record of its own.
 */
#define ORIGINS_MAX 2048

/*
 * Sorts the origins from index `from` on, as origins_sort() does, if there are
 * more than ORIGINS_MAX of them, and drops those after the first ORIGINS_MAX.
 * Returns whether it has dropped any but duplicates. All must be of one source.
 */
bool origins_limit(struct origins *o, size_t from);

/*
 * Returns the origin whose AS a record shows: the first source's for the most
 * specific prefix; of several the lowest AS that is not reserved, else the
 * lowest. Origins that are routed come before all others. NULL if the list is
 * empty. All prefixes must cover one address. The list need not be sorted.
 */
const struct origin *origins_best(const struct origins *o);

/* Returns whether the AS is 0 (RFC 7607) or 4294967295 (RFC 7300). */
bool asn_is_none(uint32_t asn);

/*
 * Returns whether the AS is reserved or private: RFC 7607 (0), RFC 6793
 * (23456), RFC 5398 and 6996 (16 and 32 bits), RFC 7300 (the last ones).
 */
bool asn_is_reserved(uint32_t asn);

#endif
