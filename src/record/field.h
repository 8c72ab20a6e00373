#ifndef ASNQ_FIELD_H
#define ASNQ_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/json-writer.h"
#include "base/span.h"
#include "base/words.h"
#include "record/record.h"

/* How a format writes values. */
struct style {
	bool json;
	const char *null;	/* for a value that is not known; not in JSON */
	const char *asn_prefix; /* before an AS number; not in JSON */
	bool csv;		/* quote as RFC 4180 does */
};

/* Where values are written to. */
struct writer {
	struct buf *out;
	const struct style *style;
	struct json json; /* used only if the style is JSON */
	const char *name; /* of the next member, in JSON */

	/*
	 * The record as typed. With text NULL it is not known yet: `hole` is
	 * then called with the offset in `out` at which it belongs.
	 */
	struct span input;
	void (*hole)(void *arg, size_t at);
	void *hole_arg;
};

/* A field of the record. */
struct field {
	const char *name;
	const char *title; /* of its column on a terminal */
	void (*write)(struct writer *w, const struct record *r);
	int width;  /* of that column; 0: it never has one */
	bool names; /* it shows AS names */
};

/* The names of all fields. */
extern const struct words field_words;

/* Returns the field with this name, or NULL. */
const struct field *field_find(const char *name, size_t len);

/* A list of fields; all zero is an empty one. */
struct field_list {
	const struct field **fields;
	size_t count;
	size_t size; /* the room in `fields` */
};

/*
 * Appends fields by their names, which have commas between. Returns NULL, or
 * a message about what is wrong, which the caller frees.
 */
char *field_list_parse(const char *names, struct field_list *out);

/*
 * Appends every field that a record has: all but `info`, which is a text made
 * of the others.
 */
void field_list_add_all(struct field_list *out);

/* Frees the list and empties it. */
void field_list_clear(struct field_list *list);

/*
 * Returns what a template tag without its underscores shows, in any case: one
 * of SpamAssassin's names, else a field's. NULL is an unknown tag.
 */
const struct field *field_find_tag(const char *tag, size_t len);

/* SpamAssassin's names for tags, in lower case. */
extern const struct words field_tag_words;

/* Writes a text as one value; text NULL is not known. */
void text_write(struct writer *w, struct span text);

/*
 * Returns the field for the first column of text: the input in place of "ip"
 * where that is no address.
 */
const struct field *field_for_first_column(const struct field *f,
    const struct record *r);

/* Writes a field as one value, in JSON as a member. */
void field_write(const struct field *f, struct writer *w,
    const struct record *r);

/* Writes, likewise, the field with this name, which must exist. */
void field_write_named(const char *name, struct writer *w,
    const struct record *r);

/* Appends the input, escaped for the style; in JSON without quotes. */
void field_write_input(const struct style *style, struct buf *out,
    const char *input, size_t len);

/* Appends the AS name, or what was wrong in words. */
void field_write_info(struct buf *out, const struct record *r);

#endif
