#ifndef ASNQ_SPECIAL_PURPOSE_H
#define ASNQ_SPECIAL_PURPOSE_H

#include <stdint.h>

#include "record/addr.h"

/*
 * A block of the IANA special-purpose address registries (RFC 6890), or of its
 * special-purpose AS numbers (RFC 7249).
 */
struct special {
	struct prefix prefix; /* of addresses */
	const char *name;     /* as registered */
	const char *rfc;      /* "RFC 1918" */
	bool asked;	      /* globally reachable, or "N/A" in the registry */
};

/*
 * Returns the block because of which an address is never sent to public zones,
 * or NULL. The longest registered match decides: it is such a block if it is
 * not globally reachable. A 6to4 address (2002::/16) counts as the IPv4
 * address inside.
 */
const struct special *special_find(const struct addr *a);

/* Returns the block of a reserved or private AS number, or NULL. */
const struct special *special_find_asn(uint32_t asn);

#endif
