#ifndef ASNQ_RSPAMD_CONFIG_H
#define ASNQ_RSPAMD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "mail/rspamd-map.h"
#include "record/addr.h"

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

/* The map that says what a symbol counts; NULL: none does. */
const struct rspamd_map *rspamd_config_find_symbol(const struct rspamd_config
						       *c,
    struct span symbol);

/* The symbol that a hit brings, and by what its score is multiplied. */
struct span rspamd_hit_symbol(const struct rspamd_map *map,
    const struct rspamd_entry *entry, double *factor);

void rspamd_config_clear(struct rspamd_config *c);

#endif
