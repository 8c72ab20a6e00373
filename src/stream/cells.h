#ifndef ASNQ_CELLS_H
#define ASNQ_CELLS_H

#include <stddef.h>

#include "base/buf.h"

/* The forms of cells that are added to a record. */
enum cells_form {
	CELLS_RENDERED, /* as render.h writes them */
	CELLS_CSV,	/* CSV with another separator than a comma */
	CELLS_ZEEK,	/* values of a Zeek log */
	CELLS_W3C,	/* values of a W3C extended log */
	CELLS_MAX
};

/* How the cells are written that are added to a record. All zero: as rendered. */
struct cells {
	enum cells_form form;
	char separator;
	char unset; /* logs: in place of a value that is not known */
};

/*
 * Rewrites the cells from an offset to the end of a buffer, which are rendered
 * as those of ENRICH_CSV, or ENRICH_TSV for logs: a separator before each.
 */
void cells_convert(const struct cells *cells, struct buf *out, size_t from);

/* Rewrites the names of fields, rendered as TSV, to their types in Zeek. */
void cells_convert_types(const struct cells *cells, struct buf *names);

#endif
