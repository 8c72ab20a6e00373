#include "config.h"

#include "record/origin-text.h"

#include <stdlib.h>

#include "../rdata.h"
#include "../tap.h"
#include "base/array.h"
#include "base/buf.h"

static void
put_span(struct buf *out, const char *before, struct span s)
{
	if (s.text == NULL)
		return;
	buf_puts(out, before);
	buf_put(out, s.text, s.len);
}

/*
 * Appends the status, AS@prefix of each origin, and country, registry, date and
 * name of the first.
 */
static void
describe(enum status status, const struct origins *o, struct buf *out)
{
	char text[PREFIX_TEXT_MAX];

	buf_puts(out, status_word(status));
	for (size_t i = 0; i < o->count; i++) {
		buf_printf(out, " %u@", (unsigned)o->list[i].asn);
		buf_put(out, text, prefix_print(&o->list[i].prefix, text));
	}
	if (o->count == 0)
		return;
	if (o->list[0].reg.country[0] != '\0')
		buf_printf(out, " cc=%s", o->list[0].reg.country);
	put_span(out, " reg=", o->list[0].reg.registry);
	put_span(out, " date=", o->list[0].reg.allocated);
	put_span(out, " name=", o->list[0].reg.name);
}

#define UNANNOUNCED "unannounced"
#define MALFORMED "malformed"

static const struct {
	const char *text; /* character-strings, separated by ^ */
	const char *want;
} cases[] = {
	/* RouteViews: three strings. */
	{ "15169^8.8.8.0^24", "ok 15169@8.8.8.0/24" },
	{ "AS15169^8.8.8.0^24", "ok 15169@8.8.8.0/24" },
	{ "15169^8.8.8.8^24", "ok 15169@8.8.8.0/24" },
	{ "15169^2001:4860::^32", "ok 15169@2001:4860::/32" },
	{ "{64512,64513}^8.8.8.0^24", "ok 64512@8.8.8.0/24 64513@8.8.8.0/24" },
	{ "{64512 64513}^8.8.8.0^24", "ok 64512@8.8.8.0/24 64513@8.8.8.0/24" },
	{ "{64512, AS64513}^8.8.8.0^24",
	    "ok 64512@8.8.8.0/24 64513@8.8.8.0/24" },
	{ "{64512}^8.8.8.0^24", "ok 64512@8.8.8.0/24" },
	{ "1 {2,3} 4^8.8.8.0^24",
	    "ok 1@8.8.8.0/24 2@8.8.8.0/24 3@8.8.8.0/24 4@8.8.8.0/24" },
	{ " 15169 ^ 8.8.8.0 ^ 24 ", "ok 15169@8.8.8.0/24" },
	{ "15169^8.8.8.0/24", "ok 15169@8.8.8.0/24" },
	{ "15169^8.8.8.0^24^", "ok 15169@8.8.8.0/24" },
	{ "15169^8.8.8.8^32", "ok 15169@8.8.8.8/32" },
	/* The same in one string. */
	{ "15169 8.8.8.0 24", "ok 15169@8.8.8.0/24" },
	{ "15169 8.8.8.0/24", "ok 15169@8.8.8.0/24" },
	{ "  15169\t8.8.8.0  24 ", "ok 15169@8.8.8.0/24" },
	{ "{1,2} 8.8.8.0 24", "ok 1@8.8.8.0/24 2@8.8.8.0/24" },
	{ "{1 2} 8.8.8.0 24", "ok 1@8.8.8.0/24 2@8.8.8.0/24" },
	/* Not announced. */
	{ "4294967295^0^0", UNANNOUNCED },
	{ "4294967295^0.0.0.0^0", UNANNOUNCED },
	{ "4294967295 0 0", UNANNOUNCED },
	{ "AS4294967295^0^0", UNANNOUNCED },
	{ "0^8.8.8.0^24", UNANNOUNCED },
	{ "15169^0.0.0.0^0", UNANNOUNCED },
	{ "15169^::^0", UNANNOUNCED },
	{ "15169^0.0.0.0/0", UNANNOUNCED },
	{ "^^", UNANNOUNCED },
	{ "NA^NA^NA", UNANNOUNCED },
	{ "Unknown", UNANNOUNCED },
	{ "unknown", UNANNOUNCED },
	{ "4294967295 | 0.0.0.0/0 | | |", UNANNOUNCED },
	{ "0 | 8.8.8.0/24 | US | arin |", UNANNOUNCED },
	{ "NA | NA | NA | NA | NA", UNANNOUNCED },
	{ "NA | 8.8.8.0/24 | NA | NA | NA", UNANNOUNCED },
	{ " | 8.8.8.0/24 |  |  | ", UNANNOUNCED },
	{ "|8.8.8.0/24|US|arin|", UNANNOUNCED },
	{ "15169 | 0.0.0.0/0 | US | arin | ", UNANNOUNCED },
	{ "15169 | ::/0 | US | arin | ", UNANNOUNCED },
	{ "0 4294967295 | 8.8.8.0/24 | US | arin | ", UNANNOUNCED },
	{ "{0} | 8.8.8.0/24 | US | arin | ", UNANNOUNCED },
	/* Sentinels among others. */
	{ "0 15169 4294967295 | 8.8.8.0/24 | US | arin | 2023-12-28",
	    "ok 15169@8.8.8.0/24 cc=US reg=arin date=2023-12-28" },
	/* Team Cymru. */
	{ "23028 | 216.90.108.0/24 | US | arin | 1998-09-25",
	    "ok 23028@216.90.108.0/24 cc=US reg=arin date=1998-09-25" },
	{ "20738 20773 | 94.136.40.0/24 | DE | ripencc | 2008-07-17",
	    "ok 20738@94.136.40.0/24 20773@94.136.40.0/24 cc=DE reg=ripencc "
	    "date=2008-07-17" },
	{ "28333 | 189.50.192.0/20 | BR | lacnic | ",
	    "ok 28333@189.50.192.0/20 cc=BR reg=lacnic" },
	{ "10290 | 12.129.48.0/24 | US | arin |",
	    "ok 10290@12.129.48.0/24 cc=US reg=arin" },
	{ "15169 | 2001:4860::/32 | US | arin | 2005-03-14",
	    "ok 15169@2001:4860::/32 cc=US reg=arin date=2005-03-14" },
	{ "1234 | 193.110.32.0/21 | EU | ripencc | 1993-09-01",
	    "ok 1234@193.110.32.0/21 cc=EU reg=ripencc date=1993-09-01" },
	{ "1234 | 193.110.32.0/21 |  | ripencc | 1993-09-01",
	    "ok 1234@193.110.32.0/21 reg=ripencc date=1993-09-01" },
	{ "1234 | 193.110.32.0/21 | us | arin |",
	    "ok 1234@193.110.32.0/21 cc=US reg=arin" },
	{ "1921 | 176.97.158.0/24 | NA | NA | NA", "ok 1921@176.97.158.0/24" },
	{ "36999 | 41.63.192.0/18 | NA | afrinic | 2009-05-15",
	    "ok 36999@41.63.192.0/18 cc=NA reg=afrinic date=2009-05-15" },
	{ "1 | 8.8.8.0/24 | ZZ | arin |", "ok 1@8.8.8.0/24 reg=arin" },
	{ "1 | 8.8.8.0/24 | UN | arin |", "ok 1@8.8.8.0/24 reg=arin" },
	{ "1 | 8.8.8.0/24 | -- | arin |", "ok 1@8.8.8.0/24 reg=arin" },
	{ "1 | 8.8.8.0/24 | U1 | arin |", "ok 1@8.8.8.0/24 reg=arin" },
	{ "1 | 8.8.8.0/24 | USA | arin |", "ok 1@8.8.8.0/24 reg=arin" },
	{ "1 | 8.8.8.0/24", "ok 1@8.8.8.0/24" },
	{ "1 | 8.8.8.0/24 | US", "ok 1@8.8.8.0/24 cc=US" },
	{ "1 | 8.8.8.9/24 | US | arin | ", "ok 1@8.8.8.0/24 cc=US reg=arin" },
	{ "{64512,64513} | 8.8.8.0/24 | US | arin |",
	    "ok 64512@8.8.8.0/24 64513@8.8.8.0/24 cc=US reg=arin" },
	/* Of several ASNs, the text does not distinguish peers from origins. */
	{ "701 1239 3549 | 216.90.108.0/24 | US | arin | 1998-09-25",
	    "ok 701@216.90.108.0/24 1239@216.90.108.0/24 "
	    "3549@216.90.108.0/24 cc=US reg=arin date=1998-09-25" },
	/* Text with bars in several strings is joined. */
	{ "23028 | 216.90.1^08.0/24 | US | arin | 1998-09-25",
	    "ok 23028@216.90.108.0/24 cc=US reg=arin date=1998-09-25" },
	{ "230^28 | 216.90.108.0/24 | U^S | arin | 1998-0^9-25",
	    "ok 23028@216.90.108.0/24 cc=US reg=arin date=1998-09-25" },
	{ "23028^ | ^216.90.108.0/24 | US | arin | 1998-09-25^",
	    "ok 23028@216.90.108.0/24 cc=US reg=arin date=1998-09-25" },
	{ "^^23028 | 216.90.108.0/24 | US | arin |",
	    "ok 23028@216.90.108.0/24 cc=US reg=arin" },
	/* rspamd. */
	{ "15169|8.8.8.0/24|US|arin|", "ok 15169@8.8.8.0/24 cc=US reg=arin" },
	{ "15169|2001:4860::/32|US|arin|",
	    "ok 15169@2001:4860::/32 cc=US reg=arin" },
	{ "64500|192.0.2.0/24|--||", "ok 64500@192.0.2.0/24" },
	{ "64500|192.0.2.0/24|--|--|", "ok 64500@192.0.2.0/24" },
	{ "64500|192.0.2.0/24|UN|arin|", "ok 64500@192.0.2.0/24 reg=arin" },
	/* SpamEatingMonkey. */
	{ "74.125.44.0/23 | AS15169 | Google Inc. | 2000-03-30 | US",
	    "ok 15169@74.125.44.0/23 cc=US date=2000-03-30 name=Google Inc." },
	{ "74.125.44.0/23 | AS15169 | Google Inc. | 2000-03-30",
	    "ok 15169@74.125.44.0/23 date=2000-03-30 name=Google Inc." },
	{ "74.125.44.0/23 | 15169 | Google Inc. | 2000-03-30 |",
	    "ok 15169@74.125.44.0/23 date=2000-03-30 name=Google Inc." },
	{ "74.125.44.0/23 | AS0 | x | |", UNANNOUNCED },
	{ "0.0.0.0/0 | AS15169 | x | |", UNANNOUNCED },
	{ "74.125.44.0/23 | Unknown | x | |", UNANNOUNCED },
	/* Shadowserver. */
	{ "12876 | 212.129.0.0/18 |  | FR | Online SAS",
	    "ok 12876@212.129.0.0/18 cc=FR name=Online SAS" },
	{ " | 212.129.0.0/18 |  |  | ", UNANNOUNCED },

	{ "", MALFORMED },
	{ " ", MALFORMED },
	{ "15169", MALFORMED },
	{ "15169^8.8.8.0", MALFORMED },
	{ "15169 8.8.8.0", MALFORMED },
	{ "15169^8.8.8.0^", MALFORMED },
	{ "15169^8.8.8.0^33", MALFORMED },
	{ "15169^8.8.8.0^-1", MALFORMED },
	{ "15169^8.8.8.0^24x", MALFORMED },
	{ "15169^8.8.8^24", MALFORMED },
	{ "15169^2001:4860::^129", MALFORMED },
	{ "8.8.8.0^15169^24", MALFORMED },
	{ "4294967296^8.8.8.0^24", MALFORMED },
	{ "-1^8.8.8.0^24", MALFORMED },
	{ "0x10^8.8.8.0^24", MALFORMED },
	{ "1e3^8.8.8.0^24", MALFORMED },
	{ "inf^8.8.8.0^24", MALFORMED },
	{ "1.10^8.8.8.0^24", MALFORMED },
	{ "AS^8.8.8.0^24", MALFORMED },
	{ "15169,36040^8.8.8.0^24", MALFORMED },
	{ "{}^8.8.8.0^24", MALFORMED },
	{ "{^8.8.8.0^24", MALFORMED },
	{ "}^8.8.8.0^24", MALFORMED },
	{ "{1^8.8.8.0^24", MALFORMED },
	{ "1}^8.8.8.0^24", MALFORMED },
	{ "{1}}^8.8.8.0^24", MALFORMED },
	{ "{{1}}^8.8.8.0^24", MALFORMED },
	{ "{1,{2}}^8.8.8.0^24", MALFORMED },
	{ "{x}^8.8.8.0^24", MALFORMED },
	{ "1{2}^8.8.8.0^24", MALFORMED },
	{ "{1}2^8.8.8.0^24", MALFORMED },
	{ "{1}{2}^8.8.8.0^24", MALFORMED },
	/* Answers of a search domain, or of a resolver that invents them. */
	{ "v=spf1 mx -all", MALFORMED },
	{ "v=spf1 ip4:8.8.8.0/24 -all", MALFORMED },
	{ "google-site-verification=abc", MALFORMED },
	{ "This domain is for sale | 8.8.8.0/24 | US", MALFORMED },
	{ "15169 |", MALFORMED },
	{ "15169 | | US | arin |", MALFORMED },
	{ "15169 | 8.8.8.0 | US | arin |", MALFORMED },
	{ "15169 | 8.8.8.0/33 | US | arin |", MALFORMED },
	{ "15169 | 8.8.8.0/24x | US | arin |", MALFORMED },
	{ "15169 | 8.8.8.0/24, | US | arin |", MALFORMED },
	{ "1516x | 8.8.8.0/24 | US | arin |", MALFORMED },
	{ "4294967296 | 8.8.8.0/24 | US | arin |", MALFORMED },
	{ "15169 x | 8.8.8.0/24 | US | arin |", MALFORMED },
	{ "15169 | US | arin | 2000-03-30 | GOOGLE, US", MALFORMED },
	{ "AS15169 | Google Inc. | 2000-03-30", MALFORMED },
	{ "8.8.8.0/24 | 8.8.8.0/24 | x", MALFORMED },
	{ "8.8.8.0/24 | Google | x", MALFORMED },
	{ "15169 | 8.8.8.0/24 nonsense | US | arin |", MALFORMED },
	{ "15169 | NA | NA | NA | NA", MALFORMED },
};

static enum status
read_origins(const char *text, bool path, struct buf *out)
{
	struct origins origins = { 0 };
	struct arena arena = { 0 };
	struct origin_reader reader = {
		.path = path,
		.source = 7,
		.arena = &arena,
		.out = &origins,
	};
	uint8_t rdata[RDATA_MAX];
	size_t len = rdata_of(text, rdata);
	/*
	 * Memory without room after it, so that a sanitizer sees reads past the
	 * end.
	 */
	uint8_t *exact = xmalloc(len);
	enum status status;

	memcpy(exact, rdata, len);
	status = origin_text_read(&reader, exact, len);
	describe(status, &origins, out);
	for (size_t i = 0; i < origins.count; i++)
		if (origins.list[i].source != 7)
			buf_puts(out, " (another source)");
	free(exact);
	free(origins.list);
	arena_free(&arena);
	return status;
}

static void
test_origins(void)
{
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf out = { 0 };

		read_origins(cases[i].text, false, &out);
		is_bytes(out.data, out.len, cases[i].want, "'%s'",
		    cases[i].text);
		buf_free(&out);
	}
}

static void
test_paths(void)
{
	static const struct {
		const char *text;
		const char *want;
	} paths[] = {
		{ "34224 3356 174 2519^1.0.16.0^24", "ok 2519@1.0.16.0/24" },
		{ "2519^1.0.16.0^24", "ok 2519@1.0.16.0/24" },
		{ "1 2 {3,4}^1.0.16.0^24", "ok 3@1.0.16.0/24 4@1.0.16.0/24" },
		{ "1 {2,3} 4^1.0.16.0^24", "ok 4@1.0.16.0/24" },
		{ "1 2 0^1.0.16.0^24", UNANNOUNCED },
		{ "0 2^1.0.16.0^24", "ok 2@1.0.16.0/24" },
		{ "4294967295^0^0", UNANNOUNCED },
		{ "1 x 2^1.0.16.0^24", MALFORMED },
		{ "1 2 x^1.0.16.0^24", MALFORMED },
	};

	for (size_t i = 0; i < LENGTH(paths); i++) {
		struct buf out = { 0 };

		read_origins(paths[i].text, true, &out);
		is_bytes(out.data, out.len, paths[i].want, "the path '%s'",
		    paths[i].text);
		buf_free(&out);
	}
}

/* Tests RDATA that is cut off, or has wrong lengths. */
static void
test_broken_rdata(void)
{
	static const char *const texts[] = {
		"15169^8.8.8.0^24",
		"23028 | 216.90.1^08.0/24 | US | arin | 1998-09-25",
	};
	struct origins origins = { 0 };
	struct arena arena = { 0 };
	struct origin_reader reader = { .arena = &arena, .out = &origins };

	is_int(origin_text_read(&reader, (const uint8_t *)"", 0),
	    STATUS_MALFORMED, "RDATA without a string is malformed");
	for (size_t i = 0; i < LENGTH(texts); i++) {
		uint8_t rdata[RDATA_MAX];
		size_t len = rdata_of(texts[i], rdata);
		size_t ends = 0;
		unsigned taken = 0;

		for (size_t cut = 1; cut < len; cut++) {
			uint8_t *exact = xmalloc(cut);

			memcpy(exact, rdata, cut);
			/*
			 * After a whole string, the text so far may be valid.
			 */
			if (cut == ends + 1 + rdata[ends]) {
				ends = cut;
			} else {
				taken += origin_text_read(&reader, exact,
					     cut) != STATUS_MALFORMED;
			}
			free(exact);
		}
		is_int(taken, 0, "'%s' is malformed if cut off inside a string",
		    texts[i]);
	}
	is_int((intmax_t)origins.count, 0, "malformed RDATA gives no origins");
	free(origins.list);
	arena_free(&arena);
}

/* Tests random RDATA: it is malformed at worst, and gives no invalid prefix. */
static void
test_garbage(void)
{
	static const char letters[] = "0123456789|| {},.:/ASNA\t\x1b\xff\0";
	struct origins origins = { 0 };
	struct arena arena = { 0 };
	struct origin_reader reader = { .arena = &arena, .out = &origins };
	unsigned wrong = 0;

	for (int i = 0; i < 100000; i++) {
		size_t len = tap_random(80);
		uint8_t *rdata = xmalloc(len);
		enum status status;
		struct registration reg;

		for (size_t k = 0; k < len; k++)
			rdata[k] =
			    (uint8_t)letters[tap_random(sizeof(letters) - 1)];
		for (size_t k = 0; k < len;) {
			size_t n = tap_random(40);

			if (n >= len - k && tap_random(4) > 0)
				n = len - k - 1;
			rdata[k] = (uint8_t)n;
			k += n + 1;
		}
		origins.count = 0;
		arena_clear(&arena);
		reader.path = tap_random(2) == 0;
		status = origin_text_read(&reader, rdata, len);
		wrong += status != STATUS_OK && status != STATUS_UNANNOUNCED &&
		    status != STATUS_MALFORMED;
		wrong += (status == STATUS_OK) != (origins.count > 0);
		for (size_t k = 0; k < origins.count; k++)
			wrong += asn_is_none(origins.list[k].asn) ||
			    origins.list[k].prefix.len == 0 ||
			    origins.list[k].prefix.len >
				family_bits(origins.list[k].prefix.addr.family);
		origin_text_read_name(rdata, len, 1, &arena, &reg);
		free(rdata);
	}
	is_int(wrong, 0, "random RDATA gives valid origins");
	free(origins.list);
	arena_free(&arena);
}

/* Tests the largest RDATA: work and memory must stay in proportion. */
static void
test_large(void)
{
	struct origins origins = { 0 };
	struct arena arena = { 0 };
	struct origin_reader reader = { .arena = &arena, .out = &origins };
	size_t len = 65535;
	uint8_t *rdata = xmalloc(len);
	enum status status;
	static const char tail[] = "1 |8.8.8.0/24";

	for (size_t i = 0; i < len; i += 256)
		rdata[i] = (uint8_t)(len - i > 256 ? 255 : len - i - 1);
	for (size_t i = 0; i < len; i++)
		if (i % 256 != 0)
			rdata[i] = i % 2 == 0 ? '1' : ' ';
	memcpy(rdata + len - sizeof(tail) + 1, tail, sizeof(tail) - 1);
	status = origin_text_read(&reader, rdata, len);
	is_int(status, STATUS_OK, "an answer may have 32,000 AS numbers");
	ok(origins.count > 32000 && origins.count < 33000,
	    "each of the AS numbers is an origin");
	memset(rdata, 0, len);
	is_int(origin_text_read(&reader, rdata, len), STATUS_UNANNOUNCED,
	    "65,535 empty strings have no AS");
	free(rdata);
	free(origins.list);
	arena_free(&arena);
}

/* Makes RDATA of a text of any length. */
static void
put_strings(const char *text, struct buf *out)
{
	size_t len = strlen(text);

	for (size_t at = 0; at < len; at += 255) {
		size_t n = len - at < 255 ? len - at : 255;

		buf_putc(out, (char)n);
		buf_put(out, text + at, n);
	}
}

/*
 * Reads texts as the answer about 8.8.8.8, and compares how many origins there
 * are, the first and the last of them, and what is said of the others.
 */
static void
is_answer(const char *const *texts, size_t count, const char *want,
    const char *what)
{
	struct addr a = { { 8, 8, 8, 8 }, FAMILY_IPV4 };
	struct prefix net = prefix_of(&a, 32);
	struct origins origins = { 0 };
	struct arena arena = { 0 };
	struct origin_reader reader = {
		.net = &net,
		.arena = &arena,
		.out = &origins,
	};
	struct buf out = { 0 };

	buf_reserve(&out, 1);
	for (size_t i = 0; i < count; i++) {
		struct buf rdata = { 0 };

		put_strings(texts[i], &rdata);
		buf_printf(&out, "%s ",
		    status_word(origin_text_read(&reader,
			(const uint8_t *)rdata.data, rdata.len)));
		buf_free(&rdata);
	}
	origins_sort(&origins);
	buf_printf(&out, "%zu", origins.count);
	for (size_t i = 0; i < origins.count; i += origins.count - 1) {
		buf_printf(&out, " %u/%u", (unsigned)origins.list[i].asn,
		    origins.list[i].prefix.len);
		if (origins.count == 1)
			break;
	}
	buf_printf(&out, " dropped %zu%s", reader.dropped,
	    reader.truncated ? " truncated" : "");
	is_bytes(out.data, out.len, want, "%s", what);
	buf_free(&out);
	free(origins.list);
	arena_free(&arena);
}

/* Returns `n` AS numbers from `from` up or down, a bar, and /1 to /last. */
static char *
make_product(unsigned from, int step, unsigned n, unsigned last)
{
	struct addr a = { { 8, 8, 8, 8 }, FAMILY_IPV4 };
	struct buf b = { 0 };
	char text[PREFIX_TEXT_MAX];

	for (unsigned i = 0; i < n; i++, from += (unsigned)step)
		buf_printf(&b, "%u ", from);
	buf_putc(&b, '|');
	for (unsigned len = 1; len <= last; len++) {
		struct prefix p = prefix_of(&a, (uint8_t)len);

		buf_putc(&b, ' ');
		buf_put(&b, text, prefix_print(&p, text));
	}
	buf_putc(&b, '\0');
	return b.data;
}

/* Tests that an answer does not multiply what it names. */
static void
test_products(void)
{
	char *many = make_product(1, 1, 11000, 32);
	char *down = make_product(3000, -1, 3000, 2);
	char *half = make_product(1, 1, 1024, 2);
	char *other = make_product(5000, 1, 1024, 3);
	const struct {
		const char *texts[2];
		const char *want;
		const char *what;
	} products[] = {
		{ { "1 2 | 8.8.8.0/24 9.0.0.0/8 8.0.0.0/8" },
		    "ok 4 1/24 2/8 dropped 1",
		    "prefixes that do not cover do not add" },
		{ { "1 | 9.0.0.0/8 0.0.0.0/0" }, "mismatch 0 dropped 1",
		    "no prefix covers the target" },
		{ { "2 1 2 | 8.0.0.0/8 8.0.0.0/8" }, "ok 2 1/8 2/8 dropped 0",
		    "what is named twice counts once" },
		{ { many }, "ok 2048 1/32 2048/32 dropped 0 truncated",
		    "11,000 AS numbers and 32 prefixes have 2,048 origins" },
		{ { down }, "ok 2048 1/2 2048/2 dropped 0 truncated",
		    "the lowest AS numbers stay, in whatever order they come" },
		{ { half }, "ok 2048 1/2 1024/1 dropped 0",
		    "2,048 origins are not too many" },
		{ { half, other },
		    "ok ok 2048 5000/3 1024/2 dropped 0 "
		    "truncated",
		    "the most specific of several records stay" },
		{ { other, half },
		    "ok ok 2048 5000/3 1024/2 dropped 0 "
		    "truncated",
		    "the order of records does not matter" },
	};

	for (size_t i = 0; i < LENGTH(products); i++)
		is_answer(products[i].texts,
		    products[i].texts[1] != NULL ? 2 : 1, products[i].want,
		    products[i].what);
	free(many);
	free(down);
	free(half);
	free(other);
}

/* Tests that a text of a table multiplies only a little. */
static void
test_table_products(void)
{
	static const struct {
		unsigned asns;
		unsigned prefixes;
		enum status status;
		size_t count;
	} products[] = {
		{ 1024, 2, STATUS_OK, 2048 },
		{ 683, 3, STATUS_MALFORMED, 0 },
		{ 3000, 1, STATUS_OK, 3000 },
		{ 1, 32, STATUS_OK, 32 },
	};

	for (size_t i = 0; i < LENGTH(products); i++) {
		struct origins origins = { 0 };
		struct arena arena = { 0 };
		struct origin_reader reader = {
			.arena = &arena,
			.out = &origins,
		};
		char *text =
		    make_product(1, 1, products[i].asns, products[i].prefixes);
		struct buf rdata = { 0 };

		put_strings(text, &rdata);
		is_int(origin_text_read(&reader, (const uint8_t *)rdata.data,
			   rdata.len),
		    products[i].status, "%u AS numbers and %u prefixes",
		    products[i].asns, products[i].prefixes);
		is_int((intmax_t)origins.count, (intmax_t)products[i].count,
		    "the number of their origins");
		free(text);
		buf_free(&rdata);
		free(origins.list);
		arena_free(&arena);
	}
}

static void
test_hostile_bytes(void)
{
	struct buf out = { 0 };

	read_origins("1 | 8.8.8.0/24 | US | a\x1b]0;x\x07rin | \xff\n", false,
	    &out);
	is_bytes(out.data, out.len,
	    "ok 1@8.8.8.0/24 cc=US reg=a\x1b]0;x\x07rin date=\xff\n",
	    "texts are not changed");
	buf_clear(&out);
	read_origins("1\x1b | 8.8.8.0/24 | US | arin |", false, &out);
	is_bytes(out.data, out.len, MALFORMED,
	    "an escape after a number is malformed");
	buf_clear(&out);
	read_origins("1 | 8.8.8.0/24 | \x1b[ | arin |", false, &out);
	is_bytes(out.data, out.len, "ok 1@8.8.8.0/24 reg=arin",
	    "an escape is not a country");
	buf_clear(&out);
	read_origins("1 | 8.8.8.0/24 | \xc3\xa4 | arin |", false, &out);
	is_bytes(out.data, out.len, "ok 1@8.8.8.0/24 reg=arin",
	    "two bytes that are not letters are not a country");
	buf_free(&out);
}

static void
test_names(void)
{
	static const struct {
		const char *text;
		uint32_t asn;
		const char *want;
	} names[] = {
		{ "15169 | US | arin | 2000-03-30 | GOOGLE, US", 15169,
		    "cc=US reg=arin date=2000-03-30 name=GOOGLE, US" },
		{ "23028 | US | arin | 2002-01-04 | TEAM-CYMRU - Team Cymru "
		  "Inc., US",
		    23028,
		    "cc=US reg=arin date=2002-01-04 name=TEAM-CYMRU - Team "
		    "Cymru Inc., US" },
		{ "1234 | EU | ripencc | 1993-09-01 | FORTUM-AS | Fortum, FI",
		    1234,
		    "cc=EU reg=ripencc date=1993-09-01 name=FORTUM-AS | "
		    "Fortum, FI" },
		{ "1 | US | arin | 2000-03-30 | A | B | C || D |", 1,
		    "cc=US reg=arin date=2000-03-30 name=A | B | C || D |" },
		{ "1 | US | arin | 2000-03-30 | GOO^GLE, US", 1,
		    "cc=US reg=arin date=2000-03-30 name=GOOGLE, US" },
		{ "1|US|arin||X", 1, "cc=US reg=arin name=X" },
		{ "AS1 | US | arin | | X", 1, "cc=US reg=arin name=X" },
		{ "1 | | | | X", 1, "name=X" },
		{ "1 | NA | NA | NA | X", 1, "name=X" },
		{ "1 | NA | afrinic | | X, NA", 1,
		    "cc=NA reg=afrinic name=X, NA" },
		{ "1 | US | arin | | ", 1, "cc=US reg=arin" },
		{ "4294967295 | US | arin | | X", 4294967295,
		    "cc=US reg=arin name=X" },
		{ "1 | US | arin | | \xc3\xa4\xff", 1,
		    "cc=US reg=arin name=\xc3\xa4\xff" },
		{ "2 | US | arin | 2000-03-30 | X", 1, NULL },
		{ "10 | US | arin | 2000-03-30 | X", 1, NULL },
		{ "1 2 | US | arin | 2000-03-30 | X", 1, NULL },
		{ "x | US | arin | 2000-03-30 | X", 1, NULL },
		{ " | US | arin | 2000-03-30 | X", 1, NULL },
		{ "1 | US | arin | 2000-03-30", 1, NULL },
		{ "1", 1, NULL },
		{ "", 1, NULL },
		{ "1^US^arin^2000-03-30^X", 1, NULL },
		{ "v=spf1 mx -all", 1, NULL },
	};

	for (size_t i = 0; i < LENGTH(names); i++) {
		struct registration reg = { .country = "" };
		struct arena arena = { 0 };
		uint8_t rdata[RDATA_MAX];
		size_t len = rdata_of(names[i].text, rdata);
		struct buf out = { 0 };
		bool good = origin_text_read_name(rdata, len, names[i].asn,
				&arena, &reg) == STATUS_OK;

		buf_reserve(&out, 1);
		if (reg.country[0] != '\0')
			buf_printf(&out, " cc=%s", reg.country);
		put_span(&out, " reg=", reg.registry);
		put_span(&out, " date=", reg.allocated);
		put_span(&out, " name=", reg.name);
		buf_consume(&out, out.len > 0);
		is_bytes(good ? out.data : NULL, out.len, names[i].want,
		    "AS%u in '%s'", (unsigned)names[i].asn, names[i].text);
		buf_free(&out);
		arena_free(&arena);
	}
}

int
main(void)
{
	test_origins();
	test_paths();
	test_broken_rdata();
	test_garbage();
	test_large();
	test_products();
	test_table_products();
	test_hostile_bytes();
	test_names();
	return tap_done();
}
