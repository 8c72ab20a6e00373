#ifndef ASNQ_FIELD_H
#define ASNQ_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/json-writer.h"
#include "base/span.h"
#include "base/words.h"
#include "record/record.h"

/* How values look in a format. */
struct style {
	bool json;
	const char *null;	/* a value that is not there; not in JSON */
	const char *asn_prefix; /* before an AS number; not in JSON */
	bool csv;		/* cells are quoted where need be */
};

/* Where fields are written to. */
struct writer {
	struct buf *out;
	const struct style *style;
	struct json json; /* in use where the style is JSON */
	const char *name; /* of the member that comes, in JSON */

	/*
	 * What the user typed; with text NULL it is not known yet: then
	 * `hole` is called where it belongs, with an offset into `out`.
	 */
	struct span input;
	void (*hole)(void *arg, size_t at);
	void *hole_arg;
};

/* A field of the record, by which formats print it. */
struct field {
	const char *name;
	const char *title; /* of its column on a terminal */
	void (*write)(struct writer *w, const struct record *r);
	int width; /* of that column */
};

/* The names of all fields. */
extern const struct words field_words;

/* NULL where there is no such field. */
const struct field *field_find(const char *name, size_t len);

struct field_list {
	const struct field **fields;
	size_t count;
};

/*
 * Reads names with commas between. Returns NULL, or what is wrong in words,
 * which the caller frees.
 */
char *field_list_parse(const char *names, struct field_list *out);

void field_list_clear(struct field_list *list);

/*
 * A tag of a template, without its underscores: a field's name in capitals,
 * or one of SpamAssassin's. NULL where there is no such tag.
 */
const struct field *field_find_tag(const char *tag, size_t len);

/* The names of the values that a mail filter gives to records. */
struct vocabulary {
	const char *const *names; /* in capitals, in their order */
	size_t count;
	/* Which of them is what, where things are compared; NULL: none is. */
	const char *asn;
	const char *prefix;
	const char *country;
};

/* What a tag stands for: a field, or else a value. */
struct tag {
	const struct field *field;
	const char *value;
};

/*
 * Finds a tag, without its underscores and in any case. With a vocabulary
 * there are its values, and INPUT, IP and STATUS; with NULL, asnq's own
 * tags. False: there is no such tag.
 */
bool tag_find(const struct vocabulary *vocabulary, const char *tag, size_t len,
    struct tag *out);

/*
 * Returns a message about a tag, without its underscores, that tag_find() did
 * not find. The caller frees it.
 */
char *tag_unknown(const struct vocabulary *vocabulary, const char *tag,
    size_t len);

/* Writes what a tag stands for as one value. */
void tag_write(const struct tag *tag, struct writer *w, const struct record *r);

/* Writes a text as one value; text NULL: there is none. */
void text_write(struct writer *w, struct span text);

/*
 * What text shows in its first column: an input that is no address stands for
 * the address that it is not.
 */
const struct field *field_for_first_column(const struct field *f,
    const struct record *r);

/* Writes a field as one value, in JSON as a member. */
void field_write(const struct field *f, struct writer *w,
    const struct record *r);

/* The same for a field by its name, which is one. */
void field_write_named(const char *name, struct writer *w,
    const struct record *r);

/* What the user typed, safe for the style, without JSON's quotes. */
void field_write_input(const struct style *style, struct buf *out,
    const char *input, size_t len);

/* In words: the AS name, or what is wrong. */
void field_write_info(struct buf *out, const struct record *r);

#endif
