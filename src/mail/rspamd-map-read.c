#include "config.h"

#include "mail/rspamd-map-read.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "io/warn.h"
#include "mail/rspamd-map-text.h"

/* Returns whether a file has no NUL, which would end its text. */
static bool
has_no_nul(const struct buf *file, const char *path)
{
	const char *nul = memchr(file->data, '\0', file->len);
	unsigned long line = 1;

	if (nul == NULL)
		return true;
	for (const char *at = file->data; at < nul; at++)
		line += *at == '\n';
	warn_line("%s:%lu: the line has a NUL", path, line);
	return false;
}

/* Appends a file and a NUL; returns false after a message on stderr. */
static bool
load(const char *path, struct buf *out)
{
	FILE *in = fopen(path, "r");
	bool good = in != NULL;
	char chunk[BUFSIZ];
	size_t n;

	while (good && (n = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_put(out, chunk, n);
	good = good && !ferror(in);
	if (!good)
		warn_line("%s: %s", path, strerror(errno));
	good = good && (out->len == 0 || has_no_nul(out, path));
	buf_putc(out, '\0');
	if (in != NULL)
		fclose(in);
	return good;
}

static bool
read_map_file(struct rspamd_map *map, const char *path)
{
	struct buf text = { 0 };
	bool good = load(path, &text);
	unsigned long line;
	char *why = NULL;

	if (good)
		why = rspamd_map_read_text(map, text.data, &line);
	if (why != NULL)
		warn_line("%s:%lu: %s", path, line, why);
	good &= why == NULL;
	free(why);
	buf_free(&text);
	return good;
}

static bool
begins_with(const char *text, const char *prefix)
{
	return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

/* Reads a file that is named by its path or URL. */
static bool
read_backend(struct rspamd_map *map, const char *text, const char *path)
{
	if (begins_with(text, "fallback+"))
		text += strlen("fallback+");
	if (begins_with(text, "file://"))
		return read_map_file(map, text + strlen("file://"));
	if (text[0] == '/')
		return read_map_file(map, text);
	if (begins_with(text, "http://") || begins_with(text, "https://") ||
	    strncmp(text, "redis", strlen("redis")) == 0)
		warn_line("%s: %s: only maps in files are read", path, text);
	else
		warn_line("%s: invalid map fetching protocol: %s", path, text);
	return false;
}

/* The kinds that can be named before a map's file or entry. */
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

/* Sets the kind that a text begins with, if any; returns the rest. */
static const char *
cut_kind(struct rspamd_map *map, const char *text)
{
	for (size_t i = 0; i < LENGTH(kinds); i++) {
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
is_file_name(const char *text)
{
	return (text[0] == '/' && isalpha((unsigned char)text[1])) ||
	    strncmp(text, "http", strlen("http")) == 0;
}

/* Adds an entry of the configuration itself, as a line of a file. */
static bool
add_line(struct rspamd_map *map, const char *text, const char *path)
{
	char *line_text = format_text("%s\n", text);
	unsigned long line;
	char *why = rspamd_map_read_text(map, line_text, &line);
	bool good = why == NULL;

	if (!good)
		warn_line("%s: %s: %s", path, map->symbol, why);
	free(why);
	free(line_text);
	return good;
}

/* Adds an element of a list: a line, or of whole texts a key and a value. */
static bool
add_element(struct rspamd_map *map, const char *text, const char *path)
{
	const char *blank = strchr(text, ' ');
	struct span key = { text, strlen(text) };
	struct span value = { "", 0 };

	if (!rspamd_map_is_of_texts(map))
		return add_line(map, text, path);
	if (blank != NULL && map->kind == RSPAMD_HASH) {
		key.len = (size_t)(blank - text);
		value = (struct span){ blank + 1, strlen(blank + 1) };
	}
	free(rspamd_map_add(map, key, value)); /* NULL */
	map->entries[map->entry_count - 1].exact = true;
	return true;
}

/* Calls `read` with each text of a list or object, until it returns false. */
static bool
read_texts(struct rspamd_map *map, const struct ucl_value *list,
    const char *path,
    bool (*read)(struct rspamd_map *map, const char *text, const char *path))
{
	const struct ucl_value *v;
	bool good = true;
	void *at = NULL;

	while (list != NULL && (v = ucl_value_next(list, &at)) != NULL) {
		const char *text = ucl_value_string(v);

		if (text != NULL && good)
			good = read(map, text, path);
	}
	return good;
}

static bool
add_file(struct rspamd_map *map, const char *text, const char *path)
{
	return read_backend(map, cut_kind(map, text), path);
}

static bool
add_entry(struct rspamd_map *map, const char *text, const char *path)
{
	text = cut_kind(map, text);
	/* rspamd makes no patterns of such a list. */
	if (map->multi)
		map->kind = RSPAMD_SET;
	return add_element(map, text, path);
}

static const char *
first_text(const struct ucl_value *list)
{
	const struct ucl_value *v;
	const char *text = NULL;
	void *at = NULL;

	while ((v = ucl_value_next(list, &at)) != NULL)
		if (text == NULL)
			text = ucl_value_string(v);
	return text;
}

/* Reads a list of files, or else of entries, whichever the first one is. */
static bool
read_list(struct rspamd_map *map, const struct ucl_value *list,
    const char *path)
{
	const char *first = first_text(list);
	bool files = first != NULL && is_file_name(cut_kind(map, first));

	return read_texts(map, list, path, files ? add_file : add_entry);
}

/* Reads { url = FILE; } or { url = "static"; data = [ENTRY, ...]; }. */
static bool
read_object(struct rspamd_map *map, const struct ucl_value *v, const char *path)
{
	const char *url = ucl_value_string(ucl_value_find(v, "url"));

	if (url != NULL && strcasecmp(url, "static") != 0)
		return read_backend(map, url, path);
	return read_texts(map, ucl_value_find(v, "data"), path, add_line);
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
