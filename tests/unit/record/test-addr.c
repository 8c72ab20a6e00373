#include "config.h"

#include "base/array.h"
#include "record/addr.h"
#include "record/target.h"

#include <arpa/inet.h>

#include "../tap.h"

static const struct {
	const char *text;
	const char *printed;
} addresses[] = {
	{ "0.0.0.0", "0.0.0.0" },
	{ "8.8.8.8", "8.8.8.8" },
	{ "10.20.100.200", "10.20.100.200" },
	{ "255.255.255.255", "255.255.255.255" },
	{ "::", "::" },
	{ "::1", "::1" },
	{ "1::", "1::" },
	{ "0:0:0:0:0:0:0:0", "::" },
	{ "2001:DB8:0:0:0:0:0:1", "2001:db8::1" },
	{ "2001:0db8::0001", "2001:db8::1" },
	{ "2001:db8::0:1", "2001:db8::1" },
	{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
	{ "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
	{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
	{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
	{ "0:0:1:0:0:0:0:1", "0:0:1::1" },
	{ "1:0:0:0:0:0:0:0", "1::" },
	{ "1:0:0:2:0:0:0:0", "1:0:0:2::" },
	{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
	{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
	{ "AbCd:eF01:2345:6789:abcd:EF01:2345:6789",
	    "abcd:ef01:2345:6789:abcd:ef01:2345:6789" },
	{ "::ffff:1.2.3.4", "::ffff:1.2.3.4" },
	{ "::ffff:102:304", "::ffff:1.2.3.4" },
	{ "0000:0000:0000:0000:0000:ffff:255.255.255.255",
	    "::ffff:255.255.255.255" },
	{ "::1.2.3.4", "::102:304" },
	{ "64:ff9b::1.2.3.4", "64:ff9b::102:304" },
	{ "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
	{ "fe80::1", "fe80::1" },

	{ "", NULL },
	{ " ", NULL },
	{ "1", NULL },
	{ "1.2.3", NULL },
	{ "1.2.3.", NULL },
	{ "1.2.3.4.", NULL },
	{ "1.2.3.4.5", NULL },
	{ ".1.2.3.4", NULL },
	{ "1..2.3", NULL },
	{ "1.2.3.256", NULL },
	{ "1.2.3.1000", NULL },
	{ "4294967297.2.3.4", NULL },
	{ "18446744073709551617.2.3.4", NULL },
	{ "1.2.3.04", NULL },
	{ "01.2.3.4", NULL },
	{ "00.0.0.0", NULL },
	{ "0x7f.0.0.1", NULL },
	{ "127.1", NULL },
	{ "2130706433", NULL },
	{ "1.2.3.4 ", NULL },
	{ " 1.2.3.4", NULL },
	{ "1.2.3.-4", NULL },
	{ "+1.2.3.4", NULL },
	{ "1,2,3,4", NULL },
	{ "1.2.3.4/32", NULL },
	{ "1.2.3.4:53", NULL },
	{ ":", NULL },
	{ ":::", NULL },
	{ "::1::", NULL },
	{ "1::2::3", NULL },
	{ "1:2:3:4:5:6:7", NULL },
	{ "1:2:3:4:5:6:7:8:9", NULL },
	{ "1:2:3:4:5:6:7:8::", NULL },
	{ ":1:2:3:4:5:6:7:8", NULL },
	{ "1:2:3:4:5:6:7:8:", NULL },
	{ "12345::", NULL },
	{ "g::", NULL },
	{ "::1.2.3", NULL },
	{ "::1.2.3.256", NULL },
	{ "::1.2.3.04", NULL },
	{ "::1.2.3.4:5", NULL },
	{ "1.2.3.4::", NULL },
	{ "1:2:3:4:5:6:7:1.2.3.4", NULL },
	{ "0000:0000:0000:0000:0000:0ffff:255.255.255.255", NULL },
	{ "::1%eth0", NULL },
	{ "[::1]", NULL },
	{ "::1/128", NULL },
	{ " ::1", NULL },
	{ "example.org", NULL },
};

static void
test_addresses(void)
{
	char out[PREFIX_TEXT_MAX];
	struct addr a;

	for (size_t i = 0; i < LENGTH(addresses); i++) {
		const char *text = addresses[i].text;
		bool good = addr_parse(text, strlen(text), &a);

		is_bytes(good ? out : NULL, good ? addr_print(&a, out) : 0,
		    addresses[i].printed, "'%s' as an address", text);
	}
	ok(!addr_parse("1.2.3.4\0", 8, &a), "a NUL after IPv4 is refused");
	ok(!addr_parse("::1\0", 4, &a), "a NUL after IPv6 is refused");
	ok(!addr_parse("::\0001", 4, &a), "a NUL inside IPv6 is refused");
	ok(addr_parse("8.8.8.80", 7, &a) && a.bytes[3] == 8,
	    "only `len` bytes count");
	ok(addr_parse("8.8.8.8", 7, &a) && a.family == FAMILY_IPV4 &&
		memcmp(a.bytes + 4, "\0\0\0\0\0\0\0\0\0\0\0\0", 12) == 0,
	    "the bytes after IPv4 are zero");
	is_int(family_bits(FAMILY_IPV4), 32, "IPv4 has 32 bits");
	is_int(family_bits(FAMILY_IPV6), 128, "IPv6 has 128 bits");
}

/*
 * Tests that printed addresses can be parsed, and look like those of the C
 * library, which agrees with RFC 5952.
 */
static void
test_random_addresses(void)
{
	unsigned unread = 0;
	unsigned unlike = 0;

	for (int i = 0; i < 20000; i++) {
		struct addr a = { .family = (uint8_t)tap_random(2) };
		struct addr again;
		char out[PREFIX_TEXT_MAX];
		char libc[INET6_ADDRSTRLEN];
		bool ipv4 = a.family == FAMILY_IPV4;
		bool low = true;
		size_t len;

		for (int k = 0; k < (ipv4 ? 4 : 16); k += 2)
			if (tap_random(2) == 0) {
				a.bytes[k] = (uint8_t)tap_random(256);
				a.bytes[k + 1] = (uint8_t)tap_random(256);
			}
		len = addr_print(&a, out);
		unread += len >= PREFIX_TEXT_MAX ||
		    !addr_parse(out, len, &again) ||
		    memcmp(&a, &again, sizeof(a)) != 0;
		/* inet_ntop() writes the lowest addresses with dots. */
		for (int k = 0; k < 12; k++)
			low &= a.bytes[k] == 0;
		if (low && !ipv4)
			continue;
		inet_ntop(ipv4 ? AF_INET : AF_INET6, a.bytes, libc,
		    sizeof(libc));
		unlike += len != strlen(libc) || memcmp(out, libc, len) != 0;
	}
	is_int(unread, 0, "random addresses can be read back");
	is_int(unlike, 0, "random addresses are printed as by inet_ntop()");
}

static const struct {
	const char *text;
	const char *printed;
} prefixes[] = {
	{ "8.8.8.0/24", "8.8.8.0/24" },
	{ "8.8.8.8/24", "8.8.8.0/24" },
	{ "8.8.8.8/32", "8.8.8.8/32" },
	{ "8.8.8.8/0", "0.0.0.0/0" },
	{ "255.255.255.255/1", "128.0.0.0/1" },
	{ "255.255.255.255/31", "255.255.255.254/31" },
	{ "10.255.255.255/9", "10.128.0.0/9" },
	{ "2001:db8::1/32", "2001:db8::/32" },
	{ "2001:db8:ffff::/33", "2001:db8:8000::/33" },
	{ "::1/128", "::1/128" },
	{ "::/0", "::/0" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127",
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127" },
	{ "::ffff:1.2.3.4/120", "::ffff:1.2.3.0/120" },
	{ "8.8.8.8", NULL },
	{ "8.8.8.8/", NULL },
	{ "/24", NULL },
	{ "/", NULL },
	{ "", NULL },
	{ "8.8.8/24", NULL },
	{ "8.8.8.8/33", NULL },
	{ "8.8.8.8/256", NULL },
	{ "8.8.8.8/-1", NULL },
	{ "8.8.8.8/+1", NULL },
	{ "8.8.8.8/ 24", NULL },
	{ "8.8.8.8 /24", NULL },
	{ "8.8.8.8/24 ", NULL },
	{ "8.8.8.8/24/24", NULL },
	{ "8.8.8.8//24", NULL },
	{ "8.8.8.8/0x18", NULL },
	{ "8.8.8.8/255.255.255.0", NULL },
	{ "::/129", NULL },
	{ "::/18446744073709551616", NULL },
	{ "::1%lo/64", NULL },
	{ "[::1]/64", NULL },
};

static void
test_prefixes(void)
{
	for (size_t i = 0; i < LENGTH(prefixes); i++) {
		const char *text = prefixes[i].text;
		char out[PREFIX_TEXT_MAX];
		struct prefix p;
		bool good = prefix_parse(text, strlen(text), &p);

		is_bytes(good ? out : NULL, good ? prefix_print(&p, out) : 0,
		    prefixes[i].printed, "'%s' as a prefix", text);
	}
}

static bool
bit(const struct addr *a, unsigned at)
{
	return a->bytes[at / 8] >> (7 - at % 8) & 1;
}

/* Tests every length, bit by bit. */
static void
test_prefix_of(void)
{
	unsigned wrong = 0;

	for (int round = 0; round < 4; round++)
		for (unsigned f = 0; f < FAMILY_MAX; f++) {
			uint8_t bits = family_bits(f);
			struct addr a = { .family = (uint8_t)f };

			for (int k = 0; k < bits / 8; k++)
				a.bytes[k] = round == 0
				    ? 0xff
				    : (uint8_t)tap_random(256);
			for (unsigned len = 0; len <= bits; len++) {
				struct prefix p = prefix_of(&a, (uint8_t)len);

				wrong += p.len != len || p.addr.family != f;
				for (unsigned b = 0; b < 128; b++)
					wrong += bit(&p.addr, b) !=
					    (b < len && bit(&a, b));
			}
		}
	is_int(wrong, 0, "prefix_of() keeps the first bits and no others");
}

static struct prefix
prefix(const char *text)
{
	struct prefix p = { .len = 255 };

	if (!prefix_parse(text, strlen(text), &p))
		ok(false, "'%s' is a prefix", text);
	return p;
}

static void
test_covers(void)
{
	static const struct {
		const char *outer;
		const char *inner;
		bool covers;
		bool equal;
	} cases[] = {
		{ "8.8.8.0/24", "8.8.8.8/32", true, false },
		{ "8.8.8.0/24", "8.8.8.0/24", true, true },
		{ "8.8.8.0/24", "8.8.8.0/25", true, false },
		{ "8.8.8.0/24", "8.8.8.128/25", true, false },
		{ "8.8.8.0/24", "8.8.8.0/23", false, false },
		{ "8.8.8.0/24", "8.8.9.0/24", false, false },
		{ "8.8.8.0/24", "8.8.9.8/32", false, false },
		{ "8.8.8.128/25", "8.8.8.8/32", false, false },
		{ "0.0.0.0/0", "255.255.255.255/32", true, false },
		{ "0.0.0.0/0", "0.0.0.0/0", true, true },
		{ "1.2.3.4/32", "1.2.3.4/32", true, true },
		{ "1.2.3.4/32", "1.2.3.5/32", false, false },
		{ "2001:db8::/32", "2001:db8::1/128", true, false },
		{ "2001:db8::/33", "2001:db8:8000::1/128", false, false },
		{ "2001:db8::/127", "2001:db8::1/128", true, false },
		{ "2001:db8::/127", "2001:db8::2/128", false, false },
		{ "::/0", "0.0.0.0/32", false, false },
		{ "0.0.0.0/0", "::/128", false, false },
		{ "0.0.0.0/0", "::/0", false, false },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct prefix outer = prefix(cases[i].outer);
		struct prefix inner = prefix(cases[i].inner);

		is_int(prefix_covers(&outer, &inner), cases[i].covers,
		    "%s covers %s", cases[i].outer, cases[i].inner);
		is_int(prefix_equal(&outer, &inner), cases[i].equal, "%s is %s",
		    cases[i].outer, cases[i].inner);
	}
}

static void
test_asns(void)
{
	static const struct {
		const char *text;
		int64_t asn; /* -1 if it is invalid */
	} cases[] = {
		{ "0", 0 },
		{ "15169", 15169 },
		{ "4294967295", 4294967295 },
		{ "AS15169", 15169 },
		{ "as15169", 15169 },
		{ "aS1", 1 },
		{ "AS4294967295", 4294967295 },
		{ "4294967296", -1 },
		{ "AS4294967296", -1 },
		{ "99999999999999999999999", -1 },
		{ "", -1 },
		{ "A", -1 },
		{ "AS", -1 },
		{ "AS ", -1 },
		{ "AS 15169", -1 },
		{ "AS-1", -1 },
		{ "ASAS1", -1 },
		{ "A1", -1 },
		{ "-1", -1 },
		{ "+1", -1 },
		{ " 1", -1 },
		{ "1 ", -1 },
		{ "1.10", -1 },
		{ "AS1.10", 65546 },
		{ "AS65535.65535", 4294967295 },
		{ "AS1.65536", -1 },
		{ "AS1..1", -1 },
		{ "0x10", -1 },
		{ "1e3", -1 },
		{ "15169 36040", -1 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *text = cases[i].text;
		uint32_t asn;
		bool good = asn_parse(text, strlen(text), &asn);

		is_int(good ? (int64_t)asn : -1, cases[i].asn,
		    "'%s' as an AS number", text);
	}
}

static const struct {
	const char *text;
	enum target_kind kind;
	const char *want;
} targets[] = {
	{ "", TARGET_BLANK, NULL },
	{ " ", TARGET_BLANK, NULL },
	{ "\t \t", TARGET_BLANK, NULL },
	{ "#", TARGET_BLANK, NULL },
	{ "# 8.8.8.8", TARGET_BLANK, NULL },
	{ "#8.8.8.8", TARGET_BLANK, NULL },
	{ "8.8.8.8", TARGET_NET, "8.8.8.8/32" },
	{ " 8.8.8.8", TARGET_NET, "8.8.8.8/32" },
	{ "8.8.8.8 ", TARGET_NET, "8.8.8.8/32" },
	{ "\t8.8.8.8 \t", TARGET_NET, "8.8.8.8/32" },
	{ "8.8.8.8:53", TARGET_NET, "8.8.8.8/32" },
	{ "8.8.8.8:0", TARGET_NET, "8.8.8.8/32" },
	{ "8.8.8.8:65535", TARGET_NET, "8.8.8.8/32" },
	{ "8.8.8.8/24", TARGET_NET, "8.8.8.0/24" },
	{ "0.0.0.0/0", TARGET_NET, "0.0.0.0/0" },
	{ "2001:4860::8888", TARGET_NET, "2001:4860::8888/128" },
	{ "2001:4860:0:0:0:0:0:8888", TARGET_NET, "2001:4860::8888/128" },
	{ "2001:4860::8888/32", TARGET_NET, "2001:4860::/32" },
	{ "[2001:4860::8888]", TARGET_NET, "2001:4860::8888/128" },
	{ "[2001:4860::8888]:53", TARGET_NET, "2001:4860::8888/128" },
	{ "fe80::1%eth0", TARGET_NET, "fe80::1/128" },
	{ "fe80::1%2", TARGET_NET, "fe80::1/128" },
	{ "fe80::1%eth0.100", TARGET_NET, "fe80::1/128" },
	{ "[fe80::1%eth0]", TARGET_NET, "fe80::1/128" },
	{ "[fe80::1%eth0]:80", TARGET_NET, "fe80::1/128" },
	{ "::ffff:8.8.8.8", TARGET_NET, "8.8.8.8/32" },
	{ "::FFFF:8.8.8.8", TARGET_NET, "8.8.8.8/32" },
	{ "::ffff:808:808", TARGET_NET, "8.8.8.8/32" },
	{ "0:0:0:0:0:ffff:8.8.8.8", TARGET_NET, "8.8.8.8/32" },
	{ "[::ffff:8.8.8.8]:25", TARGET_NET, "8.8.8.8/32" },
	{ "::ffff:8.8.8.8%eth0", TARGET_NET, "8.8.8.8/32" },
	{ "64:ff9b::8.8.8.8", TARGET_NET, "8.8.8.8/32" },
	{ "64:ff9b::808:808", TARGET_NET, "8.8.8.8/32" },
	{ "0064:FF9B::8.8.8.8", TARGET_NET, "8.8.8.8/32" },
	{ "::ffff:8.8.8.8/120", TARGET_NET, "8.8.8.0/24" },
	{ "64:ff9b::8.8.0.0/112", TARGET_NET, "8.8.0.0/16" },
	{ "64:ff9b:1::8.8.8.8", TARGET_NET, "64:ff9b:1::808:808/128" },
	{ "64:ff9b::1:808:808", TARGET_NET, "64:ff9b::1:808:808/128" },
	{ "::8.8.8.8", TARGET_NET, "::808:808/128" },
	{ "::fffe:8.8.8.8", TARGET_NET, "::fffe:808:808/128" },
	{ "::ffff:0:0/95", TARGET_NET, "::fffe:0:0/95" },
	{ "\"8.8.8.8\"", TARGET_NET, "8.8.8.8/32" },
	{ "'8.8.8.8'", TARGET_NET, "8.8.8.8/32" },
	{ "<8.8.8.8>", TARGET_NET, "8.8.8.8/32" },
	{ "(8.8.8.8)", TARGET_NET, "8.8.8.8/32" },
	{ "[8.8.8.8]", TARGET_NET, "8.8.8.8/32" },
	{ "8.8.8.8,", TARGET_NET, "8.8.8.8/32" },
	{ "8.8.8.8;", TARGET_NET, "8.8.8.8/32" },
	{ "\"8.8.8.8\",", TARGET_NET, "8.8.8.8/32" },
	{ "\"<8.8.8.8>\"", TARGET_NET, "8.8.8.8/32" },
	{ "8.8.8.8 # note", TARGET_NET, "8.8.8.8/32" },
	{ "8.8.8.8\t#note # more", TARGET_NET, "8.8.8.8/32" },
	{ "8.8.8.0/24 ; SBL1", TARGET_NET, "8.8.8.0/24" },
	{ "\"2001:4860::/32\", # x", TARGET_NET, "2001:4860::/32" },
	{ "<[2001:4860::1]:53>", TARGET_NET, "2001:4860::1/128" },
	{ "http://8.8.8.8/x", TARGET_NET, "8.8.8.8/32" },
	{ "https://u:p@8.8.8.8:443/a/b?c#d", TARGET_NET, "8.8.8.8/32" },
	{ "tcp://8.8.8.8", TARGET_NET, "8.8.8.8/32" },
	{ "http://[2001:4860::1]:80/", TARGET_NET, "2001:4860::1/128" },
	{ "<http://8.8.8.8/>,", TARGET_NET, "8.8.8.8/32" },
	{ "1.1.1.0-1.1.1.255", TARGET_NET, "1.1.1.0/24" },
	{ "1.1.1.0 - 1.1.1.255", TARGET_NET, "1.1.1.0/24" },
	{ "\"1.1.1.0-1.1.1.255\", # x", TARGET_NET, "1.1.1.0/24" },
	{ "1.1.1.1-1.1.1.1", TARGET_NET, "1.1.1.1/32" },
	{ "0.0.0.0-255.255.255.255", TARGET_NET, "0.0.0.0/0" },
	{ "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", TARGET_NET,
	    "2001:db8::/32" },
	{ "::ffff:8.8.8.0-::ffff:8.8.8.255", TARGET_NET, "8.8.8.0/24" },
	{ "AS1.10", TARGET_AS, "AS65546" },
	{ "as65535.65535", TARGET_AS, "AS4294967295" },
	{ "AS0.1", TARGET_AS, "AS1" },
	{ "AS15169 # Google", TARGET_AS, "AS15169" },
	{ "\"AS15169\",", TARGET_AS, "AS15169" },
	{ "AS15169", TARGET_AS, "AS15169" },
	{ "as15169", TARGET_AS, "AS15169" },
	{ " AS15169\t", TARGET_AS, "AS15169" },
	{ "AS0", TARGET_AS, "AS0" },
	{ "AS4294967295", TARGET_AS, "AS4294967295" },

	{ "AS4294967296", TARGET_INVALID, NULL },
	{ "AS", TARGET_INVALID, NULL },
	{ "ASN15169", TARGET_INVALID, NULL },
	{ "AS 15169", TARGET_INVALID, NULL },
	{ "AS15169/24", TARGET_INVALID, NULL },
	{ "AS15169x", TARGET_INVALID, NULL },
	{ "15169", TARGET_INVALID, NULL },
	{ "example.org", TARGET_INVALID, NULL },
	{ "8.8.8.8 8.8.4.4", TARGET_INVALID, NULL },
	{ "example.org,", TARGET_INVALID, NULL },
	{ "<>", TARGET_INVALID, NULL },
	{ "\"\"", TARGET_INVALID, NULL },
	{ ",", TARGET_INVALID, NULL },
	{ "<8.8.8.8", TARGET_INVALID, NULL },
	{ "8.8.8.8)", TARGET_INVALID, NULL },
	{ "\"8.8.8.8\",\"x\"", TARGET_INVALID, NULL },
	{ "8.8.8.8, 8.8.4.4", TARGET_INVALID, NULL },
	{ "8.8.8.8#note", TARGET_INVALID, NULL },
	{ "http://", TARGET_INVALID, NULL },
	{ "http://example.org/8.8.8.8", TARGET_INVALID, NULL },
	{ "://8.8.8.8/", TARGET_INVALID, NULL },
	{ "//8.8.8.8/", TARGET_INVALID, NULL },
	{ "http://8.8.8.8:http/", TARGET_INVALID, NULL },
	{ "AS1.65536", TARGET_INVALID, NULL },
	{ "AS65536.0", TARGET_INVALID, NULL },
	{ "AS1.", TARGET_INVALID, NULL },
	{ "AS.1", TARGET_INVALID, NULL },
	{ "AS1.2.3", TARGET_INVALID, NULL },
	{ "8.8.8.0-8.8.9.0", TARGET_INVALID, NULL },
	{ "8.8.8.8-8.8.8.7", TARGET_INVALID, NULL },
	{ "8.8.8.8-2001:4860::", TARGET_INVALID, NULL },
	{ "8.8.8.0-255", TARGET_INVALID, NULL },
	{ "8.8.8.0-", TARGET_INVALID, NULL },
	{ "-8.8.8.0", TARGET_INVALID, NULL },
	{ "8.8.8.0-8.8.8.255-8.8.9.255", TARGET_INVALID, NULL },
	{ "8.8.8.8:", TARGET_INVALID, NULL },
	{ "8.8.8.8:65536", TARGET_INVALID, NULL },
	{ "8.8.8.8:-1", TARGET_INVALID, NULL },
	{ "8.8.8.8:http", TARGET_INVALID, NULL },
	{ "8.8.8.8:53:53", TARGET_INVALID, NULL },
	{ "8.8.8.8:53/24", TARGET_INVALID, NULL },
	{ "8.8.8.8/33", TARGET_INVALID, NULL },
	{ "8.8.8.8/", TARGET_INVALID, NULL },
	{ "8.8.8/24", TARGET_INVALID, NULL },
	{ "010.8.8.8", TARGET_INVALID, NULL },
	{ "8.8.8", TARGET_INVALID, NULL },
	{ "8.8.8.8%eth0", TARGET_INVALID, NULL },
	{ "8.8.8.8%eth0:1", TARGET_INVALID, NULL },
	{ "[2001:4860::8888", TARGET_INVALID, NULL },
	{ "2001:4860::8888]", TARGET_INVALID, NULL },
	{ "[2001:4860::8888]x", TARGET_INVALID, NULL },
	{ "[2001:4860::8888]53", TARGET_INVALID, NULL },
	{ "[2001:4860::8888]:", TARGET_INVALID, NULL },
	{ "[2001:4860::8888]:65536", TARGET_INVALID, NULL },
	{ "[2001:4860::8888]:1:1", TARGET_INVALID, NULL },
	{ "[2001:4860::8888]x:1", TARGET_INVALID, NULL },
	{ "[2001:4860::8888]]", TARGET_INVALID, NULL },
	{ "[[2001:4860::8888]]", TARGET_INVALID, NULL },
	{ "[]", TARGET_INVALID, NULL },
	{ "[", TARGET_INVALID, NULL },
	{ "]", TARGET_INVALID, NULL },
	{ "[]:53", TARGET_INVALID, NULL },
	{ "fe80::1%", TARGET_INVALID, NULL },
	{ "%eth0", TARGET_INVALID, NULL },
	{ ":53", TARGET_INVALID, NULL },
	{ "/", TARGET_INVALID, NULL },
	{ "/24", TARGET_INVALID, NULL },
	{ "::/129", TARGET_INVALID, NULL },
	{ "8.8.8.8\v", TARGET_INVALID, NULL },
	{ "8.8.8.8\x1b[31m", TARGET_INVALID, NULL },
	{ "\xef\xbb\xbf", TARGET_INVALID, NULL },
	{ "\xff\xfe", TARGET_INVALID, NULL },
};

static void
test_targets(void)
{
	struct target t;

	for (size_t i = 0; i < LENGTH(targets); i++) {
		const char *text = targets[i].text;
		char out[PREFIX_TEXT_MAX + 1] = "";
		const char *want = NULL;

		target_parse(text, strlen(text), &t);
		if (t.kind == TARGET_NET)
			out[prefix_print(&t.net, out)] = '\0';
		if (t.kind == TARGET_AS)
			snprintf(out, sizeof(out), "AS%u", (unsigned)t.asn);
		if (out[0] != '\0')
			want = out;
		is_int(t.kind, targets[i].kind, "the kind of '%s'", text);
		is_text(want, targets[i].want, "the target of '%s'", text);
		if (t.kind == TARGET_INVALID)
			ok(t.why != NULL && t.why[0] != '\0',
			    "there is a message for '%s'", text);
	}
	target_parse("8.8.8.8\0", 8, &t);
	is_int(t.kind, TARGET_INVALID, "a NUL after an address is invalid");
	target_parse("AS1\0", 4, &t);
	is_int(t.kind, TARGET_INVALID, "a NUL after an AS number is invalid");
	target_parse("\0", 1, &t);
	is_int(t.kind, TARGET_INVALID, "a single NUL is invalid");
}

/* Tests what is said of ranges that are no prefix. */
static void
test_explanations(void)
{
	static const struct {
		const char *text;
		const char *why;
	} cases[] = {
		{ "8.8.8.0-8.8.8.2",
		    "a range, not a prefix; it takes 8.8.8.0/31 8.8.8.2/32" },
		{ "\"8.8.8.1 - 8.8.8.3\",",
		    "a range, not a prefix; it takes 8.8.8.1/32 8.8.8.2/31" },
		{ "0.0.0.1-255.255.255.254",
		    "a range, not a prefix; it takes 0.0.0.1/32 0.0.0.2/31 "
		    "0.0.0.4/30 0.0.0.8/29 0.0.0.16/28 0.0.0.32/27 0.0.0.64/26 "
		    "0.0.0.128/25 and 54 more" },
		{ "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		    "a range, not a prefix; it takes ::1/128 ::2/127 ::4/126 "
		    "::8/125 ::10/124 ::20/123 ::40/122 ::80/121 and 120 "
		    "more" },
		{ "8.8.8.8-8.8.8.7", "a range that ends before it begins" },
		{ "8.8.8.8-::1", "a range from one family into the other" },
		{ "nonsense", "not an address" },
		{ "a-b", "not an address" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct span text = { cases[i].text, strlen(cases[i].text) };
		struct arena arena = { 0 };
		struct target t;

		target_parse(text.text, text.len, &t);
		target_explain(text, &arena, &t);
		is_int(t.kind, TARGET_INVALID, "'%s' is invalid", text.text);
		is_text(t.why, cases[i].why, "why '%s' is", text.text);
		arena_free(&arena);
	}
}

static void
test_blanks(void)
{
	struct target t;

	target_parse(" ", 1, &t);
	target_refuse_blank((struct span){ " ", 1 }, &t);
	is_int(t.kind, TARGET_INVALID, "a blank target is refused");
	ok(t.why != NULL, "there is a message for it");
	target_parse("# x", 3, &t);
	target_refuse_blank((struct span){ "# x", 3 }, &t);
	is_int(t.kind, TARGET_BLANK, "a comment is not");
	target_parse("8.8.8.8", 7, &t);
	target_refuse_blank((struct span){ "8.8.8.8", 7 }, &t);
	is_int(t.kind, TARGET_NET, "an address is not");
}

/*
 * Tests that random text gives one of the kinds of targets, with a valid
 * prefix.
 */
static void
test_garbage(void)
{
	static const char letters[] =
	    "0123456789abcdefASas:.:.[]%/# \t\0\xff-,<>\"";
	unsigned wrong = 0;

	for (int i = 0; i < 200000; i++) {
		char text[60];
		size_t len = tap_random(sizeof(text));
		struct target t;

		for (size_t k = 0; k < len; k++)
			text[k] = letters[tap_random(sizeof(letters) - 1)];
		target_parse(text, len, &t);
		wrong += t.kind > TARGET_AS;
		wrong += t.kind == TARGET_INVALID && t.why == NULL;
		wrong += t.kind == TARGET_NET &&
		    t.net.len > family_bits(t.net.addr.family);
	}
	is_int(wrong, 0, "random text gives valid targets");
}

int
main(void)
{
	test_addresses();
	test_random_addresses();
	test_prefixes();
	test_prefix_of();
	test_covers();
	test_asns();
	test_targets();
	test_explanations();
	test_blanks();
	test_garbage();
	return tap_done();
}
