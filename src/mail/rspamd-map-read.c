#include "config.h"

#include "mail/rspamd-map-read.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "io/warn.h"
#include "mail/rspamd-map-text.h"

#define FALLBACK "fallback+" /* before a file to read instead of URLs */

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

/* A map's value in a configuration, which is being read. */
struct map_source {
	struct rspamd_map *map;
	const char *path;		/* of the configuration */
	const struct ucl_value *object; /* has the entries; NULL: none does */
	const char *fallback;		/* a file, in place of URLs; or NULL */
	bool kinds;			/* names begin with the map's kind */
};

/* Reads a map's file. As in rspamd, one that is not there yet is empty. */
static bool
read_map_file(const struct map_source *s, const char *path)
{
	struct buf text = { 0 };
	unsigned long line;
	char *why = NULL;
	bool good;

	if (access(path, F_OK) != 0 && errno == ENOENT) {
		warn_line("%s: %s: there is no %s; as in rspamd, this map is "
			  "without it",
		    s->path, s->map->symbol, path);
		return true;
	}
	good = load(path, &text);
	if (good)
		why = rspamd_map_read_text(s->map, text.data, &line);
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

static bool
ends_with(const char *text, const char *suffix)
{
	size_t len = strlen(text);
	size_t end = strlen(suffix);

	return len >= end && strcasecmp(text + len - end, suffix) == 0;
}

static bool
is_url(const char *text)
{
	return begins_with(text, "http://") || begins_with(text, "https://");
}

/* Returns the file that a path or file:// names; NULL if it is neither. */
static const char *
file_of(const char *text)
{
	if (begins_with(text, "file://"))
		return text + strlen("file://");
	return text[0] == '/' ? text : NULL;
}

/* Returns what follows "fallback+"; NULL if a text begins otherwise. */
static const char *
cut_fallback(const char *text)
{
	return begins_with(text, FALLBACK) ? text + strlen(FALLBACK) : NULL;
}

static bool
refuse(const struct map_source *s, const char *text, const char *why)
{
	warn_line("%s: %s: %s: %s", s->path, s->map->symbol, text, why);
	return false;
}

/* Reads the fallback of a URL: asnq is as rspamd when it cannot fetch that. */
static bool
read_fallback(const struct map_source *s, const char *url)
{
	if (s->fallback == NULL)
		return refuse(s, url, "only maps in files are read");
	warn_line("%s: %s: %s is not fetched, but its fallback %s is read",
	    s->path, s->map->symbol, url, s->fallback);
	return read_map_file(s, s->fallback);
}

/*
 * The kinds that can be named before a map's file or entry; the last ones are
 * not for AS numbers and countries.
 */
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
	{ "radix;", RSPAMD_MAP_KIND_MAX, false },
	{ "ipnet;", RSPAMD_MAP_KIND_MAX, false },
	{ "cdb;", RSPAMD_MAP_KIND_MAX, false },
	{ "cdb:/", RSPAMD_MAP_KIND_MAX, false },
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
add_line(const struct map_source *s, const char *text)
{
	char *line_text = format_text("%s\n", text);
	unsigned long line;
	char *why = rspamd_map_read_text(s->map, line_text, &line);
	bool good = why == NULL;

	if (!good)
		warn_line("%s: %s: %s", s->path, s->map->symbol, why);
	free(why);
	free(line_text);
	return good;
}

/* Adds an element of a list: a line, or of whole texts a key and a value. */
static bool
add_element(const struct map_source *s, const char *text)
{
	struct rspamd_map *map = s->map;
	const char *blank = strchr(text, ' ');
	struct span key = { text, strlen(text) };
	struct span value = { "", 0 };

	if (!rspamd_map_is_of_texts(map))
		return add_line(s, text);
	if (blank != NULL && map->kind == RSPAMD_HASH) {
		key.len = (size_t)(blank - text);
		value = (struct span){ blank + 1, strlen(blank + 1) };
	}
	free(rspamd_map_add(map, key, value)); /* NULL */
	map->entries[map->entry_count - 1].exact = true;
	return true;
}

/*
 * Calls `read` with each text of a list, or a single one, until it returns
 * false. What is no text, as a number without quotes, is not read by rspamd.
 */
static bool
read_texts(const struct map_source *s, const struct ucl_value *list,
    bool (*read)(const struct map_source *s, const char *text))
{
	const struct ucl_value *v;
	bool good = true;
	void *at = NULL;

	while (list != NULL && (v = ucl_value_next(list, &at)) != NULL) {
		const char *text = ucl_value_string(v);

		if (text == NULL)
			warn_line("%s: %s: rspamd does not read an element "
				  "that is no text: %s",
			    s->path, s->map->symbol,
			    ucl_value_text(v) != NULL ? ucl_value_text(v)
						      : "[...]");
		else if (good)
			good = read(s, text);
	}
	return good;
}

/* Reads what a text names: a file, a URL, or the object's own entries. */
static bool
read_backend(const struct map_source *s, const char *text)
{
	const char *file;

	if (s->kinds)
		text = cut_kind(s->map, text);
	if (s->map->kind == RSPAMD_MAP_KIND_MAX)
		return refuse(s, text, "no map of this type is read");
	if (cut_fallback(text) != NULL)
		return true; /* not a URL's yet: see read_fallback() */
	if (s->object != NULL && strcasecmp(text, "static") == 0)
		return read_texts(s, ucl_value_find(s->object, "data"),
		    add_line);
	if (is_url(text))
		return read_fallback(s, text);
	file = file_of(text);
	if (file == NULL && strncmp(text, "redis", strlen("redis")) == 0)
		return refuse(s, text, "only maps in files are read");
	if (file == NULL)
		return refuse(s, text, "invalid map fetching protocol");
	if (ends_with(file, ".zst") || ends_with(file, ".zstd"))
		return refuse(s, text, "a compressed map is not read");
	return read_map_file(s, file);
}

/* Finds the last file that is a fallback; counts what is none. */
static bool
find_fallback(struct map_source *s, const struct ucl_value *list,
    size_t *others)
{
	const struct ucl_value *v;
	void *at = NULL;

	while ((v = ucl_value_next(list, &at)) != NULL) {
		const char *text = ucl_value_string(v);
		const char *rest;

		if (text != NULL && s->kinds)
			text = cut_kind(s->map, text);
		rest = text != NULL ? cut_fallback(text) : NULL;
		*others += text != NULL && rest == NULL;
		if (rest == NULL)
			continue;
		s->fallback = file_of(rest);
		if (s->fallback == NULL)
			return refuse(s, text, "a fallback must be a file");
	}
	return true;
}

/* Reads the files of a list, or a single one. */
static bool
read_backends(struct map_source *s, const struct ucl_value *list)
{
	size_t others = 0;

	if (!find_fallback(s, list, &others))
		return false;
	if (others == 0)
		return refuse(s, s->fallback != NULL ? s->fallback : "[]",
		    "cannot add map with fallback only backend");
	return read_texts(s, list, read_backend);
}

static bool
add_entry(const struct map_source *s, const char *text)
{
	text = cut_kind(s->map, text);
	if (s->map->kind == RSPAMD_MAP_KIND_MAX)
		return refuse(s, text, "no map of this type is read");
	/* rspamd makes no patterns of such a list. */
	if (s->map->multi)
		s->map->kind = RSPAMD_SET;
	return add_element(s, text);
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
read_list(struct map_source *s, const struct ucl_value *list)
{
	const char *first = first_text(list);

	if (first != NULL && is_file_name(cut_kind(s->map, first)))
		return read_backends(s, list);
	return read_texts(s, list, add_entry);
}

/*
 * Reads { urls = [FILE, ...]; name = TEXT; }, or, with the URL
 * "static", { urls = "static"; data = [ENTRY, ...]; }.
 */
static bool
read_object(struct map_source *s, const struct ucl_value *v)
{
	static const char *const names[] = { "upstreams", "url", "urls" };
	const struct ucl_value *files = NULL;

	for (size_t i = 0; i < LENGTH(names) && files == NULL; i++)
		files = ucl_value_find(v, names[i]);
	if (files == NULL)
		return refuse(s, "{}", "map has no urls to be loaded");
	s->object = v;
	s->kinds = false;
	return read_backends(s, files);
}

bool
rspamd_map_read(struct rspamd_map *map, const struct ucl_value *v,
    const char *path)
{
	struct map_source s = { .map = map, .path = path, .kinds = true };

	if (ucl_value_is_object(v))
		return read_object(&s, v);
	return ucl_value_string(v) != NULL ? read_backends(&s, v)
					   : read_list(&s, v);
}
