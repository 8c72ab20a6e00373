#include "config.h"

#include "db/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/map.h"

/*
 * The prefixes of a family stand in one array, sorted by network, then by
 * length: each stands behind those that cover it, and knows the last of them.
 * So a search ends at the last prefix that does not lie behind the address;
 * what covers the address is that one or some of those that cover it.
 */

#define NONE UINT32_MAX /* no prefix covers it */
#define HOLE 0		/* the AS of a prefix that is excluded */
#define NO_REG 0	/* the place of a registration that says nothing */
#define REG_MAX ((1U << 24) - 1)

#define INDEX_BITS_MAX 20 /* behind each entry stand a few rows, no more */

struct row {
	uint32_t up;	   /* the row that covers it, or NONE */
	uint32_t asn;	   /* or HOLE */
	uint32_t reg : 24; /* place in the list of registrations */
	uint32_t len : 8;
	uint32_t net[]; /* one word, or four, in host order */
};

struct rows {
	size_t words; /* of an address */
	size_t stride;
	char *bytes;
	size_t count;
	size_t size;
	unsigned shift;	 /* what is left are the first bits of a network */
	uint32_t *index; /* by them: the first row */
};

/* Where a registration stands in the list, by its bytes. */
struct place {
	struct map_node node; /* the first: a node is its place */
	uint32_t reg;
};

struct table {
	struct rows rows[FAMILY_MAX];
	struct registration *regs; /* once for all that share it */
	size_t reg_count;
	size_t reg_size;
	struct arena texts;

	/* While it is filled: */
	uint32_t last; /* registration, which the next prefix often has, too */
	struct map map;
	struct arena places;
	struct buf key;
};

static struct span
copy_span(struct arena *arena, struct span s)
{
	char *copy;

	if (s.text == NULL || s.len == 0)
		return s;
	copy = arena_alloc(arena, s.len);
	memcpy(copy, s.text, s.len);
	return (struct span){ copy, s.len };
}

/* Appends a registration to the list; returns its place. */
static uint32_t
append(struct table *t, const struct registration *reg)
{
	struct registration *copy;

	if (t->reg_count > REG_MAX)
		return NO_REG;
	if (t->reg_count == t->reg_size) {
		t->reg_size = t->reg_size > 0 ? 2 * t->reg_size : 256;
		t->regs = xrealloc(t->regs, t->reg_size * sizeof(*t->regs));
	}
	copy = &t->regs[t->reg_count];
	*copy = *reg;
	copy->registry = copy_span(&t->texts, reg->registry);
	copy->allocated = copy_span(&t->texts, reg->allocated);
	copy->name = copy_span(&t->texts, reg->name);
	return (uint32_t)t->reg_count++;
}

struct table *
table_new(void)
{
	struct table *t = xcalloc(1, sizeof(*t));

	for (int f = 0; f < FAMILY_MAX; f++) {
		struct rows *rows = &t->rows[f];

		rows->words = family_bits((enum family)f) / 32;
		rows->stride =
		    sizeof(struct row) + rows->words * sizeof(uint32_t);
	}
	map_init(&t->map);
	append(t, &(struct registration){ .country = "" });
	return t;
}

static struct row *
row_at(const struct rows *rows, size_t i)
{
	return (struct row *)(void *)(rows->bytes + i * rows->stride);
}

/* The words of an address. */
static void
read_net(const struct addr *a, size_t words, uint32_t *net)
{
	const uint8_t *b = a->bytes;

	for (size_t i = 0; i < words; i++, b += 4)
		net[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
		    (uint32_t)b[2] << 8 | b[3];
}

/* Into a prefix that is all zero. */
static void
read_prefix(const struct row *row, size_t words, enum family family,
    struct prefix *out)
{
	uint8_t *b = out->addr.bytes;

	for (size_t i = 0; i < words; i++, b += 4) {
		b[0] = (uint8_t)(row->net[i] >> 24);
		b[1] = (uint8_t)(row->net[i] >> 16);
		b[2] = (uint8_t)(row->net[i] >> 8);
		b[3] = (uint8_t)row->net[i];
	}
	out->addr.family = (uint8_t)family;
	out->len = row->len;
}

/* By network, then by length. */
static int
compare(const struct row *a, const uint32_t *net, uint8_t len, size_t words)
{
	for (size_t i = 0; i < words; i++)
		if (a->net[i] != net[i])
			return a->net[i] < net[i] ? -1 : 1;
	return (a->len > len) - (a->len < len);
}

static int
compare_rows(const struct row *a, const struct row *b, size_t words)
{
	int order = compare(a, b->net, b->len, words);

	if (order == 0)
		order = (a->asn > b->asn) - (a->asn < b->asn);
	return order != 0 ? order : (a->reg > b->reg) - (a->reg < b->reg);
}

static int
compare_ipv4(const void *a, const void *b)
{
	return compare_rows(a, b, 1);
}

static int
compare_ipv6(const void *a, const void *b)
{
	return compare_rows(a, b, 4);
}

static void
add_row(struct table *t, const struct prefix *p, uint32_t asn, uint32_t reg)
{
	struct rows *rows = &t->rows[p->addr.family];
	struct row *row;

	if (rows->count == rows->size) {
		rows->size = rows->size > 0 ? 2 * rows->size : 1024;
		rows->bytes = xrealloc(rows->bytes, rows->size * rows->stride);
	}
	row = row_at(rows, rows->count);
	*row = (struct row){
		.up = NONE,
		.asn = asn,
		.reg = reg & REG_MAX,
		.len = p->len,
	};
	read_net(&p->addr, rows->words, row->net);
	rows->count++;
}

static void
put_span(struct buf *out, struct span s)
{
	buf_put(out, &s.len, sizeof(s.len));
	buf_put(out, s.text, s.len);
}

static bool
says_nothing(const struct registration *reg)
{
	return reg->country[0] == '\0' && reg->registry.len == 0 &&
	    reg->allocated.len == 0 && reg->name.len == 0;
}

/* The place of a registration in the list, to which it may have to be added. */
static uint32_t
share(struct table *t, const struct registration *reg)
{
	struct place *p;

	if (says_nothing(reg))
		return NO_REG;
	if (registration_compare(&t->regs[t->last], reg) == 0)
		return t->last;
	buf_clear(&t->key);
	buf_put(&t->key, reg->country, sizeof(reg->country));
	put_span(&t->key, reg->registry);
	put_span(&t->key, reg->allocated);
	put_span(&t->key, reg->name);
	p = (struct place *)map_find(&t->map, t->key.data, t->key.len);
	if (p == NULL) {
		struct span key = { t->key.data, t->key.len };

		p = arena_alloc(&t->places, sizeof(*p));
		p->node.key = copy_span(&t->places, key).text;
		p->node.key_len = key.len;
		p->reg = append(t, reg);
		map_insert(&t->map, &p->node);
	}
	t->last = p->reg;
	return p->reg;
}

void
table_add(struct table *t, const struct origin *origin)
{
	add_row(t, &origin->prefix, origin->asn, share(t, &origin->reg));
}

void
table_exclude(struct table *t, const struct prefix *p)
{
	add_row(t, p, HOLE, NO_REG);
}

/* Whether a row adds nothing to the one before: a hole keeps its prefix out. */
static bool
is_double(const struct row *before, const struct row *row, size_t words)
{
	return compare(before, row->net, row->len, words) == 0 &&
	    (before->asn == HOLE ||
		(before->asn == row->asn && before->reg == row->reg));
}

/* What is left takes no more room than it needs. */
static void
drop_doubles(struct rows *rows)
{
	size_t count = 0;
	char *kept;

	for (size_t i = 0; i < rows->count; i++) {
		struct row *row = row_at(rows, i);

		if (count == 0 ||
		    !is_double(row_at(rows, count - 1), row, rows->words))
			memmove(row_at(rows, count++), row, rows->stride);
	}
	kept = xmalloc_large(count * rows->stride);
	if (count > 0)
		memcpy(kept, rows->bytes, count * rows->stride);
	free(rows->bytes);
	rows->bytes = kept;
	rows->count = count;
}

static bool
covers(const struct row *row, const uint32_t *net, uint8_t len)
{
	unsigned left = row->len;

	if (left > len)
		return false;
	for (size_t i = 0; left > 0; i++) {
		unsigned bits = left < 32 ? left : 32;

		if ((row->net[i] ^ net[i]) >> (32 - bits) != 0)
			return false;
		left -= bits;
	}
	return true;
}

/* The last of a row and those above it that covers a network. */
static uint32_t
climb(const struct rows *rows, uint32_t i, const uint32_t *net, uint8_t len)
{
	while (i != NONE && !covers(row_at(rows, i), net, len))
		i = row_at(rows, i)->up;
	return i;
}

static void
build(struct rows *rows)
{
	unsigned bits = 1;
	uint32_t next = 0;

	array_sort(rows->bytes, rows->count, rows->stride,
	    rows->words == 1 ? compare_ipv4 : compare_ipv6);
	drop_doubles(rows);
	while (bits < INDEX_BITS_MAX && rows->count >> bits > 0)
		bits++;
	rows->shift = 32 - bits;
	rows->index = xmalloc_large(((1U << bits) + 1) * sizeof(*rows->index));
	for (uint32_t i = 0; i < rows->count; i++) {
		struct row *row = row_at(rows, i);

		row->up = climb(rows, i > 0 ? i - 1 : NONE, row->net, row->len);
		while (next <= row->net[0] >> rows->shift)
			rows->index[next++] = i;
	}
	while (next <= 1U << bits)
		rows->index[next++] = (uint32_t)rows->count;
}

static void
end_filling(struct table *t)
{
	map_free(&t->map);
	arena_free(&t->places);
	buf_free(&t->key);
}

void
table_build(struct table *t)
{
	for (int f = 0; f < FAMILY_MAX; f++)
		build(&t->rows[f]);
	end_filling(t);
}

bool
table_serves(const struct table *t, enum family family)
{
	return t->rows[family].count > 0;
}

/* Into an origin that is all zero; of a hole the prefix is all. */
static void
read_origin(const struct table *t, const struct row *row, enum family family,
    struct origin *out)
{
	read_prefix(row, t->rows[family].words, family, &out->prefix);
	if (row->asn == HOLE)
		return;
	out->asn = row->asn;
	out->reg = t->regs[row->reg];
}

/* The last row that does not stand behind a network of that length. */
static uint32_t
search(const struct rows *rows, const uint32_t *net, uint8_t len)
{
	uint32_t first = net[0] >> rows->shift;
	uint32_t low = rows->index[first];
	uint32_t high = rows->index[first + 1];

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare(row_at(rows, middle), net, len, rows->words) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : NONE;
}

void
table_find(const struct table *t, const struct prefix *net, unsigned source,
    struct origins *out)
{
	enum family family = (enum family)net->addr.family;
	const struct rows *rows = &t->rows[family];
	uint32_t words[4] = { 0 };
	uint32_t i;

	read_net(&net->addr, rows->words, words);
	i = climb(rows, search(rows, words, net->len), words, net->len);
	for (; i != NONE; i = row_at(rows, i)->up) {
		struct origin *origin;

		if (row_at(rows, i)->asn == HOLE)
			break;
		origin = origins_add(out);
		read_origin(t, row_at(rows, i), family, origin);
		origin->source = source;
	}
}

void
table_prefetch(const struct table *t, const struct prefix *net, int round)
{
	const struct rows *rows = &t->rows[net->addr.family];
	const uint32_t *index;
	uint32_t words[4] = { 0 };

	read_net(&net->addr, rows->words, words);
	index = &rows->index[words[0] >> rows->shift];
	if (round == 0)
		prefetch(index);
	else
		prefetch(row_at(rows, index[0] + (index[1] - index[0]) / 2));
}

void
table_walk(const struct table *t,
    void (*each)(void *arg, const struct origin *origin), void *arg)
{
	for (int f = 0; f < FAMILY_MAX; f++) {
		const struct rows *rows = &t->rows[f];

		for (size_t i = 0; i < rows->count; i++) {
			struct origin origin = { .asn = 0 };

			read_origin(t, row_at(rows, i), (enum family)f,
			    &origin);
			each(arg, &origin);
		}
	}
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	for (int f = 0; f < FAMILY_MAX; f++) {
		free(t->rows[f].bytes);
		free(t->rows[f].index);
	}
	end_filling(t);
	free(t->regs);
	arena_free(&t->texts);
	free(t);
}
