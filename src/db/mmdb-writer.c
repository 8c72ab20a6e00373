#include "config.h"

#include "db/mmdb-writer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/escape.h"
#include "base/map.h"
#include "db/mmdb-data.h"

/*
 * A record of the tree while it grows: a node, counted from the first one
 * made, which is the deepest; an entry, with its bit; or nothing.
 */
#define ENTRY (UINT32_C(1) << 31)
#define NOTHING UINT32_MAX

struct row {
	struct prefix prefix;
	uint32_t record;
	uint64_t rank; /* of the same prefix, the lowest counts */
};

struct rows {
	struct row *list;
	size_t count;
	size_t size;
};

struct node {
	uint32_t record[2];
};

/* What is told of networks, once for all that share it. */
struct entry {
	struct map_node node; /* by its bytes */
	uint32_t asn;
	char country[3];
	struct span name;
	uint32_t number;
	uint32_t offset; /* in the data and 1; 0 until it is written */
};

/* A text that stands in the data. */
struct text {
	struct map_node node; /* by itself */
	uint32_t offset;
};

struct mmdb_writer {
	struct rows rows[FAMILY_MAX];
	struct map entry_map;
	struct entry **entries;
	size_t entry_count;
	size_t entry_size;
	struct node *nodes;
	size_t node_count;
	size_t node_size;
	uint32_t *slots; /* nodes and 1 by what they hold: open addressing */
	size_t query_count;
	struct map texts;
	struct buf data;
	struct buf key;
	struct arena arena;
};

struct mmdb_writer *
mmdb_writer_new(void)
{
	struct mmdb_writer *w = xcalloc(1, sizeof(*w));

	map_init(&w->entry_map);
	map_init(&w->texts);
	return w;
}

/* ---- What is added ---- */

static void
add_row(struct rows *rows, const struct prefix *p, uint32_t record,
    uint64_t rank)
{
	if (rows->count == rows->size) {
		rows->size = rows->size > 0 ? 2 * rows->size : 1024;
		rows->list =
		    xrealloc(rows->list, rows->size * sizeof(*rows->list));
	}
	rows->list[rows->count++] = (struct row){ *p, record, rank };
}

/* The format wants UTF-8, and readers stop where there is something else. */
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

static struct span
keep(struct mmdb_writer *w, const char *bytes, size_t len)
{
	char *copy = arena_alloc(&w->arena, len);

	memcpy(copy, bytes, len);
	return (struct span){ copy, len };
}

/* The number of an entry in the list, to which it may have to be added. */
static uint32_t
share(struct mmdb_writer *w, const struct origin *o)
{
	const size_t head = sizeof(o->asn) + sizeof(o->reg.country);
	struct map_node *found;
	struct entry *e;
	struct span key;

	buf_clear(&w->key);
	buf_put(&w->key, &o->asn, sizeof(o->asn));
	buf_put(&w->key, o->reg.country, sizeof(o->reg.country));
	put_utf8(&w->key, o->reg.name);
	found = map_find(&w->entry_map, w->key.data, w->key.len);
	if (found != NULL)
		return ((struct entry *)(void *)found)->number;
	e = arena_alloc(&w->arena, sizeof(*e));
	key = keep(w, w->key.data, w->key.len);
	*e = (struct entry){
		.node = { .key = key.text, .key_len = key.len },
		.asn = o->asn,
		.name = { key.text + head, key.len - head },
		.number = (uint32_t)w->entry_count,
	};
	memcpy(e->country, o->reg.country, sizeof(e->country));
	map_insert(&w->entry_map, &e->node);
	if (w->entry_count == w->entry_size) {
		w->entry_size = w->entry_size > 0 ? 2 * w->entry_size : 256;
		w->entries =
		    xrealloc(w->entries, w->entry_size * sizeof(*w->entries));
	}
	w->entries[w->entry_count++] = e;
	return e->number;
}

void
mmdb_writer_add(struct mmdb_writer *w, const struct origin *o)
{
	uint64_t rank = (uint64_t)o->source << 33 |
	    (uint64_t)asn_is_reserved(o->asn) << 32 | o->asn;

	add_row(&w->rows[o->prefix.addr.family], &o->prefix,
	    asn_is_none(o->asn) ? NOTHING : ENTRY | share(w, o), rank);
}

/* ---- The tree ---- */

static uint32_t *
slot_of(const struct mmdb_writer *w, const struct node *n)
{
	uint64_t hash = ((uint64_t)n->record[0] << 32 | n->record[1]) *
	    UINT64_C(0x9e3779b97f4a7c15); /* Knuth 6.4 */
	size_t mask = w->query_count - 1;
	size_t i = (size_t)(hash >> 32) & mask;

	while (w->slots[i] != 0 &&
	    memcmp(&w->nodes[w->slots[i] - 1], n, sizeof(*n)) != 0)
		i = (i + 1) & mask;
	return &w->slots[i];
}

static void
grow_slots(struct mmdb_writer *w)
{
	free(w->slots);
	w->query_count = w->query_count > 0 ? 2 * w->query_count : 4096;
	w->slots = xcalloc(w->query_count, sizeof(*w->slots));
	for (size_t i = 0; i < w->node_count; i++)
		*slot_of(w, &w->nodes[i]) = (uint32_t)i + 1;
}

static uint32_t
add_node(struct mmdb_writer *w, const struct node *n)
{
	if (w->node_count == w->node_size) {
		w->node_size = w->node_size > 0 ? 2 * w->node_size : 4096;
		w->nodes = xrealloc(w->nodes, w->node_size * sizeof(*w->nodes));
	}
	w->nodes[w->node_count++] = *n;
	return (uint32_t)w->node_count - 1;
}

/* A node with these records; there is one of each. */
static uint32_t
node_of(struct mmdb_writer *w, const struct node *n)
{
	uint32_t *slot;

	if (2 * (w->node_count + 1) > w->query_count)
		grow_slots(w);
	slot = slot_of(w, n);
	if (*slot == 0)
		*slot = add_node(w, n) + 1;
	return *slot - 1;
}

static int
compare_prefixes(const struct prefix *a, const struct prefix *b)
{
	int order = memcmp(a->addr.bytes, b->addr.bytes, 16);

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

static int
compare_rows(const void *left, const void *right)
{
	const struct row *a = left;
	const struct row *b = right;
	int order = compare_prefixes(&a->prefix, &b->prefix);

	if (order != 0)
		return order;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->record > b->record) - (a->record < b->record);
}

/* Sorts, and leaves the first of each prefix. */
static void
sort_rows(struct rows *rows)
{
	size_t kept = 0;

	if (rows->count < 2)
		return;
	qsort(rows->list, rows->count, sizeof(*rows->list), compare_rows);
	for (size_t i = 1; i < rows->count; i++)
		if (compare_prefixes(&rows->list[kept].prefix,
			&rows->list[i].prefix) != 0)
			rows->list[++kept] = rows->list[i];
	rows->count = kept + 1;
}

/*
 * The record for the network of `depth` bits in which the rows stand, sorted;
 * `record` is what covers it. Networks of the same entry side by side stay
 * apart, since each is announced by itself.
 */
static uint32_t
build(struct mmdb_writer *w, const struct row *row, size_t count,
    unsigned depth, uint32_t record)
{
	size_t left = 0;
	struct node n;

	if (count > 0 && row->prefix.len == depth) {
		record = row->record;
		row++;
		count--;
	}
	if (count == 0)
		return record;
	while (left < count &&
	    (row[left].prefix.addr.bytes[depth / 8] & 0x80 >> depth % 8) == 0)
		left++;
	n.record[0] = build(w, row, left, depth + 1, record);
	n.record[1] = build(w, row + left, count - left, depth + 1, record);
	return node_of(w, &n);
}

/*
 * Where an IPv4 address stands inside of an IPv6 one. The format puts IPv4
 * into ::/96, and nobody announces the mapped ones; 6to4 and Teredo may have
 * prefixes of their own.
 */
static const struct way {
	struct prefix prefix;
	bool shared;
} ways[] = {
	{ { { { 0 }, FAMILY_IPV6 }, 96 }, false },
	{ { { { [10] = 0xff, [11] = 0xff }, FAMILY_IPV6 }, 96 }, false },
	{ { { { 0x20, 0x01 }, FAMILY_IPV6 }, 32 }, true }, /* RFC 4380 */
	{ { { { 0x20, 0x02 }, FAMILY_IPV6 }, 16 }, true }, /* RFC 3056 */
};

/* Whether any prefix lies inside of `p` or around it. */
static bool
is_taken(const struct rows *rows, const struct prefix *p)
{
	for (size_t i = 0; i < rows->count; i++)
		if (prefix_covers(&rows->list[i].prefix, p) ||
		    prefix_covers(p, &rows->list[i].prefix))
			return true;
	return false;
}

static void
drop_inside(struct rows *rows, const struct prefix *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->count; i++)
		if (!prefix_covers(p, &rows->list[i].prefix))
			rows->list[kept++] = rows->list[i];
	rows->count = kept;
}

/* Lets all ways lead to the part for IPv4. */
static void
add_ipv4(struct rows *rows, uint32_t record)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		const struct prefix *p = &ways[i].prefix;

		if (ways[i].shared && (record == NOTHING || is_taken(rows, p)))
			continue;
		drop_inside(rows, p);
		add_row(rows, p, record, 0);
	}
}

/* The last node is the tree's root. */
static void
build_tree(struct mmdb_writer *w)
{
	struct rows *ipv4 = &w->rows[FAMILY_IPV4];
	struct rows *ipv6 = &w->rows[FAMILY_IPV6];
	uint32_t root;

	sort_rows(ipv4);
	root = build(w, ipv4->list, ipv4->count, 0, NOTHING);
	if (ipv6->count > 0) {
		add_ipv4(ipv6, root);
		sort_rows(ipv6);
		root = build(w, ipv6->list, ipv6->count, 0, NOTHING);
	}
	if (root >= ENTRY)
		add_node(w, &(struct node){ { root, root } });
}

/* ---- The data ---- */

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
	while (more-- > 0)
		buf_putc(out, (char)(rest >> 8 * more));
}

static void
put_big_endian(struct buf *out, uint64_t number, unsigned bytes)
{
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
	put_big_endian(out, number, bytes);
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
	put_big_endian(out, rest, size + 1);
}

/* A text, or where the same stands already. */
static void
put_text(struct mmdb_writer *w, const char *text, size_t len)
{
	struct map_node *found = map_find(&w->texts, text, len);
	struct text *t;

	if (found != NULL) {
		put_pointer(&w->data, ((struct text *)(void *)found)->offset);
		return;
	}
	t = arena_alloc(&w->arena, sizeof(*t));
	*t = (struct text){
		.node = { .key = text, .key_len = len },
		.offset = (uint32_t)w->data.len,
	};
	map_insert(&w->texts, &t->node);
	put_string(&w->data, text, len);
}

static void
put_key(struct mmdb_writer *w, const char *key)
{
	put_text(w, key, strlen(key));
}

static void
put_entry(struct mmdb_writer *w, struct entry *e)
{
	struct buf *out = &w->data;
	bool has_country = e->country[0] != '\0';

	e->offset = (uint32_t)out->len + 1;
	put_control(out, MMDB_TYPE_MAP, 1U + (e->name.len > 0) + has_country);
	put_key(w, "autonomous_system_number");
	put_integer(out, MMDB_TYPE_UINT32, e->asn);
	if (e->name.len > 0) {
		put_key(w, "autonomous_system_organization");
		put_text(w, e->name.text, e->name.len);
	}
	if (has_country) {
		put_key(w, "country");
		put_control(out, MMDB_TYPE_MAP, 1);
		put_key(w, "iso_code");
		put_string(out, e->country, 2);
	}
}

/* Entries that networks still lead to. False: more than the format holds. */
static bool
put_data(struct mmdb_writer *w)
{
	for (size_t i = w->node_count; i-- > 0;)
		for (int side = 0; side < 2; side++) {
			uint32_t record = w->nodes[i].record[side];
			struct entry *e;

			if (record == NOTHING || record < ENTRY)
				continue;
			e = w->entries[record & ~ENTRY];
			if (e->offset == 0)
				put_entry(w, e);
			if (w->data.len > ENTRY)
				return false;
		}
	return true;
}

/* ---- The file ---- */

#define SEPARATOR 16 /* zeros between tree and data */

static uint64_t
number_of(const struct mmdb_writer *w, uint32_t record)
{
	uint64_t nodes = w->node_count;

	if (record == NOTHING)
		return nodes;
	if (record < ENTRY)
		return nodes - 1 - record; /* the root is to be the first */
	return nodes + SEPARATOR + w->entries[record & ~ENTRY]->offset - 1;
}

static void
put_node(struct buf *out, uint64_t left, uint64_t right, unsigned bits)
{
	put_big_endian(out, left & (bits == 28 ? 0xffffff : UINT32_MAX),
	    bits / 8);
	if (bits == 28)
		buf_putc(out, (char)(left >> 24 << 4 | right >> 24));
	put_big_endian(out, right & (bits == 28 ? 0xffffff : UINT32_MAX),
	    bits / 8);
}

/* 0: there is no size that is large enough. */
static unsigned
record_bits(uint64_t largest)
{
	static const unsigned sizes[] = { 24, 28, 32 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (largest >> sizes[i] == 0)
			return sizes[i];
	return 0;
}

static void
put_metadata(const struct mmdb_writer *w, const struct mmdb_about *about,
    unsigned bits, struct buf *out)
{
	bool ipv6 = w->rows[FAMILY_IPV6].count > 0;

	buf_puts(out, "\xab\xcd\xefMaxMind.com");
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
	put_integer(out, MMDB_TYPE_UINT16, ipv6 ? 6 : 4);
	put_word(out, "languages");
	put_control(out, MMDB_TYPE_ARRAY, 1);
	put_word(out, "en");
	put_word(out, "node_count");
	put_integer(out, MMDB_TYPE_UINT32, w->node_count);
	put_word(out, "record_size");
	put_integer(out, MMDB_TYPE_UINT16, bits);
}

bool
mmdb_writer_write(struct mmdb_writer *w, const struct mmdb_about *about,
    struct buf *out)
{
	static const char zeros[SEPARATOR];
	unsigned bits;

	build_tree(w);
	if (w->node_count >= ENTRY || !put_data(w))
		return false;
	bits = record_bits(w->node_count + SEPARATOR + w->data.len);
	if (bits == 0)
		return false;
	for (size_t i = w->node_count; i-- > 0;) {
		const struct node *n = &w->nodes[i];

		put_node(out, number_of(w, n->record[0]),
		    number_of(w, n->record[1]), bits);
	}
	buf_put(out, zeros, sizeof(zeros));
	buf_put(out, w->data.data, w->data.len);
	put_metadata(w, about, bits, out);
	return true;
}

void
mmdb_writer_free(struct mmdb_writer *w)
{
	if (w == NULL)
		return;
	for (int f = 0; f < FAMILY_MAX; f++)
		free(w->rows[f].list);
	map_free(&w->entry_map);
	map_free(&w->texts);
	free(w->entries);
	free(w->nodes);
	free(w->slots);
	buf_free(&w->data);
	buf_free(&w->key);
	arena_free(&w->arena);
	free(w);
}
