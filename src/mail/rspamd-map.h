#ifndef ASNQ_RSPAMD_MAP_H
#define ASNQ_RSPAMD_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/regex.h"
#include "base/span.h"
#include "mail/ucl-file.h"

/* What a multimap map is held against. */
enum rspamd_variable {
	RSPAMD_ASN,
	RSPAMD_COUNTRY
};

enum rspamd_map_kind {
	RSPAMD_HASH, /* whole texts, in any case; the last of two counts */
	RSPAMD_SET,  /* likewise, and nothing behind them counts */
	RSPAMD_REGEXP,
	RSPAMD_GLOB
};

/* An entry of a map: a text, or a regular expression. */
struct rspamd_entry {
	char *key;
	char *value;	     /* what stands behind it */
	struct regex *regex; /* NULL: a text */
	bool exact;	     /* case counts: it does outside of files */
};

/* A map of multimap.conf. */
struct rspamd_map {
	char *symbol;
	char *description;
	double score;
	bool has_score; /* it is a number, or not there */
	enum rspamd_variable variable;
	enum rspamd_map_kind kind;
	bool multi;	/* all that match count */
	bool own_alone; /* symbols in values are none */
	char **symbols; /* that values may name; count 0: any */
	size_t symbol_count;
	struct rspamd_entry *entries;
	size_t entry_count;
};

/*
 * Reads the entries from what a configuration has for them: the name of a
 * file, several, or the entries themselves. False, after a message on stderr
 * with `path`, when that cannot be read or used.
 */
bool rspamd_map_read(struct rspamd_map *map, const struct ucl_value *v,
    const char *path);

/* The next entry that a value hits, behind `last` (NULL: the first); or NULL */
const struct rspamd_entry *rspamd_map_next(const struct rspamd_map *map,
    struct span value, const struct rspamd_entry *last);

/*
 * Reads what stands behind a key: the symbol that it names (text NULL: none),
 * and by what its score is multiplied.
 */
struct span rspamd_value_read(const char *value, double *factor);

void rspamd_map_clear(struct rspamd_map *map);

#endif
