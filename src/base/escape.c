#include "config.h"

#include "base/escape.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* Unicode 15, table 3-7: the second byte's range by the first byte. */
size_t
utf8_length(const char *text, size_t len, bool *control)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned char low = 0x80;
	unsigned char high = 0xbf;
	size_t need;

	*control = false;
	if (len == 0)
		return 0;
	if (s[0] < 0x80) {
		*control = s[0] < 0x20 || s[0] == 0x7f;
		return 1;
	}
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		need = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		need = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		need = 4;
	else
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (len < need || s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < need; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	*control = s[0] == 0xc2 && s[1] < 0xa0;
	return need;
}

static bool
plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '\\' && c != '"';
}

static void
put_hex(struct buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_printf(out, "\\x%02x", (unsigned char)text[i]);
}

static void
escape_text(struct buf *out, const char *text, size_t len, bool backslash)
{
	for (size_t i = 0; i < len;) {
		size_t run = 0;
		size_t n;
		bool control;

		while (i + run < len && plain((unsigned char)text[i + run]))
			run++;
		buf_put(out, text + i, run);
		i += run;
		if (i == len)
			break;
		n = utf8_length(text + i, len - i, &control);
		if (text[i] == '\t')
			buf_puts(out, "\\t");
		else if (text[i] == '\n')
			buf_puts(out, "\\n");
		else if (text[i] == '\r')
			buf_puts(out, "\\r");
		else if (text[i] == '\\' && backslash)
			buf_puts(out, "\\\\");
		else if (n == 0 || control)
			put_hex(out, text + i, n > 0 ? n : 1);
		else
			buf_put(out, text + i, n);
		i += n > 0 ? n : 1;
	}
}

void
escape_flat(struct buf *out, const char *text, size_t len)
{
	escape_text(out, text, len, true);
}

void
escape_controls(struct buf *out, const char *text, size_t len)
{
	escape_text(out, text, len, false);
}

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

size_t
unescape(const char *text, size_t len, char *out)
{
	static const char shorts[] = "t\tn\nr\r\\\\";
	size_t used = 0;

	for (size_t i = 0; i < len; i++, used++) {
		const char *s = NULL;

		out[used] = text[i];
		if (text[i] != '\\')
			continue;
		for (size_t k = 0; i + 1 < len && k + 1 < sizeof(shorts);
		     k += 2)
			if (shorts[k] == text[i + 1])
				s = &shorts[k + 1];
		if (s != NULL) {
			out[used] = *s;
			i++;
		} else if (i + 3 < len && text[i + 1] == 'x' &&
		    hex_digit(text[i + 2]) >= 0 &&
		    hex_digit(text[i + 3]) >= 0) {
			out[used] = (char)(hex_digit(text[i + 2]) << 4 |
			    hex_digit(text[i + 3]));
			i += 3;
		}
	}
	return used;
}

void
escape_json(struct buf *out, const char *text, size_t len)
{
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (size_t i = 0; i < len;) {
		size_t run = 0;
		size_t n;
		bool control;
		const char *s = NULL;

		while (i + run < len && plain((unsigned char)text[i + run]))
			run++;
		buf_put(out, text + i, run);
		i += run;
		if (i == len)
			break;
		for (size_t k = 0; k + 1 < sizeof(shorts); k += 2)
			if (shorts[k] == text[i])
				s = &shorts[k + 1];
		n = utf8_length(text + i, len - i, &control);
		if (s != NULL)
			buf_printf(out, "\\%c", *s);
		else if (n == 0)
			buf_puts(out, "\xef\xbf\xbd");
		else if (control)
			buf_printf(out, "\\u%04x",
			    (unsigned char)text[i + n - 1]);
		else
			buf_put(out, text + i, n);
		i += n > 0 ? n : 1;
	}
}

/* Reads the four hexadecimal digits that a text begins with. */
static bool
read_hex(struct span s, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit;

		if (i >= s.len || !isxdigit((unsigned char)s.text[i]))
			return false;
		digit = strchr(digits, tolower((unsigned char)s.text[i]));
		*out = *out << 4 | (uint32_t)(digit - digits);
	}
	return true;
}

static void
put_utf8(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_putc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_putc(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_putc(out, (char)(0xe0 | c >> 12));
		} else {
			buf_putc(out, (char)(0xf0 | c >> 18));
			buf_putc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_putc(out, (char)(0x80 | (c & 0x3f)));
}

/* Appends the character of "\uXXXX", or of two for a surrogate pair. */
static const char *
unescape_code(struct buf *out, struct span *s)
{
	uint32_t c;
	uint32_t low;

	if (!read_hex(*s, &c) || c == 0)
		return "\\u needs four hexadecimal digits that are not all 0";
	s->text += 4;
	s->len -= 4;
	if (c >= 0xd800 && c < 0xdc00 && s->len >= 6 && s->text[0] == '\\' &&
	    s->text[1] == 'u' &&
	    read_hex((struct span){ s->text + 2, s->len - 2 }, &low) &&
	    low >= 0xdc00 && low < 0xe000) {
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		s->text += 6;
		s->len -= 6;
	}
	if (c >= 0xd800 && c < 0xe000)
		return "a surrogate is alone";
	put_utf8(out, c);
	return NULL;
}

const char *
unescape_json(struct buf *out, struct span text)
{
	static const char letters[] = "nrbtf";
	static const char meant[] = "\n\r\b\t\f";
	const char *why = NULL;

	while (text.len > 0 && why == NULL) {
		char c = *text.text++;
		const char *letter;

		text.len--;
		if (c != '\\' || text.len == 0) {
			buf_putc(out, c);
			continue;
		}
		c = *text.text++;
		text.len--;
		letter = strchr(letters, c);
		if (c == 'u')
			why = unescape_code(out, &text);
		else
			buf_putc(out,
			    letter != NULL ? meant[letter - letters] : c);
	}
	return why;
}

void
escape_csv(struct buf *out, size_t from)
{
	size_t len = out->len - from;
	size_t quotes = 0;
	bool needed = false;
	char *cell;

	if (len == 0)
		return;
	cell = out->data + from;
	for (size_t i = 0; i < len; i++) {
		quotes += cell[i] == '"';
		needed |= cell[i] == ',' || cell[i] == '"';
	}
	if (!needed && cell[0] != ' ' && cell[len - 1] != ' ')
		return;
	buf_reserve(out, quotes + 2);
	cell = out->data + from;
	out->len += quotes + 2;
	cell[len + quotes + 1] = '"';
	for (size_t i = len; i-- > 0;) {
		cell[i + quotes + 1] = cell[i];
		if (cell[i] == '"')
			cell[i + quotes--] = '"';
	}
	cell[0] = '"';
}
