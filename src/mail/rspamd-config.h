#ifndef ASNQ_RSPAMD_CONFIG_H
#define ASNQ_RSPAMD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "mail/rspamd-map.h"
#include "record/addr.h"

/* asn.conf and multimap.conf. rspamd_config_clear() frees it. */
struct rspamd_config {
	char *zones[FAMILY_MAX]; /* NULL: none */
	char *symbol;		 /* NULL: none */
	bool check_local;
	bool asn_off;	   /* the module asn is disabled */
	bool multimap_off; /* the module multimap is disabled */
	struct rspamd_map *maps;
	size_t map_count;
	size_t map_size; /* the room in `maps` */
	size_t *order;	 /* the numbers of maps, required ones first */
};

/* Sets rspamd's defaults. */
void rspamd_config_init(struct rspamd_config *c);

/*
 * Reads a file, whose settings replace earlier ones: asn { } and multimap { },
 * or the inside of one of them, as the file's name or else its contents tell,
 * or several of those, as `rspamadm configdump -j` prints them. Returns false
 * after a message on stderr if it cannot be read or used.
 */
bool rspamd_config_read(struct rspamd_config *c, const char *path);

/*
 * Puts the maps into order, after the last file. Returns false after a message
 * on stderr if conditions require each other.
 */
bool rspamd_config_finish(struct rspamd_config *c);

/* Returns the first map that declares a symbol; NULL if none does. */
const struct rspamd_map *rspamd_config_find_symbol(const struct rspamd_config
						       *c,
    struct span symbol);

/*
 * Returns the symbol that a matching entry of a map inserts, and sets *factor
 * to the factor for its score.
 */
struct span rspamd_hit_symbol(const struct rspamd_map *map,
    const struct rspamd_entry *entry, double *factor);

/* Frees what the configuration holds; it is all zero then. */
void rspamd_config_clear(struct rspamd_config *c);

#endif
