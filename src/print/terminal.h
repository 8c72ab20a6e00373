#ifndef ASNQ_TERMINAL_H
#define ASNQ_TERMINAL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "record/field.h"
#include "record/record.h"

/* Text for a person: aligned columns, or a block for a single address. */
struct terminal_config {
	const char *fields; /* checked before */
	const char *asn_prefix;
	int width;	 /* of the terminal, in columns; 0: no */
			 /* terminal, but TABs between values */
	int first_width; /* of the first column; 0: the field's own */
	bool color;
};

struct terminal;

/* Texts in the configuration must outlive the result. */
struct terminal *terminal_new(const struct terminal_config *config);

/* Appends the line with the names of the columns. */
void terminal_head(const struct terminal *t, struct buf *out);

/*
 * Appends a record as one line that fits the width: the last column is cut.
 */
void terminal_row(const struct terminal *t, const struct record *r,
    struct span input, struct buf *out);

/*
 * Appends a record as a labelled block: every covering prefix, each source
 * with its status and time.
 */
void terminal_block(const struct terminal *t, const struct record *r,
    struct span input, struct buf *out);

/*
 * Appends a line for each source of a record: does it work? `t` is NULL where
 * no terminal is: then TABs stand between the columns.
 */
void terminal_check(const struct terminal *t, const struct record *r,
    struct buf *out);

/* Accepts NULL. */
void terminal_free(struct terminal *t);

#endif
