#include "config.h"

#include "mail/ucl-word.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/escape.h"

#define NUMBER_MAX 100 /* characters; libucl has room for 127 */

/* The variables that rspamd sets, as Debian has them. NULL: not known here. */
static const struct {
	const char *name;
	const char *value;
} variables[] = {
	{ "CONFDIR", "/etc/rspamd" },
	{ "LOCAL_CONFDIR", "/etc/rspamd" },
	{ "DBDIR", "/var/lib/rspamd" },
	{ "RUNDIR", "/run/rspamd" },
	{ "LOGDIR", "/var/log/rspamd" },
	{ "PLUGINSDIR", "/usr/share/rspamd/plugins" },
	{ "SHAREDIR", "/usr/share/rspamd" },
	{ "RULESDIR", "/usr/share/rspamd/rules" },
	{ "WWWDIR", "/usr/share/rspamd/www" },
	{ "CURDIR", NULL },
	{ "FILENAME", NULL },
	{ "PREFIX", NULL },
	{ "VERSION", NULL },
	{ "HOSTNAME", NULL },
};

bool
ucl_word_variable(size_t number, const char **name, const char **value)
{
	if (number >= LENGTH(variables))
		return false;
	*name = variables[number].name;
	*value = variables[number].value;
	return true;
}

/* --- variables ----------------------------------------------------------- */

/*
 * Returns the number of the variable that a text after "$" names, and sets *len
 * to the length of the name with its braces; LENGTH(variables): none.
 */
static size_t
find_variable(struct span s, size_t *len)
{
	bool braces = s.len > 0 && s.text[0] == '{';

	for (size_t i = 0; i < LENGTH(variables); i++) {
		size_t n = strlen(variables[i].name);

		*len = n + (braces ? 2 : 0);
		if (s.len >= *len &&
		    memcmp(s.text + braces, variables[i].name, n) == 0 &&
		    (!braces || s.text[n + 1] == '}'))
			return i;
	}
	return LENGTH(variables);
}

/* Appends a text with its variables replaced, and sets *found to whether any is. */
static const char *
replace(struct span s, struct buf *out, bool *found)
{
	while (s.len > 0) {
		struct span rest = { s.text + 1, s.len - 1 };
		size_t len = 0;
		size_t i = LENGTH(variables);

		if (*s.text == '$')
			i = find_variable(rest, &len);
		if (i < LENGTH(variables)) {
			if (variables[i].value == NULL)
				return "this variable is not known here";
			buf_puts(out, variables[i].value);
			*found = true;
		} else {
			buf_putc(out, *s.text);
			/* "$$" is one if anything is replaced. */
			len =
			    *s.text == '$' && rest.len > 0 && *rest.text == '$';
		}
		s = (struct span){ rest.text + len, rest.len - len };
	}
	return NULL;
}

const char *
ucl_word_expand(struct buf *text)
{
	struct buf out = { 0 };
	bool found = false;
	const char *why =
	    replace((struct span){ text->data, text->len }, &out, &found);

	if (why == NULL && found) {
		buf_clear(text);
		buf_put(text, out.data, out.len);
	}
	buf_free(&out);
	return why;
}

/* --- escapes ------------------------------------------------------------- */

const char *
ucl_word_unescape_single(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char next = i + 1 < text.len ? text.text[i + 1] : '\0';

		if (text.text[i] == '\\' && next == '\r')
			return "a line that continues after CR is not read";
		if (text.text[i] == '\\' && (next == '\'' || next == '\n')) {
			i++;
			if (next == '\n')
				continue;
		} else if (text.text[i] == '\\' && next == '\\') {
			buf_putc(out, '\\');
			i++;
		}
		buf_putc(out, text.text[i]);
	}
	return NULL;
}

/* --- numbers ------------------------------------------------------------- */

static const struct {
	const char *suffix;
	double factor;
} suffixes[] = {
	{ "", 1 },
	{ "k", 1e3 },
	{ "m", 1e6 },
	{ "g", 1e9 },
	{ "kb", 1024 },
	{ "mb", 1024 * 1024 },
	{ "gb", 1024 * 1024 * 1024 },
	{ "ms", 1e-3 },
	{ "s", 1 },
	{ "min", 60 },
	{ "h", 3600 },
	{ "d", 86400 },
	{ "w", 604800 },
	{ "y", 31536000 },
};

static size_t
digits_length(const char *text)
{
	return strspn(text, "0123456789");
}

/* Returns the length of the decimal number that a text begins with; 0: none. */
static size_t
decimal_length(const char *text)
{
	size_t len = *text == '-';
	size_t whole = digits_length(text + len);
	size_t sign;

	if (whole == 0)
		return 0;
	len += whole;
	if (text[len] == '.')
		len += 1 + digits_length(text + len + 1);
	if (tolower((unsigned char)text[len]) != 'e')
		return len;
	sign = text[len + 1] == '+' || text[len + 1] == '-';
	whole = digits_length(text + len + 1 + sign);
	return whole > 0 ? len + 1 + sign + whole : len;
}

static const char *
read_hexadecimal(const char *text, bool *is, double *out)
{
	const char *digits = text + (*text == '-');
	size_t len;

	if (digits[0] != '0' || tolower((unsigned char)digits[1]) != 'x')
		return NULL;
	len = strspn(digits + 2, "0123456789abcdefABCDEF");
	if (len == 0 || len > 12 || digits[2 + len] != '\0')
		return "not a number: write it in quotes if it is a text";
	*out = strtod(text, NULL);
	*is = true;
	return NULL;
}

/* Sets *is to whether a text is a number, and *out to that. */
static const char *
read_number(const char *text, bool *is, double *out)
{
	const char *why = read_hexadecimal(text, is, out);
	size_t len = decimal_length(text);

	if (*is || why != NULL || len == 0)
		return why;
	if (tolower((unsigned char)text[len]) == 'x')
		return "not a number: write it in quotes if it is a text";
	for (size_t i = 0; i < LENGTH(suffixes); i++)
		if (strcasecmp(text + len, suffixes[i].suffix) == 0) {
			char *number = xmemdup(text, len);

			*out = strtod(number, NULL) * suffixes[i].factor;
			*is = true;
			free(number);
			return isfinite(*out) ? NULL
					      : "the number is out of range";
		}
	return NULL;
}

/* --- words --------------------------------------------------------------- */

static bool
is_truth(struct span word, bool *out)
{
	static const char *const words[] = { "false", "true", "no", "yes",
		"off", "on" };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (span_is(word, words[i])) {
			*out = i % 2 == 1;
			return true;
		}
	return false;
}

static const char *
read_string(struct ucl_value *v, struct arena *arena, struct span word)
{
	struct buf text = { 0 };
	const char *why = unescape_json(&text, word);

	if (why == NULL)
		why = ucl_word_expand(&text);
	ucl_value_set_string(v, arena, (struct span){ text.data, text.len });
	buf_free(&text);
	return why;
}

const char *
ucl_word_read(struct ucl_value *v, struct arena *arena, struct span word)
{
	bool is_number = false;
	const char *why = NULL;
	double number = 0;
	bool truth;

	if (span_is_exactly(word, "null"))
		return NULL;
	if (span_is_exactly(word, "nan") || span_is_exactly(word, "inf"))
		return "this number is not read";
	if (is_truth(word, &truth)) {
		ucl_value_set_truth(v, truth);
		return NULL;
	}
	if (word.len <= NUMBER_MAX) {
		char *text = xmemdup(word.text, word.len);

		why = read_number(text, &is_number, &number);
		free(text);
	}
	if (is_number)
		ucl_value_set_number(v, arena, number);
	else if (why == NULL)
		why = read_string(v, arena, word);
	return why;
}
