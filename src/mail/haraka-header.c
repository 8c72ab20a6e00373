#include "config.h"

#include "mail/haraka-header.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "mail/text.h"

#define NO_BREAK_SPACE "\xc2\xa0" /* in UTF-8 */

void
haraka_header_put_utf8(struct buf *out, struct span latin1)
{
	for (size_t i = 0; i < latin1.len; i++) {
		uint8_t c = (uint8_t)latin1.text[i];

		if (c >= 0x80) {
			buf_putc(out, (char)(0xc0 | c >> 6));
			c = 0x80 | (c & 0x3f);
		}
		buf_putc(out, (char)c);
	}
}

static bool
is_ascii(char c)
{
	return (uint8_t)c < 0x80;
}

static bool
is_all_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_ascii(s.text[i]))
			return false;
	return true;
}

/* Returns where the first word begins that is not all ASCII; there is one. */
static size_t
find_word(struct span s)
{
	size_t word = 0;
	size_t i = 0;

	for (; is_ascii(s.text[i]); i++)
		if (text_is_white(s.text[i]))
			word = i + 1;
	/* A no-break space takes the white space before it along. */
	if (word == i && i > 0 && s.len - i >= strlen(NO_BREAK_SPACE) &&
	    memcmp(s.text + i, NO_BREAK_SPACE, strlen(NO_BREAK_SPACE)) == 0)
		word = i - 1;
	return word;
}

/* Returns where the last word ends that is not all ASCII; there is one. */
static size_t
find_word_end(struct span s)
{
	size_t end = s.len;

	while (is_ascii(s.text[end - 1]))
		end--;
	while (end < s.len && !text_is_white(s.text[end]))
		end++;
	return end;
}

/* Returns whether byte `i` can be in an encoded word as it is. */
static bool
is_literal(struct span s, size_t i)
{
	char c = s.text[i];

	if (c == '-')
		return i > 0 && s.text[i - 1] != '\n';
	if (c == ' ')
		return i + 1 < s.len && s.text[i + 1] != '\n' &&
		    s.text[i + 1] != '\r';
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || (c != '\0' && strchr("!*+/", c) != NULL);
}

/* Appends one word in the encoding Q of RFC 2047, however long. */
static void
put_encoded_word(struct buf *out, struct span s)
{
	buf_puts(out, "=?UTF-8?Q?");
	for (size_t i = 0; i < s.len; i++) {
		char c = s.text[i];

		if (!is_literal(s, i))
			buf_printf(out, "=%02X", (unsigned)(uint8_t)c);
		else
			buf_putc(out, c == ' ' ? '_' : c);
	}
	buf_puts(out, "?=");
}

/* Appends text, with a blank after each line end that none follows. */
static void
put_folded(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		bool crlf =
		    s.text[i] == '\r' && i + 1 < s.len && s.text[i + 1] == '\n';
		size_t next = i + (crlf ? 2 : 1);
		bool continues = next < s.len &&
		    (s.text[next] == ' ' || s.text[next] == '\t');

		if ((s.text[i] != '\r' && s.text[i] != '\n') || continues) {
			buf_putc(out, s.text[i]);
			continue;
		}
		buf_puts(out, "\r\n ");
		i = next - 1;
	}
}

static struct span
without_line_ends(struct span s)
{
	while (s.len > 0 && s.text[s.len - 1] == '\n') {
		s.len--;
		if (s.len > 0 && s.text[s.len - 1] == '\r')
			s.len--;
	}
	return s;
}

void
haraka_header_put(struct buf *out, struct span utf8)
{
	struct span s = without_line_ends(utf8);
	struct buf text = { 0 };
	size_t start;
	size_t end;

	if (is_all_ascii(s)) {
		put_folded(out, s);
		return;
	}
	start = find_word(s);
	end = find_word_end(s);
	buf_put(&text, s.text, start);
	put_encoded_word(&text, (struct span){ s.text + start, end - start });
	buf_put(&text, s.text + end, s.len - end);
	put_folded(out, (struct span){ text.data, text.len });
	buf_free(&text);
}
