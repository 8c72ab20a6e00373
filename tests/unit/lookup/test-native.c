#include "config.h"

#include "lookup/native.h"

#include <stdlib.h>

#include "../rdata.h"
#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "lookup/annotate-names.h"
#include "lookup/annotate.h"
#include "lookup/lookup-run.h"
#include "record/target.h"

#define SOURCES_MAX 3
#define GRACE 1000
#define PATIENCE 500

/* A view of some zones, and one look-up whose answers the test gives. */
struct bench {
	struct zones zones;
	struct native_source sources[SOURCES_MAX];
	struct native native;
	struct annotations annotations;
	struct viewer viewer;
	bool suspended[SOURCES_MAX + 1];
	struct lookup lookup;
	struct record record;
};

static void
begin(struct bench *b, const char *zones, const char *target)
{
	*b = (struct bench){ .native = { .grace = GRACE,
				 .patience = PATIENCE } };
	free(zones_add(&b->zones, zones));
	for (size_t i = 0; i < b->zones.count; i++)
		b->sources[i] = (struct native_source){
			.kind = &native_source_zone,
			.name = b->zones.list[i].name,
			.zone = &b->zones.list[i],
			.grain = { 32, 64 },
		};
	b->native.sources = b->sources;
	b->native.source_count = b->zones.count;
	b->annotations.names.zone = (unsigned)b->zones.count;
	b->lookup.suspended = b->suspended;
	b->lookup.now = 10000;
	target_parse(target, strlen(target), &b->lookup.target);
}

static void
end(struct bench *b)
{
	lookup_clear(&b->lookup);
	record_free(&b->record);
	zones_clear(&b->zones);
}

static const struct viewer *
viewer_of(struct bench *b)
{
	b->viewer = (struct viewer){
		.view = &view_native,
		.self = &b->native,
		.annotations = &b->annotations,
	};
	return &b->viewer;
}

/* Returns whether the look-up is finished. */
static bool
step(struct bench *b)
{
	return lookup_run_step(&b->lookup, viewer_of(b));
}

static void
conclude(struct bench *b)
{
	lookup_run_conclude(&b->lookup, viewer_of(b), &b->record);
}

/*
 * Answers a query: with records, or with the answer of one of the words below.
 */
static void
feed(struct bench *b, size_t query, const char *text)
{
	static const struct {
		const char *word;
		enum answer_kind kind;
	} words[] = {
		{ "none", ANSWER_NONE },
		{ "timeout", ANSWER_TIMEOUT },
		{ "servfail", ANSWER_SERVFAIL },
		{ "bogus", ANSWER_BOGUS },
	};
	struct lookup_query *s = &b->lookup.queries[query];
	struct answer *answer = NULL;

	if (query >= b->lookup.query_count || s->answer != NULL) {
		ok(false, "query %zu waits for an answer", query);
		return;
	}
	for (size_t i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i].word, text) == 0)
			answer = answer_new(words[i].kind, 0);
	lookup_answer(&b->lookup, s, answer != NULL ? answer : answer_of(text));
}

/*
 * Compares the queries: each owner name, "?" for an annotator's, and the state
 * of its answer.
 */
static void
are_queries(const struct bench *b, const char *want, const char *what)
{
	struct buf out = { 0 };

	buf_reserve(&out, 1);
	for (size_t i = 0; i < b->lookup.query_count; i++) {
		const struct lookup_query *s = &b->lookup.queries[i];

		buf_printf(&out, "%s%s%s", i > 0 ? " " : "", s->owner,
		    s->annotator == &annotator_names ? "?" : "");
		if (s->answer == NULL)
			continue;
		switch (s->answer->kind) {
		case ANSWER_LATE:
			buf_puts(&out, "=late");
			break;
		case ANSWER_SKIPPED:
			buf_puts(&out, "=skipped");
			break;
		default:
			buf_puts(&out, "=answered");
		}
	}
	is_bytes(out.data, out.len, want, "%s", what);
	buf_free(&out);
}

/*
 * Compares the verdict: status, ASN, prefixes, country, name, and each source's
 * status.
 */
static void
is_verdict(struct bench *b, const char *want, const char *what)
{
	struct record *r = &b->record;
	struct buf out = { 0 };
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < b->lookup.query_count; i++)
		if (b->lookup.queries[i].answer == NULL) {
			ok(false, "%s: every query is answered", what);
			return;
		}
	conclude(b);
	buf_puts(&out, status_word(r->status));
	if (r->has_asn)
		buf_printf(&out, " AS%u", (unsigned)r->asn);
	for (size_t i = 0; i < r->prefix_count; i++) {
		buf_putc(&out, ' ');
		buf_put(&out, text, prefix_print(&r->prefixes[i], text));
	}
	if (r->reg.country[0] != '\0')
		buf_printf(&out, " %s", r->reg.country);
	if (r->reg.name.text != NULL)
		buf_printf(&out, " '%.*s'", (int)r->reg.name.len,
		    r->reg.name.text);
	if (r->moas)
		buf_puts(&out, " moas");
	if (r->conflict)
		buf_puts(&out, " conflict");
	for (size_t i = 0; i < r->source_count; i++)
		buf_printf(&out, " %s=%s", r->sources[i].name,
		    status_word(r->sources[i].status));
	is_bytes(out.data, out.len, want, "%s", what);
	buf_free(&out);
}

#define RV "15169^8.8.8.0^24"
#define CYMRU "15169 | 8.8.8.0/24 | US | arin | 2023-12-28"

/* Tests what one answer of one zone means. */
static void
test_answers(void)
{
	static const struct {
		const char *answer; /* records, separated by newlines */
		const char *want;
	} cases[] = {
		{ RV, "ok AS15169 8.8.8.0/24 z.e=ok" },
		{ CYMRU, "ok AS15169 8.8.8.0/24 US z.e=ok" },
		{ "none", "unannounced z.e=unannounced" },
		{ "timeout", "timeout z.e=timeout" },
		{ "servfail", "servfail z.e=servfail" },
		{ "bogus", "bogus z.e=bogus" },
		{ "4294967295^0^0", "unannounced z.e=unannounced" },
		{ "v=spf1 -all", "malformed z.e=malformed" },
		{ "", "malformed z.e=malformed" },
		{ "15169^8.8.4.0^24", "mismatch z.e=mismatch" },
		{ "15169^2001:4860::^32", "mismatch z.e=mismatch" },
		/* The best of several records, in any order. */
		{ "x\n" RV, "ok AS15169 8.8.8.0/24 z.e=ok" },
		{ RV "\nx", "ok AS15169 8.8.8.0/24 z.e=ok" },
		{ RV "\n1^9.9.9.0^24", "ok AS15169 8.8.8.0/24 z.e=ok" },
		{ "1^9.9.9.0^24\n" RV, "ok AS15169 8.8.8.0/24 z.e=ok" },
		{ "0^0^0\n" RV, "ok AS15169 8.8.8.0/24 z.e=ok" },
		{ RV "\n0^0^0", "ok AS15169 8.8.8.0/24 z.e=ok" },
		{ "x\n0^0^0", "unannounced z.e=unannounced" },
		{ "0^0^0\nx", "unannounced z.e=unannounced" },
		{ "x\n1^9.9.9.0^24", "mismatch z.e=mismatch" },
		{ "1^9.9.9.0^24\nx", "mismatch z.e=mismatch" },
		{ "0^0^0\n1^9.9.9.0^24", "mismatch z.e=mismatch" },
		{ "1^9.9.9.0^24\n0^0^0", "mismatch z.e=mismatch" },
		{ "15169 | 8.8.8.0/24 | US | arin |\n"
		  "3356 | 8.0.0.0/9 | US | arin |",
		    "ok AS15169 8.8.8.0/24 8.0.0.0/9 US z.e=ok" },
		{ "3356 | 8.0.0.0/9 | US | arin |\n"
		  "15169 | 8.8.8.0/24 | US | arin |",
		    "ok AS15169 8.8.8.0/24 8.0.0.0/9 US z.e=ok" },
		{ "2^8.8.8.0^24\n1^8.8.8.0^24",
		    "ok AS1 8.8.8.0/24 moas z.e=ok" },
		{ "{2,1}^8.8.8.0^24", "ok AS1 8.8.8.0/24 moas z.e=ok" },
		{ RV "\n" RV, "ok AS15169 8.8.8.0/24 z.e=ok" },
		/* A provider's name for the network is not the AS's. */
		{ "8.8.8.0/24 | AS15169 | Google Inc. | 2000-03-30 | US",
		    "ok AS15169 8.8.8.0/24 US z.e=ok" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct bench b;

		begin(&b, "z.e", "8.8.8.8");
		ok(!step(&b), "the look-up waits for its answer");
		feed(&b, 0, cases[i].answer);
		ok(step(&b), "the look-up ends with its answer");
		is_verdict(&b, cases[i].want, cases[i].answer);
		end(&b);
	}
}

/* Tests prefixes: an origin must cover all of the target. */
static void
test_prefixes(void)
{
	static const struct {
		const char *target;
		const char *owner;
		const char *want;
	} cases[] = {
		{ "8.8.8.0/25", "0.8.8.8.z.e", "ok AS15169 8.8.8.0/24 z.e=ok" },
		{ "8.8.8.0/24", "0.8.8.8.z.e", "ok AS15169 8.8.8.0/24 z.e=ok" },
		{ "8.8.8.0/23", "0.8.8.8.z.e", "mismatch z.e=mismatch" },
		{ "8.8.8.200/25", "128.8.8.8.z.e",
		    "ok AS15169 8.8.8.0/24 z.e=ok" },
		{ "::ffff:8.8.8.8", "8.8.8.8.z.e",
		    "ok AS15169 8.8.8.0/24 z.e=ok" },
		{ "[64:ff9b::8.8.8.8]:53", "8.8.8.8.z.e",
		    "ok AS15169 8.8.8.0/24 z.e=ok" },
	};
	struct bench b;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		begin(&b, "z.e", cases[i].target);
		step(&b);
		are_queries(&b, cases[i].owner, cases[i].target);
		feed(&b, 0, RV);
		step(&b);
		is_verdict(&b, cases[i].want, cases[i].target);
		end(&b);
	}
	/* Bits beyond the grain are not sent, but they count. */
	begin(&b, "z.e/4", "8.8.8.200");
	b.sources[0].grain[FAMILY_IPV4] = 24;
	step(&b);
	are_queries(&b, "0.8.8.8.z.e", "a grain of 24 hides 8 bits");
	feed(&b, 0, "1^8.8.8.0^25");
	step(&b);
	is_verdict(&b, "mismatch z.e=mismatch",
	    "an origin of the other half of the /24 does not cover");
	end(&b);
	begin(&b, "z.e/6", "2001:db9:1:2:3:4:5:6");
	step(&b);
	are_queries(&b,
	    "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
	    "2.0.0.0.1.0.0.0.9.b.d.0.1.0.0.2.z.e",
	    "a grain of 64 hides 64 bits");
	end(&b);
}

/* Tests what is said of a prefix that no route covers. */
static void
test_prefix_mismatch(void)
{
	static const struct {
		const char *target;
		const char *answer;
		const char *why;
	} cases[] = {
		{ "8.8.8.0/23", RV,
		    "no route covers 8.8.8.0/23; AS15169 announces 8.8.8.0/24 "
		    "inside it" },
		{ "8.8.8.0/22", "9 7 | 8.8.8.0/24 | US\n6 | 8.8.8.0/23 | US",
		    "no route covers 8.8.8.0/22; AS6 announces 8.8.8.0/23 "
		    "inside it" },
		{ "8.8.8.0/23", "1^9.9.9.0^24", NULL },
		{ "8.8.8.8", "1^9.9.9.0^24", NULL },
	};
	struct bench b;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		begin(&b, "z.e", cases[i].target);
		step(&b);
		feed(&b, 0, cases[i].answer);
		step(&b);
		is_verdict(&b, "mismatch z.e=mismatch", cases[i].target);
		is_text(b.record.why, cases[i].why, "%s, with why",
		    cases[i].target);
		end(&b);
	}
}

static void
test_without_queries(void)
{
	static const struct {
		const char *zones;
		const char *target;
		const char *want;
	} cases[] = {
		{ "z.e", "", "noaddress" },
		{ "z.e", "# x", "noaddress" },
		{ "z.e", "x", "invalid" },
		{ "z.e", "8.8.8.8/33", "invalid" },
		{ "z.e/6", "8.8.8.8", "nosource" },
		{ "z.e/4", "2001:4860::1", "nosource" },
		{ "routeviews", "2001:4860::1", "nosource" },
		{ "z.e", "10.0.0.1", "special" },
		{ "z.e", "10.0.0.0/8", "special" },
		{ "z.e", "::ffff:10.0.0.1", "special" },
		{ "z.e", "fe80::1%eth0", "special" },
		{ "z.e", "2002:a00:1::1", "special" },
		{ "z.e/6", "10.0.0.1", "special" },
		{ "z.e", "AS15169", "nosource" },
		{ "z.e", "AS0", "special AS0" },
		{ "z.e", "AS64512", "special AS64512" },
		{ "z.e", "AS1.10", "special AS65546" },
	};
	struct bench b;

	for (size_t i = 0; i < LENGTH(cases); i++)
		for (int first = 0; first < 2; first++) {
			begin(&b, cases[i].zones, cases[i].target);
			b.native.first = first != 0;
			b.annotations.names.for_addresses = true;
			ok(step(&b), "the look-up ends without waiting");
			are_queries(&b, "", "the look-up has no queries");
			is_verdict(&b, cases[i].want, cases[i].target);
			end(&b);
		}
}

static void
test_special(void)
{
	struct bench b;

	for (int first = 0; first < 2; first++) {
		begin(&b, "public.e,mirror.e", "10.0.0.1");
		b.native.first = first != 0;
		b.native.ask_special = true;
		ok(step(&b),
		    "public zones are not queried for special-purpose addresses");
		is_verdict(&b, "special",
		    "a special-purpose address has its status");
		end(&b);

		begin(&b, "public.e,mirror.e", "10.0.0.1");
		b.native.first = first != 0;
		b.sources[1].local = true;
		ok(step(&b), "nor is a mirror");
		end(&b);

		begin(&b, "public.e,mirror.e", "10.0.0.1");
		b.native.first = first != 0;
		b.native.ask_special = true;
		b.sources[1].local = true;
		ok(!step(&b), "a mirror is queried if ask_special is set");
		are_queries(&b, "1.0.0.10.mirror.e",
		    "only the mirror is queried");
		feed(&b, 0, "64512^10.0.0.0^8");
		ok(step(&b), "the mirror's answer ends the look-up");
		is_verdict(&b, "ok AS64512 10.0.0.0/8 mirror.e=ok",
		    "the mirror's origin counts");
		ok(b.record.special != NULL,
		    "the address is special-purpose nevertheless");
		end(&b);
	}
}

/*
 * Tests that all zones are queried at once, and that their order counts, not
 * that of their answers.
 */
static void
test_all(void)
{
	struct bench b;

	begin(&b, "a.e,b.e,c.e/6", "8.8.8.8");
	ok(!step(&b), "all: the look-up waits");
	are_queries(&b, "8.8.8.8.a.e 8.8.8.8.b.e",
	    "all: every zone that serves IPv4 is queried");
	feed(&b, 1, "none");
	ok(!step(&b), "all: one of two answers does not end it");
	is_int(b.lookup.wake, 0, "all: without an origin there is no grace");
	feed(&b, 0, RV);
	ok(step(&b), "all: both answers end it");
	is_verdict(&b, "ok AS15169 8.8.8.0/24 a.e=ok b.e=unannounced",
	    "all: one origin makes the record ok");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	step(&b);
	feed(&b, 1, "1 | 8.8.8.0/24 | DE | ripencc |");
	step(&b);
	feed(&b, 0, "2 | 8.8.8.0/24 | US | arin |");
	step(&b);
	is_verdict(&b, "ok AS2 8.8.8.0/24 US conflict a.e=ok b.e=ok",
	    "all: the first zone's origin counts, not the first answer");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	step(&b);
	feed(&b, 0, "none");
	feed(&b, 1, "timeout");
	ok(step(&b), "no origin");
	is_verdict(&b, "timeout a.e=unannounced b.e=timeout",
	    "all: the record is unannounced only if all zones say so");
	end(&b);
}

static void
test_grace(void)
{
	struct bench b;

	begin(&b, "a.e,b.e,c.e", "8.8.8.8");
	step(&b);
	b.lookup.now += 5000;
	feed(&b, 1, RV);
	ok(!step(&b), "grace: an origin does not end the look-up");
	is_int(b.lookup.wake, 15000 + GRACE,
	    "grace: it begins with the origin");
	b.lookup.now += GRACE / 2;
	feed(&b, 2, "servfail");
	ok(!step(&b), "grace: another answer does not end the look-up");
	is_int(b.lookup.wake, 15000 + GRACE,
	    "grace: another answer does not extend it");
	b.lookup.now = 15000 + GRACE - 1;
	ok(!step(&b), "grace: it has its full length");
	b.lookup.now++;
	ok(step(&b), "grace: its end ends the look-up");
	are_queries(&b,
	    "8.8.8.8.a.e=late 8.8.8.8.b.e=answered 8.8.8.8.c.e=answered",
	    "grace: a zone without an answer is late");
	is_verdict(&b, "ok AS15169 8.8.8.0/24 a.e=late b.e=ok c.e=servfail",
	    "grace: a late zone does not change the record");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	step(&b);
	feed(&b, 0, "1^9.9.9.0^24");
	ok(!step(&b), "grace: a mismatch does not end the look-up");
	is_int(b.lookup.wake, 0, "grace: a mismatch does not start it");
	b.lookup.now += 100 * GRACE;
	ok(!step(&b), "grace: without it the look-up waits for all answers");
	feed(&b, 1, "timeout");
	ok(step(&b), "grace: the last answer ends the look-up");
	is_verdict(&b, "mismatch a.e=mismatch b.e=timeout",
	    "grace: the first failure gives the status");
	end(&b);
}

static void
test_first(void)
{
	struct bench b;

	begin(&b, "a.e,b.e,c.e", "8.8.8.8");
	b.native.first = true;
	ok(!step(&b), "first: the look-up waits");
	are_queries(&b, "8.8.8.8.a.e", "first: only the first zone is queried");
	is_int(b.lookup.wake, 10000 + PATIENCE, "first: it waits for patience");
	feed(&b, 0, RV);
	ok(step(&b), "first: the first zone's origin ends it");
	is_verdict(&b, "ok AS15169 8.8.8.0/24 a.e=ok",
	    "first: the record has one source");
	end(&b);

	begin(&b, "a.e,b.e,c.e", "8.8.8.8");
	b.native.first = true;
	step(&b);
	feed(&b, 0, "none");
	ok(!step(&b), "no origin");
	are_queries(&b, "8.8.8.8.a.e=answered 8.8.8.8.b.e",
	    "first: the next zone is queried at once");
	feed(&b, 1, "servfail");
	step(&b);
	feed(&b, 2, CYMRU);
	ok(step(&b), "first: the third zone's origin ends it");
	is_verdict(&b,
	    "ok AS15169 8.8.8.0/24 US a.e=unannounced b.e=servfail c.e=ok",
	    "first: the record has all sources queried");
	end(&b);

	begin(&b, "a.e,b.e,c.e", "8.8.8.8");
	b.native.first = true;
	step(&b);
	b.lookup.now += PATIENCE - 1;
	ok(!step(&b), "silence");
	is_int((intmax_t)b.lookup.query_count, 1,
	    "first: within patience only one zone is queried");
	b.lookup.now++;
	ok(!step(&b), "first: the end of patience does not end it");
	are_queries(&b, "8.8.8.8.a.e 8.8.8.8.b.e",
	    "first: after patience the next zone is queried too");
	is_int(b.lookup.wake, 10000 + 2 * PATIENCE,
	    "first: patience starts again");
	b.lookup.now += PATIENCE;
	step(&b);
	is_int((intmax_t)b.lookup.query_count, 3,
	    "first: after patience the third zone is queried");
	b.lookup.now += 10 * PATIENCE;
	ok(!step(&b), "first: after the last zone it waits");
	is_int(b.lookup.wake, 0,
	    "first: after the last zone there is no wake-up");
	feed(&b, 1, RV);
	ok(step(&b), "first: the first answer of any zone ends it");
	are_queries(&b,
	    "8.8.8.8.a.e=late 8.8.8.8.b.e=answered 8.8.8.8.c.e=late",
	    "first: the other zones are late");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	b.native.first = true;
	step(&b);
	feed(&b, 0, "timeout");
	step(&b);
	feed(&b, 1, "none");
	ok(step(&b), "first: it ends without an origin");
	is_verdict(&b, "timeout a.e=timeout b.e=unannounced",
	    "first: a failure counts more than unannounced");
	end(&b);

	begin(&b, "a.e/6,b.e/4,c.e/6", "8.8.8.8");
	b.native.first = true;
	step(&b);
	are_queries(&b, "8.8.8.8.b.e",
	    "first: only zones of the family are queried");
	feed(&b, 0, "none");
	ok(step(&b), "first: zones of other families are passed over");
	end(&b);
}

static void
test_suspended(void)
{
	struct bench b;

	begin(&b, "a.e,b.e", "8.8.8.8");
	b.suspended[0] = true;
	ok(!step(&b), "suspended: the look-up waits for the other zone");
	are_queries(&b, "8.8.8.8.a.e=skipped 8.8.8.8.b.e",
	    "suspended: the zone is skipped");
	feed(&b, 1, RV);
	ok(step(&b), "suspended: the other zone's answer ends it");
	is_verdict(&b, "ok AS15169 8.8.8.0/24 a.e=skipped b.e=ok",
	    "suspended: the source's status is skipped");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	b.suspended[0] = true;
	step(&b);
	feed(&b, 1, "none");
	step(&b);
	is_verdict(&b, "unannounced a.e=skipped b.e=unannounced",
	    "suspended: the record is unannounced if all queried zones say so");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	b.suspended[0] = true;
	b.suspended[1] = true;
	step(&b);
	are_queries(&b, "8.8.8.8.a.e 8.8.8.8.b.e",
	    "suspended: no zone is skipped if all are suspended");
	end(&b);

	begin(&b, "a.e,b.e/6", "8.8.8.8");
	b.suspended[0] = true;
	step(&b);
	are_queries(&b, "8.8.8.8.a.e",
	    "suspended: the only zone of the family is not skipped");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	b.native.first = true;
	b.suspended[0] = true;
	step(&b);
	are_queries(&b, "8.8.8.8.a.e=skipped 8.8.8.8.b.e",
	    "suspended: first queries the next zone instead");
	end(&b);

	/* A zone is skipped only while another source can still answer. */
	begin(&b, "a.e,b.e", "8.8.8.8");
	b.native.first = true;
	b.suspended[1] = true;
	step(&b);
	feed(&b, 0, "servfail");
	ok(!step(&b), "suspended: a failure of the other zone does not end it");
	are_queries(&b, "8.8.8.8.a.e=answered 8.8.8.8.b.e",
	    "suspended: after that failure the zone is queried");
	end(&b);
}

#define NAME "15169 | US | arin | 2000-03-30 | GOOGLE, US"

static void
test_names(void)
{
	struct bench b;

	begin(&b, "a.e", "8.8.8.8");
	b.annotations.names.has_zone = true;
	b.annotations.names.for_addresses = true;
	step(&b);
	feed(&b, 0, RV);
	ok(!step(&b), "names: the look-up waits for the name");
	are_queries(&b, "8.8.8.8.a.e=answered AS15169.asn.cymru.com?",
	    "names: the name is queried once the AS is known");
	ok(b.lookup.query_count == 2 && b.lookup.queries[1].source == 1,
	    "names: it is queried at the source of names");
	is_int(b.lookup.wake, 0, "names: there is no wake-up");
	ok(!step(&b), "names: another step does not end it");
	is_int((intmax_t)b.lookup.query_count, 2,
	    "names: another step adds no query");
	feed(&b, 1, NAME);
	ok(step(&b), "names: the name ends the look-up");
	is_verdict(&b, "ok AS15169 8.8.8.0/24 'GOOGLE, US' a.e=ok",
	    "names: the record has the name, and no source for it");
	end(&b);

	begin(&b, "a.e", "8.8.8.8");
	b.annotations.names.has_zone = true;
	b.annotations.names.for_addresses = true;
	step(&b);
	feed(&b, 0, RV);
	step(&b);
	feed(&b, 1, "timeout");
	ok(step(&b), "names: a time-out ends the look-up");
	is_verdict(&b, "ok AS15169 8.8.8.0/24 a.e=ok",
	    "names: a missing name is not a failure");
	end(&b);

	begin(&b, "a.e", "8.8.8.8");
	b.annotations.names.has_zone = true;
	b.annotations.names.for_addresses = true;
	step(&b);
	feed(&b, 0, "none");
	ok(step(&b), "names: without an AS none is queried");
	end(&b);

	begin(&b, "a.e", "8.8.8.8");
	b.annotations.names.has_zone = true;
	step(&b);
	feed(&b, 0, RV);
	ok(step(&b), "names: none is queried unless set");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	b.annotations.names.has_zone = true;
	b.annotations.names.for_addresses = true;
	step(&b);
	feed(&b, 1, RV);
	step(&b);
	b.lookup.now += GRACE;
	ok(!step(&b), "names: the end of the grace does not end the look-up");
	are_queries(&b,
	    "8.8.8.8.a.e=late 8.8.8.8.b.e=answered "
	    "AS15169.asn.cymru.com?",
	    "names: the name is queried after the grace");
	b.lookup.now += 10 * GRACE;
	ok(!step(&b), "names: there is no grace for the name");
	feed(&b, 2, NAME);
	ok(step(&b), "names: a late name ends the look-up");
	end(&b);

	/*
	 * The name belongs to the ASN that is selected, not to the private one.
	 */
	begin(&b, "a.e", "8.8.8.8");
	b.annotations.names.has_zone = true;
	b.annotations.names.for_addresses = true;
	b.native.first = true;
	step(&b);
	feed(&b, 0, "64512 200000 | 8.8.8.0/24 | US | arin |");
	step(&b);
	are_queries(&b, "8.8.8.8.a.e=answered AS200000.asn.cymru.com?",
	    "names: the name of the printed AS is queried");
	end(&b);
}

static void
test_as(void)
{
	static const struct {
		const char *answer;
		const char *want;
	} cases[] = {
		{ NAME, "ok AS15169 US 'GOOGLE, US' asn.cymru.com=ok" },
		{ "15169 | US | arin | 2000-03-30 | A | B",
		    "ok AS15169 US 'A | B' asn.cymru.com=ok" },
		{ "none", "unannounced asn.cymru.com=unannounced" },
		{ "timeout", "timeout asn.cymru.com=timeout" },
		{ "servfail", "servfail asn.cymru.com=servfail" },
		{ "bogus", "bogus asn.cymru.com=bogus" },
		{ "v=spf1 -all", "malformed asn.cymru.com=malformed" },
		{ "1 | US | arin | 2000-03-30 | OTHER",
		    "malformed asn.cymru.com=malformed" },
		{ "x\n" NAME, "ok AS15169 US 'GOOGLE, US' asn.cymru.com=ok" },
		{ "15169 | US | arin | | B\n15169 | US | arin | | A",
		    "ok AS15169 US 'A' asn.cymru.com=ok" },
		{ "15169 | US | arin | | A\n15169 | US | arin | | B",
		    "ok AS15169 US 'A' asn.cymru.com=ok" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct bench b;

		begin(&b, "a.e", "AS15169");
		b.annotations.names.has_zone = true;
		ok(!step(&b), "AS: the look-up waits for the name");
		are_queries(&b, "AS15169.asn.cymru.com?",
		    "AS: its name is queried");
		feed(&b, 0, cases[i].answer);
		ok(step(&b), "AS: the name ends the look-up");
		is_verdict(&b, cases[i].want, cases[i].answer);
		end(&b);
	}
}

/*
 * Tests that the order of records does not matter, even if they have the same
 * name.
 */
static void
test_order_of_names(void)
{
	static const char *const answers[] = {
		"15169 | US | arin | | A\n15169 | DE | ripencc | | A",
		"15169 | DE | ripencc | | A\n15169 | US | arin | | A",
	};
	char countries[2][3];

	for (int i = 0; i < 2; i++) {
		struct bench b;

		begin(&b, "a.e", "AS15169");
		b.annotations.names.has_zone = true;
		step(&b);
		feed(&b, 0, answers[i]);
		step(&b);
		conclude(&b);
		memcpy(countries[i], b.record.reg.country, 3);
		end(&b);
	}
	is_text(countries[1], countries[0],
	    "the order of two records with one name does not matter");
}

/* Tests the properties of an answer other than its text. */
static void
test_sources(void)
{
	const struct source_result *s;
	struct bench b;

	begin(&b, "a.e,b.e", "8.8.8.8");
	step(&b);
	feed(&b, 0, RV);
	b.lookup.queries[0].answer->has_ttl = true;
	b.lookup.queries[0].answer->ttl = 3600;
	b.lookup.queries[0].answer->dnssec = DNSSEC_SECURE;
	b.lookup.queries[0].answer->took = 1234;
	feed(&b, 1, "none");
	step(&b);
	conclude(&b);
	s = b.record.sources;
	ok(s[0].has_ttl && s[0].ttl == 3600,
	    "a source has the TTL of its answer");
	is_int(s[0].dnssec, DNSSEC_SECURE,
	    "a source has the DNSSEC state of its answer");
	is_int(s[0].took, 1234, "a source has the time that its answer took");
	ok(!s[1].has_ttl, "a source has no TTL without one in its answer");
	end(&b);

	/* A path is recognized by the provider, or by the zone's name. */
	begin(&b, "aspath", "1.0.16.1");
	step(&b);
	feed(&b, 0, "34224 3356 174 2519^1.0.16.0^24");
	step(&b);
	is_verdict(&b, "ok AS2519 1.0.16.0/24 aspath.routeviews.org=ok",
	    "the last AS of a path is the origin");
	end(&b);
}

int
main(void)
{
	test_answers();
	test_prefixes();
	test_without_queries();
	test_prefix_mismatch();
	test_special();
	test_all();
	test_grace();
	test_first();
	test_suspended();
	test_names();
	test_as();
	test_order_of_names();
	test_sources();
	return tap_done();
}
