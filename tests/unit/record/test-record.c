#include "config.h"

#include "record/record.h"

#include <stdlib.h>

#include "../tap.h"
#include "base/array.h"
#include "base/buf.h"
#include "record/target.h"

#define ORIGINS 8

/* An origin in a table; prefix NULL ends a list. */
struct row {
	unsigned source;
	uint32_t asn;
	const char *prefix;
	const char *country;
	const char *registry;
	const char *allocated;
	const char *name;
};

static struct span
span(const char *text)
{
	return (struct span){ text, tap_length(text) };
}

static struct origin
origin(const struct row *row)
{
	struct origin o = {
		.asn = row->asn,
		.source = row->source,
		.reg = {
			.registry = span(row->registry),
			.allocated = span(row->allocated),
			.name = span(row->name),
		},
	};

	prefix_parse(row->prefix, strlen(row->prefix), &o.prefix);
	if (row->country != NULL)
		memcpy(o.reg.country, row->country, 3);
	return o;
}

static void
put_span(struct buf *out, const char *before, struct span s)
{
	buf_puts(out, before);
	if (s.text != NULL)
		buf_put(out, s.text, s.len);
	else
		buf_putc(out, '-');
}

static void
describe(const struct record *r, struct buf *out)
{
	char text[PREFIX_TEXT_MAX];

	buf_puts(out, status_word(r->status));
	if (r->has_asn)
		buf_printf(out, " %u of", (unsigned)r->asn);
	for (size_t i = 0; i < r->asn_count; i++)
		buf_printf(out, " %u", (unsigned)r->asns[i]);
	buf_puts(out, ";");
	for (size_t i = 0; i < r->all_asn_count; i++)
		buf_printf(out, " %u", (unsigned)r->all_asns[i]);
	buf_puts(out, ";");
	for (size_t i = 0; i < r->prefix_count; i++) {
		buf_putc(out, ' ');
		buf_put(out, text, prefix_print(&r->prefixes[i], text));
	}
	buf_printf(out, "; %s", r->reg.country[0] ? r->reg.country : "-");
	put_span(out, " ", r->reg.registry);
	put_span(out, " ", r->reg.allocated);
	put_span(out, " ", r->reg.name);
	if (r->moas)
		buf_puts(out, " moas");
	if (r->conflict)
		buf_puts(out, " conflict");
}

static const struct {
	const char *what;
	struct row rows[ORIGINS];
	const char *want;
} cases[] = {
	{ "one origin",
	    { { 0, 15169, "8.8.8.0/24", "US", "arin", "2023-12-28", NULL } },
	    "ok 15169 of 15169; 15169; 8.8.8.0/24; US arin 2023-12-28 -" },
	{ "the same from two sources",
	    { { 0, 15169, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 1, 15169, "8.8.8.0/24", "US", "arin", "2023-12-28", NULL } },
	    "ok 15169 of 15169; 15169; 8.8.8.0/24; US arin 2023-12-28 -" },
	{ "texts come from the first source that has them",
	    { { 0, 15169, "8.8.8.0/24", NULL, "one", NULL, NULL },
		{ 1, 15169, "8.8.8.0/24", "US", "two", "2023-12-28", "A" },
		{ 2, 15169, "8.8.8.0/24", "DE", "three", "1999-01-01", "B" } },
	    "ok 15169 of 15169; 15169; 8.8.8.0/24; US one 2023-12-28 -" },
	{ "a less specific prefix gives its country, but no other texts",
	    { { 0, 1, "8.0.0.0/9", "US", "arin", "1992-12-01", "X" },
		{ 0, 1, "8.8.8.0/24", NULL, NULL, NULL, NULL } },
	    "ok 1 of 1; 1; 8.8.8.0/24 8.0.0.0/9; US - - -" },
	{ "the country comes from the longest prefix that has one",
	    { { 0, 1, "8.0.0.0/9", "US", NULL, NULL, NULL },
		{ 0, 1, "8.8.0.0/16", "CA", NULL, NULL, NULL },
		{ 1, 1, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 1, 1, "8.0.0.0/8", "DE", NULL, NULL, NULL } },
	    "ok 1 of 1; 1; 8.8.8.0/24 8.8.0.0/16 8.0.0.0/9 8.0.0.0/8; "
	    "CA - - - conflict" },
	{ "several origins in one source",
	    { { 0, 20773, "94.136.40.0/24", NULL, NULL, NULL, NULL },
		{ 0, 20738, "94.136.40.0/24", NULL, NULL, NULL, NULL } },
	    "ok 20738 of 20738 20773; 20738 20773; 94.136.40.0/24; - - - - "
	    "moas" },
	{ "several origins of a less specific prefix",
	    { { 0, 5, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 0, 4, "8.8.0.0/16", NULL, NULL, NULL, NULL },
		{ 0, 6, "8.8.0.0/16", NULL, NULL, NULL, NULL } },
	    "ok 5 of 5; 5 4 6; 8.8.8.0/24 8.8.0.0/16; - - - -" },
	{ "an origin of two prefixes counts once",
	    { { 0, 5, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 0, 5, "8.8.0.0/16", NULL, NULL, NULL, NULL },
		{ 0, 3, "8.8.0.0/16", NULL, NULL, NULL, NULL } },
	    "ok 5 of 5; 5 3; 8.8.8.0/24 8.8.0.0/16; - - - -" },
	{ "two sources, two origins",
	    { { 0, 9, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 1, 3, "8.8.8.0/24", NULL, NULL, NULL, NULL } },
	    "ok 9 of 3 9; 3 9; 8.8.8.0/24; - - - - conflict" },
	{ "two sources, two prefixes",
	    { { 0, 9, "8.8.0.0/16", NULL, NULL, NULL, NULL },
		{ 1, 9, "8.8.8.0/24", NULL, NULL, NULL, NULL } },
	    "ok 9 of 9; 9; 8.8.8.0/24 8.8.0.0/16; - - - - conflict" },
	{ "two sources, the same most specific prefix",
	    { { 0, 9, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 1, 9, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 1, 7, "8.0.0.0/9", NULL, NULL, NULL, NULL } },
	    "ok 9 of 9; 9 7; 8.8.8.0/24 8.0.0.0/9; - - - -" },
	{ "several origins in one source, one of them in the other",
	    { { 0, 9, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 1, 9, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 1, 7, "8.8.8.0/24", NULL, NULL, NULL, NULL } },
	    "ok 9 of 7 9; 7 9; 8.8.8.0/24; - - - - moas conflict" },
	{ "the same origins in two sources",
	    { { 0, 9, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 0, 7, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 1, 7, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 1, 9, "8.8.8.0/24", NULL, NULL, NULL, NULL } },
	    "ok 7 of 7 9; 7 9; 8.8.8.0/24; - - - - moas" },
	{ "a third source disagrees",
	    { { 0, 9, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 1, 9, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 2, 8, "8.8.8.0/24", NULL, NULL, NULL, NULL } },
	    "ok 9 of 8 9; 8 9; 8.8.8.0/24; - - - - conflict" },
	{ "only the second source has the most specific prefix",
	    { { 0, 1, "8.8.0.0/16", "US", "one", NULL, NULL },
		{ 1, 64512, "8.8.8.0/24", NULL, "two", NULL, NULL },
		{ 1, 70000, "8.8.8.0/24", NULL, NULL, NULL, NULL } },
	    "ok 70000 of 64512 70000; 64512 70000 1; 8.8.8.0/24 8.8.0.0/16; "
	    "US two - - moas conflict" },
	{ "a private origin lower than a public one",
	    { { 0, 64512, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 0, 200000, "8.8.8.0/24", NULL, NULL, NULL, NULL } },
	    "ok 200000 of 64512 200000; 64512 200000; 8.8.8.0/24; - - - - "
	    "moas" },
	{ "only private origins",
	    { { 0, 4200000001, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 0, 64512, "8.8.8.0/24", NULL, NULL, NULL, NULL } },
	    "ok 64512 of 64512 4200000001; 64512 4200000001; 8.8.8.0/24; - - "
	    "- - moas" },
	{ "a private origin in the first source, a public one in the second",
	    { { 0, 64512, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 1, 15169, "8.8.8.0/24", NULL, NULL, NULL, NULL } },
	    "ok 64512 of 15169 64512; 15169 64512; 8.8.8.0/24; - - - - "
	    "conflict" },
	{ "a repeated origin that is more complete once",
	    { { 0, 1, "8.8.8.0/24", NULL, NULL, NULL, NULL },
		{ 0, 1, "8.8.8.0/24", "US", "arin", NULL, NULL },
		{ 0, 1, "8.8.8.0/24", "US", "arin", "2000-01-01", NULL } },
	    "ok 1 of 1; 1; 8.8.8.0/24; US arin 2000-01-01 -" },
	{ "IPv6",
	    { { 0, 15169, "2001:4860::/32", "US", NULL, NULL, NULL },
		{ 0, 15169, "2001:4860:4860::/48", NULL, NULL, NULL, NULL } },
	    "ok 15169 of 15169; 15169; 2001:4860:4860::/48 2001:4860::/32; "
	    "US - - -" },
};

/* Makes a record of a list of origins, and describes it in out. */
static void
merge(struct record *r, const struct origin *list, size_t count,
    struct buf *out)
{
	struct target target = { .kind = TARGET_NET };

	record_start(r, &target);
	for (int i = 0; i < 3; i++)
		record_add_source(r, "source")->status = STATUS_OK;
	for (size_t i = 0; i < count; i++)
		*origins_add(&r->origins) = list[i];
	record_finish(r);
	buf_clear(out);
	describe(r, out);
}

/*
 * Counts the orders of the first `k` origins that give another record (Heap's
 * algorithm, 1963).
 */
static unsigned
try_orders(struct record *r, struct origin *list, size_t k, size_t count,
    const char *want)
{
	struct buf out = { 0 };
	unsigned wrong = 0;

	if (k <= 1) {
		merge(r, list, count, &out);
		wrong = out.len != strlen(want) ||
		    memcmp(out.data, want, out.len) != 0;
		buf_free(&out);
		return wrong;
	}
	for (size_t i = 0; i < k; i++) {
		size_t with = k % 2 == 0 ? i : 0;
		struct origin spare;

		wrong += try_orders(r, list, k - 1, count, want);
		spare = list[with];
		list[with] = list[k - 1];
		list[k - 1] = spare;
	}
	return wrong;
}

static void
test_merging(void)
{
	struct record r = { .source_count = 0 };
	struct buf out = { 0 };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct origin list[ORIGINS];
		size_t count = 0;

		for (; cases[i].rows[count].prefix != NULL; count++)
			list[count] = origin(&cases[i].rows[count]);
		merge(&r, list, count, &out);
		is_bytes(out.data, out.len, cases[i].want, "%s", cases[i].what);
		is_int(try_orders(&r, list, count, count, cases[i].want), 0,
		    "%s, in any order", cases[i].what);
	}
	buf_free(&out);
	record_free(&r);
	ok(r.sources == NULL && r.origins.list == NULL &&
		r.arena.blocks == NULL,
	    "record_free() frees everything");
}

/* Tests that many origins give the same record in any order. */
static void
test_shuffles(void)
{
	struct record r = { .source_count = 0 };
	struct origin list[300];
	struct buf first = { 0 };
	struct buf out = { 0 };
	unsigned wrong = 0;

	for (size_t i = 0; i < LENGTH(list); i++) {
		char text[20];
		struct row row = {
			.source = tap_random(3),
			.asn = 1 + tap_random(20),
			.prefix = text,
			.country = tap_random(2) == 0 ? "US" : NULL,
			.registry = tap_random(2) == 0 ? "arin" : "ripencc",
			.name = tap_random(2) == 0 ? "A" : NULL,
		};

		snprintf(text, sizeof(text), "8.8.8.8/%u",
		    (unsigned)(8 + tap_random(25)));
		list[i] = origin(&row);
	}
	merge(&r, list, LENGTH(list), &first);
	for (int round = 0; round < 200; round++) {
		for (size_t i = LENGTH(list) - 1; i > 0; i--) {
			size_t with = tap_random((uint32_t)i + 1);
			struct origin spare = list[i];

			list[i] = list[with];
			list[with] = spare;
		}
		merge(&r, list, LENGTH(list), &out);
		wrong += out.len != first.len ||
		    memcmp(out.data, first.data, out.len) != 0;
	}
	is_int(wrong, 0,
	    "300 origins give the same record, shuffled 200 times");
	buf_free(&first);
	buf_free(&out);
	record_free(&r);
}

static void
test_statuses(void)
{
	static const struct {
		enum status sources[4];
		size_t count;
		enum status want;
	} sums[] = {
		{ { 0 }, 0, STATUS_NOSOURCE },
		{ { STATUS_UNANNOUNCED }, 1, STATUS_UNANNOUNCED },
		{ { STATUS_UNANNOUNCED, STATUS_UNANNOUNCED }, 2,
		    STATUS_UNANNOUNCED },
		{ { STATUS_UNANNOUNCED, STATUS_TIMEOUT }, 2, STATUS_TIMEOUT },
		{ { STATUS_SERVFAIL, STATUS_UNANNOUNCED }, 2, STATUS_SERVFAIL },
		{ { STATUS_TIMEOUT, STATUS_SERVFAIL }, 2, STATUS_TIMEOUT },
		{ { STATUS_SERVFAIL, STATUS_TIMEOUT }, 2, STATUS_SERVFAIL },
		{ { STATUS_BOGUS, STATUS_TIMEOUT }, 2, STATUS_BOGUS },
		{ { STATUS_UNANNOUNCED, STATUS_MALFORMED, STATUS_BOGUS }, 3,
		    STATUS_MALFORMED },
		{ { STATUS_MISMATCH }, 1, STATUS_MISMATCH },
		{ { STATUS_SKIPPED, STATUS_UNANNOUNCED }, 2,
		    STATUS_UNANNOUNCED },
		{ { STATUS_SKIPPED, STATUS_TIMEOUT }, 2, STATUS_TIMEOUT },
	};
	struct record r = { .source_count = 0 };

	for (size_t i = 0; i < LENGTH(sums); i++) {
		struct target target = { .kind = TARGET_NET };

		record_start(&r, &target);
		for (size_t k = 0; k < sums[i].count; k++)
			record_add_source(&r, "source")->status =
			    sums[i].sources[k];
		record_finish(&r);
		is_text(status_word(r.status), status_word(sums[i].want),
		    "the status of case %zu", i);
		ok(!r.has_asn && r.asn_count == 0 && r.prefix_count == 0 &&
			!r.moas && !r.conflict,
		    "case %zu has no origin", i);
	}
	record_free(&r);
}

/* Tests that a record that is used again has nothing of its former target. */
static void
test_reuse(void)
{
	struct target target = { .kind = TARGET_AS, .asn = 7 };
	struct record r = { .source_count = 0 };
	struct buf out = { 0 };
	struct origin list[2];

	list[0] = origin(&cases[5].rows[0]);
	list[1] = origin(&cases[5].rows[1]);
	merge(&r, list, 2, &out);
	record_start(&r, &target);
	is_int(r.target.asn, 7,
	    "a record that is used again has its new target");
	record_finish(&r);
	buf_clear(&out);
	describe(&r, &out);
	is_bytes(out.data, out.len, "nosource;;; - - - -",
	    "a record that is used again is empty");
	buf_free(&out);
	record_free(&r);
}

static void
test_asns(void)
{
	static const struct {
		uint32_t asn;
		bool reserved;
		bool none;
	} asns[] = {
		{ 0, true, true },
		{ 1, false, false },
		{ 23455, false, false },
		{ 23456, true, false },
		{ 23457, false, false },
		{ 64495, false, false },
		{ 64496, true, false },
		{ 64511, true, false },
		{ 64512, true, false },
		{ 65534, true, false },
		{ 65535, true, false },
		{ 65536, true, false },
		{ 65551, true, false },
		{ 65552, false, false },
		{ 4199999999, false, false },
		{ 4200000000, true, false },
		{ 4294967294, true, false },
		{ 4294967295, true, true },
	};

	for (size_t i = 0; i < LENGTH(asns); i++) {
		is_int(asn_is_reserved(asns[i].asn), asns[i].reserved,
		    "whether AS%u is reserved or private",
		    (unsigned)asns[i].asn);
		is_int(asn_is_none(asns[i].asn), asns[i].none,
		    "whether AS%u means that there is no AS",
		    (unsigned)asns[i].asn);
	}
}

static void
test_words(void)
{
	for (int i = 0; i < STATUS_MAX; i++) {
		enum status s = (enum status)i;
		const char *word = status_word(s);

		ok(word != NULL &&
			strspn(word, "abcdefghijklmnopqrstuvwxyz") ==
			    strlen(word) &&
			status_phrase(s)[0] != '\0',
		    "status %d has a word and a phrase", i);
		ok(!status_failed(s) || !status_none(s),
		    "%s is not both a failure and without origin", word);
	}
	/*
	 * Failures give exit status 3, records without origin 1, others none.
	 */
	ok(status_failed(STATUS_TIMEOUT) && status_failed(STATUS_SERVFAIL) &&
		status_failed(STATUS_BOGUS) &&
		status_failed(STATUS_MALFORMED) &&
		status_failed(STATUS_MISMATCH),
	    "statuses that are failures");
	ok(status_none(STATUS_UNANNOUNCED) && status_none(STATUS_SPECIAL) &&
		status_none(STATUS_INVALID) && status_none(STATUS_NOSOURCE),
	    "statuses without an origin");
	ok(!status_none(STATUS_OK) && !status_none(STATUS_NOADDRESS) &&
		!status_failed(STATUS_OK) && !status_failed(STATUS_NOADDRESS),
	    "statuses that do not count");
}

int
main(void)
{
	test_merging();
	test_shuffles();
	test_statuses();
	test_reuse();
	test_asns();
	test_words();
	return tap_done();
}
