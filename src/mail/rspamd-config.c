#include "config.h"

#include "mail/rspamd-config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

/* Returns whether an object within a section is there once; else says so. */
static bool
is_single(const struct ucl_value *v, const char *path)
{
	if (v != NULL && v->merged)
		warn_line("%s: '%s' is set twice", path, ucl_value_name(v));
	return v == NULL || !v->merged;
}

/* --- asn ----------------------------------------------------------------- */

static void
set_text(char **to, const struct ucl_value *v)
{
	const char *text = ucl_value_text(v);

	free(*to);
	*to = text != NULL ? xstrdup(text) : NULL;
}

/* Sets *off to whether a section disables its module. */
static bool
read_switch(const struct ucl_value *section, const char *path, bool *off)
{
	static const char *const names[] = { "disabled", "enabled" };
	static const char *const words[] = { "no", "yes", "0", "1", "false",
		"true", "off", "on" };

	*off = false;
	for (size_t i = 0; i < LENGTH(names); i++) {
		const struct ucl_value *v = ucl_value_find(section, names[i]);
		const char *text = ucl_value_text(v);
		size_t word = 0;

		if (v == NULL)
			continue;
		while (word < LENGTH(words) &&
		    (text == NULL || strcasecmp(text, words[word]) != 0))
			word++;
		if (word == LENGTH(words)) {
			warn_line("%s: '%s' is neither true nor false", path,
			    names[i]);
			return false;
		}
		*off |= word % 2 != i;
	}
	return true;
}

static bool
read_asn(struct rspamd_config *c, const struct ucl_value *asn, const char *path)
{
	const char *type = text_of(asn, "provider_type");
	const struct ucl_value *info = ucl_value_find(asn, "provider_info");
	const struct ucl_value *symbol = ucl_value_find(asn, "symbol");
	bool truth;

	if (!read_switch(asn, path, &c->asn_off) || !is_single(info, path))
		return false;
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
read_settings(struct rspamd_map *map, const struct ucl_value *v,
    const char *path)
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
	if (is_set(v, "action"))
		warn_line("%s: %s: rspamd may end at its action, and insert no "
			  "symbol of other maps then",
		    path, map->symbol);
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

/* Returns whether a map has no setting that is beyond asnq; else says so. */
static bool
is_usable(const struct rspamd_map *map, const struct ucl_value *v,
    const char *path)
{
	static const struct {
		const char *name;
		bool multi; /* it changes only maps whose entries all count */
	} others[] = { { "combined", false }, { "expression", false },
		{ "rules", false }, { "flags", true }, { "nshots", true },
		{ "one_shot", true } };
	const char *filter = text_of(v, "filter");

	for (size_t i = 0; i < LENGTH(others); i++)
		if (is_set(v, others[i].name) &&
		    (!others[i].multi || map->multi)) {
			warn_line("%s: %s: '%s' is not supported", path,
			    map->symbol, others[i].name);
			return false;
		}
	if (filter != NULL && strcmp(filter, "ip_addr") == 0)
		warn_line("%s: %s: the filter ip_addr is not supported", path,
		    map->symbol);
	return filter == NULL || strcmp(filter, "ip_addr") != 0;
}

static bool
read_condition(struct rspamd_map *map, const struct ucl_value *v,
    const char *path)
{
	const char *text = text_of(v, "require_symbols");
	const char *why = "it is no text";

	if (!is_set(v, "require_symbols"))
		return true;
	if (text != NULL)
		map->condition = rspamd_condition_new(text, &why);
	if (map->condition == NULL)
		warn_line("%s: %s: require_symbols: %s", path, map->symbol,
		    why);
	return map->condition != NULL;
}

static bool
read_map(struct rspamd_config *c, const struct ucl_value *v, const char *path)
{
	const struct ucl_value *entries = ucl_value_find(v, "map");
	enum rspamd_variable variable;
	struct rspamd_map *map;

	if (!read_type(v, &variable))
		return true;
	if (!is_single(v, path))
		return false;
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
	read_settings(map, v, path);
	return is_usable(map, v, path) && read_condition(map, v, path) &&
	    rspamd_map_read(map, entries, path);
}

static bool
read_multimap(struct rspamd_config *c, const struct ucl_value *multimap,
    const char *path)
{
	const struct ucl_value *v;
	void *at = NULL;
	bool good = read_switch(multimap, path, &c->multimap_off);

	while ((v = ucl_value_next(multimap, &at)) != NULL)
		if (good && ucl_value_is_object(v))
			good = read_map(c, v, path);
	return good;
}

static bool
is_named(const char *path, const char *word)
{
	const char *slash = strrchr(path, '/');

	return strstr(slash != NULL ? slash : path, word) != NULL;
}

/* Returns whether an object is the inside of multimap { }: it has rules. */
static bool
has_rules(const struct ucl_value *v)
{
	const struct ucl_value *member;
	bool found = false;
	void *at = NULL;

	while ((member = ucl_value_next(v, &at)) != NULL)
		found |= ucl_value_find(member, "type") != NULL;
	return found;
}

/* Returns a member if it is an object, else NULL. */
static const struct ucl_value *
object_of(const struct ucl_value *v, const char *name)
{
	const struct ucl_value *member = ucl_value_find(v, name);

	return ucl_value_is_object(member) ? member : NULL;
}

/* Reads what concerns both modules. */
static void
read_options(struct rspamd_config *c, const struct ucl_value *options)
{
	ucl_value_truth(ucl_value_find(options, "check_local"),
	    &c->check_local);
}

/* Reads a file's sections; without any, the file is all of one. */
static bool
read_object(struct rspamd_config *c, const struct ucl_value *top,
    const char *path)
{
	const struct ucl_value *asn = object_of(top, "asn");
	const struct ucl_value *multimap = object_of(top, "multimap");

	read_options(c, object_of(top, "options"));
	if (asn == NULL && multimap == NULL) {
		if (is_named(path, "multimap") ||
		    (!is_named(path, "asn") && has_rules(top)))
			multimap = top;
		else
			asn = top;
	}
	return (asn == NULL || read_asn(c, asn, path)) &&
	    (multimap == NULL || read_multimap(c, multimap, path));
}

/* Reads a file's objects, each of which tells by its contents what it is. */
static bool
read_top(struct rspamd_config *c, const struct ucl_value *top, const char *path)
{
	const struct ucl_value *v;
	bool good = true;
	void *at = NULL;

	if (ucl_value_is_object(top))
		return read_object(c, top, path);
	while ((v = ucl_value_next(top, &at)) != NULL)
		good = good && read_object(c, v, "-");
	return good;
}

bool
rspamd_config_read(struct rspamd_config *c, const char *path)
{
	struct ucl_file *f = ucl_file_read(path);
	bool good = f != NULL && read_top(c, ucl_file_top(f), path);

	ucl_file_free(f);
	return good;
}

/* --- the order of maps --------------------------------------------------- */

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

/* Maps that are being put into order. */
struct ordering {
	struct rspamd_config *config;
	size_t count; /* of those that are in order */
	enum {
		NEW,
		BEGUN,
		DONE
	} * states;
};

static bool order_map(struct ordering *o, size_t number);

/* Orders the maps that declare a symbol, which another one requires. */
static bool
order_required(struct ordering *o, const struct rspamd_map *by,
    struct span symbol)
{
	const struct rspamd_config *c = o->config;
	char *fail = format_text("%s_FAIL", c->symbol ? c->symbol : "ASN");
	bool known = span_is_exactly(symbol, fail) ||
	    (c->symbol != NULL && span_is_exactly(symbol, c->symbol));

	free(fail);
	for (size_t i = 0; i < c->map_count; i++) {
		if (!declares(&c->maps[i], symbol))
			continue;
		known = true;
		if (!order_map(o, i))
			return false;
	}
	if (!known)
		warn_line("rspamd: %s requires %.*s, which does not follow "
			  "from an address: it counts as absent",
		    by->symbol, (int)symbol.len, symbol.text);
	return true;
}

static bool
order_map(struct ordering *o, size_t number)
{
	const struct rspamd_map *map = &o->config->maps[number];
	struct span symbol;

	if (o->states[number] == BEGUN)
		warn_line("rspamd: require_symbols of %s leads back to it",
		    map->symbol);
	if (o->states[number] != NEW)
		return o->states[number] == DONE;
	o->states[number] = BEGUN;
	for (size_t i = 0; map->condition != NULL; i++) {
		symbol = rspamd_condition_symbol(map->condition, i);
		if (symbol.text == NULL)
			break;
		if (!order_required(o, map, symbol))
			return false;
	}
	o->states[number] = DONE;
	o->config->order[o->count++] = number;
	return true;
}

bool
rspamd_config_finish(struct rspamd_config *c)
{
	struct ordering o = { .config = c };
	bool good = true;

	c->order = xcalloc(c->map_count, sizeof(*c->order));
	o.states = xcalloc(c->map_count, sizeof(*o.states));
	for (size_t i = 0; i < c->map_count && good; i++)
		good = order_map(&o, i);
	free(o.states);
	return good;
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
	free(c->order);
	free(c->zones[FAMILY_IPV4]);
	free(c->zones[FAMILY_IPV6]);
	free(c->symbol);
	*c = (struct rspamd_config){ .symbol = NULL };
}
