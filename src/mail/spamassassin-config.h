#ifndef ASNQ_SPAMASSASSIN_CONFIG_H
#define ASNQ_SPAMASSASSIN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"
#include "record/addr.h"

/* A zone to ask, and the tags that its answers go to. */
struct sa_lookup {
	const char *zone;
	const char *asn_tag; /* as written */
	const char *route_tag;
	enum family family;
	struct sa_lookup *next;
};

/* Queries below a domain ("*": any) are not sent, or are after all. */
struct sa_restriction {
	const char *domain;
	bool denied;
	struct sa_restriction *next; /* an older one, which counts less */
};

/* A header to be added. */
struct sa_header {
	const char *name; /* behind X-Spam- */
	struct span template;
	bool ham;
	bool spam;
	struct sa_header *next;
};

/* A rule that calls check_asn(). */
struct sa_rule {
	const char *name;
	const char *function; /* with its arguments */
	bool header;	      /* as it has to be */
	const char *file;
	unsigned long line;
	struct sa_rule *next;
};

/* What a rule counts, whether it is one of these or not. */
struct sa_score {
	const char *rule;
	double score;
	struct sa_score *next;
};

/* What SpamAssassin's configuration says of AS numbers. */
struct sa_config {
	struct sa_lookup *lookups; /* in their order, of both families */
	bool has_list[FAMILY_MAX]; /* one was configured */
	struct span asn_prefix;
	bool use_geodb;
	bool prefer_geodb;
	bool use_dns;
	struct sa_restriction *restrictions;
	struct sa_header *headers;
	bool fold;
	struct sa_rule *rules;
	struct sa_score *scores;
	struct arena arena; /* of all texts and lists */
};

/* What SpamAssassin's manual proposes. */
void sa_config_usual(struct sa_config *c);

/*
 * Reads files in the syntax of SpamAssassin 4.0. What it would refuse is said
 * on stderr in its words, and the rest is read all the same; then it returns
 * false.
 */
bool sa_config_read(struct sa_config *c, const char *const *files,
    size_t count);

/* Whether a rule's score is 0, so that it is not run. */
bool sa_config_is_off(const struct sa_config *c, const char *rule);

/* Whether a name must not be asked about. */
bool sa_config_denies(const struct sa_config *c, const char *name);

/* All is zero again. */
void sa_config_clear(struct sa_config *c);

#endif
