#include "config.h"

#include "mail/rspamd-map-text.h"

#include "mail/text.h"

/* A line of a map. */
struct map_line {
	const char *start;
	struct span key;
	struct span value;
	bool counts; /* it is an entry */
};

static bool
ends_line(char c)
{
	return c == '\0' || c == '\n' || c == '\r';
}

static struct span
strip(const char *from, const char *to)
{
	return text_trim((struct span){ from, (size_t)(to - from) });
}

/*
 * Returns the end of a text in quotes or slashes, after the next one that has
 * no backslash before it; NULL if there is none.
 */
static const char *
skip_enclosed(const char *at, char quote)
{
	for (; *at != '\0' && *at != quote; at++)
		if (*at == '\\' && at[1] != '\0')
			at++;
	return *at == quote ? at + 1 : NULL;
}

/* Returns where a key ends that is not in quotes. */
static const char *
find_key_end(const char *start, const char *at)
{
	bool pattern = *start == '/';

	while (*at != '\0' && !text_is_white(*at) &&
	    (*at != '#' || (!pattern && at > start && at[-1] == '\\')))
		at++;
	return at;
}

/*
 * Returns the key at *at, which is moved past it: in quotes, or up to a blank
 * or a comment, but between two slashes in any case. Text NULL: there is no
 * more key in the text.
 */
static struct span
next_key(const char **at)
{
	static const struct span none = { NULL, 0 };
	const char *start = *at;
	const char *end = start;

	if (*start == '"' || *start == '/')
		end = skip_enclosed(start + 1, *start);
	if (end == NULL)
		return none;
	if (*start == '"') {
		*at = end;
		return strip(start + 1, end - 1);
	}
	*at = find_key_end(start, end);
	/* rspamd drops a pattern that the text ends with. */
	return *start == '/' && **at == '\0' ? none : strip(start, *at);
}

/* Returns the value after a key, up to a comment or the end of its line. */
static struct span
next_value(const char **at)
{
	const char *start;

	while (**at == ' ' || **at == '\t')
		(*at)++;
	start = *at;
	while (!ends_line(**at) && **at != '#')
		(*at)++;
	return strip(start, *at);
}

/* Reads the next line and moves *at past it; returns false at the end. */
static bool
next_line(const char **at, struct map_line *out)
{
	bool blank;

	while (text_is_white(**at))
		(*at)++;
	*out = (struct map_line){ .start = *at, .value = { "", 0 } };
	if (**at == '\0')
		return false;
	out->key = next_key(at);
	if (out->key.text == NULL)
		return false;
	blank = **at == ' ' || **at == '\t';
	if (!ends_line(**at) && **at != '#')
		out->value = next_value(at);
	/* rspamd drops a key if only blanks follow it to the text's end. */
	out->counts = (out->key.len > 0 || *out->start == '"') &&
	    !(blank && **at == '\0' && out->value.len == 0);
	while (!ends_line(**at))
		(*at)++;
	return true;
}

/* Returns the number of the line that `at` is in, from 1 on. */
static unsigned long
line_of(const char *text, const char *at)
{
	unsigned long line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

char *
rspamd_map_read_text(struct rspamd_map *map, const char *text,
    unsigned long *line)
{
	const char *at = text;
	struct map_line entry;

	while (next_line(&at, &entry)) {
		char *why = NULL;

		if (entry.counts)
			why = rspamd_map_add(map, entry.key, entry.value);
		if (why != NULL) {
			*line = line_of(text, entry.start);
			return why;
		}
	}
	return NULL;
}
