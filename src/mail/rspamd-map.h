#ifndef ASNQ_RSPAMD_MAP_H
#define ASNQ_RSPAMD_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/regex.h"
#include "base/span.h"
#include "mail/rspamd-answer.h"
#include "mail/rspamd-condition.h"

enum rspamd_map_kind {
	RSPAMD_HASH, /* whole texts, ignoring case, with values */
	RSPAMD_SET,  /* whole texts, ignoring case, without values */
	RSPAMD_REGEXP,
	RSPAMD_GLOB,
	RSPAMD_MAP_KIND_MAX
};

/*
 * An entry of a map: a text, or a regular expression. `before` leads to the last
 * entry before it whose key is the same but for case; 0: there is none.
 */
struct rspamd_entry {
	char *key;
	char *value;	     /* what follows the key; perhaps "" */
	struct regex *regex; /* NULL: a text */
	bool exact;	     /* case matters: the entry is not from a file */
	size_t before;	     /* 1 + number of an earlier entry with this key */
};

/* A map of multimap.conf. rspamd_map_clear() frees it. */
struct rspamd_map {
	char *symbol;
	char *description;
	double score;
	bool has_score; /* the score is a number, or is not set */
	enum rspamd_variable variable;
	enum rspamd_map_kind kind;
	bool multi;	/* all entries that match count, not the first alone */
	bool own_alone; /* values name no symbols */
	struct rspamd_condition *condition; /* NULL: none */
	char **symbols; /* that values may name; count 0: any */
	size_t symbol_count;
	size_t symbol_size; /* the room in `symbols` */
	struct rspamd_entry *entries;
	size_t entry_count;
	size_t entry_size; /* the room in `entries` */
	struct map index;  /* of the entries, by key in lower case */
	struct arena keys; /* its nodes and their keys */
};

/* Returns whether the entries of a map are whole texts. */
bool rspamd_map_is_of_texts(const struct rspamd_map *map);

/*
 * Adds an entry, unless an equal pattern is there already. Returns NULL, or
 * what is wrong with its pattern, which the caller frees. Texts never fail.
 */
char *rspamd_map_add(struct rspamd_map *map, struct span key,
    struct span value);

/*
 * Returns the next entry of the map that a value matches, after `last`, or the
 * first if that is NULL; NULL if there is none.
 */
const struct rspamd_entry *rspamd_map_next(const struct rspamd_map *map,
    struct span value, const struct rspamd_entry *last);

/*
 * Returns the symbol that an entry's value names, text NULL if it names none,
 * and sets *factor to the factor for its score.
 */
struct span rspamd_value_read(const char *value, double *factor);

/* Frees what the map holds. */
void rspamd_map_clear(struct rspamd_map *map);

#endif
