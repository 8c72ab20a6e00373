#ifndef ASNQ_CHOOSE_H
#define ASNQ_CHOOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "record/field.h"
#include "record/record.h"

/* Which records are wanted. */
struct choose;

struct choose *choose_new(void);

/*
 * Each adds to what is wanted, and returns NULL, or what is wrong in words,
 * which the caller frees. Entries of one kind are alternatives; a record must
 * suit every kind that was given.
 *
 * A list has commas between its entries; a file has one on each line, with
 * empty lines, and comments from # on. AS numbers may have "AS" before them;
 * countries are two letters.
 */
char *choose_add_asns(struct choose *c, const char *list);
char *choose_add_asn_file(struct choose *c, const char *path);
char *choose_add_countries(struct choose *c, const char *list);
char *choose_add_country_file(struct choose *c, const char *path);

/*
 * A regular expression, and the tag of a template against which it is held,
 * with or without its underscores; a mail filter has a vocabulary of its own.
 */
char *choose_set_match(struct choose *c, const char *pattern);
char *choose_set_match_tag(struct choose *c, const char *tag,
    const struct vocabulary *vocabulary);

/* Those are wanted that do not suit. */
void choose_invert(struct choose *c);
bool choose_is_inverted(const struct choose *c);

/* Whether the tag of the expression tells AS names. */
bool choose_needs_names(const struct choose *c);

enum choice_of {
	CHOSEN,
	NOT_CHOSEN,
	UNDECIDED /* the look-up failed, so nobody knows: not printed */
};

/* `asn_prefix` stands before AS numbers in the tag. */
enum choice_of choose_record(const struct choose *c, const struct record *r,
    const char *asn_prefix);

/* Accepts NULL. */
void choose_free(struct choose *c);

#endif
