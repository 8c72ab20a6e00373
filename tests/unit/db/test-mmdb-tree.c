#include "config.h"

#include "db/mmdb-tree.h"

#include "../tap.h"

/*
 * A tree with one chain of nodes along an address, in records of each size.
 * An address that leaves the chain at depth D finds the record `leaf` + D.
 */

#define DEPTH 32

static const struct addr chain = { { 0x81, 0x7e, 0xa5, 0x3c }, FAMILY_IPV4 };

static unsigned
bit_of(const struct addr *a, unsigned depth)
{
	return (unsigned)a->bytes[depth / 8] >> (7 - depth % 8) & 1;
}

static void
put_node(unsigned char *node, unsigned bits, const uint32_t *records)
{
	unsigned bytes = bits / 8;

	for (unsigned side = 0; side < 2; side++)
		for (unsigned i = 0; i < bytes; i++)
			node[side * ((bits + 4) / 8) + i] =
			    (unsigned char)(records[side] >>
				8 * (bytes - 1 - i));
	if (bits == 28)
		node[3] =
		    (unsigned char)(records[0] >> 24 << 4 | records[1] >> 24);
}

/* Makes a tree; the address of the chain itself leads to the record `last`. */
static void
make_tree(struct mmdb_tree *t, unsigned char *nodes, unsigned bits,
    uint32_t leaf, uint32_t last)
{
	for (uint32_t i = 0; i < DEPTH; i++) {
		uint32_t records[2] = { leaf + i, leaf + i };

		records[bit_of(&chain, i)] = i + 1 < DEPTH ? i + 1 : last;
		put_node(nodes + i * bits / 4, bits, records);
	}
	mmdb_tree_init(t, nodes, DEPTH, bits);
	mmdb_tree_add_index(t, 0);
}

static void
test_size(unsigned bits, uint32_t leaf)
{
	unsigned char nodes[DEPTH * 8];
	struct mmdb_tree t;
	uint32_t record = 0;
	uint8_t len = 0;

	make_tree(&t, nodes, bits, leaf, leaf + DEPTH);
	for (unsigned depth = 0; depth < DEPTH; depth++) {
		struct addr a = chain;
		bool found;

		a.bytes[depth / 8] ^= (unsigned char)(0x80 >> depth % 8);
		mmdb_tree_prefetch(&t, &a, 0);
		mmdb_tree_prefetch(&t, &a, 1);
		found = mmdb_tree_find(&t, &a, &record, &len);
		if (depth < 16)
			ok(!found, "%u bits: depth %u is above the index", bits,
			    depth);
		else
			ok(found && record == leaf + depth && len == depth + 1,
			    "%u bits: depth %u is found", bits, depth);
	}
	ok(mmdb_tree_find(&t, &chain, &record, &len) &&
		record == leaf + DEPTH && len == 32,
	    "%u bits: the chain's own address is found", bits);
	mmdb_tree_free(&t);
}

/* A tree is corrupt if all 32 bits lead to a node, or to the root. */
static void
test_corrupt(uint32_t last)
{
	unsigned char nodes[DEPTH * 8];
	struct mmdb_tree t;
	uint32_t record = DEPTH;
	uint8_t len;

	make_tree(&t, nodes, 24, DEPTH + 16, last);
	ok(mmdb_tree_find(&t, &chain, &record, &len) && record < t.count,
	    "a chain that ends in node %u is corrupt", last);
	mmdb_tree_free(&t);
}

static void
test_without_ipv4(void)
{
	unsigned char nodes[8] = { 0 };
	struct mmdb_tree t;
	uint32_t record;
	uint8_t len;

	mmdb_tree_init(&t, nodes, 1, 32);
	mmdb_tree_add_index(&t, 1);
	ok(!mmdb_tree_find(&t, &chain, &record, &len),
	    "a tree without IPv4 finds no IPv4 address");
	mmdb_tree_free(&t);
}

int
main(void)
{
	test_size(24, 0xfedc00);
	test_size(28, 0x0abcdef0);
	test_size(32, 0xfedcba90);
	test_corrupt(0);
	test_corrupt(1);
	test_without_ipv4();
	return tap_done();
}
