#include "config.h"

#include "fuzz.h"
#include "mail/rspamd-config.h"
#include "mail/ucl-file.h"

/*
 * Reads rspamd's configuration from any values that libucl may return: this
 * file replaces it. Each line of the input is a member: dots for its depth, its
 * name, and "=" and a text unless it is an object. After an empty line comes a
 * map's file, whose path the text @ stands for.
 */

struct ucl_file {
	struct arena arena;
	struct ucl_value *top;
	struct buf texts; /* all of them, each in a line */
};

static struct ucl_file file;

struct ucl_file *
ucl_file_read(const char *path)
{
	(void)path;
	return &file;
}

const struct ucl_value *
ucl_file_top(const struct ucl_file *f)
{
	return f->top;
}

void
ucl_file_free(struct ucl_file *f)
{
	(void)f; /* owned by LLVMFuzzerTestOneInput() */
}

bool
ucl_file_is_built_in(void)
{
	return true;
}

/* Sets the text of a value. It may not name any file but the map's. */
static void
set_text(struct ucl_value *v, struct span text, const char *map)
{
	struct span kept = span_is_exactly(text, "@")
	    ? (struct span){ map, strlen(map) }
	    : text;
	char *copy = xmemdup(kept.text, kept.len);

	if (strstr(copy, "/dev") != NULL || strstr(copy, "/proc") != NULL)
		kept.len = 0;
	if (span_is(kept, "true") || span_is(kept, "false"))
		ucl_value_set_truth(v, span_is(kept, "true"));
	else
		ucl_value_set_string(v, &file.arena, kept);
	buf_printf(&file.texts, "%s\n", copy);
	free(copy);
}

/* Reads the members of an object, whose lines begin with `depth` dots or more. */
static void
read_members(struct ucl_value *object, size_t depth, struct span *in,
    const char *map)
{
	while (in->len > 0) {
		struct span ahead = *in;
		struct span line;
		struct span name;
		struct ucl_value *v;
		size_t dots = 0;

		while (dots < ahead.len && ahead.text[dots] == '.')
			dots++;
		if (dots < depth)
			return;
		line = fuzz_until(in, '\n');
		line.text += dots < line.len ? dots : line.len;
		line.len -= dots < line.len ? dots : line.len;
		ahead = line;
		name = fuzz_until(&line, '=');
		v = ucl_value_new(&file.arena, name);
		ucl_value_append(object, v);
		if (memchr(ahead.text, '=', ahead.len) != NULL) {
			set_text(v, line, map);
			continue;
		}
		v->type = name.len > 0 && name.text[0] == '['
		    ? UCL_VALUE_LIST
		    : UCL_VALUE_OBJECT;
		if (depth < 20)
			read_members(v, depth + 1, in, map);
	}
}

/* Returns whether key is in the configuration itself, not in the map's file. */
static bool
is_in_tree(const char *key)
{
	return strstr(file.texts.data, key) != NULL;
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
	file = (struct ucl_file){ .top = NULL };
	file.top = ucl_value_new(&file.arena, (struct span){ NULL, 0 });
	file.top->type = UCL_VALUE_OBJECT;
	read_members(file.top, 0, &tree,
	    fuzz_file((struct span){ in.text + tree.len, in.len - tree.len }));
	buf_putc(&file.texts, '\0');
	rspamd_config_init(&c);
	if (rspamd_config_read(&c, path))
		rspamd_config_finish(&c);
	for (size_t i = 0; i < c.map_count; i++)
		check_map(&c.maps[i], subject);
	rspamd_config_clear(&c);
	arena_free(&file.arena);
	buf_free(&file.texts);
	return 0;
}
