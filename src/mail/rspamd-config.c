#include "config.h"

#include "mail/rspamd-config.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "io/warn.h"
#include "mail/rspamd-map-read.h"
#include "mail/ucl-file.h"

void
rspamd_config_init(struct rspamd_config *c)
{
	*c = (struct rspamd_config){
		.zones = { xstrdup("asn.rspamd.com"),
		    xstrdup("asn6.rspamd.com") },
		.symbol = xstrdup("ASN"),
	};
}

/* Returns the text of a member; NULL: it has none. */
static const char *
text_of(const struct ucl_value *v, const char *name)
{
	return ucl_value_text(ucl_value_find(v, name));
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
	const char *type = text_of(asn, "provider_type");
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

/* Returns whether a member is true to Lua: it is set, and not to false. */
static bool
is_set(const struct ucl_value *v, const char *name)
{
	const struct ucl_value *member = ucl_value_find(v, name);
	bool truth;

	return member != NULL && (!ucl_value_truth(member, &truth) || truth);
}

/* Reads the symbols that values of the map may name. */
static void
read_symbols(struct rspamd_map *map, const struct ucl_value *list)
{
	const struct ucl_value *v;
	void *at = NULL;

	while (list != NULL && (v = ucl_value_next(list, &at)) != NULL) {
		const char *text = ucl_value_string(v);

		if (text == NULL)
			continue;
		map->symbols = array_grow(map->symbols, &map->symbol_size,
		    map->symbol_count, sizeof(*map->symbols));
		map->symbols[map->symbol_count++] = xstrdup(text);
	}
}

/* Reads a score; one that is no number is 0, and drops the description. */
static void
read_score(struct rspamd_map *map, const struct ucl_value *score)
{
	map->has_score = score == NULL ||
	    (ucl_value_string(score) == NULL &&
		ucl_value_number(score, &map->score));
}

/* Returns a value's kind of entries, as its settings have it. */
static enum rspamd_map_kind
kind_of(const struct ucl_value *v)
{
	return is_set(v, "regexp") ? RSPAMD_REGEXP
	    : is_set(v, "glob")	   ? RSPAMD_GLOB
				   : RSPAMD_HASH;
}

/* Sets all of a map but its entries. */
static void
read_settings(struct rspamd_map *map, const struct ucl_value *v)
{
	const char *symbol = text_of(v, "symbol");
	const char *description = text_of(v, "description");

	map->symbol = xstrdup(symbol != NULL ? symbol : ucl_value_name(v));
	map->description = description != NULL
	    ? xstrdup(description)
	    : format_text("multimap, type %s: %s",
		  words_get(&rspamd_variables, map->variable), map->symbol);
	read_score(map, ucl_value_find(v, "score"));
	read_symbols(map, ucl_value_find(v, "symbols"));
	map->kind = kind_of(v);
	map->multi = map->kind != RSPAMD_HASH && is_set(v, "multi");
	map->own_alone = is_set(v, "disable_multisymbol");
}

/* Returns whether a map is of a type that concerns AS numbers, and which. */
static bool
read_type(const struct ucl_value *v, enum rspamd_variable *out)
{
	const char *type = text_of(v, "type");
	unsigned variable;

	if (type == NULL ||
	    !words_find(&rspamd_variables, (struct span){ type, strlen(type) },
		&variable) ||
	    variable == RSPAMD_IPNET)
		return false;
	*out = (enum rspamd_variable)variable;
	return true;
}

static bool
read_map(struct rspamd_config *c, const struct ucl_value *v, const char *path)
{
	const struct ucl_value *entries = ucl_value_find(v, "map");
	enum rspamd_variable variable;
	struct rspamd_map *map;

	if (!read_type(v, &variable))
		return true;
	if (entries == NULL)
		entries = ucl_value_find(v, "url");
	if (entries == NULL) {
		warn_line("%s: %s: incomplete rule, missing map", path,
		    ucl_value_name(v));
		return false;
	}
	c->maps =
	    array_grow(c->maps, &c->map_size, c->map_count, sizeof(*c->maps));
	map = &c->maps[c->map_count++];
	*map = (struct rspamd_map){ .variable = variable };
	read_settings(map, v);
	return rspamd_map_read(map, entries, path);
}

static bool
read_multimap(struct rspamd_config *c, const struct ucl_value *multimap,
    const char *path)
{
	const struct ucl_value *v;
	void *at = NULL;
	bool good = true;

	while ((v = ucl_value_next(multimap, &at)) != NULL)
		if (good && ucl_value_is_object(v))
			good = read_map(c, v, path);
	return good;
}

static bool
names_multimap(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strstr(slash != NULL ? slash : path, "multimap") != NULL;
}

/* Returns a member if it is an object, else NULL. */
static const struct ucl_value *
object_of(const struct ucl_value *v, const char *name)
{
	const struct ucl_value *member = ucl_value_find(v, name);

	return ucl_value_is_object(member) ? member : NULL;
}

/* Reads a file's sections; without any, the file is all of one. */
static bool
read_top(struct rspamd_config *c, const struct ucl_value *top, const char *path)
{
	const struct ucl_value *asn = object_of(top, "asn");
	const struct ucl_value *multimap = object_of(top, "multimap");

	if (asn == NULL && multimap == NULL) {
		if (names_multimap(path))
			multimap = top;
		else
			asn = top;
	}
	return (asn == NULL || read_asn(c, asn, path)) &&
	    (multimap == NULL || read_multimap(c, multimap, path));
}

bool
rspamd_config_read(struct rspamd_config *c, const char *path)
{
	struct ucl_file *f = ucl_file_read(path);
	bool good = f != NULL && read_top(c, ucl_file_top(f), path);

	ucl_file_free(f);
	return good;
}

/* Returns whether a map declares a symbol, whose score it sets then. */
static bool
declares(const struct rspamd_map *map, struct span symbol)
{
	if (span_is_exactly(symbol, map->symbol))
		return true;
	for (size_t i = 0; i < map->symbol_count; i++)
		if (span_is_exactly(symbol, map->symbols[i]))
			return true;
	return false;
}

const struct rspamd_map *
rspamd_config_find_symbol(const struct rspamd_config *c, struct span symbol)
{
	for (size_t i = 0; i < c->map_count; i++)
		if (declares(&c->maps[i], symbol))
			return &c->maps[i];
	return NULL;
}

struct span
rspamd_hit_symbol(const struct rspamd_map *map,
    const struct rspamd_entry *entry, double *factor)
{
	struct span own = { map->symbol, strlen(map->symbol) };
	struct span symbol = rspamd_value_read(entry->value, factor);

	if (symbol.text == NULL)
		return own;
	if (map->symbol_count > 0)
		return declares(map, symbol) ? symbol : own;
	return map->own_alone ? own : symbol;
}

void
rspamd_config_clear(struct rspamd_config *c)
{
	for (size_t i = 0; i < c->map_count; i++)
		rspamd_map_clear(&c->maps[i]);
	free(c->maps);
	free(c->zones[FAMILY_IPV4]);
	free(c->zones[FAMILY_IPV6]);
	free(c->symbol);
	*c = (struct rspamd_config){ .symbol = NULL };
}
