#include "config.h"

#include "db/mmdb-writer.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "db/mmdb-data.h"
#include "db/mmdb-writer-data.h"

/*
 * A record of the search tree while it grows: the number of a node, counted
 * from the first one made, which is the deepest; the number of an entry, with
 * its highest bit set; or NOTHING.
 */
#define ENTRY (UINT32_C(1) << 31)
#define NOTHING UINT32_MAX

struct network {
	struct prefix prefix;
	uint32_t record;
	uint64_t rank; /* of equal prefixes the lowest counts */
};

struct networks {
	struct network *list;
	size_t count;
	size_t size;
};

struct node {
	uint32_t record[2];
};

struct mmdb_writer {
	struct networks networks[FAMILY_MAX];
	struct node *nodes;
	size_t node_count;
	size_t node_size;

	/* Hash table of nodes by their records: their numbers plus 1. */
	uint32_t *hash_table;
	size_t hash_size; /* a power of two */

	struct mmdb_writer_data *data;
	bool written;
};

struct mmdb_writer *
mmdb_writer_new(void)
{
	struct mmdb_writer *w = xcalloc(1, sizeof(*w));

	w->data = mmdb_writer_data_new();
	return w;
}

/* ---- Networks ---- */

static void
add_network(struct networks *networks, const struct prefix *p, uint32_t record,
    uint64_t rank)
{
	networks->list = array_grow(networks->list, &networks->size,
	    networks->count, sizeof(*networks->list));
	networks->list[networks->count++] =
	    (struct network){ *p, record, rank };
}

void
mmdb_writer_add(struct mmdb_writer *w, const struct origin *o)
{
	uint64_t rank = (uint64_t)o->source << 33 |
	    (uint64_t)asn_is_reserved(o->asn) << 32 | o->asn;

	assert(!w->written);
	add_network(&w->networks[o->prefix.addr.family], &o->prefix,
	    asn_is_none(o->asn) ? NOTHING
				: ENTRY | mmdb_writer_data_add(w->data, o),
	    rank);
}

/* ---- The search tree ---- */

/* Returns where the table has a node, or has room for it. */
static uint32_t *
find_in_table(const struct mmdb_writer *w, const struct node *n)
{
	uint64_t hash = ((uint64_t)n->record[0] << 32 | n->record[1]) *
	    UINT64_C(0x9e3779b97f4a7c15); /* Knuth 6.4 */
	size_t mask = w->hash_size - 1;
	size_t i = (size_t)(hash >> 32) & mask;

	while (w->hash_table[i] != 0 &&
	    memcmp(&w->nodes[w->hash_table[i] - 1], n, sizeof(*n)) != 0)
		i = (i + 1) & mask;
	return &w->hash_table[i];
}

static void
grow_table(struct mmdb_writer *w)
{
	free(w->hash_table);
	w->hash_size = w->hash_size > 0 ? 2 * w->hash_size : 4096;
	w->hash_table = xcalloc(w->hash_size, sizeof(*w->hash_table));
	for (size_t i = 0; i < w->node_count; i++)
		*find_in_table(w, &w->nodes[i]) = (uint32_t)i + 1;
}

static uint32_t
add_node(struct mmdb_writer *w, const struct node *n)
{
	w->nodes = array_grow(w->nodes, &w->node_size, w->node_count,
	    sizeof(*w->nodes));
	w->nodes[w->node_count++] = *n;
	return (uint32_t)w->node_count - 1;
}

/* Returns the number of the one node with these records. */
static uint32_t
share_node(struct mmdb_writer *w, const struct node *n)
{
	uint32_t *number;

	if (2 * (w->node_count + 1) > w->hash_size)
		grow_table(w);
	number = find_in_table(w, n);
	if (*number == 0)
		*number = add_node(w, n) + 1;
	return *number - 1;
}

static int
compare_prefixes(const struct prefix *a, const struct prefix *b)
{
	int order = memcmp(a->addr.bytes, b->addr.bytes, 16);

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

static int
compare_networks(const void *left, const void *right)
{
	const struct network *a = left;
	const struct network *b = right;
	int order = compare_prefixes(&a->prefix, &b->prefix);

	if (order != 0)
		return order;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->record > b->record) - (a->record < b->record);
}

/* Sorts networks, and drops all but the first of each prefix. */
static void
sort_networks(struct networks *networks)
{
	size_t last = 0;

	if (networks->count < 2)
		return;
	qsort(networks->list, networks->count, sizeof(*networks->list),
	    compare_networks);
	for (size_t i = 1; i < networks->count; i++)
		if (compare_prefixes(&networks->list[last].prefix,
			&networks->list[i].prefix) != 0)
			networks->list[++last] = networks->list[i];
	networks->count = last + 1;
}

/*
 * Builds the tree below a network of `depth` bits, in which the given ones
 * lie, sorted; `record` is that of the network around them. Returns the record
 * that leads there. Neighbours with the same entry are not merged, since each
 * is announced by itself.
 */
static uint32_t
build(struct mmdb_writer *w, const struct network *inside, size_t count,
    unsigned depth, uint32_t record)
{
	size_t left = 0;
	struct node n;

	if (count > 0 && inside->prefix.len == depth) {
		record = inside->record;
		inside++;
		count--;
	}
	if (count == 0)
		return record;
	while (left < count &&
	    (inside[left].prefix.addr.bytes[depth / 8] & 0x80 >> depth % 8) ==
		0)
		left++;
	n.record[0] = build(w, inside, left, depth + 1, record);
	n.record[1] = build(w, inside + left, count - left, depth + 1, record);
	return share_node(w, &n);
}

/*
 * Networks of IPv6 addresses that contain an IPv4 address. The format puts
 * IPv4 into ::/96, and nobody announces mapped addresses; 6to4 and Teredo may
 * have prefixes of their own.
 */
static const struct ipv4_alias {
	struct prefix prefix;
	bool may_be_announced;
} aliases[] = {
	{ { { { 0 }, FAMILY_IPV6 }, 96 }, false },
	{ { { { [10] = 0xff, [11] = 0xff }, FAMILY_IPV6 }, 96 }, false },
	{ { { { 0x20, 0x01 }, FAMILY_IPV6 }, 32 }, true }, /* RFC 4380 */
	{ { { { 0x20, 0x02 }, FAMILY_IPV6 }, 16 }, true }, /* RFC 3056 */
};

/* Whether any network lies inside of `p` or around it. */
static bool
overlaps(const struct networks *networks, const struct prefix *p)
{
	for (size_t i = 0; i < networks->count; i++)
		if (prefix_covers(&networks->list[i].prefix, p) ||
		    prefix_covers(p, &networks->list[i].prefix))
			return true;
	return false;
}

static void
drop_inside(struct networks *networks, const struct prefix *p)
{
	size_t left = 0;

	for (size_t i = 0; i < networks->count; i++)
		if (!prefix_covers(p, &networks->list[i].prefix))
			networks->list[left++] = networks->list[i];
	networks->count = left;
}

/* Makes all aliases lead to the part of the tree for IPv4, by `record`. */
static void
add_aliases(struct networks *networks, uint32_t record)
{
	for (size_t i = 0; i < LENGTH(aliases); i++) {
		const struct prefix *p = &aliases[i].prefix;

		if (aliases[i].may_be_announced &&
		    (record == NOTHING || overlaps(networks, p)))
			continue;
		drop_inside(networks, p);
		add_network(networks, p, record, 0);
	}
}

/* Builds the search tree, whose root is the last node. */
static void
build_tree(struct mmdb_writer *w)
{
	struct networks *ipv4 = &w->networks[FAMILY_IPV4];
	struct networks *ipv6 = &w->networks[FAMILY_IPV6];
	uint32_t root;

	sort_networks(ipv4);
	root = build(w, ipv4->list, ipv4->count, 0, NOTHING);
	if (ipv6->count > 0) {
		add_aliases(ipv6, root);
		sort_networks(ipv6);
		root = build(w, ipv6->list, ipv6->count, 0, NOTHING);
	}
	if (root >= ENTRY)
		add_node(w, &(struct node){ { root, root } });
}

/* ---- The file ---- */

static bool
leads_to_entry(uint32_t record)
{
	return record >= ENTRY && record != NOTHING;
}

/* Writes the entries in use. False: they are more than the format can hold. */
static bool
put_data(struct mmdb_writer *w)
{
	for (size_t i = w->node_count; i-- > 0;)
		for (int side = 0; side < 2; side++) {
			uint32_t record = w->nodes[i].record[side];

			if (!leads_to_entry(record))
				continue;
			mmdb_writer_data_put(w->data, record & ~ENTRY);
			if (mmdb_writer_data_bytes(w->data).len > ENTRY)
				return false;
		}
	return true;
}

/* Returns a record of the tree as the file has it. */
static uint64_t
file_record(const struct mmdb_writer *w, uint32_t record)
{
	uint64_t nodes = w->node_count;

	if (record == NOTHING)
		return nodes;
	if (record < ENTRY)
		return nodes - 1 - record; /* so that the root is the first */
	return nodes + MMDB_SEPARATOR +
	    mmdb_writer_data_offset(w->data, record & ~ENTRY);
}

static void
put_node(struct buf *out, uint64_t left, uint64_t right, unsigned bits)
{
	uint32_t mask = bits == 28 ? 0xffffff : UINT32_MAX;

	mmdb_put_big_endian(out, left & mask, bits / 8);
	if (bits == 28)
		buf_putc(out, (char)(left >> 24 << 4 | right >> 24));
	mmdb_put_big_endian(out, right & mask, bits / 8);
}

/* Returns the size of records up to `largest`, or 0: it is too large. */
static unsigned
record_bits(uint64_t largest)
{
	static const unsigned sizes[] = { 24, 28, 32 };

	for (size_t i = 0; i < LENGTH(sizes); i++)
		if (largest >> sizes[i] == 0)
			return sizes[i];
	return 0;
}

bool
mmdb_writer_write(struct mmdb_writer *w, const struct mmdb_about *about,
    struct buf *out)
{
	static const char separator[MMDB_SEPARATOR];
	struct mmdb_tree_size size;
	struct span data;

	assert(!w->written);
	w->written = true;
	build_tree(w);
	if (w->node_count >= ENTRY || !put_data(w))
		return false;
	data = mmdb_writer_data_bytes(w->data);
	size = (struct mmdb_tree_size){
		.nodes = (uint32_t)w->node_count,
		.record_bits =
		    record_bits(w->node_count + MMDB_SEPARATOR + data.len),
		.ipv6 = w->networks[FAMILY_IPV6].count > 0,
	};
	if (size.record_bits == 0)
		return false;
	for (size_t i = w->node_count; i-- > 0;) {
		const struct node *n = &w->nodes[i];

		put_node(out, file_record(w, n->record[0]),
		    file_record(w, n->record[1]), size.record_bits);
	}
	buf_put(out, separator, sizeof(separator));
	buf_put(out, data.text, data.len);
	mmdb_put_metadata(out, about, &size);
	return true;
}

void
mmdb_writer_free(struct mmdb_writer *w)
{
	if (w == NULL)
		return;
	for (int f = 0; f < FAMILY_MAX; f++)
		free(w->networks[f].list);
	free(w->nodes);
	free(w->hash_table);
	mmdb_writer_data_free(w->data);
	free(w);
}
