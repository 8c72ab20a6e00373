#ifndef ASNQ_TAG_H
#define ASNQ_TAG_H

#include <stdbool.h>
#include <stddef.h>

#include "record/field.h"
#include "record/record.h"

/* The names of the values that a mail filter adds to records. */
struct vocabulary {
	const char *const *names; /* in capitals, in the filter's order */
	size_t count;
	/* Those of these names that mean the same in every filter, or NULL. */
	const char *asn;
	const char *prefix;
	const char *country;
};

/* What a tag shows: a field, or else a value of a mail filter. */
struct tag {
	const struct field *field;
	const char *value;
};

/*
 * Finds a tag without its underscores, in any case: with a vocabulary among
 * its names and INPUT, IP and STATUS, with NULL as field_find_tag() does.
 * Returns false, with an empty *out, for an unknown tag.
 */
bool tag_find(const struct vocabulary *vocabulary, const char *tag, size_t len,
    struct tag *out);

/*
 * Returns a message about a tag, without its underscores, that tag_find() did
 * not find. The caller frees it.
 */
char *tag_unknown(const struct vocabulary *vocabulary, const char *tag,
    size_t len);

/* Writes what a tag shows as one value. The tag must not be empty. */
void tag_write(const struct tag *tag, struct writer *w, const struct record *r);

#endif
