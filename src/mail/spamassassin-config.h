#ifndef ASNQ_SPAMASSASSIN_CONFIG_H
#define ASNQ_SPAMASSASSIN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"
#include "record/addr.h"

/* A zone to query, and the tags that its answers go into. */
struct sa_lookup {
	const char *zone;
	const char *asn_tag; /* as written */
	const char *route_tag;
	enum family family;
	struct sa_lookup *next;
};

/* Denies or allows queries for a domain and all below it ("*": any). */
struct sa_restriction {
	const char *domain;
	bool denied;
	struct sa_restriction *next; /* an older one, which is weaker */
};

/* A header to add to messages. */
struct sa_header {
	const char *name; /* without its X-Spam- */
	struct span template;
	bool ham;
	bool spam;
	struct sa_header *next;
};

/* A rule that calls check_asn(). */
struct sa_rule {
	const char *name;
	const char *function; /* the call: NAME(ARGUMENTS) */
	bool header;	      /* a header rule, as it has to be */
	const char *file;
	unsigned long line;
	struct sa_rule *next;
};

/* The score of a rule, of any kind. */
struct sa_score {
	const char *rule;
	double score;
	struct sa_score *next;
};

/*
 * The part of SpamAssassin's configuration that concerns AS numbers.
 * sa_config_clear() frees it.
 */
struct sa_config {
	struct sa_lookup *lookups; /* in their order, of both families */
	bool has_list[FAMILY_MAX]; /* the family has a lookup */
	struct span asn_prefix;
	bool use_geodb;
	bool prefer_geodb;
	bool use_dns;
	struct sa_restriction *restrictions; /* the newest first */
	struct sa_header *headers;	     /* in their order */
	bool fold;
	struct sa_rule *rules; /* in their order */
	struct sa_score *scores;
	struct arena arena; /* of all texts and lists */
};

/* Sets SpamAssassin's defaults: there is no lookup. */
void sa_config_init(struct sa_config *c);

/* Returns the score of a rule; NULL if the configuration has none. */
struct sa_score *sa_config_find_score(const struct sa_config *c,
    const char *rule);

/* Returns whether a rule's score is 0, so that it is not run. */
bool sa_config_is_off(const struct sa_config *c, const char *rule);

/*
 * Returns whether queries for a name, in lower case, are denied: of the
 * restrictions of the name, its parents and "*", the first found decides.
 */
bool sa_config_denies(const struct sa_config *c, const char *name);

/* Frees what the configuration holds; it is all zero then. */
void sa_config_clear(struct sa_config *c);

#endif
