#ifndef ASNQ_RSPAMD_CONFIG_H
#define ASNQ_RSPAMD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "addr.h"
#include "regex.h"
#include "text.h"

/* What a multimap map is held against. */
enum rspamd_variable {
	RSPAMD_ASN,
	RSPAMD_COUNTRY
};

/* An entry of a map: a text, or a regular expression. */
struct rspamd_entry {
	char *key;
	struct regex *regex; /* NULL: a text */
	double factor;	     /* of the map's score */
	bool exact;	     /* case counts: it does outside of files */
};

/* A map of multimap.conf. */
struct rspamd_map {
	char *symbol;
	char *description;
	double score;
	enum rspamd_variable variable;
	bool regexp;
	struct rspamd_entry *entries;
	size_t entry_count;
};

/* asn.conf and multimap.conf, and what holds without them. */
struct rspamd_config {
	char *zones[FAMILY_MAX]; /* NULL: none */
	char *symbol;		 /* NULL: none */
	bool check_local;
	struct rspamd_map *maps;
	size_t map_count;
};

/* All as it is without files. */
void rspamd_config_init(struct rspamd_config *c);

/*
 * Reads a file on top: asn { } and multimap { }, or what stands in one of
 * them, as its name says. False, after a message on stderr, when it cannot be read
 * or used.
 */
bool rspamd_config_read(struct rspamd_config *c, const char *path);

/* The entry of a map that a variable hits; NULL: none. */
const struct rspamd_entry *rspamd_map_find(const struct rspamd_map *map,
    struct span value);

void rspamd_config_clear(struct rspamd_config *c);

#endif
