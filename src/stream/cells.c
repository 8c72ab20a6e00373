#include "config.h"

#include "stream/cells.h"

#include <string.h>

#include "base/array.h"
#include "base/span.h"

/* Rewrites cells, and returns the end of what was written. */
typedef char *converter(const struct cells *cells, struct span in, char *to);

/* Bytes that one byte may become: a whole cell gets two quotes. */
#define GROWTH 3

static char *
put(char *to, struct span bytes)
{
	memcpy(to, bytes.text, bytes.len);
	return to + bytes.len;
}

/* Returns the length of the cell that the text begins with. */
static size_t
cell_length(struct span in)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < in.len && (quoted || in.text[i] != ','); i++)
		if (in.text[i] == '"')
			quoted = !quoted;
	return i;
}

static char *
convert_csv(const struct cells *cells, struct span in, char *to)
{
	for (size_t at = 0; at < in.len;) {
		struct span cell = { in.text + at + 1, in.len - at - 1 };
		bool quotes;

		cell.len = cell_length(cell);
		quotes = cell.len > 0 && cell.text[0] != '"' &&
		    memchr(cell.text, cells->separator, cell.len) != NULL;
		*to++ = cells->separator;
		if (quotes)
			*to++ = '"';
		to = put(to, cell);
		if (quotes)
			*to++ = '"';
		at += 1 + cell.len;
	}
	return to;
}

static converter *const converters[] = {
	[CELLS_RENDERED] = NULL,
	[CELLS_CSV] = convert_csv,
};
_Static_assert(LENGTH(converters) == CELLS_MAX, "each form has its function");

void
cells_convert(const struct cells *cells, struct buf *out, size_t from)
{
	size_t len = out->len - from;
	char *room;
	char *end;

	if (cells->form == CELLS_RENDERED || len == 0)
		return;
	room = buf_reserve(out, GROWTH * len);
	end = converters[cells->form](cells,
	    (struct span){ out->data + from, len }, room);
	memmove(out->data + from, room, (size_t)(end - room));
	out->len = from + (size_t)(end - room);
}
