#ifndef ASNQ_RESOLVER_CONFIG_H
#define ASNQ_RESOLVER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/servers.h"

/* Which servers a query goes to. */
enum via {
	VIA_RESOLVER, /* those of --resolver */
	VIA_MIRRORS,  /* the authoritative ones of --mirror */
	VIA_MAX
};

enum resolver_kind {
	RESOLVER_SYSTEM,    /* the servers of resolv.conf */
	RESOLVER_RECURSIVE, /* none: queries start at the root */
	RESOLVER_SERVERS,   /* the given servers */
	RESOLVER_MAX
};

enum dnssec_mode {
	DNSSEC_MODE_OFF,
	DNSSEC_MODE_ON,
	DNSSEC_MODE_REQUIRE, /* an unsigned answer is bogus, too */
	DNSSEC_MODE_MAX
};

struct resolver_config {
	enum resolver_kind kind;
	struct servers servers; /* RESOLVER_SERVERS */
	struct mirrors mirrors;
	const char *const *zones; /* libunbound answers none of their names */
				  /* by itself */
	size_t zone_count;
	bool tcp; /* speak TCP to every server */
	enum dnssec_mode dnssec;
	const char *trust_anchor; /* a file; NULL: the root's keys */
	unsigned in_flight;	  /* most queries at once */
	int64_t timeout;	  /* microseconds that a query may take */
};

#endif
