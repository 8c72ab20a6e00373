#ifndef ASNQ_SPAMASSASSIN_SETUP_H
#define ASNQ_SPAMASSASSIN_SETUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/array.h"
#include "mail/filter.h"
#include "mail/spamassassin-config.h"
#include "mail/spamassassin-rule.h"

/* A tag that the configuration names, or one of SpamAssassin's own. */
struct sa_tag_setup {
	char *name;   /* in capitals */
	bool cleared; /* the plugin makes it empty before it asks */
	bool builtin; /* SpamAssassin makes it empty by itself */
};

/* A zone to query, and the tags that its answers go into. */
struct sa_zone {
	const struct sa_lookup *lookup;
	char *name;	 /* NULL: not a name that can be queried */
	unsigned source; /* the number of its name */
	size_t asn_tag;
	size_t route_tag;
};

/* The plugin with its configuration, ready to look up addresses. */
struct sa_setup {
	struct sa_config config;
	struct db *const *databases; /* in place of GeoDB; none: no GeoDB */
	size_t database_count;
	bool dns;
	struct sa_zone *zones; /* in the order of the configuration */
	size_t zone_count;
	struct texts sources;	   /* the zones' names, each once */
	struct sa_tag_setup *tags; /* those that are named come first */
	size_t tag_count;
	size_t tag_size; /* the room in `tags` */
	size_t named_count;
	size_t asn_tag; /* of the first zone */
	size_t route_tag;
	size_t geodb_tag;   /* ASN, which a database sets */
	struct texts names; /* of the tags */
	struct sa_check *checks;
	size_t check_count;
};

/*
 * Reads the configuration. Returns NULL, after messages on stderr, if
 * something is wrong. The caller passes the result to sa_setup_free().
 */
struct sa_setup *sa_setup_new(const struct filter_config *config);

/* Returns whether a database is used as GeoDB. */
bool sa_setup_has_geodb(const struct sa_setup *sa);

/* Accepts NULL. */
void sa_setup_free(struct sa_setup *sa);

#endif
