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
	bool serves[FAMILY_MAX]; /* asked about addresses of it */
	bool path;		 /* gives AS paths: the last is origin */
	bool provider;		 /* a public provider's */
};

struct zones {
	struct zone *list;
	size_t count;
};

/*
 * Reads SPEC[,SPEC...] and appends: a provider's name, or ZONE, ZONE/4,
 * ZONE/6. A zone that is there already is not appended again, but may come
 * to serve the other family as well. Returns NULL, or what is wrong in words,
 * which the caller frees.
 */
char *zones_add(struct zones *zones, const char *specs);

/* Frees the names and the list. */
void zones_clear(struct zones *zones);

/*
 * Whether the text is a domain name (RFC 1035 2.3.1, underscores allowed)
 * below which addresses fit; writes it in lower case without a final dot.
 */
bool zone_name(const char *text, size_t len, char out[OWNER_MAX]);

/* Whether a zone, in lower case, is a public provider's. */
bool zone_is_public(const char *name);

/* Whether `name` is `zone` or lies below it; both in lower case. */
bool zone_holds(const char *zone, const char *name);

/*
 * Writes the owner name at which a zone answers for an address, of which
 * the first `grain` bits are shown: four octets or 32 nibbles, reversed
 * (RFC 3596 2.5). Returns its length. The zone comes from zone_name().
 */
size_t zone_owner(const char *zone, const struct addr *a, uint8_t grain,
    char out[OWNER_MAX]);

/* Writes "AS<N>.asn.cymru.com". */
size_t zone_owner_of_as(uint32_t asn, char out[OWNER_MAX]);

#endif
