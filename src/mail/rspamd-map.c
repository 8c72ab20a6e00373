#include "config.h"

#include "mail/rspamd-map.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "mail/text.h"

/* --- entries ------------------------------------------------------------- */

/*
 * Returns the sign that ends a pattern which begins with "/", or "m" and a
 * sign, and moves *pattern past those; '\0' if it is not enclosed.
 */
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

/* Compiles a pattern, perhaps enclosed and followed by flags. */
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

/* Compiles a glob, in which "*", "+" and "?" match as ".*", ".+" and ".?". */
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

/* The compilers of patterns; NULL: the entries are texts. */
static struct regex *(*const compilers[])(const char *pattern, char **why) = {
	[RSPAMD_HASH] = NULL,
	[RSPAMD_SET] = NULL,
	[RSPAMD_REGEXP] = compile_regexp,
	[RSPAMD_GLOB] = compile_glob,
};

_Static_assert(LENGTH(compilers) == RSPAMD_MAP_KIND_MAX,
    "every kind of map has its compiler");

bool
rspamd_map_is_of_texts(const struct rspamd_map *map)
{
	return compilers[map->kind] == NULL;
}

/* The last entry with a key. */
struct last_entry {
	struct map_node node; /* must be first; the key is in lower case */
	size_t number;
};

/* Returns the last entry whose key is a text but for case; NULL: none. */
static struct last_entry *
find_last(const struct rspamd_map *map, struct span key)
{
	struct last_entry *last;
	char *lower;

	if (map->entry_count == 0)
		return NULL;
	lower = xmemdup(key.text, key.len);
	text_to_lower(lower);
	last = (struct last_entry *)map_find(&map->index, lower, key.len);
	free(lower);
	return last;
}

static void
append(struct rspamd_map *map, struct rspamd_entry *e, struct span key)
{
	struct last_entry *last = find_last(map, key);

	if (map->entry_count == 0)
		map_init(&map->index);
	if (last == NULL) {
		char *lower = arena_copy(&map->keys, key.text, key.len);

		text_to_lower(lower);
		last = arena_alloc(&map->keys, sizeof(*last));
		*last = (struct last_entry){ .node = { lower, key.len } };
		map_insert(&map->index, &last->node);
	} else {
		e->before = last->number + 1;
	}
	last->number = map->entry_count;
	map->entries = array_grow(map->entries, &map->entry_size,
	    map->entry_count, sizeof(*map->entries));
	map->entries[map->entry_count++] = *e;
}

char *
rspamd_map_add(struct rspamd_map *map, struct span key, struct span value)
{
	struct rspamd_entry e = { .key = xmemdup(key.text, key.len) };
	bool texts = rspamd_map_is_of_texts(map);
	bool twice = !texts && find_last(map, key) != NULL;
	char *why = NULL;

	if (!texts && !twice)
		e.regex = compilers[map->kind](e.key, &why);
	if (why != NULL || twice) {
		free(e.key);
		return why;
	}
	e.value = xmemdup(value.text, map->kind == RSPAMD_SET ? 0 : value.len);
	append(map, &e, key);
	return NULL;
}

/* --- matches ------------------------------------------------------------- */

static bool
is_hit(const struct rspamd_entry *e, struct span value)
{
	if (e->regex != NULL)
		return regex_match(e->regex, value.text, value.len) ==
		    REGEX_MATCHES;
	return e->exact ? span_is_exactly(value, e->key)
			: span_is(value, e->key);
}

/* Returns the last match: of equal texts, that one counts. */
static const struct rspamd_entry *
find_text(const struct rspamd_map *map, struct span value)
{
	const struct last_entry *last = find_last(map, value);
	size_t i = last != NULL ? last->number + 1 : 0;

	for (; i > 0; i = map->entries[i - 1].before)
		if (is_hit(&map->entries[i - 1], value))
			return &map->entries[i - 1];
	return NULL;
}

static const struct rspamd_entry *
find_pattern(const struct rspamd_map *map, struct span value, size_t from)
{
	for (size_t i = from; i < map->entry_count; i++)
		if (is_hit(&map->entries[i], value))
			return &map->entries[i];
	return NULL;
}

const struct rspamd_entry *
rspamd_map_next(const struct rspamd_map *map, struct span value,
    const struct rspamd_entry *last)
{
	assert(last == NULL ||
	    (last >= map->entries && last < map->entries + map->entry_count));
	if (rspamd_map_is_of_texts(map))
		return last == NULL ? find_text(map, value) : NULL;
	if (last == NULL)
		return find_pattern(map, value, 0);
	if (!map->multi)
		return NULL;
	return find_pattern(map, value, (size_t)(last - map->entries) + 1);
}

/* Returns the length of a number at the start of a text, like -1.5; 0: none. */
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
	if (map->entry_count > 0)
		map_free(&map->index);
	arena_free(&map->keys);
	rspamd_condition_free(map->condition);
	free(map->entries);
	free(map->symbols);
	free(map->symbol);
	free(map->description);
}
