#include "config.h"

#include "mail/spamassassin-regex.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "mail/perl-error.h"

/* An expression without its delimiters, and its modifiers. */
struct expression {
	const char *text;
	size_t len;
	const char *modifiers;
	char delimiter; /* that ends it; '\0': none */
};

/* Returns the closing delimiter that belongs to an opening one. */
static char
closing(char delimiter)
{
	static const char pairs[] = "{}()<>[]";

	for (const char *pair = pairs; *pair != '\0'; pair += 2)
		if (*pair == delimiter)
			return pair[1];
	return delimiter;
}

/*
 * Returns the delimiter that ends an expression, and moves *at past that which
 * begins it, with its m or qr; '\0': it has none.
 */
static char
read_delimiter(const char **at)
{
	const char *mark = *at;

	if (*mark == '/') {
		(*at)++;
		return '/';
	}
	if (mark[0] == 'm')
		mark++;
	else if (mark[0] == 'q' && mark[1] == 'r')
		mark += 2;
	if (mark == *at || *mark == '\0' || *mark == '_' ||
	    isalnum((unsigned char)*mark))
		return '\0';
	*at = mark + 1;
	return closing(*mark);
}

/* Returns the modifiers after the last delimiter; NULL: it is missing. */
static const char *
find_modifiers(const char *text, char delimiter)
{
	const char *at = text + strlen(text);

	while (at > text && islower((unsigned char)at[-1]) && at[-1] != 'e')
		at--;
	for (; at > text; at--)
		if (at[-1] == delimiter)
			return at;
		else if (*at == '\0' || !islower((unsigned char)at[-1]))
			break;
	return NULL;
}

/* Returns whether a delimiter inside has no backslash before it. */
static bool
has_bare_delimiter(const struct expression *e)
{
	char delimiter = e->delimiter;

	if (delimiter == '\0' || strchr("})]", delimiter) != NULL)
		return false;
	for (size_t i = 0; i < e->len; i++) {
		if (e->text[i] == '\\' && i + 1 < e->len &&
		    (e->text[i + 1] == '\\' || e->text[i + 1] == delimiter))
			i++;
		else if (e->text[i] == delimiter)
			return true;
	}
	return false;
}

/* Returns whether the expression has code in it: (?{...}) or (??{...}). */
static bool
has_code(const struct expression *e)
{
	for (size_t i = 0; i + 2 < e->len; i++) {
		const char *at = e->text + i;

		if (at[0] == '(' && at[1] == '?' &&
		    (at[2] == '{' ||
			(at[2] == '?' && i + 3 < e->len && at[3] == '{')))
			return true;
	}
	return false;
}

/* Splits an expression. Returns NULL, or SpamAssassin's objection to it. */
static char *
split(const char *text, struct expression *out)
{
	const char *modifiers;

	out->delimiter = read_delimiter(&text);
	out->text = text;
	out->len = strlen(text);
	out->modifiers = "";
	if (out->delimiter == '\\')
		return xstrdup("backslash delimiter not allowed");
	if (out->delimiter != '\0') {
		modifiers = find_modifiers(text, out->delimiter);
		if (modifiers == NULL)
			return xstrdup("invalid end delimiter/mods");
		out->modifiers = modifiers;
		out->len = (size_t)(modifiers - text) - 1;
	}
	if (has_code(out))
		return xstrdup("eval (?{}) found");
	if (has_bare_delimiter(out))
		return format_text("unquoted delimiter '%c' found",
		    out->delimiter);
	return NULL;
}

/* Appends the modifiers, without those that tell Perl about the alphabet. */
static void
put_modifiers(struct buf *out, const char *modifiers)
{
	if (*modifiers == '\0')
		return;
	buf_puts(out, "(?");
	for (; *modifiers != '\0'; modifiers++)
		if (strchr("adlpu", *modifiers) == NULL)
			buf_putc(out, *modifiers);
	buf_putc(out, ')');
}

char *
sa_regex_compile(const char *text, struct regex **out)
{
	struct expression e;
	struct buf pattern = { 0 };
	char *message = NULL;
	char *why = split(text, &e);
	size_t at;

	if (why != NULL)
		return why;
	put_modifiers(&pattern, e.modifiers);
	buf_put(&pattern, e.text, e.len);
	buf_putc(&pattern, '\0');
	*out = regex_new_at(pattern.data, &message, &at);
	if (*out == NULL)
		why = perl_error(message, pattern.data, at);
	free(message);
	buf_free(&pattern);
	return why;
}
