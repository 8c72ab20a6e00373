#ifndef ASNQ_SPECIAL_PURPOSE_H
#define ASNQ_SPECIAL_PURPOSE_H

#include "record/addr.h"

/* A block of the IANA special-purpose address registries (RFC 6890). */
struct special {
	struct prefix prefix;
	const char *name; /* as registered */
	const char *rfc;  /* "RFC 1918" */
	bool asked;	  /* globally reachable, or not applicable */
};

/*
 * The block by which an address is not to be looked up in the public: the
 * longest registered match that is not globally reachable, multicast, or a
 * 6to4 address (2002::/16) around such an IPv4 address. NULL where there is
 * none.
 */
const struct special *special_find(const struct addr *a);

#endif
