#include "config.h"

#include "record/special-purpose.h"

#include "base/array.h"

#include <string.h>

#define V4(a, b, c, d, len)                                                    \
	{                                                                      \
		{ { a, b, c, d }, FAMILY_IPV4 }, len                           \
	}
#define HALVES(group) (group) >> 8, (group)&0xff
#define V6(len, a, b, c, d, e, f, g, h)                                        \
	{                                                                      \
		{ { HALVES(a), HALVES(b), HALVES(c), HALVES(d), HALVES(e),     \
		      HALVES(f), HALVES(g), HALVES(h) },                       \
			FAMILY_IPV6 },                                         \
		    len                                                        \
	}

/*
 * iana-ipv4-special-registry and iana-ipv6-special-registry, as of 2025-10,
 * and what other registries have: multicast, two deprecated IPv6 blocks.
 */
static const struct special blocks4[] = {
	{ V4(0, 0, 0, 0, 8), "This network", "RFC 791", false },
	{ V4(0, 0, 0, 0, 32), "This host on this network", "RFC 1122", false },
	{ V4(10, 0, 0, 0, 8), "Private-Use", "RFC 1918", false },
	{ V4(100, 64, 0, 0, 10), "Shared Address Space", "RFC 6598", false },
	{ V4(127, 0, 0, 0, 8), "Loopback", "RFC 1122", false },
	{ V4(169, 254, 0, 0, 16), "Link Local", "RFC 3927", false },
	{ V4(172, 16, 0, 0, 12), "Private-Use", "RFC 1918", false },
	{ V4(192, 0, 0, 0, 24), "IETF Protocol Assignments", "RFC 6890",
	    false },
	{ V4(192, 0, 0, 0, 29), "IPv4 Service Continuity Prefix", "RFC 7335",
	    false },
	{ V4(192, 0, 0, 8, 32), "IPv4 dummy address", "RFC 7600", false },
	{ V4(192, 0, 0, 9, 32), "Port Control Protocol Anycast", "RFC 7723",
	    true },
	{ V4(192, 0, 0, 10, 32), "TURN Anycast", "RFC 8155", true },
	{ V4(192, 0, 0, 170, 32), "NAT64/DNS64 Discovery", "RFC 8880", false },
	{ V4(192, 0, 0, 171, 32), "NAT64/DNS64 Discovery", "RFC 8880", false },
	{ V4(192, 0, 2, 0, 24), "Documentation (TEST-NET-1)", "RFC 5737",
	    false },
	{ V4(192, 31, 196, 0, 24), "AS112-v4", "RFC 7535", true },
	{ V4(192, 52, 193, 0, 24), "AMT", "RFC 7450", true },
	{ V4(192, 88, 99, 0, 24), "Deprecated (6to4 Relay Anycast)", "RFC 7526",
	    true },
	{ V4(192, 88, 99, 2, 32), "6a44-relay anycast address", "RFC 6751",
	    false },
	{ V4(192, 168, 0, 0, 16), "Private-Use", "RFC 1918", false },
	{ V4(192, 175, 48, 0, 24), "Direct Delegation AS112 Service",
	    "RFC 7534", true },
	{ V4(198, 18, 0, 0, 15), "Benchmarking", "RFC 2544", false },
	{ V4(198, 51, 100, 0, 24), "Documentation (TEST-NET-2)", "RFC 5737",
	    false },
	{ V4(203, 0, 113, 0, 24), "Documentation (TEST-NET-3)", "RFC 5737",
	    false },
	{ V4(224, 0, 0, 0, 4), "Multicast", "RFC 5771", false },
	{ V4(240, 0, 0, 0, 4), "Reserved", "RFC 1112", false },
	{ V4(255, 255, 255, 255, 32), "Limited Broadcast", "RFC 8190", false },
};

static const struct special blocks6[] = {
	{ V6(96, 0, 0, 0, 0, 0, 0, 0, 0), "IPv4-compatible", "RFC 4291",
	    false },
	{ V6(128, 0, 0, 0, 0, 0, 0, 0, 0), "Unspecified Address", "RFC 4291",
	    false },
	{ V6(128, 0, 0, 0, 0, 0, 0, 0, 0x1), "Loopback Address", "RFC 4291",
	    false },
	{ V6(96, 0, 0, 0, 0, 0, 0xffff, 0, 0), "IPv4-mapped Address",
	    "RFC 4291", false },
	{ V6(96, 0x64, 0xff9b, 0, 0, 0, 0, 0, 0), "IPv4-IPv6 Translation",
	    "RFC 6052", true },
	{ V6(48, 0x64, 0xff9b, 0x1, 0, 0, 0, 0, 0), "IPv4-IPv6 Translation",
	    "RFC 8215", false },
	{ V6(64, 0x100, 0, 0, 0, 0, 0, 0, 0), "Discard-Only Address Block",
	    "RFC 6666", false },
	{ V6(64, 0x100, 0, 0, 0x1, 0, 0, 0, 0), "Dummy IPv6 Prefix", "RFC 9780",
	    false },
	{ V6(23, 0x2001, 0, 0, 0, 0, 0, 0, 0), "IETF Protocol Assignments",
	    "RFC 2928", false },
	{ V6(32, 0x2001, 0, 0, 0, 0, 0, 0, 0), "TEREDO", "RFC 4380", true },
	{ V6(128, 0x2001, 0x1, 0, 0, 0, 0, 0, 0x1),
	    "Port Control Protocol Anycast", "RFC 7723", true },
	{ V6(128, 0x2001, 0x1, 0, 0, 0, 0, 0, 0x2), "TURN Anycast", "RFC 8155",
	    true },
	{ V6(128, 0x2001, 0x1, 0, 0, 0, 0, 0, 0x3), "DNS-SD SRP Anycast",
	    "RFC 9665", true },
	{ V6(48, 0x2001, 0x2, 0, 0, 0, 0, 0, 0), "Benchmarking", "RFC 5180",
	    false },
	{ V6(32, 0x2001, 0x3, 0, 0, 0, 0, 0, 0), "AMT", "RFC 7450", true },
	{ V6(48, 0x2001, 0x4, 0x112, 0, 0, 0, 0, 0), "AS112-v6", "RFC 7535",
	    true },
	{ V6(28, 0x2001, 0x10, 0, 0, 0, 0, 0, 0),
	    "Deprecated (previously ORCHID)", "RFC 4843", false },
	{ V6(28, 0x2001, 0x20, 0, 0, 0, 0, 0, 0), "ORCHIDv2", "RFC 7343",
	    true },
	{ V6(28, 0x2001, 0x30, 0, 0, 0, 0, 0, 0),
	    "Drone Remote ID Protocol Entity Tags", "RFC 9374", true },
	{ V6(32, 0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), "Documentation", "RFC 3849",
	    false },
	{ V6(16, 0x2002, 0, 0, 0, 0, 0, 0, 0), "6to4", "RFC 3056", true },
	{ V6(48, 0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0),
	    "Direct Delegation AS112 Service", "RFC 7534", true },
	{ V6(20, 0x3fff, 0, 0, 0, 0, 0, 0, 0), "Documentation", "RFC 9637",
	    false },
	{ V6(16, 0x5f00, 0, 0, 0, 0, 0, 0, 0), "Segment Routing (SRv6) SIDs",
	    "RFC 9602", false },
	{ V6(7, 0xfc00, 0, 0, 0, 0, 0, 0, 0), "Unique-Local", "RFC 4193",
	    false },
	{ V6(10, 0xfe80, 0, 0, 0, 0, 0, 0, 0), "Link-Local Unicast", "RFC 4291",
	    false },
	{ V6(10, 0xfec0, 0, 0, 0, 0, 0, 0, 0), "Site-Local (deprecated)",
	    "RFC 3879", false },
	{ V6(8, 0xff00, 0, 0, 0, 0, 0, 0, 0), "Multicast", "RFC 4291", false },
};

#define BIT(byte) (UINT64_C(1) << (byte) % 64)
#define FROM(byte) (~UINT64_C(0) << (byte) % 64)

static const struct {
	const struct special *blocks;
	size_t count;
	uint64_t first[4]; /* a bit for each first byte that a block has */
} families[FAMILY_MAX] = {
	[FAMILY_IPV4] = { blocks4, LENGTH(blocks4),
	    { BIT(0) | BIT(10), BIT(100) | BIT(127), BIT(169) | BIT(172),
		BIT(192) | BIT(198) | BIT(203) | FROM(224) } },
	[FAMILY_IPV6] = { blocks6, LENGTH(blocks6),
	    { BIT(0x00) | BIT(0x01) | BIT(0x20) | BIT(0x26) | BIT(0x3f),
		BIT(0x5f), 0, FROM(0xfc) } },
};

/* Returns whether any block has this first byte: most addresses fail here. */
static bool
may_be_special(enum family family, uint8_t first)
{
	return (families[family].first[first / 64] & BIT(first)) != 0;
}

/* Returns the longest registered match, whether it is asked or not. */
static const struct special *
find_block(const struct addr *a)
{
	enum family family = (enum family)a->family;
	struct prefix host = prefix_of(a, family_bits(family));
	const struct special *best = NULL;

	for (size_t i = 0; i < families[family].count; i++) {
		const struct special *one = &families[family].blocks[i];

		if ((one->prefix.len < 8 ||
			one->prefix.addr.bytes[0] == a->bytes[0]) &&
		    prefix_covers(&one->prefix, &host) &&
		    (best == NULL || one->prefix.len > best->prefix.len))
			best = one;
	}
	return best;
}

static const struct special *
find_unasked(const struct addr *a)
{
	struct addr inside = { .family = FAMILY_IPV4 };
	const struct special *best;

	if (a->family == FAMILY_IPV6 && a->bytes[0] == 0x20 &&
	    a->bytes[1] == 0x02) {
		memcpy(inside.bytes, a->bytes + 2, 4);
		a = &inside;
	}
	best = find_block(a);
	return best == NULL || best->asked ? NULL : best;
}

const struct special *
special_find(const struct addr *a)
{
	if (!may_be_special((enum family)a->family, a->bytes[0]))
		return NULL;
	return find_unasked(a);
}

/* iana-as-numbers-special-registry, and RFC 7607, 6793, 7300. */
static const struct {
	uint32_t first;
	uint32_t last;
	struct special block;
} asns[] = {
	{ 0, 0, { .name = "Reserved", .rfc = "RFC 7607" } },
	{ 23456, 23456, { .name = "AS_TRANS", .rfc = "RFC 6793" } },
	{ 64496, 64511, { .name = "Documentation", .rfc = "RFC 5398" } },
	{ 64512, 65534, { .name = "Private-Use", .rfc = "RFC 6996" } },
	{ 65535, 65535, { .name = "Reserved", .rfc = "RFC 7300" } },
	{ 65536, 65551, { .name = "Documentation", .rfc = "RFC 5398" } },
	{ 4200000000, 4294967294,
	    { .name = "Private-Use", .rfc = "RFC 6996" } },
	{ 4294967295, 4294967295, { .name = "Reserved", .rfc = "RFC 7300" } },
};

const struct special *
special_find_asn(uint32_t asn)
{
	for (size_t i = 0; i < LENGTH(asns); i++)
		if (asn >= asns[i].first && asn <= asns[i].last)
			return &asns[i].block;
	return NULL;
}
