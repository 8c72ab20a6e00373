#include "config.h"

#include "mail/spamassassin-header.h"

#include <ctype.h>
#include <string.h>

#define COLUMNS 79 /* of a line */
#define TAB_COLUMNS 8
#define BLANKS " \t\r\n\f\v"

static bool
is_blank(char c)
{
	return c != '\0' && strchr(BLANKS, c) != NULL;
}

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
 * The length of a tag's name at the start of a text behind its underscore:
 * capitals and digits in groups with underscores between, the first of them a
 * capital. As many groups as can be, so that an underscore follows. 0: none.
 */
static size_t
tag_length(const char *text, const char *end, size_t *all)
{
	size_t len = word_length(text, end);
	size_t best = 0;

	if (len == 0 || !isupper((unsigned char)text[0]))
		return 0;
	for (;;) {
		const char *behind = text + len;
		size_t more;

		if (behind < end && *behind == '(') {
			const char *close = behind;

			while (close + 1 < end && *close != '\n' &&
			    (close[0] != ')' || close[1] != '_'))
				close++;
			if (close + 1 < end && close[0] == ')') {
				best = len;
				*all = (size_t)(close + 1 - text);
			}
		} else if (behind < end && *behind == '_') {
			best = len;
			*all = len;
		}
		if (behind == end || *behind != '_')
			return best;
		more = word_length(behind + 1, end);
		if (more == 0)
			return best;
		len += 1 + more;
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

/* Where a newline stands, it and the blanks around are a newline and a TAB. */
static void
put_broken(struct buf *out, const struct buf *text)
{
	for (size_t i = 0; i < text->len;) {
		size_t n = 0;
		bool broken = false;

		while (i + n < text->len && is_blank(text->data[i + n]))
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

/* Columns of a text, as SpamAssassin counts them. */
static size_t
columns(const char *text, size_t len)
{
	size_t count = len;

	for (size_t i = 0; i < len; i++)
		count += text[i] == '\t' ? TAB_COLUMNS - 1 : 0;
	return count;
}

/* Up to and with the next blank or comma. */
static size_t
token_length(const struct buf *text, size_t at)
{
	size_t len = 0;

	while (at + len < text->len) {
		char c = text->data[at + len++];

		if (c == ',' || is_blank(c))
			break;
	}
	return len;
}

/* Takes trailing blanks off a line, and the line itself if nothing is left. */
static void
end_line(struct buf *out, size_t from)
{
	while (out->len > from && is_blank(out->data[out->len - 1]))
		out->len--;
	if (out->len > from)
		buf_putc(out, '\n');
}

/*
 * Folds a whole header: a line takes what fits, but at least one token behind
 * its TAB.
 */
static void
put_folded(struct buf *out, const struct buf *text)
{
	size_t from = out->len;
	bool first = true; /* of its line */

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

/* One line: what is plain at its ends, in whole words, stays. */
static void
put_encoded(struct buf *out, const char *line, size_t len)
{
	size_t first = 0;
	size_t last = len;
	size_t odd = 0;

	while (first < len && is_plain(line[first]))
		first++;
	if (first == len) {
		buf_put(out, line, len);
		return;
	}
	while (is_plain(line[last - 1]))
		last--;
	while (last < len && line[last] != ' ' && line[last] != '\t')
		last++;
	while (first > 0 && line[first - 1] != ' ' && line[first - 1] != '\t')
		first--;
	for (size_t i = first; i < last; i++)
		odd += !is_plain(line[i]) || line[i] == '\t' ||
		    strchr("=?_", line[i]) != NULL;
	buf_put(out, line, first);
	if (3 * (last - first + 2 * odd) <= 4 * (last - first + 2))
		put_quoted(out, line + first, last - first);
	else
		put_base64(out, line + first, last - first);
	buf_puts(out, "?=");
	buf_put(out, line + last, len - last);
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

void
sa_header_write(struct buf *out, const char *name, struct span template,
    bool fold, sa_tag_value *value, void *arg)
{
	struct buf text = { 0 };
	struct buf lines = { 0 };
	size_t head;

	buf_reserve(&lines, 1);
	/* As wide as ": ", and no blank, at which a line could end. */
	buf_printf(&text, "X-Spam-%s!!", name);
	head = text.len;
	replace_tags(&text, template, value, arg);
	while (text.len > head && text.data[text.len - 1] == '\n') {
		text.len--;
		if (text.len > head && text.data[text.len - 1] == '\r')
			text.len--;
	}
	if (!fold) {
		for (size_t i = head; i < text.len; i++)
			if (text.data[i] == '\n')
				text.data[i] = ' ';
		buf_put(&lines, text.data, text.len);
	} else if (memchr(text.data, '\n', text.len) != NULL) {
		put_broken(&lines, &text);
	} else {
		put_folded(&lines, &text);
	}
	buf_printf(out, "X-Spam-%s: ", name);
	encode_lines(out, lines.data + head, lines.len - head);
	buf_putc(out, '\n');
	buf_free(&text);
	buf_free(&lines);
}
