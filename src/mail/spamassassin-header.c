#include "config.h"

#include "mail/spamassassin-header.h"

#include <ctype.h>
#include <string.h>

#include "mail/text.h"

#define COLUMNS 79 /* of a line */
#define TAB_COLUMNS 8

static size_t
word_length(const char *text, const char *end)
{
	size_t len = 0;

	while (text + len < end &&
	    (isupper((unsigned char)text[len]) ||
		isdigit((unsigned char)text[len])))
		len++;
	return len;
}

/*
 * Returns the underscore that ends a tag whose name ends at `at`, perhaps
 * after an argument in parentheses; NULL if there is none.
 */
static const char *
find_tag_end(const char *at, const char *end)
{
	if (at == end)
		return NULL;
	if (*at == '_')
		return at;
	if (*at != '(')
		return NULL;
	while (at + 1 < end && *at != '\n' && (at[0] != ')' || at[1] != '_'))
		at++;
	return at + 1 < end && *at == ')' ? at + 1 : NULL;
}

/*
 * Returns the length of the name of the tag that a text begins with, after the
 * tag's first underscore, and sets *all to where its last one is; 0: no tag. A
 * name is groups of capitals and digits, the first a capital, with underscores
 * between: as many groups as an underscore follows.
 */
static size_t
tag_length(const char *text, const char *end, size_t *all)
{
	size_t len = word_length(text, end);
	size_t best = 0;
	size_t more;

	if (len == 0 || !isupper((unsigned char)text[0]))
		return 0;
	for (;; len += 1 + more) {
		const char *tag_end = find_tag_end(text + len, end);

		if (tag_end != NULL) {
			best = len;
			*all = (size_t)(tag_end - text);
		}
		if (text + len == end || text[len] != '_')
			return best;
		more = word_length(text + len + 1, end);
		if (more == 0)
			return best;
	}
}

static void
replace_tags(struct buf *out, struct span template, sa_tag_value *value,
    void *arg)
{
	const char *at = template.text;
	const char *end = at + template.len;

	while (at < end) {
		size_t all = 0;
		size_t len = *at == '_' ? tag_length(at + 1, end, &all) : 0;
		struct span text = { NULL, 0 };

		if (len > 0)
			text = value(arg, (struct span){ at + 1, len });
		if (text.text != NULL) {
			buf_put(out, text.text, text.len);
			at += all + 2;
		} else {
			size_t n = len > 0 ? all + 2 : 1;

			buf_put(out, at, n);
			at += n;
		}
	}
}

/* Appends a text; a newline and the blanks around it become "\n\t". */
static void
put_broken(struct buf *out, const struct buf *text)
{
	for (size_t i = 0; i < text->len;) {
		size_t n = 0;
		bool broken = false;

		while (i + n < text->len && text_is_white(text->data[i + n]))
			broken |= text->data[i + n++] == '\n';
		if (broken)
			buf_puts(out, "\n\t");
		else
			buf_put(out, text->data + i, n);
		i += n;
		if (i < text->len)
			buf_putc(out, text->data[i++]);
	}
}

/* Returns the columns of a text, as SpamAssassin counts them. */
static size_t
columns(const char *text, size_t len)
{
	size_t count = len;

	for (size_t i = 0; i < len; i++)
		count += text[i] == '\t' ? TAB_COLUMNS - 1 : 0;
	return count;
}

/* Returns the length of a text up to its first blank or comma, and with it. */
static size_t
token_length(const struct buf *text, size_t at)
{
	size_t len = 0;

	while (at + len < text->len) {
		char c = text->data[at + len++];

		if (c == ',' || text_is_white(c))
			break;
	}
	return len;
}

/* Ends a line without its trailing blanks; drops it if nothing is left. */
static void
end_line(struct buf *out, size_t from)
{
	while (out->len > from && text_is_white(out->data[out->len - 1]))
		out->len--;
	if (out->len > from)
		buf_putc(out, '\n');
}

/* Folds a header: a line takes what fits, but at least one token. */
static void
put_folded(struct buf *out, const struct buf *text)
{
	size_t from = out->len;
	bool first = true; /* of its line */

	buf_reserve(out, text->len + 1);
	for (size_t at = 0; at < text->len;) {
		size_t len = token_length(text, at);
		size_t used = columns(out->data + from, out->len - from);

		if (!first && used + columns(text->data + at, len) > COLUMNS) {
			end_line(out, from);
			from = out->len;
			buf_putc(out, '\t');
			first = true;
			continue;
		}
		buf_put(out, text->data + at, len);
		at += len;
		first = false;
	}
}

static bool
is_plain(char c)
{
	return c == '\t' || (c >= 0x20 && c <= 0x7e);
}

static void
put_quoted(struct buf *out, const char *text, size_t len)
{
	buf_puts(out, "=?UTF-8?Q?");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == ' ')
			buf_putc(out, '_');
		else if (strchr("=?_", c) != NULL || c < 0x20 || c >= 0x7f)
			buf_printf(out, "=%02X", c);
		else
			buf_putc(out, (char)c);
	}
}

static void
put_base64(struct buf *out, const char *text, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	buf_puts(out, "=?UTF-8?B?");
	for (size_t i = 0; i < len; i += 3) {
		unsigned long bits = 0;
		size_t n = len - i < 3 ? len - i : 3;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 |
			    (k < n ? (unsigned char)text[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			buf_putc(out,
			    k <= n ? digits[bits >> (18 - 6 * k) & 63] : '=');
	}
}

/*
 * Returns the part of a line to encode: the words from the first to the last
 * byte that is not plain. Its length is 0 if there is none.
 */
static struct span
find_odd(const char *line, size_t len)
{
	size_t first = 0;
	size_t last = len;

	while (first < len && is_plain(line[first]))
		first++;
	if (first == len)
		return (struct span){ line + len, 0 };
	while (is_plain(line[last - 1]))
		last--;
	while (last < len && line[last] != ' ' && line[last] != '\t')
		last++;
	while (first > 0 && line[first - 1] != ' ' && line[first - 1] != '\t')
		first--;
	return (struct span){ line + first, last - first };
}

/* Returns whether quoting is no longer than base64, as SpamAssassin counts. */
static bool
is_shorter_quoted(struct span odd)
{
	size_t quoted = 0;

	for (size_t i = 0; i < odd.len; i++) {
		char c = odd.text[i];

		quoted += !is_plain(c) || c == '\t' || strchr("=?_", c) != NULL;
	}
	return 3 * (odd.len + 2 * quoted) <= 4 * (odd.len + 2);
}

/* Appends a line, of which a part may become an encoded word (RFC 2047). */
static void
put_encoded(struct buf *out, const char *line, size_t len)
{
	struct span odd = find_odd(line, len);
	const char *end = odd.text + odd.len;

	buf_put(out, line, (size_t)(odd.text - line));
	if (odd.len == 0)
		return;
	if (is_shorter_quoted(odd))
		put_quoted(out, odd.text, odd.len);
	else
		put_base64(out, odd.text, odd.len);
	buf_puts(out, "?=");
	buf_put(out, end, (size_t)(line + len - end));
}

static void
encode_lines(struct buf *out, const char *text, size_t len)
{
	while (text != NULL && len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end != NULL ? (size_t)(end - text) : len;

		put_encoded(out, text, n);
		if (end != NULL) {
			buf_putc(out, '\n');
			n++;
		}
		text += n;
		len -= n;
	}
}

/* Takes line ends off the end of a text, down to `from`. */
static void
drop_line_ends(struct buf *text, size_t from)
{
	while (text->len > from && text->data[text->len - 1] == '\n') {
		text->len--;
		if (text->len > from && text->data[text->len - 1] == '\r')
			text->len--;
	}
}

/* Appends a text in one line: newlines after `from` become blanks. */
static void
put_unfolded(struct buf *out, const struct buf *text, size_t from)
{
	size_t start = out->len + from;

	buf_put(out, text->data, text->len);
	for (size_t i = start; i < out->len; i++)
		if (out->data[i] == '\n')
			out->data[i] = ' ';
}

void
sa_header_write(struct buf *out, const char *name, struct span template,
    bool fold, sa_tag_value *value, void *arg)
{
	struct buf text = { 0 };
	struct buf lines = { 0 };
	size_t head;

	/* "!!" is as wide as ": ", but has no blank for a line to end at. */
	buf_printf(&text, "X-Spam-%s!!", name);
	head = text.len;
	replace_tags(&text, template, value, arg);
	drop_line_ends(&text, head);
	if (!fold)
		put_unfolded(&lines, &text, head);
	else if (memchr(text.data, '\n', text.len) != NULL)
		put_broken(&lines, &text);
	else
		put_folded(&lines, &text);
	buf_printf(out, "X-Spam-%s: ", name);
	encode_lines(out, lines.data + head, lines.len - head);
	buf_putc(out, '\n');
	buf_free(&text);
	buf_free(&lines);
}
