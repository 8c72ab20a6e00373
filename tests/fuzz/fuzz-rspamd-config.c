#include "config.h"

#include <strings.h>

#include "fuzz.h"
#include "mail/rspamd-config.h"
#include "mail/ucl-file.h"

/*
 * Reads rspamd's configuration from any values that libucl may return: this
 * file replaces it. Each line of the input is a member: dots for its depth, its
 * name, and "=" and a text unless it is an object. After an empty line comes a
 * map's file, whose path the text @ stands for.
 */

#define VALUES_MAX 64

struct ucl_value {
	size_t depth;
	char *name;
	char *text; /* NULL for an object */
};

struct ucl_file {
	struct ucl_value values[VALUES_MAX + 1]; /* the first is the top */
	size_t count;
};

static struct ucl_file *tree_of(const char *path);

struct ucl_file *
ucl_file_read(const char *path)
{
	return tree_of(path);
}

const struct ucl_value *
ucl_file_top(const struct ucl_file *f)
{
	return f->values;
}

void
ucl_file_free(struct ucl_file *f)
{
	(void)f; /* owned by read_tree() */
}

/*
 * Returns the next member of v, or v itself once if it is not an object. The
 * list of values ends with one of depth 0.
 */
const struct ucl_value *
ucl_value_next(const struct ucl_value *v, void **at)
{
	const struct ucl_value *last = *at;
	const struct ucl_value *next = last != NULL ? last + 1 : v + 1;

	*at = NULL;
	if (!ucl_value_is_object(v)) {
		*at = last == NULL ? (void *)v : NULL;
		return *at;
	}
	while (next->depth > v->depth + 1)
		next++;
	if (next->depth == v->depth + 1)
		*at = (void *)next;
	return *at;
}

const struct ucl_value *
ucl_value_find(const struct ucl_value *v, const char *name)
{
	const struct ucl_value *member;
	void *at = NULL;

	while (
	    ucl_value_is_object(v) && (member = ucl_value_next(v, &at)) != NULL)
		if (strcmp(member->name, name) == 0)
			return member;
	return NULL;
}

bool
ucl_value_is_object(const struct ucl_value *v)
{
	return v != NULL && v->text == NULL;
}

const char *
ucl_value_name(const struct ucl_value *v)
{
	return v->name;
}

const char *
ucl_value_text(const struct ucl_value *v)
{
	return v != NULL ? v->text : NULL;
}

const char *
ucl_value_string(const struct ucl_value *v)
{
	return ucl_value_text(v);
}

bool
ucl_value_number(const struct ucl_value *v, double *out)
{
	if (v == NULL || v->text == NULL)
		return false;
	*out = strtod(v->text, NULL);
	return true;
}

bool
ucl_value_truth(const struct ucl_value *v, bool *out)
{
	if (v == NULL || v->text == NULL)
		return false;
	*out = strcasecmp(v->text, "true") == 0;
	return *out || strcasecmp(v->text, "false") == 0;
}

bool
ucl_file_is_built_in(void)
{
	return true;
}

/* --- Input ---------------------------------------------------------------- */

static struct ucl_file file;

static struct ucl_file *
tree_of(const char *path)
{
	(void)path;
	return &file;
}

/* Returns the text of a value. It may not name any file but the map's. */
static char *
text_of(struct span text, const char *map)
{
	char *copy = span_is_exactly(text, "@") ? xstrdup(map)
						: xmemdup(text.text, text.len);

	if (strstr(copy, "/dev") != NULL || strstr(copy, "/proc") != NULL)
		copy[0] = '\0';
	return copy;
}

static void
read_tree(struct span in, const char *map)
{
	size_t depth = 0; /* of the innermost open object */

	file.values[0] = (struct ucl_value){ 0, xstrdup(""), NULL };
	file.count = 1;
	while (in.len > 0 && file.count < VALUES_MAX) {
		struct span line = fuzz_until(&in, '\n');
		struct ucl_value *v = &file.values[file.count++];
		bool object = memchr(line.text, '=', line.len) == NULL;
		struct span name;

		for (v->depth = 1; line.len > 0 && line.text[0] == '.';
		     v->depth++)
			fuzz_byte(&line);
		if (v->depth > depth + 1)
			v->depth = depth + 1;
		name = fuzz_until(&line, '=');
		v->name = xmemdup(name.text, name.len);
		v->text = object ? NULL : text_of(line, map);
		depth = v->depth - !object;
	}
	file.values[file.count] = (struct ucl_value){ 0, NULL, NULL };
}

static void
clear_tree(void)
{
	for (size_t i = 0; i < file.count; i++) {
		free(file.values[i].name);
		free(file.values[i].text);
	}
}

/* Returns whether key is in the configuration itself, not in the map's file. */
static bool
is_in_tree(const char *key)
{
	for (size_t i = 0; i < file.count; i++)
		if (file.values[i].text != NULL &&
		    strstr(file.values[i].text, key) != NULL)
			return true;
	return false;
}

/*
 * Checks that each text of a map is found, and that the matches of a value come
 * in order and end.
 */
static void
check_map(const struct rspamd_map *map, struct span subject)
{
	bool texts = map->kind == RSPAMD_HASH || map->kind == RSPAMD_SET;
	const struct rspamd_entry *hit = NULL;
	const struct rspamd_entry *last = NULL;

	HOLDS(map->symbol != NULL && map->description != NULL);
	for (size_t i = 0; i < map->entry_count; i++) {
		const struct rspamd_entry *e = &map->entries[i];
		struct span key = { e->key, strlen(e->key) };
		const struct rspamd_entry *found =
		    rspamd_map_next(map, key, NULL);

		HOLDS((e->regex == NULL) == texts);
		HOLDS(!e->exact || is_in_tree(e->key));
		HOLDS(!texts || (found != NULL && span_is(key, found->key)));
	}
	while ((hit = rspamd_map_next(map, subject, hit)) != NULL) {
		HOLDS(last == NULL || hit > last);
		last = hit;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	const char *path =
	    (fuzz_byte(&in) & 1) != 0 ? "asn.conf" : "multimap.conf";
	struct span subject = fuzz_until(&in, '\n');
	struct span tree = in;
	struct rspamd_config c;

	tree.len = 0;
	while (tree.len < in.len &&
	    (tree.len == 0 || in.text[tree.len] != '\n' ||
		in.text[tree.len - 1] != '\n'))
		tree.len++;
	read_tree(tree,
	    fuzz_file((struct span){ in.text + tree.len, in.len - tree.len }));
	rspamd_config_init(&c);
	rspamd_config_read(&c, path);
	for (size_t i = 0; i < c.map_count; i++)
		check_map(&c.maps[i], subject);
	rspamd_config_clear(&c);
	clear_tree();
	return 0;
}
