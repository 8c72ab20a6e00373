#ifndef ASNQ_READER_FORM_H
#define ASNQ_READER_FORM_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "db/table.h"
#include "io/lines.h"
#include "record/origin.h"

/* What the forms of lines share while a file is read. */
struct form_reader {
	struct table *table;	 /* for exclusions */
	struct origins origins;	 /* of one line */
	struct arena texts;	 /* of these origins */
	struct buf rdata;	 /* of one line */
	struct buf default_text; /* rbldnsd: of lines without a value */
};

/*
 * Reads a line of one form, which is not empty: appends its origins, whose
 * texts must be valid until the next line, or excludes a prefix from the table.
 * Returns LINE_BAD for a line of any other form.
 */
typedef enum line_result form_read(struct form_reader *r, struct span line);

/* Takes the first word off a line, and the blanks and TABs after it. */
struct span form_take_word(struct span *line);

/*
 * Appends an origin like `o` for each AS number in a text. Between them are
 * blanks, the `_` of several origins, and the commas or braces of a set.
 * Returns LINE_BAD if there is none, or anything else.
 */
enum line_result form_add_origins(struct form_reader *r, const struct origin *o,
    struct span asns);

#endif
