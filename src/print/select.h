#ifndef ASNQ_SELECT_H
#define ASNQ_SELECT_H

#include <stdbool.h>
#include <stddef.h>

#include "record/field.h"
#include "record/record.h"

/* Which records are wanted. */
struct select;

struct select *select_new(void);

/*
 * Each adds to what is wanted, and returns NULL, or what is wrong in words,
 * which the caller frees. Entries of one kind are alternatives; a record must
 * suit every kind that was given.
 *
 * A list has commas between its entries; a file has one on each line, with
 * empty lines, and comments from # on. AS numbers may have "AS" before them;
 * countries are two letters.
 */
char *select_add_asns(struct select *c, const char *list);
char *select_add_asn_file(struct select *c, const char *path);
char *select_add_countries(struct select *c, const char *list);
char *select_add_country_file(struct select *c, const char *path);

/*
 * A regular expression, and the tag of a template against which it is held,
 * with or without its underscores; a mail filter has a vocabulary of its own.
 */
char *select_set_match(struct select *c, const char *pattern);
char *select_set_match_tag(struct select *c, const char *tag,
    const struct vocabulary *vocabulary);

/* Those are wanted that do not suit. */
void select_invert(struct select *c);
bool select_is_inverted(const struct select *c);

/* Whether the tag of the expression tells AS names. */
bool select_needs_names(const struct select *c);

enum selection {
	SELECTED,
	NOT_SELECTED,
	UNDECIDED /* the look-up failed, so nobody knows: not printed */
};

/* `asn_prefix` stands before AS numbers in the tag. */
enum selection select_record(const struct select *c, const struct record *r,
    const char *asn_prefix);

/* Accepts NULL. */
void select_free(struct select *c);

#endif
