#include "config.h"

#include "dns/zone.h"

#include <stdlib.h>

#include "../tap.h"
#include "base/array.h"
#include "base/buf.h"

#define TEN "abcdefghij"
#define FIFTY TEN TEN TEN TEN TEN

/*
 * Appends each zone as NAME/46, with p for a public provider's zone and x for
 * paths.
 */
static void
describe(const struct zones *zones, struct buf *out)
{
	for (size_t i = 0; i < zones->count; i++) {
		const struct zone *z = &zones->list[i];

		buf_printf(out, "%s%s/%s%s%s%s", i > 0 ? " " : "", z->name,
		    z->serves[FAMILY_IPV4] ? "4" : "",
		    z->serves[FAMILY_IPV6] ? "6" : "", z->provider ? "p" : "",
		    z->path ? "x" : "");
	}
}

static void
test_specs(void)
{
	static const struct {
		const char *specs;
		const char *zones;
	} cases[] = {
		{ "routeviews", "asn.routeviews.org/4p" },
		{ "cymru", "origin.asn.cymru.com/4p origin6.asn.cymru.com/6p" },
		{ "rspamd", "asn.rspamd.com/4p asn6.rspamd.com/6p" },
		{ "monkey", "origin.asn.spameatingmonkey.net/4p" },
		{ "aspath", "aspath.routeviews.org/4px" },
		{ "routeviews,cymru",
		    "asn.routeviews.org/4p origin.asn.cymru.com/4p "
		    "origin6.asn.cymru.com/6p" },
		{ "cymru,routeviews",
		    "origin.asn.cymru.com/4p origin6.asn.cymru.com/6p "
		    "asn.routeviews.org/4p" },
		{ "cymru,cymru",
		    "origin.asn.cymru.com/4p origin6.asn.cymru.com/6p" },
		{ "asn.example.org", "asn.example.org/46" },
		{ "asn.example.org/4", "asn.example.org/4" },
		{ "asn.example.org/6", "asn.example.org/6" },
		{ "asn.example.org/4,asn.example.org/6", "asn.example.org/46" },
		{ "ASN.Example.ORG.", "asn.example.org/46" },
		{ "asn.example.org./6", "asn.example.org/6" },
		{ "ASN.example.org/4,asn.EXAMPLE.org./6",
		    "asn.example.org/46" },
		{ "_asn.my-zone.example", "_asn.my-zone.example/46" },
		/* A provider's zone is recognized by its own name. */
		{ "origin.asn.cymru.com", "origin.asn.cymru.com/4p" },
		{ "Origin6.ASN.cymru.com.", "origin6.asn.cymru.com/6p" },
		{ "aspath.routeviews.org", "aspath.routeviews.org/4px" },
		{ "rspamd,a.example/6,routeviews",
		    "asn.rspamd.com/4p asn6.rspamd.com/6p a.example/6 "
		    "asn.routeviews.org/4p" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct zones zones = { 0 };
		struct buf out = { 0 };
		char *why = zones_add(&zones, cases[i].specs);

		describe(&zones, &out);
		is_text(why, NULL, "'%s' is valid", cases[i].specs);
		is_bytes(out.data, out.len, cases[i].zones, "'%s'",
		    cases[i].specs);
		free(why);
		buf_free(&out);
		zones_clear(&zones);
	}
}

static void
test_bad_specs(void)
{
	static const struct {
		const char *specs;
		const char *why; /* part of the message */
	} cases[] = {
		{ "cymro", "did you mean 'cymru'" },
		{ "Cymru", "did you mean 'cymru'" },
		{ "routeview", "did you mean 'routeviews'" },
		{ "ruoteviews", "did you mean 'routeviews'" },
		{ "rspmad", "did you mean 'rspamd'" },
		{ "donkey", "did you mean 'monkey'" },
		{ "nonsense", "routeviews cymru rspamd monkey aspath" },
		{ "", "unknown provider ''" },
		{ ",", "unknown provider ''" },
		{ "cymru,", "unknown provider ''" },
		{ "cymru,rspamt", "did you mean 'rspamd'" },
		{ "peer.asn.cymru.com", "upstreams" },
		{ "PEER.asn.cymru.com.", "upstreams" },
		{ "peer.asn.cymru.com/4", "upstreams" },
		{ "a.example/5", "ZONE/4" },
		{ "a.example/", "ZONE/4" },
		{ "a.example/46", "ZONE/4" },
		{ "a.example/4/6", "ZONE/4" },
		{ "a..example", "not a zone name" },
		{ ".example", "not a zone name" },
		{ "a.example..", "not a zone name" },
		{ ".", "not a zone name" },
		{ "a b.example", "not a zone name" },
		{ "a.ex\xc3\xa4mple", "not a zone name" },
		{ "a.example;", "not a zone name" },
		{ "*.example", "not a zone name" },
		{ "a\\.b.example", "not a zone name" },
		{ TEN TEN TEN TEN TEN TEN "abcd.example", "not a zone name" },
		{ FIFTY "." FIFTY "." FIFTY "." FIFTY, "not a zone name" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct zones zones = { 0 };
		char *why = zones_add(&zones, cases[i].specs);

		if (!ok(why != NULL && strstr(why, cases[i].why) != NULL,
			"'%s' is refused", cases[i].specs))
			tap_value("got", why, tap_length(why));
		free(why);
		zones_clear(&zones);
	}
}

static void
test_names(void)
{
	char out[OWNER_MAX];
	char longest[260];
	char owner[OWNER_MAX];
	struct addr a;

	/* Labels of 49 bytes, four of which have 199 with their dots. */
	memset(longest, 'a', sizeof(longest));
	for (size_t i = 49; i < sizeof(longest); i += 50)
		longest[i] = '.';
	ok(zone_name(longest, 189, out),
	    "a name of 189 bytes leaves room for 32 nibbles");
	is_int((intmax_t)strlen(out), 189, "a name of 189 bytes is unchanged");
	addr_parse("ffff::ffff", 10, &a);
	is_int((intmax_t)zone_owner(out, &a, 128, owner), 253,
	    "the longest owner name has 253 bytes (RFC 1035)");
	is_int((intmax_t)strlen(owner), 253,
	    "the longest owner name is not longer");
	ok(!zone_name(longest, 190, out), "a name of 190 bytes leaves no room");
	longest[189] = '.';
	ok(zone_name(longest, 190, out), "a final dot does not count");
	ok(!zone_name(longest, 254, out), "a name of 254 bytes is refused");
	memset(longest, 'b', 63);
	longest[63] = '.';
	ok(zone_name(longest, 80, out), "a label may have 63 bytes");
	memset(longest, 'b', 64);
	longest[64] = '.';
	ok(!zone_name(longest, 80, out), "a label of 64 bytes is refused");
	ok(!zone_name("", 0, out), "an empty name is refused");
	ok(!zone_name("a\0b", 3, out), "a NUL in a name is refused");
	ok(zone_name("a", 1, out), "a name may be a single label");
}

static void
test_holds(void)
{
	static const struct {
		const char *zone;
		const char *name;
		bool holds;
	} cases[] = {
		{ "asn.cymru.com", "asn.cymru.com", true },
		{ "asn.cymru.com", "origin.asn.cymru.com", true },
		{ "asn.cymru.com", "a.b.asn.cymru.com", true },
		{ "origin.asn.cymru.com", "asn.cymru.com", false },
		{ "asn.cymru.com", "xasn.cymru.com", false },
		{ "com", "asn.cymru.com", true },
		{ "asn.cymru.com", "asn.cymru.org", false },
	};

	for (size_t i = 0; i < LENGTH(cases); i++)
		is_int(zone_holds(cases[i].zone, cases[i].name), cases[i].holds,
		    "%s in %s", cases[i].name, cases[i].zone);
}

#define REST "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."

static void
test_owners(void)
{
	static const struct {
		const char *addr;
		uint8_t grain;
		const char *owner;
	} cases[] = {
		{ "1.2.3.4", 32, "4.3.2.1.z" },
		{ "8.80.108.255", 32, "255.108.80.8.z" },
		{ "1.2.3.4", 24, "0.3.2.1.z" },
		{ "1.2.3.255", 31, "254.3.2.1.z" },
		{ "255.255.255.255", 9, "0.0.128.255.z" },
		{ "255.255.255.255", 1, "0.0.0.128.z" },
		{ "2001:db8:1234:5678:9abc:def0:1234:5678", 128,
		    "8.7.6.5.4.3.2.1.0.f.e.d.c.b.a.9."
		    "8.7.6.5.4.3.2.1.8.b.d.0.1.0.0.2.z" },
		{ "2001:db8:1234:5678:9abc:def0:1234:5678", 64,
		    REST "8.7.6.5.4.3.2.1.8.b.d.0.1.0.0.2.z" },
		{ "2001:db8:1234:5678:9abc:def0:1234:5678", 61,
		    REST "8.7.6.5.4.3.2.1.8.b.d.0.1.0.0.2.z" },
		{ "2001:db8:1234:567f:9abc:def0:1234:5678", 62,
		    REST "c.7.6.5.4.3.2.1.8.b.d.0.1.0.0.2.z" },
		{ "::1", 128,
		    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
		    "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.z" },
	};
	char out[OWNER_MAX];

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct addr a;
		size_t len;

		addr_parse(cases[i].addr, strlen(cases[i].addr), &a);
		memset(out, '!', sizeof(out));
		len = zone_owner("z", &a, cases[i].grain, out);
		is_text(out, cases[i].owner, "the owner name of %s/%u",
		    cases[i].addr, cases[i].grain);
		is_int((intmax_t)len, (intmax_t)strlen(out),
		    "the length of the owner name");
	}
	is_int((intmax_t)zone_owner_of_as(15169, out), 21,
	    "the length of an AS's owner name");
	is_text(out, "AS15169.asn.cymru.com", "the owner name of an AS");
	zone_owner_of_as(4294967295, out);
	is_text(out, "AS4294967295.asn.cymru.com",
	    "the owner name of the last AS");
	zone_owner_of_as(0, out);
	is_text(out, "AS0.asn.cymru.com", "the owner name of AS 0");
}

int
main(void)
{
	test_specs();
	test_bad_specs();
	test_names();
	test_holds();
	test_owners();
	return tap_done();
}
