#include "config.h"

#include "stream/cells.h"

#include <stdbool.h>
#include <string.h>

#include "base/array.h"
#include "base/span.h"

/* Rewrites cells, and returns the end of what was written. */
typedef char *converter(const struct cells *cells, struct span in, char *to);

/* Bytes that one byte may become: an empty value of Zeek, with its TAB. */
#define GROWTH 8

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

/* Appends a byte as \xHH. */
static char *
put_hex(char *to, char byte)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char c = (unsigned char)byte;

	*to++ = '\\';
	*to++ = 'x';
	*to++ = digits[c >> 4];
	*to++ = digits[c & 15];
	return to;
}

/* Appends a value of TSV, whose escapes \t, \n and \\ are none of Zeek's. */
static char *
put_zeek(const struct cells *cells, struct span value, char *to)
{
	static const char escapes[] = "t\tn\n\\\\";

	if (value.len == 0)
		return put(to, (struct span){ "(empty)", 7 });
	if (value.len == 1 && value.text[0] == cells->unset)
		return put_hex(to, value.text[0]);
	for (size_t i = 0; i < value.len; i++) {
		char byte = value.text[i];
		const char *escape = NULL;

		if (byte == '\\' && i + 1 < value.len)
			for (escape = escapes;
			     *escape != '\0' && *escape != value.text[i + 1];
			     escape += 2)
				continue;
		if (escape != NULL && *escape != '\0') {
			to = put_hex(to, escape[1]);
			i++;
		} else if (byte == cells->separator) {
			to = put_hex(to, byte);
		} else {
			*to++ = byte;
		}
	}
	return to;
}

/* Returns the cell of TSV after the TAB at an offset. */
static struct span
tsv_cell(struct span in, size_t at)
{
	struct span cell = { in.text + at + 1, in.len - at - 1 };
	const char *end = memchr(cell.text, '\t', cell.len);

	if (end != NULL)
		cell.len = (size_t)(end - cell.text);
	return cell;
}

/* Appends a value of TSV without blanks. */
static char *
put_w3c(const struct cells *cells, struct span value, char *to)
{
	if (value.len == 0)
		*to++ = cells->unset;
	for (size_t i = 0; i < value.len; i++) {
		bool escaped = value.text[i] == '\\' && i + 1 < value.len;
		char byte = value.text[i + escaped];

		if (byte == ' ' || (escaped && (byte == 't' || byte == 'n'))) {
			*to++ = '+';
		} else {
			if (escaped && byte != '\\')
				*to++ = '\\';
			*to++ = byte;
		}
		i += escaped;
	}
	return to;
}

static char *
convert_log(const struct cells *cells, struct span in, char *to)
{
	for (size_t at = 0; at < in.len;) {
		struct span cell = tsv_cell(in, at);

		*to++ = cells->separator;
		if (span_is_exactly(cell, "\\N"))
			*to++ = cells->unset;
		else
			to = cells->form == CELLS_ZEEK
			    ? put_zeek(cells, cell, to)
			    : put_w3c(cells, cell, to);
		at += 1 + cell.len;
	}
	return to;
}

static converter *const converters[] = {
	[CELLS_RENDERED] = NULL,
	[CELLS_CSV] = convert_csv,
	[CELLS_ZEEK] = convert_log,
	[CELLS_W3C] = convert_log,
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

/* Returns the type of a field in Zeek. */
static const char *
type_of(struct span name)
{
	if (span_is_exactly(name, "asn"))
		return "count";
	return span_is_exactly(name, "prefix") ? "subnet" : "string";
}

void
cells_convert_types(const struct cells *cells, struct buf *names)
{
	struct span in = { names->data, names->len };
	struct buf out = { 0 };

	for (size_t at = 0; at < in.len;) {
		struct span name = tsv_cell(in, at);

		buf_putc(&out, cells->separator);
		buf_puts(&out, type_of(name));
		at += 1 + name.len;
	}
	buf_free(names);
	*names = out;
}
