#include "config.h"

#include "mail/ucl-scan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "io/warn.h"
#include "mail/text.h"

/* Reports what is wrong where the text is read; returns false. */
bool PRINTF_LIKE(2, 3)
    ucl_scan_fail(struct ucl_scan *r, const char *format, ...)
{
	unsigned long line = 1;
	va_list list;
	char *text;

	for (const char *at = r->start; at < r->at; at++)
		line += *at == '\n';
	va_start(list, format);
	text = vformat_text(format, list);
	va_end(list);
	warn_line("%s:%lu: %s", r->path, line, text);
	free(text);
	return false;
}

/* Returns the next character, or '\0' at the end. The text has no NUL. */
char
ucl_scan_peek(const struct ucl_scan *r)
{
	return r->at < r->end ? *r->at : '\0';
}

bool
ucl_scan_begins(const struct ucl_scan *r, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(r->end - r->at) >= len && memcmp(r->at, text, len) == 0;
}

bool
ucl_scan_is_comment(const struct ucl_scan *r)
{
	return ucl_scan_peek(r) == '#' || ucl_scan_begins(r, "/*");
}

/* Skips a comment; those between slashes and asterisks nest. */
bool
ucl_scan_skip_comment(struct ucl_scan *r)
{
	bool quoted = false;
	unsigned nested = 0;

	if (ucl_scan_peek(r) == '#') {
		while (r->at < r->end && *r->at != '\n')
			r->at++;
		return true;
	}
	do {
		if (r->at == r->end)
			return ucl_scan_fail(r, "a comment has no end");
		if (*r->at == '"' && r->at[-1] != '\\') {
			quoted = !quoted;
		} else if (!quoted && ucl_scan_begins(r, "/*")) {
			nested++;
			r->at++;
		} else if (!quoted && ucl_scan_begins(r, "*/")) {
			nested--;
			r->at++;
		}
		r->at++;
	} while (nested > 0);
	return true;
}

/* Skips white space, comments, and other characters of a list. */
bool
ucl_scan_skip(struct ucl_scan *r, const char *others)
{
	for (;;) {
		char c = ucl_scan_peek(r);

		if (c != '\0' && (text_is_white(c) || strchr(others, c)))
			r->at++;
		else if (!ucl_scan_is_comment(r))
			return true;
		else if (!ucl_scan_skip_comment(r))
			return false;
	}
}

bool
ucl_scan_begins_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '/' || c == '_' ||
	    (unsigned char)c >= 0x80;
}

bool
ucl_scan_continues_name(char c)
{
	return ucl_scan_begins_name(c) || c == '-' || c == '.';
}

/* Moves to the sign that ends a quoted text, and returns what is before it. */
bool
ucl_scan_quoted(struct ucl_scan *r, struct span *out)
{
	char sign = *r->at++;

	out->text = r->at;
	for (; r->at < r->end && *r->at != sign; r->at++) {
		if (sign == '"' && (unsigned char)*r->at < ' ')
			return ucl_scan_fail(r,
			    "a control character in quotes");
		if (*r->at == '\\' && r->at + 1 < r->end)
			r->at++;
	}
	if (r->at == r->end)
		return ucl_scan_fail(r, "a text has no closing %c", sign);
	out->len = (size_t)(r->at++ - out->text);
	return true;
}

/* Appends the name that the text is at, which perhaps is in quotes. */
bool
ucl_scan_name(struct ucl_scan *r, struct buf *out)
{
	const char *why = NULL;
	struct span name = { r->at, 0 };

	if (ucl_scan_peek(r) == '"') {
		if (!ucl_scan_quoted(r, &name))
			return false;
		why = unescape_json(out, name);
	} else {
		while (r->at < r->end && ucl_scan_continues_name(*r->at))
			r->at++;
		name.len = (size_t)(r->at - name.text);
		buf_put(out, name.text, name.len);
	}
	if (why != NULL)
		return ucl_scan_fail(r, "%s", why);
	return out->len > 0 || ucl_scan_fail(r, "a name is empty");
}

static bool
ends_word(const struct ucl_scan *r)
{
	return r->at == r->end || strchr("\r\n#,;]}", *r->at) != NULL ||
	    ucl_scan_is_comment(r);
}

/* Counts a brace; returns whether it closes one that was counted. */
static bool
closes(char c, const char *pair, unsigned *open)
{
	if (c == pair[0])
		(*open)++;
	if (c != pair[1] || *open == 0)
		return false;
	(*open)--;
	return true;
}

/* Moves past a text without quotes, and returns it. */
struct span
ucl_scan_word(struct ucl_scan *r)
{
	struct span word = { r->at, 0 };
	unsigned braces = 0;
	unsigned brackets = 0;

	while (r->at < r->end) {
		bool pair = closes(*r->at, "{}", &braces) ||
		    closes(*r->at, "[]", &brackets);

		if (!pair && ends_word(r))
			break;
		r->at += *r->at == '\\' && r->at + 1 < r->end ? 2 : 1;
	}
	word.len = (size_t)(r->at - word.text);
	while (word.len > 0 &&
	    (word.text[word.len - 1] == ' ' || word.text[word.len - 1] == '\t'))
		word.len--;
	return word;
}

/* Skips what separates a value from the next, which must be something. */
bool
ucl_scan_skip_separators(struct ucl_scan *r)
{
	bool closed = r->at[-1] == '}' || r->at[-1] == ']';

	while (ucl_scan_peek(r) == ' ' || ucl_scan_peek(r) == '\t')
		r->at++;
	if (!closed && !ends_word(r))
		return ucl_scan_fail(r, "a separator is missing");
	return ucl_scan_skip(r, ",;");
}

/* Returns the number of the line that the first NUL is in; 0: there is none. */
static unsigned long
find_nul(const struct buf *b)
{
	unsigned long line = 1;

	for (size_t i = 0; i < b->len; i++) {
		if (b->data[i] == '\0')
			return line;
		line += b->data[i] == '\n';
	}
	return 0;
}

struct span
ucl_scan_file(struct arena *arena, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *in = standard ? stdin : fopen(path, "r");
	struct span text = { NULL, 0 };
	struct buf b = { 0 };
	char chunk[BUFSIZ];
	size_t n;

	while (in != NULL && (n = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_put(&b, chunk, n);
	if (in == NULL || ferror(in))
		warn_line("%s: %s", path, strerror(errno));
	else if (find_nul(&b) > 0)
		warn_line("%s:%lu: the line has a NUL", path, find_nul(&b));
	else
		text = (struct span){ arena_copy(arena, b.data, b.len), b.len };
	if (in != NULL && !standard)
		fclose(in);
	buf_free(&b);
	return text;
}
