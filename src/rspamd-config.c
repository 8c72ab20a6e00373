#include "config.h"

#include "rspamd-config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "say.h"
#include "ucl-file.h"

void
rspamd_config_init(struct rspamd_config *c)
{
	*c = (struct rspamd_config){
		.zones = { xstrdup("asn.rspamd.com"),
		    xstrdup("asn6.rspamd.com") },
		.symbol = xstrdup("ASN"),
	};
}

/* --- asn ----------------------------------------------------------------- */

static void
set_text(char **to, const struct ucl_value *v)
{
	const char *text = ucl_value_text(v);

	free(*to);
	*to = text != NULL ? xstrdup(text) : NULL;
}

static bool
read_asn(struct rspamd_config *c, const struct ucl_value *asn, const char *path)
{
	const char *type = ucl_value_text(ucl_value_find(asn, "provider_type"));
	const struct ucl_value *info = ucl_value_find(asn, "provider_info");
	const struct ucl_value *symbol = ucl_value_find(asn, "symbol");
	bool truth;

	if (type != NULL && strcmp(type, "rspamd") != 0) {
		warn_line("%s: Unknown provider_type: %s", path, type);
		return false;
	}
	if (info != NULL) {
		set_text(&c->zones[FAMILY_IPV4], ucl_value_find(info, "ip4"));
		set_text(&c->zones[FAMILY_IPV6], ucl_value_find(info, "ip6"));
	}
	if (symbol != NULL && ucl_value_truth(symbol, &truth) && !truth) {
		free(c->symbol);
		c->symbol = NULL;
	} else if (symbol != NULL)
		set_text(&c->symbol, symbol);
	ucl_value_truth(ucl_value_find(asn, "check_local"), &c->check_local);
	return true;
}

/* --- multimap ------------------------------------------------------------ */

/* What can stand behind a key: "2.5", "SYMBOL:2.5", or a symbol. */
static double
factor_of(const char *value)
{
	const char *colon = strchr(value, ':');
	const char *number = colon != NULL ? colon + 1 : value;
	size_t len = strspn(number, "0123456789.+-");
	double factor;
	char *end;

	if (len == 0)
		return 1;
	factor = strtod(number, &end);
	return end != number ? factor : 1;
}

/* A pattern with or without slashes around it and letters behind. */
static struct regex *
compile(const char *pattern, char **why)
{
	const char *last = strrchr(pattern, '/');
	struct regex *regex;
	char *bare;

	if (pattern[0] != '/' || last == pattern)
		return regex_new(pattern, why);
	bare = strchr(last, 'i') != NULL
	    ? format_text("(?i)%.*s", (int)(last - pattern - 1), pattern + 1)
	    : xmemdup(pattern + 1, (size_t)(last - pattern - 1));
	regex = regex_new(bare, why);
	free(bare);
	return regex;
}

static char *
add_entry(struct rspamd_map *map, const char *key, size_t len,
    const char *value)
{
	struct rspamd_entry e = { .key = xmemdup(key, len) };
	char *why = NULL;

	e.factor = factor_of(value);
	if (map->regexp)
		e.regex = compile(e.key, &why);
	if (why != NULL) {
		free(e.key);
		return why;
	}
	map->entries = xrealloc(map->entries,
	    (map->entry_count + 1) * sizeof(*map->entries));
	map->entries[map->entry_count++] = e;
	return NULL;
}

/* A line of a map: a key, which may be quoted, and a value behind it. */
static char *
add_line(struct rspamd_map *map, const char *line)
{
	size_t len;

	line += strspn(line, " \t");
	if (*line == '#' || *line == '\0')
		return NULL;
	if (*line == '"' && strchr(line + 1, '"') != NULL) {
		len = strcspn(line + 1, "\"");
		return add_entry(map, line + 1, len,
		    line + len + 2 + strspn(line + len + 2, " \t"));
	}
	if (map->regexp && *line == '/' && strrchr(line, '/') != line) {
		const char *last = strrchr(line, '/');

		len = (size_t)(last - line);
		len += strcspn(last, " \t");
	} else
		len = strcspn(line, " \t");
	return add_entry(map, line, len,
	    line + len + strspn(line + len, " \t"));
}

static bool
read_map_file(struct rspamd_map *map, const char *path)
{
	FILE *in = fopen(path, "r");
	unsigned long number = 0;
	char *line = NULL;
	size_t size = 0;
	char *why = NULL;
	bool good;

	if (in == NULL) {
		warn_line("%s: %s", path, strerror(errno));
		return false;
	}
	while (why == NULL && getline(&line, &size, in) >= 0) {
		number++;
		line[strcspn(line, "\r\n")] = '\0';
		why = add_line(map, line);
	}
	good = why == NULL && !ferror(in);
	if (why != NULL)
		warn_line("%s:%lu: %s", path, number, why);
	else if (!good)
		warn_line("%s: %s", path, strerror(errno));
	free(why);
	free(line);
	fclose(in);
	return good;
}

/* A file by its path or URL, or one entry or several in the place of it. */
static bool
read_entries(struct rspamd_map *map, const struct ucl_value *v,
    const char *path)
{
	const struct ucl_value *element;
	void *at = NULL;

	while ((element = ucl_value_next(v, &at)) != NULL) {
		const char *text = ucl_value_text(element);
		size_t before = map->entry_count;
		char *why = NULL;

		if (text == NULL)
			continue;
		if (strncmp(text, "file://", 7) == 0)
			text += 7;
		if (text[0] == '/' &&
		    !(map->regexp && at != NULL && strrchr(text, '/') != text &&
			strchr(text + 1, '.') == NULL)) {
			if (!read_map_file(map, text))
				return false;
			continue;
		}
		if (strstr(text, "://") != NULL) {
			warn_line("%s: %s: only maps in files are read", path,
			    text);
			return false;
		}
		why = add_line(map, text);
		if (map->entry_count > before)
			map->entries[before].exact = true;
		if (why != NULL) {
			warn_line("%s: %s: %s", path, map->symbol, why);
			free(why);
			return false;
		}
	}
	return true;
}

static bool
read_map(struct rspamd_config *c, const struct ucl_value *v, const char *path)
{
	const char *type = ucl_value_text(ucl_value_find(v, "type"));
	const struct ucl_value *entries = ucl_value_find(v, "map");
	const char *symbol = ucl_value_text(ucl_value_find(v, "symbol"));
	const char *text;
	struct rspamd_map *map;

	if (type == NULL ||
	    (strcmp(type, "asn") != 0 && strcmp(type, "country") != 0))
		return true;
	if (entries == NULL)
		entries = ucl_value_find(v, "url");
	if (entries == NULL) {
		warn_line("%s: %s: incomplete rule, missing map", path,
		    ucl_value_name(v));
		return false;
	}
	c->maps = xrealloc(c->maps, (c->map_count + 1) * sizeof(*c->maps));
	map = &c->maps[c->map_count++];
	*map = (struct rspamd_map){
		.symbol = xstrdup(symbol != NULL ? symbol : ucl_value_name(v)),
		.variable = type[0] == 'a' ? RSPAMD_ASN : RSPAMD_COUNTRY,
	};
	text = ucl_value_text(ucl_value_find(v, "description"));
	map->description = text != NULL
	    ? xstrdup(text)
	    : format_text("multimap, type %s: %s", type, map->symbol);
	ucl_value_number(ucl_value_find(v, "score"), &map->score);
	ucl_value_truth(ucl_value_find(v, "regexp"), &map->regexp);
	return read_entries(map, entries, path);
}

static bool
read_multimap(struct rspamd_config *c, const struct ucl_value *multimap,
    const char *path)
{
	const struct ucl_value *v;
	void *at = NULL;

	while ((v = ucl_value_next(multimap, &at)) != NULL)
		if (ucl_value_is_object(v) && !read_map(c, v, path))
			return false;
	return true;
}

static bool
names_multimap(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strstr(slash != NULL ? slash : path, "multimap") != NULL;
}

bool
rspamd_config_read(struct rspamd_config *c, const char *path)
{
	struct ucl_file *f = ucl_file_read(path);
	const struct ucl_value *top;
	const struct ucl_value *asn;
	const struct ucl_value *multimap;
	bool good = true;

	if (f == NULL)
		return false;
	top = ucl_file_top(f);
	asn = ucl_value_find(top, "asn");
	multimap = ucl_value_find(top, "multimap");
	if (!ucl_value_is_object(asn))
		asn = NULL;
	if (!ucl_value_is_object(multimap))
		multimap = NULL;
	if (asn == NULL && multimap == NULL && names_multimap(path))
		multimap = top;
	else if (asn == NULL && multimap == NULL)
		asn = top;
	if (asn != NULL)
		good = read_asn(c, asn, path);
	if (good && multimap != NULL)
		good = read_multimap(c, multimap, path);
	ucl_file_free(f);
	return good;
}

const struct rspamd_entry *
rspamd_map_find(const struct rspamd_map *map, struct span value)
{
	for (size_t i = 0; i < map->entry_count; i++) {
		const struct rspamd_entry *e = &map->entries[i];

		if (e->regex != NULL) {
			if (regex_match(e->regex, value.text, value.len) ==
			    REGEX_MATCHES)
				return e;
		} else if (e->exact ? span_is_exactly(value, e->key)
				    : span_is(value, e->key))
			return e;
	}
	return NULL;
}

static void
clear_map(struct rspamd_map *map)
{
	for (size_t i = 0; i < map->entry_count; i++) {
		free(map->entries[i].key);
		regex_free(map->entries[i].regex);
	}
	free(map->entries);
	free(map->symbol);
	free(map->description);
}

void
rspamd_config_clear(struct rspamd_config *c)
{
	for (size_t i = 0; i < c->map_count; i++)
		clear_map(&c->maps[i]);
	free(c->maps);
	free(c->zones[FAMILY_IPV4]);
	free(c->zones[FAMILY_IPV6]);
	free(c->symbol);
	*c = (struct rspamd_config){ .symbol = NULL };
}
