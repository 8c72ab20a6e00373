#ifndef ASNQ_SELECT_H
#define ASNQ_SELECT_H

#include <stdbool.h>
#include <stddef.h>

#include "record/record.h"
#include "record/tag.h"

/*
 * Selects records by their origins, countries and tags. A record matches if
 * it meets every kind of criterion that was added; of one kind, any of the
 * list will do.
 */
struct select;

struct select *select_new(void);

/*
 * Add a list of AS numbers, with or without "AS" before them, or of countries
 * in two letters. Commas separate the members of a list; a file has one per
 * line, empty lines, and comments that begin with "#". Return NULL, or a
 * message about what is wrong, which the caller frees.
 */
char *select_add_asns(struct select *s, const char *list);
char *select_add_asn_file(struct select *s, const char *path);
char *select_add_countries(struct select *s, const char *list);
char *select_add_country_file(struct select *s, const char *path);

/*
 * Set the regular expression, and the template tag that it must match, with
 * or without its underscores: one of the vocabulary of a mail filter, or with
 * NULL one of asnq's own. Return as above.
 */
char *select_set_match(struct select *s, const char *pattern);
char *select_set_match_tag(struct select *s, const char *tag,
    const struct vocabulary *vocabulary);

/* Makes it select the records that do not match. */
void select_invert(struct select *s);
bool select_is_inverted(const struct select *s);

/* Returns whether the tag holds AS names, so that they must be looked up. */
bool select_needs_names(const struct select *s);

/* Returns whether records are selected by country. */
bool select_needs_countries(const struct select *s);

enum selection {
	SELECTED,
	NOT_SELECTED,
	UNDECIDED /* what decides is not known; never printed */
};

/*
 * Decides about a record. The tag is written with `asn_prefix` before AS
 * numbers.
 */
enum selection select_record(const struct select *s, const struct record *r,
    const char *asn_prefix);

/* Accepts NULL. */
void select_free(struct select *s);

#endif
