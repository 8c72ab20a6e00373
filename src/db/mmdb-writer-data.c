#include "config.h"

#include "db/mmdb-writer-data.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/escape.h"
#include "base/map.h"
#include "db/mmdb-data.h"

/* The data of one network or several. */
struct data_entry {
	struct map_node node; /* by AS number, country and name */
	uint32_t asn;
	char country[3];
	struct span name;
	uint32_t number;
	uint32_t written_at; /* offset in the section plus 1; 0: not yet */
};

/* A text that was written. */
struct written_text {
	struct map_node node; /* by the text */
	uint32_t offset;
};

struct mmdb_writer_data {
	struct map entries_by_key;
	struct data_entry **entries;
	size_t entry_count;
	size_t entry_size;
	struct map texts;
	struct buf bytes;
	struct buf key;
	struct arena arena;
};

struct mmdb_writer_data *
mmdb_writer_data_new(void)
{
	struct mmdb_writer_data *d = xcalloc(1, sizeof(*d));

	map_init(&d->entries_by_key);
	map_init(&d->texts);
	return d;
}

/* Appends text as UTF-8: readers reject anything else. */
static void
put_utf8(struct buf *out, struct span s)
{
	bool control;

	for (size_t i = 0; i < s.len;) {
		size_t len = utf8_length(s.text + i, s.len - i, &control);

		if (len > 0)
			buf_put(out, s.text + i, len);
		else
			buf_puts(out, "\xef\xbf\xbd"); /* U+FFFD */
		i += len > 0 ? len : 1;
	}
}

/* Adds an entry whose key, which holds its name, is in d->key. */
static struct data_entry *
add_entry(struct mmdb_writer_data *d, const struct origin *o, size_t name_at)
{
	struct data_entry *e = arena_alloc(&d->arena, sizeof(*e));
	char *key = arena_copy(&d->arena, d->key.data, d->key.len);

	*e = (struct data_entry){
		.node = { .key = key, .key_len = d->key.len },
		.asn = o->asn,
		.name = { key + name_at, d->key.len - name_at },
		.number = (uint32_t)d->entry_count,
	};
	memcpy(e->country, o->reg.country, sizeof(e->country));
	map_insert(&d->entries_by_key, &e->node);
	d->entries = array_grow(d->entries, &d->entry_size, d->entry_count,
	    sizeof(struct data_entry *));
	d->entries[d->entry_count++] = e;
	return e;
}

uint32_t
mmdb_writer_data_add(struct mmdb_writer_data *d, const struct origin *o)
{
	struct data_entry *e;
	size_t name_at;

	buf_clear(&d->key);
	buf_put(&d->key, &o->asn, sizeof(o->asn));
	buf_put(&d->key, o->reg.country, sizeof(o->reg.country));
	name_at = d->key.len;
	put_utf8(&d->key, o->reg.name);
	e = (struct data_entry *)(void *)map_find(&d->entries_by_key,
	    d->key.data, d->key.len);
	if (e == NULL)
		e = add_entry(d, o, name_at);
	return e->number;
}

/* ---- Values ---- */

static void
put_control(struct buf *out, enum mmdb_type type, size_t size)
{
	static const uint32_t base[] = { 29, 285, 65821 };
	unsigned more = 0;
	unsigned low;
	size_t rest = size;

	while (more < 3 && size >= base[more])
		more++;
	low = more > 0 ? 28 + more : (unsigned)size;
	if (more > 0)
		rest -= base[more - 1];
	buf_putc(out, (char)(type <= MMDB_TYPE_MAP ? type << 5 | low : low));
	if (type > MMDB_TYPE_MAP)
		buf_putc(out, (char)(type - MMDB_TYPE_MAP));
	mmdb_put_big_endian(out, rest, more);
}

void
mmdb_put_big_endian(struct buf *out, uint64_t number, unsigned bytes)
{
	assert(bytes <= sizeof(number));
	while (bytes-- > 0)
		buf_putc(out, (char)(number >> 8 * bytes));
}

static void
put_integer(struct buf *out, enum mmdb_type type, uint64_t number)
{
	unsigned bytes = 0;

	while (bytes < 8 && number >> 8 * bytes > 0)
		bytes++;
	put_control(out, type, bytes);
	mmdb_put_big_endian(out, number, bytes);
}

static void
put_string(struct buf *out, const char *text, size_t len)
{
	put_control(out, MMDB_TYPE_STRING, len);
	buf_put(out, text, len);
}

static void
put_word(struct buf *out, const char *word)
{
	put_string(out, word, strlen(word));
}

static void
put_pointer(struct buf *out, uint32_t offset)
{
	static const uint32_t base[] = { 0, 2048, 526336, 0 };
	static const uint32_t limits[] = { 2048, 526336, UINT32_C(1) << 27 };
	unsigned size = 0;
	unsigned high;
	uint32_t rest;

	while (size < 3 && offset >= limits[size])
		size++;
	rest = offset - base[size];
	high = size < 3 ? rest >> 8 * (size + 1) : 0;
	buf_putc(out, (char)(MMDB_TYPE_POINTER << 5 | size << 3 | high));
	mmdb_put_big_endian(out, rest, size + 1);
}

/* ---- Entries ---- */

/* Writes a text, or a pointer to it where it was written before. */
static void
put_text(struct mmdb_writer_data *d, const char *text, size_t len)
{
	struct map_node *found = map_find(&d->texts, text, len);
	struct written_text *t;

	if (found != NULL) {
		t = (struct written_text *)(void *)found;
		put_pointer(&d->bytes, t->offset);
		return;
	}
	t = arena_alloc(&d->arena, sizeof(*t));
	*t = (struct written_text){
		.node = { .key = text, .key_len = len },
		.offset = (uint32_t)d->bytes.len,
	};
	map_insert(&d->texts, &t->node);
	put_string(&d->bytes, text, len);
}

static void
put_key(struct mmdb_writer_data *d, const char *key)
{
	put_text(d, key, strlen(key));
}

void
mmdb_writer_data_put(struct mmdb_writer_data *d, uint32_t number)
{
	struct data_entry *e;
	struct buf *out = &d->bytes;
	bool has_country;

	assert(number < d->entry_count);
	e = d->entries[number];
	if (e->written_at != 0)
		return;
	has_country = e->country[0] != '\0';
	e->written_at = (uint32_t)out->len + 1;
	put_control(out, MMDB_TYPE_MAP, 1U + (e->name.len > 0) + has_country);
	put_key(d, "autonomous_system_number");
	put_integer(out, MMDB_TYPE_UINT32, e->asn);
	if (e->name.len > 0) {
		put_key(d, "autonomous_system_organization");
		put_text(d, e->name.text, e->name.len);
	}
	if (has_country) {
		put_key(d, "country");
		put_control(out, MMDB_TYPE_MAP, 1);
		put_key(d, "iso_code");
		put_string(out, e->country, 2);
	}
}

uint32_t
mmdb_writer_data_offset(const struct mmdb_writer_data *d, uint32_t number)
{
	assert(number < d->entry_count && d->entries[number]->written_at != 0);
	return d->entries[number]->written_at - 1;
}

struct span
mmdb_writer_data_bytes(const struct mmdb_writer_data *d)
{
	return (struct span){ d->bytes.data, d->bytes.len };
}

void
mmdb_writer_data_free(struct mmdb_writer_data *d)
{
	if (d == NULL)
		return;
	map_free(&d->entries_by_key);
	map_free(&d->texts);
	free(d->entries);
	buf_free(&d->bytes);
	buf_free(&d->key);
	arena_free(&d->arena);
	free(d);
}

void
mmdb_put_metadata(struct buf *out, const struct mmdb_about *about,
    const struct mmdb_tree_size *tree)
{
	buf_puts(out, MMDB_MARKER);
	put_control(out, MMDB_TYPE_MAP, 9);
	put_word(out, "binary_format_major_version");
	put_integer(out, MMDB_TYPE_UINT16, 2);
	put_word(out, "binary_format_minor_version");
	put_integer(out, MMDB_TYPE_UINT16, 0);
	put_word(out, "build_epoch");
	put_integer(out, MMDB_TYPE_UINT64, (uint64_t)about->built);
	put_word(out, "database_type");
	put_word(out, about->type);
	put_word(out, "description");
	put_control(out, MMDB_TYPE_MAP, 1);
	put_word(out, "en");
	put_word(out, about->description);
	put_word(out, "ip_version");
	put_integer(out, MMDB_TYPE_UINT16, tree->ipv6 ? 6 : 4);
	put_word(out, "languages");
	put_control(out, MMDB_TYPE_ARRAY, 1);
	put_word(out, "en");
	put_word(out, "node_count");
	put_integer(out, MMDB_TYPE_UINT32, tree->nodes);
	put_word(out, "record_size");
	put_integer(out, MMDB_TYPE_UINT16, tree->record_bits);
}
