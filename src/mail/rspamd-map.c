#include "config.h"

#include "mail/rspamd-map.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/warn.h"

/* --- entries ------------------------------------------------------------- */

/* What encloses a pattern: "/" before it, or "m" and the sign itself. */
static char
read_sign(const char **pattern)
{
	const char *at = *pattern;

	if (at[0] == '\0' || at[1] == '\0')
		return '\0';
	if (*at == 'm' && at[1] != '\\' && ispunct((unsigned char)at[1]))
		at++;
	else if (*at != '/')
		return '\0';
	*pattern = at + 1;
	return *at == '{' ? '}' : *at;
}

/* A pattern, perhaps enclosed and with letters behind. */
static struct regex *
compile_regexp(const char *pattern, char **why)
{
	const char *start = pattern;
	char sign = read_sign(&start);
	const char *end = strrchr(start, sign);
	struct buf out = { 0 };
	struct regex *regex;

	if (end == NULL) {
		*why = format_text("pattern is not enclosed with %c: %s", sign,
		    pattern);
		return NULL;
	}
	for (const char *flag = end + (sign != '\0'); *flag != '\0'; flag++)
		if (strchr("imsx", *flag) != NULL)
			buf_printf(&out, "(?%c)", *flag);
	buf_put(&out, start, (size_t)(end - start));
	buf_putc(&out, '\0');
	regex = regex_new(out.data, why);
	buf_free(&out);
	return regex;
}

/* "*", "+" and "?" stand for any bytes, anywhere in the text. */
static struct regex *
compile_glob(const char *pattern, char **why)
{
	struct buf out = { 0 };
	struct regex *regex;

	for (; *pattern != '\0'; pattern++)
		if (strchr("*+?", *pattern) != NULL)
			buf_printf(&out, ".%c", *pattern);
		else if (strchr("-[]{}().,\\^$|# \t", *pattern) != NULL)
			buf_printf(&out, "\\%c", *pattern);
		else
			buf_putc(&out, *pattern);
	buf_putc(&out, '\0');
	regex = compile_regexp(out.data, why);
	buf_free(&out);
	return regex;
}

static bool
is_of_texts(const struct rspamd_map *map)
{
	return map->kind == RSPAMD_HASH || map->kind == RSPAMD_SET;
}

/* Of patterns that are the same but for case, the first one counts. */
static bool
has_pattern(const struct rspamd_map *map, struct span key)
{
	for (size_t i = 0; i < map->entry_count; i++)
		if (span_is(key, map->entries[i].key))
			return true;
	return false;
}

/* NULL, or what is wrong in words, which the caller frees. */
static char *
add_entry(struct rspamd_map *map, struct span key, struct span value)
{
	struct rspamd_entry e = {
		.key = xmemdup(key.text, key.len),
		.value = xmemdup(value.text,
		    map->kind == RSPAMD_SET ? 0 : value.len),
	};
	char *why = NULL;

	if (!is_of_texts(map) && has_pattern(map, key)) {
		free(e.key);
		free(e.value);
		return NULL;
	}
	if (map->kind == RSPAMD_REGEXP)
		e.regex = compile_regexp(e.key, &why);
	else if (map->kind == RSPAMD_GLOB)
		e.regex = compile_glob(e.key, &why);
	if (why != NULL) {
		free(e.key);
		free(e.value);
		return why;
	}
	map->entries = xrealloc(map->entries,
	    (map->entry_count + 1) * sizeof(*map->entries));
	map->entries[map->entry_count++] = e;
	return NULL;
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
ends_line(char c)
{
	return c == '\0' || c == '\n' || c == '\r';
}

static struct span
strip(const char *from, const char *to)
{
	while (from < to && is_blank(*from))
		from++;
	while (from < to && is_blank(to[-1]))
		to--;
	return (struct span){ from, (size_t)(to - from) };
}

/* Behind a quote or slash that no backslash precedes; NULL: there is none. */
static const char *
skip_enclosed(const char *at, char quote)
{
	for (; *at != '\0' && *at != quote; at++)
		if (*at == '\\' && at[1] != '\0')
			at++;
	return *at == quote ? at + 1 : NULL;
}

/*
 * A key: quoted, or up to a blank or a comment, and from one slash to the
 * next in any case. Moves *at behind it; text NULL: there is none to the end.
 */
static struct span
next_key(const char **at)
{
	const char *start = *at;
	const char *end = *start == '"' || *start == '/'
	    ? skip_enclosed(start + 1, *start)
	    : start;

	if (end == NULL)
		return (struct span){ NULL, 0 };
	if (*start == '"') {
		*at = end;
		return strip(start + 1, end - 1);
	}
	while (*end != '\0' && !is_blank(*end) &&
	    (*end != '#' || (*start != '/' && end > start && end[-1] == '\\')))
		end++;
	*at = end;
	/* A pattern that nothing follows, not even the end of its line. */
	if (*start == '/' && *end == '\0')
		return (struct span){ NULL, 0 };
	return strip(start, end);
}

/* What goes on to the end of the line, or to a comment. */
static struct span
next_value(const char **at)
{
	const char *start;
	const char *end;

	while (**at == ' ' || **at == '\t')
		(*at)++;
	start = *at;
	for (end = start; !ends_line(*end) && *end != '#';)
		end++;
	*at = end;
	return strip(start, end);
}

/* The number of the line in which a text goes on. */
static unsigned long
line_of(const char *text, const char *at)
{
	unsigned long line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/* NULL, or what is wrong in *line, which the caller frees. */
static char *
read_text(struct rspamd_map *map, const char *text, unsigned long *line)
{
	char *why = NULL;

	for (const char *at = text; why == NULL;) {
		const char *start;
		struct span key;
		struct span value = { "", 0 };
		bool quoted;
		bool blank;

		while (is_blank(*at))
			at++;
		if (*at == '\0')
			return NULL;
		start = at;
		quoted = *at == '"';
		key = next_key(&at);
		if (key.text == NULL)
			return NULL;
		blank = *at == ' ' || *at == '\t';
		if (!ends_line(*at) && *at != '#')
			value = next_value(&at);
		/* Blanks behind a key at the very end are one too many. */
		if ((key.len > 0 || quoted) &&
		    !(blank && *at == '\0' && value.len == 0))
			why = add_entry(map, key, value);
		if (why != NULL)
			*line = line_of(text, start);
		while (!ends_line(*at))
			at++;
	}
	return why;
}

/* --- where entries stand ------------------------------------------------- */

static bool
read_map_file(struct rspamd_map *map, const char *path)
{
	FILE *in = fopen(path, "r");
	struct buf text = { 0 };
	unsigned long line = 0;
	char chunk[BUFSIZ];
	char *why = NULL;
	size_t n;
	bool good;

	if (in == NULL) {
		warn_line("%s: %s", path, strerror(errno));
		return false;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_put(&text, chunk, n);
	buf_putc(&text, '\0');
	good = !ferror(in);
	if (!good)
		warn_line("%s: %s", path, strerror(errno));
	else
		why = read_text(map, text.data, &line);
	if (why != NULL)
		warn_line("%s:%lu: %s", path, line, why);
	good &= why == NULL;
	free(why);
	buf_free(&text);
	fclose(in);
	return good;
}

/* A file by its path or URL. */
static bool
read_backend(struct rspamd_map *map, const char *text, const char *path)
{
	if (strncasecmp(text, "fallback+", 9) == 0)
		text += 9;
	if (strncasecmp(text, "file://", 7) == 0)
		return read_map_file(map, text + 7);
	if (text[0] == '/')
		return read_map_file(map, text);
	if (strncasecmp(text, "http://", 7) == 0 ||
	    strncasecmp(text, "https://", 8) == 0 ||
	    strncmp(text, "redis", 5) == 0)
		warn_line("%s: %s: only maps in files are read", path, text);
	else
		warn_line("%s: invalid map fetching protocol: %s", path, text);
	return false;
}

/* The kind of a map can stand before what it is read from. */
static const char *
cut_kind(struct rspamd_map *map, const char *text)
{
	static const struct {
		const char *prefix;
		enum rspamd_map_kind kind;
		bool multi;
	} kinds[] = {
		{ "regexp;", RSPAMD_REGEXP, false },
		{ "re;", RSPAMD_REGEXP, false },
		{ "regexp_multi;", RSPAMD_REGEXP, true },
		{ "re_multi;", RSPAMD_REGEXP, true },
		{ "glob;", RSPAMD_GLOB, false },
		{ "glob_multi;", RSPAMD_GLOB, true },
		{ "set;", RSPAMD_SET, false },
		{ "hash;", RSPAMD_HASH, false },
		{ "plain;", RSPAMD_HASH, false },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(kinds[i].prefix);

		if (strncmp(text, kinds[i].prefix, len) != 0)
			continue;
		map->kind = kinds[i].kind;
		map->multi = kinds[i].multi;
		return text + len;
	}
	return text;
}

static bool
is_place(const char *text)
{
	return (text[0] == '/' && isalpha((unsigned char)text[1])) ||
	    strncmp(text, "http", 4) == 0;
}

/* An entry that stands in the configuration itself as it would in a file. */
static bool
add_line(struct rspamd_map *map, const char *text, const char *path)
{
	char *line_text = format_text("%s\n", text);
	unsigned long line;
	char *why = read_text(map, line_text, &line);
	bool good = why == NULL;

	if (!good)
		warn_line("%s: %s: %s", path, map->symbol, why);
	free(why);
	free(line_text);
	return good;
}

/* An element of a list, of which those for whole texts are simpler. */
static bool
add_element(struct rspamd_map *map, const char *text, const char *path)
{
	const char *blank = strchr(text, ' ');
	struct span key = { text, strlen(text) };
	struct span value = { "", 0 };

	if (!is_of_texts(map))
		return add_line(map, text, path);
	if (blank != NULL && map->kind == RSPAMD_HASH) {
		key.len = (size_t)(blank - text);
		value = (struct span){ blank + 1, strlen(blank + 1) };
	}
	free(add_entry(map, key, value)); /* which texts cannot fail */
	map->entries[map->entry_count - 1].exact = true;
	return true;
}

/* Either all are files, or all are entries, as the first one is. */
static bool
read_list(struct rspamd_map *map, const struct ucl_value *list,
    const char *path)
{
	const struct ucl_value *v;
	bool first = true;
	bool places = false;
	bool good = true;
	void *at = NULL;

	while ((v = ucl_value_next(list, &at)) != NULL) {
		const char *text = ucl_value_string(v);

		if (text == NULL || !good)
			continue;
		text = cut_kind(map, text);
		if (first)
			places = is_place(text);
		first = false;
		/* Nobody makes patterns of such a list. */
		if (!places && map->multi)
			map->kind = RSPAMD_SET;
		good = (places ? read_backend : add_element)(map, text, path);
	}
	return good;
}

/* { url = FILE; } or { url = "static"; data = [ENTRY, ...]; } */
static bool
read_object(struct rspamd_map *map, const struct ucl_value *v, const char *path)
{
	const char *url = ucl_value_string(ucl_value_find(v, "url"));
	const struct ucl_value *data = ucl_value_find(v, "data");
	const struct ucl_value *element;
	bool good = true;
	void *at = NULL;

	if (url != NULL && strcasecmp(url, "static") != 0)
		return read_backend(map, url, path);
	while (data != NULL && (element = ucl_value_next(data, &at)) != NULL) {
		const char *text = ucl_value_string(element);

		if (text != NULL && good)
			good = add_line(map, text, path);
	}
	return good;
}

bool
rspamd_map_read(struct rspamd_map *map, const struct ucl_value *v,
    const char *path)
{
	const char *text = ucl_value_string(v);

	if (text != NULL)
		return read_backend(map, cut_kind(map, text), path);
	if (ucl_value_is_object(v))
		return read_object(map, v, path);
	return read_list(map, v, path);
}

/* --- what is hit --------------------------------------------------------- */

static bool
is_hit(const struct rspamd_entry *e, struct span value)
{
	if (e->regex != NULL)
		return regex_match(e->regex, value.text, value.len) ==
		    REGEX_MATCHES;
	return e->exact ? span_is_exactly(value, e->key)
			: span_is(value, e->key);
}

const struct rspamd_entry *
rspamd_map_next(const struct rspamd_map *map, struct span value,
    const struct rspamd_entry *last)
{
	size_t from = last != NULL ? (size_t)(last - map->entries) + 1 : 0;

	if (last != NULL && (!map->multi || is_of_texts(map)))
		return NULL;
	/* Of equal texts the last one counts. */
	for (size_t i = map->entry_count; is_of_texts(map) && i > 0; i--)
		if (is_hit(&map->entries[i - 1], value))
			return &map->entries[i - 1];
	for (size_t i = from; !is_of_texts(map) && i < map->entry_count; i++)
		if (is_hit(&map->entries[i], value))
			return &map->entries[i];
	return NULL;
}

/* -D, D.D, -.D: how long a number is at the start of a text; 0: none is. */
static size_t
number_length(const char *text)
{
	static const char digits[] = "0123456789";
	size_t sign = *text == '-' || *text == '+';
	size_t whole = strspn(text + sign, digits);
	size_t fraction = 0;

	if (text[sign + whole] == '.')
		fraction = strspn(text + sign + whole + 1, digits);
	if (whole == 0 && (sign == 0 || fraction == 0))
		return 0;
	return sign + whole + (fraction > 0 ? 1 + fraction : 0);
}

struct span
rspamd_value_read(const char *value, double *factor)
{
	struct span symbol = { NULL, 0 };
	size_t len = 0;
	char *number;

	*factor = 1;
	if (isalpha((unsigned char)value[0]) || value[0] == '_') {
		while (isalnum((unsigned char)value[len]) || value[len] == '_')
			len++;
		symbol = (struct span){ value, len };
		if (value[len] != ':')
			return symbol;
		value += len + 1;
	}
	len = number_length(value);
	number = xmemdup(value, len);
	if (len > 0)
		*factor = strtod(number, NULL);
	free(number);
	return symbol;
}

void
rspamd_map_clear(struct rspamd_map *map)
{
	for (size_t i = 0; i < map->entry_count; i++) {
		free(map->entries[i].key);
		free(map->entries[i].value);
		regex_free(map->entries[i].regex);
	}
	for (size_t i = 0; i < map->symbol_count; i++)
		free(map->symbols[i]);
	free(map->entries);
	free(map->symbols);
	free(map->symbol);
	free(map->description);
}
