#ifndef ASNQ_TERMINAL_H
#define ASNQ_TERMINAL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "record/field.h"
#include "record/record.h"

struct terminal_config {
	const char *fields; /* a list that field_list_parse() accepts */
	const char *asn_prefix;
	int width;	 /* of the terminal in columns; 0: no terminal, and */
			 /* TABs between values */
	int first_width; /* of the first column; 0: the field's own */
	bool color;
};

/* Text for a person: aligned columns, or a block for a single address. */
struct terminal;

/* Texts in the configuration must outlive the result. */
struct terminal *terminal_new(const struct terminal_config *config);

/* Appends the line with the names of the columns; without a width, nothing. */
void terminal_head(const struct terminal *t, struct buf *out);

/*
 * Appends a record as one line. What does not fit into the width is cut off,
 * or left out.
 */
void terminal_line(const struct terminal *t, const struct record *r,
    struct span input, struct buf *out);

/*
 * Appends a record as a labelled block: every covering prefix, each source
 * with its status and time.
 */
void terminal_block(const struct terminal *t, const struct record *r,
    struct span input, struct buf *out);

/*
 * Appends a line for each source of a record: whether it works. `t` is NULL
 * for TABs between the columns.
 */
void terminal_check(const struct terminal *t, const struct record *r,
    struct buf *out);

/* Accepts NULL. */
void terminal_free(struct terminal *t);

#endif
