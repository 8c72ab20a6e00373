#ifndef ASNQ_ORIGIN_H
#define ASNQ_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "record/addr.h"

/* Of an AS number or a prefix: what the registries say. */
struct registration {
	char country[3]; /* two capital letters; "" for none */
	struct span registry;
	struct span allocated; /* a date, as the source gives it */
	struct span name;
};

/*
 * Reads a country code into two capital letters; what is none, or stands for
 * none (ZZ, UN, and NA where the registry is not available either), is "".
 */
void country_read(struct span text, struct span registry, char country[3]);

/* One AS that originates one prefix, as one source has it. */
struct origin {
	uint32_t asn;
	struct prefix prefix;
	struct registration reg;
	unsigned source; /* index of the source in its record */
	bool entry;	 /* of a database of addresses: what it calls its */
			 /* prefix need not be announced */
};

/* An order of registrations, by their bytes: less than, equal to, more than 0. */
int registration_compare(const struct registration *a,
    const struct registration *b);

/* A list that grows; all zero is an empty one. */
struct origins {
	struct origin *list;
	size_t count;
	size_t size;
};

/* Appends an origin that is all zero; the pointer holds until the next call. */
struct origin *origins_add(struct origins *o);

/*
 * Sorts by source (those of entries behind the others), prefix length (the
 * longest first), prefix, and AS number, and drops what is there twice; so the
 * order of arrival does not show.
 */
void origins_sort(struct origins *o);

/* AS 0 (RFC 7607) and AS 4294967295 (RFC 7300) announce nothing. */
bool asn_is_none(uint32_t asn);

/*
 * Reserved or private: RFC 7607 (0), 6793 (23456), 5398 and 6996 (16 and 32
 * bits), 7300 (the last ones).
 */
bool asn_is_reserved(uint32_t asn);

#endif
