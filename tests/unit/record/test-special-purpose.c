#include "config.h"

#include "base/array.h"
#include "record/special-purpose.h"

#include "../tap.h"

enum reach {
	NOT_REACHABLE,
	REACHABLE,
	NOT_APPLICABLE
};

/*
 * The two registries of IANA, copied independently of the program, with their
 * column "Globally Reachable"; then multicast and deprecated blocks.
 */
static const struct {
	const char *prefix;
	enum reach reach;
	const char *rfc; /* unless it is reachable */
} rows[] = {
	{ "0.0.0.0/8", NOT_REACHABLE, "RFC 791" },
	{ "0.0.0.0/32", NOT_REACHABLE, "RFC 1122" },
	{ "10.0.0.0/8", NOT_REACHABLE, "RFC 1918" },
	{ "100.64.0.0/10", NOT_REACHABLE, "RFC 6598" },
	{ "127.0.0.0/8", NOT_REACHABLE, "RFC 1122" },
	{ "169.254.0.0/16", NOT_REACHABLE, "RFC 3927" },
	{ "172.16.0.0/12", NOT_REACHABLE, "RFC 1918" },
	{ "192.0.0.0/24", NOT_REACHABLE, "RFC 6890" },
	{ "192.0.0.0/29", NOT_REACHABLE, "RFC 7335" },
	{ "192.0.0.8/32", NOT_REACHABLE, "RFC 7600" },
	{ "192.0.0.9/32", REACHABLE, NULL },
	{ "192.0.0.10/32", REACHABLE, NULL },
	{ "192.0.0.170/32", NOT_REACHABLE, "RFC 8880" },
	{ "192.0.0.171/32", NOT_REACHABLE, "RFC 8880" },
	{ "192.0.2.0/24", NOT_REACHABLE, "RFC 5737" },
	{ "192.31.196.0/24", REACHABLE, NULL },
	{ "192.52.193.0/24", REACHABLE, NULL },
	{ "192.88.99.0/24", NOT_APPLICABLE, NULL },
	{ "192.88.99.2/32", NOT_REACHABLE, "RFC 6751" },
	{ "192.168.0.0/16", NOT_REACHABLE, "RFC 1918" },
	{ "192.175.48.0/24", REACHABLE, NULL },
	{ "198.18.0.0/15", NOT_REACHABLE, "RFC 2544" },
	{ "198.51.100.0/24", NOT_REACHABLE, "RFC 5737" },
	{ "203.0.113.0/24", NOT_REACHABLE, "RFC 5737" },
	{ "240.0.0.0/4", NOT_REACHABLE, "RFC 1112" },
	{ "255.255.255.255/32", NOT_REACHABLE, "RFC 8190" },
	{ "224.0.0.0/4", NOT_REACHABLE, "RFC 5771" },

	{ "::1/128", NOT_REACHABLE, "RFC 4291" },
	{ "::/128", NOT_REACHABLE, "RFC 4291" },
	{ "::ffff:0:0/96", NOT_REACHABLE, "RFC 4291" },
	{ "64:ff9b::/96", REACHABLE, NULL },
	{ "64:ff9b:1::/48", NOT_REACHABLE, "RFC 8215" },
	{ "100::/64", NOT_REACHABLE, "RFC 6666" },
	{ "100:0:0:1::/64", NOT_REACHABLE, "RFC 9780" },
	{ "2001::/23", NOT_REACHABLE, "RFC 2928" },
	{ "2001::/32", NOT_APPLICABLE, NULL },
	{ "2001:1::1/128", REACHABLE, NULL },
	{ "2001:1::2/128", REACHABLE, NULL },
	{ "2001:1::3/128", REACHABLE, NULL },
	{ "2001:2::/48", NOT_REACHABLE, "RFC 5180" },
	{ "2001:3::/32", REACHABLE, NULL },
	{ "2001:4:112::/48", REACHABLE, NULL },
	{ "2001:10::/28", NOT_REACHABLE, "RFC 4843" },
	{ "2001:20::/28", REACHABLE, NULL },
	{ "2001:30::/28", REACHABLE, NULL },
	{ "2001:db8::/32", NOT_REACHABLE, "RFC 3849" },
	{ "2620:4f:8000::/48", REACHABLE, NULL },
	{ "3fff::/20", NOT_REACHABLE, "RFC 9637" },
	{ "5f00::/16", NOT_REACHABLE, "RFC 9602" },
	{ "fc00::/7", NOT_REACHABLE, "RFC 4193" },
	{ "fe80::/10", NOT_REACHABLE, "RFC 4291" },
	{ "fec0::/10", NOT_REACHABLE, "RFC 3879" },
	{ "ff00::/8", NOT_REACHABLE, "RFC 4291" },
	{ "::/96", NOT_REACHABLE, "RFC 4291" },
};

/* Returns the row with the longest match, or -1. */
static int
find(const struct addr *a)
{
	struct prefix host = prefix_of(a, family_bits(a->family));
	int best = -1;
	int best_len = -1;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct prefix p;

		prefix_parse(rows[i].prefix, strlen(rows[i].prefix), &p);
		if (prefix_covers(&p, &host) && p.len > best_len) {
			best = (int)i;
			best_len = p.len;
		}
	}
	return best;
}

static void
check(const struct addr *a, const char *what)
{
	const struct special *s = special_find(a);
	int row = find(a);
	char text[PREFIX_TEXT_MAX];
	size_t len = addr_print(a, text);
	const char *rfc = row >= 0 ? rows[row].rfc : NULL;

	is_text(s != NULL ? s->rfc : NULL, rfc, "%.*s, %s", (int)len, text,
	    what);
}

/* Steps to an adjacent address; returns false if there is none. */
static bool
step(struct addr *a, int by)
{
	int carry = by;

	for (int i = family_bits(a->family) / 8 - 1; i >= 0 && carry != 0;
	     i--) {
		int sum = a->bytes[i] + carry;

		a->bytes[i] = (uint8_t)(sum & 0xff);
		carry = sum < 0 ? -1 : sum > 255;
	}
	return carry == 0;
}

static void
test_rows(void)
{
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char *name = rows[i].prefix;
		struct prefix p;
		struct addr first;
		struct addr last;
		struct addr near;

		if (!ok(prefix_parse(name, strlen(name), &p), "%s", name))
			continue;
		first = p.addr;
		last = p.addr;
		for (unsigned b = p.len; b < family_bits(last.family); b++)
			last.bytes[b / 8] |= (uint8_t)(0x80 >> b % 8);
		check(&first, "the first of a block");
		check(&last, "the last of a block");
		near = first;
		if (step(&near, -1))
			check(&near, "before a block");
		near = last;
		if (step(&near, 1))
			check(&near, "after a block");
	}
}

static void
test_addresses(void)
{
	static const struct {
		const char *text;
		const char *name; /* NULL if it is queried */
	} cases[] = {
		{ "8.8.8.8", NULL },
		{ "1.1.1.1", NULL },
		{ "11.0.0.0", NULL },
		{ "100.63.255.255", NULL },
		{ "100.128.0.0", NULL },
		{ "172.15.255.255", NULL },
		{ "172.32.0.0", NULL },
		{ "192.0.1.0", NULL },
		{ "223.255.255.255", NULL },
		{ "10.0.0.1", "Private-Use" },
		{ "0.0.0.0", "This host on this network" },
		{ "192.0.0.7", "IPv4 Service Continuity Prefix" },
		{ "192.0.0.11", "IETF Protocol Assignments" },
		{ "192.88.99.1", NULL },
		{ "239.1.2.3", "Multicast" },
		{ "2001:4860:4860::8888", NULL },
		{ "2a00::1", NULL },
		{ "2001:0:1::", NULL },
		{ "2001:1::4", "IETF Protocol Assignments" },
		{ "2001:200::1", NULL },
		{ "ff02::1", "Multicast" },
		{ "fd00::1", "Unique-Local" },
		{ "::2", "IPv4-compatible" },
		{ "::8.8.8.8", "IPv4-compatible" },
		{ "::1:0:0:0", NULL },
		/*
		 * A 6to4 address is special-purpose if the IPv4 address in it
		 * is.
		 */
		{ "2002:808:808::1", NULL },
		{ "2002:808:808:ffff:ffff:ffff:ffff:ffff", NULL },
		{ "2002:a00:1::1", "Private-Use" },
		{ "2002:c0a8:101::", "Private-Use" },
		{ "2002:7f00:1::1", "Loopback" },
		{ "2002::1", "This host on this network" },
		{ "2002:c000:9::1", NULL },
		{ "2002:c000:8::1", "IPv4 dummy address" },
		{ "2002:c058:6301::1", NULL },
		{ "2002:e000:1::1", "Multicast" },
		{ "2002:ffff:ffff::1", "Limited Broadcast" },
		{ "2003::1", NULL },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct special *s;
		struct addr a;

		addr_parse(cases[i].text, strlen(cases[i].text), &a);
		s = special_find(&a);
		is_text(s != NULL ? s->name : NULL, cases[i].name, "%s",
		    cases[i].text);
	}
}

static void
test_asns(void)
{
	static const struct {
		uint32_t asn;
		const char *rfc; /* NULL: an AS like any other */
	} cases[] = {
		{ 0, "RFC 7607" },
		{ 1, NULL },
		{ 112, NULL },
		{ 23455, NULL },
		{ 23456, "RFC 6793" },
		{ 64495, NULL },
		{ 64496, "RFC 5398" },
		{ 64511, "RFC 5398" },
		{ 64512, "RFC 6996" },
		{ 65534, "RFC 6996" },
		{ 65535, "RFC 7300" },
		{ 65536, "RFC 5398" },
		{ 65551, "RFC 5398" },
		{ 131072, NULL },
		{ 4199999999, NULL },
		{ 4200000000, "RFC 6996" },
		{ 4294967294, "RFC 6996" },
		{ 4294967295, "RFC 7300" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct special *s = special_find_asn(cases[i].asn);

		is_text(s != NULL ? s->rfc : NULL, cases[i].rfc, "AS%lu",
		    (unsigned long)cases[i].asn);
	}
}

int
main(void)
{
	test_rows();
	test_asns();
	test_addresses();
	return tap_done();
}
