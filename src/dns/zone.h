#ifndef ASNQ_ZONE_H
#define ASNQ_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/words.h"
#include "record/addr.h"

/* A name in text without its final dot (RFC 1035 2.3.4), and a NUL. */
#define OWNER_MAX 254

/* The zone of AS names: TXT at AS<N>.asn.cymru.com. */
#define NAMES_ZONE "asn.cymru.com"

/* The names of the providers that --zone knows. */
extern const struct words provider_words;

/* A zone that publishes origins. */
struct zone {
	char *name;		 /* lower case, no final dot */
	bool serves[FAMILY_MAX]; /* queried about addresses of the family */
	bool path;		 /* has AS paths: the last AS is the origin */
	bool countryless;	 /* its answers have no country */
	bool provider;		 /* belongs to a public provider */
};

struct zones {
	struct zone *list;
	size_t count;
};

/*
 * Reads SPEC[,SPEC...] and appends the zones; SPEC is a provider's name, or
 * ZONE, ZONE/4, ZONE/6. A zone that is in the list is not appended again, but
 * may get the other family. Returns NULL, or what is wrong, in words, which
 * the caller frees.
 */
char *zones_add(struct zones *zones, const char *specs);

/* Frees what the list holds and empties it. */
void zones_clear(struct zones *zones);

/*
 * Returns whether the text is a domain name (RFC 1035 2.3.1, underscores
 * allowed) that is short enough for owner names of addresses below it. Writes
 * it in lower case, without its final dot.
 */
bool zone_name(const char *text, size_t len, char out[OWNER_MAX]);

/* Returns whether a zone, in lower case, belongs to a public provider. */
bool zone_is_public(const char *name);

/* Returns whether `name` is `zone` or below it; both are in lower case. */
bool zone_holds(const char *zone, const char *name);

/*
 * Writes the owner name at which a zone answers for an address: its four octets
 * or 32 nibbles (RFC 3596 2.5), reversed. Bits after the first `grain` are 0.
 * The zone must be one that zone_name() accepts. Returns the length.
 */
size_t zone_owner(const char *zone, const struct addr *a, uint8_t grain,
    char out[OWNER_MAX]);

/* Writes "AS<N>.asn.cymru.com". Returns the length. */
size_t zone_owner_of_as(uint32_t asn, char out[OWNER_MAX]);

#endif
