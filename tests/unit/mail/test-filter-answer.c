#include "config.h"

#include "../rdata.h"
#include "../tap.h"
#include "base/array.h"
#include "base/buf.h"
#include "mail/haraka-answer.h"
#include "mail/rspamd-answer.h"
#include "mail/rspamd-map.h"

/* The result of each parser for character-strings, which ^ separates. */
static const struct {
	enum haraka_provider provider;
	const char *text;
	const char *want; /* NULL for no result */
} haraka_cases[] = {
	{ HARAKA_ROUTEVIEWS, "15169^8.8.8.0^24", "15169;8.8.8.0/24;" },
	{ HARAKA_ROUTEVIEWS, "{1,2}^8.8.8.0^24", "{1,2};8.8.8.0/24;" },
	{ HARAKA_ROUTEVIEWS, "40431 208.75.176.0 21", NULL },
	{ HARAKA_ROUTEVIEWS, "40431^only", NULL },
	{ HARAKA_ROUTEVIEWS, "1^2^3^4", NULL },
	{ HARAKA_ROUTEVIEWS, "4294967295^0^0", NULL },
	{ HARAKA_CYMRU, "40431 | 208.75.176.0/21 | US | arin | 2007-03-02",
	    "40431;208.75.176.0/21;US;arin;2007-03-02;" },
	{ HARAKA_CYMRU, "10290 | 12.129.48.0/24 | US | arin |",
	    "10290;12.129.48.0/24;US;arin;;" },
	{ HARAKA_CYMRU, "15169|8.8.8.0/24|US|arin",
	    "15169;8.8.8.0/24;US;arin;undefined;" },
	{ HARAKA_CYMRU, "  15169 | 8.8.8.0/24 |  | arin | d | more",
	    "15169;8.8.8.0/24;;arin;d;" },
	{ HARAKA_CYMRU, "too | short", NULL },
	{ HARAKA_MONKEY, "74.125.44.0/23 | AS15169 | Google Inc. | 2000-03-30",
	    "15169;74.125.44.0/23;Google Inc.;2000-03-30;undefined;" },
	{ HARAKA_MONKEY, "n | 15169 | x", "169;n;x;undefined;undefined;" },
	{ HARAKA_MONKEY, "n | Unknown | x", "known;n;x;undefined;undefined;" },
	{ HARAKA_MONKEY, "n | A | x", ";n;x;undefined;undefined;" },
	{ HARAKA_MONKEY, "74.125.44.0/23 | AS15169", NULL },
	{ HARAKA_RSPAMD, "15169|8.8.8.^0/24|US|arin|",
	    "15169;8.8.8.0/24;US;arin;;" },
	{ HARAKA_RSPAMD, "|||", ";;;;undefined;" },
	{ HARAKA_RSPAMD, "too|short", NULL },
};

static void
test_haraka(void)
{
	for (size_t i = 0; i < LENGTH(haraka_cases); i++) {
		enum haraka_provider p = haraka_cases[i].provider;
		struct arena arena = { 0 };
		struct buf out = { 0 };
		struct haraka_answer a;
		uint8_t rdata[RDATA_MAX];
		size_t len = rdata_of(haraka_cases[i].text, rdata);
		bool good = haraka_answer_read(p, rdata, len, &arena, NULL, &a);

		for (size_t k = 0; good && k < haraka_providers[p].field_count;
		     k++) {
			if (a.values[k].text == NULL)
				buf_puts(&out, "undefined");
			else
				buf_put(&out, a.values[k].text,
				    a.values[k].len);
			buf_putc(&out, ';');
		}
		is_bytes(good ? out.data : NULL, out.len, haraka_cases[i].want,
		    "Haraka's %s reads '%s'", haraka_providers[p].key,
		    haraka_cases[i].text);
		buf_free(&out);
		arena_free(&arena);
	}
}

static const struct {
	const char *text;
	const char *want; /* NULL for no result */
} rspamd_cases[] = {
	{ "15169|8.8.8.0/24|US|arin|",
	    "asn:15169, ipnet:8.8.8.0/24, country:US" },
	{ "15169 | 8.8.8.0/24 | US | arin |",
	    "asn:15169, ipnet:8.8.8.0/24, country:US" },
	{ "15169|8.8.^8.0/24|US|", "asn:15169, ipnet:8.8.8.0/24, country:US" },
	{ "559 1103 1239 | 192.88.99.0/24",
	    "asn:559, ipnet:1103, country:1239" },
	{ "15169|8.8.8.0/24||arin|",
	    "asn:15169, ipnet:8.8.8.0/24, country:arin" },
	{ "|8.8.8.0/24|US|arin|", "ipnet:US, country:arin" },
	{ "AS15169|8.8.8.0/24|US", "ipnet:8.8.8.0/24, country:US" },
	{ "0x10|n", "asn:0x10, ipnet:n" },
	{ "1e5", "asn:1e5" },
	{ "inf", "asn:inf" },
	{ "-5", "asn:-5" },
	{ "15169.5", "asn:15169.5" },
	{ "0x|n", "ipnet:n" },
	{ "1e|n", "ipnet:n" },
	{ "1e1048575|n", "asn:1e1048575, ipnet:n" },
	{ "1e1048576|n", "ipnet:n" },
	{ "|", NULL },
	{ "", NULL },
};

static void
test_rspamd(void)
{
	for (size_t i = 0; i < LENGTH(rspamd_cases); i++) {
		struct arena arena = { 0 };
		struct buf out = { 0 };
		struct rspamd_answer a;
		uint8_t rdata[RDATA_MAX];
		size_t len = rdata_of(rspamd_cases[i].text, rdata);
		bool good = rspamd_answer_read(rdata, len, &arena, NULL, &a);

		if (good)
			rspamd_put_option(&out, &a);
		is_bytes(good ? out.data : NULL, out.len, rspamd_cases[i].want,
		    "rspamd reads '%s'", rspamd_cases[i].text);
		buf_free(&out);
		arena_free(&arena);
	}
}

/* Tests the values that follow the keys of a map. */
static void
test_rspamd_values(void)
{
	static const struct {
		const char *text;
		const char *symbol; /* NULL if there is none */
		double factor;
	} cases[] = {
		{ "", NULL, 1 },
		{ "2.5", NULL, 2.5 },
		{ "-1x", NULL, -1 },
		{ ".5", NULL, 1 },
		{ "+.5", NULL, 0.5 },
		{ "SYM_1", "SYM_1", 1 },
		{ "SYM:3", "SYM", 3 },
		{ "SYM:x", "SYM", 1 },
		{ "two words", "two", 1 },
		{ "9a", NULL, 9 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		double factor;
		struct span symbol = rspamd_value_read(cases[i].text, &factor);

		is_bytes(symbol.text, symbol.len, cases[i].symbol,
		    "the symbol in '%s'", cases[i].text);
		ok(factor == cases[i].factor, "the factor in '%s'",
		    cases[i].text);
	}
}

int
main(void)
{
	test_haraka();
	test_rspamd();
	test_rspamd_values();
	return tap_done();
}
