#ifndef ASNQ_SPAMASSASSIN_CONFIG_H
#define ASNQ_SPAMASSASSIN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "addr.h"
#include "arena.h"
#include "text.h"

/* A zone to ask, and the tags that its answers go to. */
struct sa_lookup {
	const char *zone;
	const char *asn_tag; /* as written */
	const char *route_tag;
	enum family family;
	struct sa_lookup *next;
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
	bool off;	      /* its score is 0 */
	const char *file;
	unsigned long line;
	struct sa_rule *next;
};

/* What SpamAssassin's configuration says of AS numbers. */
struct sa_config {
	struct sa_lookup *lookups; /* in their order, of both families */
	bool has_list[FAMILY_MAX]; /* one was configured */
	struct span asn_prefix;
	bool use_geodb;
	bool prefer_geodb;
	bool use_dns;
	struct sa_header *headers;
	bool fold;
	struct sa_rule *rules;
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

/* All is zero again. */
void sa_config_clear(struct sa_config *c);

#endif
