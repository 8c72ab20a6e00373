#include "config.h"

#include "print/columns.h"

#include <stdbool.h>

#define ELLIPSIS "\xe2\x80\xa6" /* U+2026 */

/* Returns whether a byte begins a code point (RFC 3629, section 3). */
static bool
is_start(char c)
{
	return (c & 0xc0) != 0x80;
}

static void
put_blanks(struct buf *out, int count)
{
	for (; count > 0; count--)
		buf_putc(out, ' ');
}

int
columns_width(struct span text)
{
	int width = 0;

	for (size_t i = 0; i < text.len; i++)
		width += is_start(text.text[i]);
	return width;
}

struct span
columns_fit(struct span text, int most)
{
	int width = 0;

	for (size_t i = 0; i < text.len; i++) {
		width += is_start(text.text[i]);
		if (width > most)
			return (struct span){ text.text, i };
	}
	return text;
}

void
columns_cut(struct buf *text, int most)
{
	struct span all = { text->data, text->len };

	if (columns_width(all) <= most)
		return;
	text->len = columns_fit(all, most - 1).len;
	if (most > 0)
		buf_puts(text, ELLIPSIS);
}

int
columns_put(struct buf *out, const char *color, struct span text, int width)
{
	int used = columns_width(text);

	if (color != NULL)
		buf_puts(out, color);
	buf_put(out, text.text, text.len);
	if (color != NULL)
		buf_puts(out, COLOR_PLAIN);
	put_blanks(out, width - used);
	return used > width ? used : width;
}

void
columns_pad(struct buf *out, size_t from, int width)
{
	struct span text = { out->data + from, out->len - from };

	put_blanks(out, width - columns_width(text));
}

void
columns_trim(struct buf *out, size_t from)
{
	while (out->len > from &&
	    (out->data[out->len - 1] == ' ' || out->data[out->len - 1] == '\t'))
		out->len--;
}
