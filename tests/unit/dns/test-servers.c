#include "config.h"

#include "dns/servers.h"

#include <stdlib.h>

#include "../tap.h"
#include "base/array.h"
#include "base/buf.h"

static void
describe(const struct servers *s, struct buf *out)
{
	for (size_t i = 0; i < s->count; i++)
		buf_printf(out, "%s%s", i > 0 ? " " : "", s->list[i]);
	if (s->tls)
		buf_puts(out, " tls");
}

static void
test_servers(void)
{
	static const struct {
		const char *text;
		const char *servers; /* NULL if refused */
	} cases[] = {
		{ "9.9.9.9", "9.9.9.9@53" },
		{ " 9.9.9.9 , ::1", "9.9.9.9@53 ::1@53" },
		{ "9.9.9.9@5353", "9.9.9.9@5353" },
		{ "9.9.9.9@65535", "9.9.9.9@65535" },
		{ "::1", "::1@53" },
		{ "::1@5353", "::1@5353" },
		{ "fe80::1%4242@5353", "fe80::1%4242@5353" },
		{ "fe80::1%2147483647", "fe80::1%2147483647@53" },
		{ "fe80::1%7#dns.example", "fe80::1%7@853#dns.example tls" },
		{ "9.9.9.9,8.8.8.8@54,::1", "9.9.9.9@53 8.8.8.8@54 ::1@53" },
		{ "9.9.9.9#dns.quad9.net", "9.9.9.9@853#dns.quad9.net tls" },
		{ "9.9.9.9@8853#dns.quad9.net",
		    "9.9.9.9@8853#dns.quad9.net tls" },
		{ "2620:fe::fe#dns.quad9.net,9.9.9.9#dns.quad9.net",
		    "2620:fe::fe@853#dns.quad9.net "
		    "9.9.9.9@853#dns.quad9.net tls" },
		{ "", NULL },
		{ ",", NULL },
		{ "9.9.9.9,", NULL },
		{ ",9.9.9.9", NULL },
		{ "9.9.9", NULL },
		{ "dns.quad9.net", NULL },
		{ "9.9.9.9:53", NULL },
		{ "9.9.9.9@", NULL },
		{ "9.9.9.9@0", NULL },
		{ "9.9.9.9@65536", NULL },
		{ "9.9.9.9@dns", NULL },
		{ "9.9.9.9@53@54", NULL },
		{ "9.9.9.9#", NULL },
		{ "9.9.9.9#a b", NULL },
		{ "9.9.9.9#a#b", NULL },
		{ "9.9.9.9#a@853", NULL },
		{ "[::1]", NULL },
		{ "9.9.9.9/32", NULL },
		{ "9.9. 9.9", NULL },
		{ "9.9.9.9%eth0", NULL },
		{ "9.9.9.9%7", NULL },
		{ "fe80::1%no-such-interface", NULL },
		{ "fe80::1%0", NULL },
		{ "fe80::1%-1", NULL },
		{ "fe80::1%2147483648", NULL },
		{ "fe80::1%7%7", NULL },
		{ "fe80::1%", NULL },
		{ "9.9.9.9,8.8.8.8#dns.google", NULL },
		{ "8.8.8.8#dns.google,9.9.9.9", NULL },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct servers s = { .count = 0 };
		struct buf out = { 0 };
		char *why = servers_add(&s, cases[i].text, true);

		describe(&s, &out);
		is_bytes(why == NULL ? out.data : NULL, out.len,
		    cases[i].servers, "servers '%s'", cases[i].text);
		free(why);
		buf_free(&out);
		servers_clear(&s);
		ok(s.list == NULL && !s.tls, "servers are freed");
	}
}

static void
test_mirrors(void)
{
	static const char *const bad[] = {
		"",
		"a.example",
		"a.example=",
		"=127.0.0.1",
		"a..example=127.0.0.1",
		"a.example=127.0.0.1,",
		"a.example=localhost",
		"a.example=127.0.0.1#name",
		"a.example=127.0.0.1@0",
	};
	struct mirrors m = { .count = 0 };
	struct buf out = { 0 };
	const struct mirror *found;

	is_text(mirrors_add(&m, "Origin.ASN.example.=127.0.0.1@5300,::1"), NULL,
	    "a mirror is added");
	is_text(mirrors_add(&m, "asn.example=127.0.0.2"), NULL,
	    "another mirror is added");
	is_text(mirrors_add(&m, "origin.asn.example=127.0.0.3"), NULL,
	    "a server is added to the first mirror");
	is_int((intmax_t)m.count, 2, "there are two mirrors");
	found = mirrors_find(&m, "4.3.2.1.origin.asn.example");
	if (ok(found != NULL, "a mirror is found for a name below its zone")) {
		describe(&found->servers, &out);
		is_text(found->zone, "origin.asn.example",
		    "the mirror has its zone");
		is_bytes(out.data, out.len,
		    "127.0.0.1@5300 ::1@53 127.0.0.3@53",
		    "the mirror has its servers");
	}
	found = mirrors_find(&m, "as1.asn.example");
	is_text(found != NULL ? found->zone : NULL, "asn.example",
	    "a name below the zone above finds that zone's mirror");
	found = mirrors_find(&m, "origin.asn.example");
	is_text(found != NULL ? found->zone : NULL, "origin.asn.example",
	    "the zone itself finds its mirror");
	ok(mirrors_find(&m, "example") == NULL &&
		mirrors_find(&m, "xasn.example") == NULL &&
		mirrors_find(&m, "asn.example.org") == NULL,
	    "other names find no mirror");
	buf_free(&out);
	mirrors_clear(&m);
	ok(m.list == NULL && m.count == 0, "mirrors are freed");
	for (size_t i = 0; i < LENGTH(bad); i++) {
		char *why = mirrors_add(&m, bad[i]);

		ok(why != NULL, "'%s' is refused", bad[i]);
		free(why);
		mirrors_clear(&m);
	}
}

int
main(void)
{
	test_servers();
	test_mirrors();
	return tap_done();
}
