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

/* A view over some zones, and one look-up that is fed by hand. */
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

/* Answers a slot that has none: text, or one of the words below. */
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
		ok(false, "slot %zu waits for an answer", query);
		return;
	}
	for (size_t i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i].word, text) == 0)
			answer = answer_new(words[i].kind, 0);
	lookup_answer(&b->lookup, s, answer != NULL ? answer : answer_of(text));
}

/* The questions: the owners, and what there is of answers. */
static void
is_asked(const struct bench *b, const char *want, const char *what)
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

/* The verdict: status, ASN, prefixes, name; each source's status. */
static void
is_verdict(struct bench *b, const char *want, const char *what)
{
	struct record *r = &b->record;
	struct buf out = { 0 };
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < b->lookup.query_count; i++)
		if (b->lookup.queries[i].answer == NULL) {
			ok(false, "%s: all is answered", what);
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

/* What one answer of one zone means. */
static void
test_answers(void)
{
	static const struct {
		const char *answer; /* records with newlines between */
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
		ok(!step(&b), "an answer is waited for");
		feed(&b, 0, cases[i].answer);
		ok(step(&b), "and then it is done");
		is_verdict(&b, cases[i].want, cases[i].answer);
		end(&b);
	}
}

/* A prefix is covered by what covers the whole of it. */
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
		is_asked(&b, cases[i].owner, cases[i].target);
		feed(&b, 0, RV);
		step(&b);
		is_verdict(&b, cases[i].want, cases[i].target);
		end(&b);
	}
	/* Bits beyond the grain are not shown, but they do count. */
	begin(&b, "z.e/4", "8.8.8.200");
	b.sources[0].grain[FAMILY_IPV4] = 24;
	step(&b);
	is_asked(&b, "0.8.8.8.z.e", "a grain of 24");
	feed(&b, 0, "1^8.8.8.0^25");
	step(&b);
	is_verdict(&b, "mismatch z.e=mismatch", "the other half of the /24");
	end(&b);
	begin(&b, "z.e/6", "2001:db9:1:2:3:4:5:6");
	step(&b);
	is_asked(&b,
	    "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
	    "2.0.0.0.1.0.0.0.9.b.d.0.1.0.0.2.z.e",
	    "a grain of 64");
	end(&b);
}

static void
test_nothing_to_ask(void)
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
	};
	struct bench b;

	for (size_t i = 0; i < LENGTH(cases); i++)
		for (int first = 0; first < 2; first++) {
			begin(&b, cases[i].zones, cases[i].target);
			b.native.first = first != 0;
			b.annotations.names.for_addresses = true;
			ok(step(&b), "nothing to wait for");
			is_asked(&b, "", "nothing is asked");
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
		ok(step(&b), "public zones are not asked");
		is_verdict(&b, "special", "about special addresses");
		end(&b);

		begin(&b, "public.e,mirror.e", "10.0.0.1");
		b.native.first = first != 0;
		b.sources[1].local = true;
		ok(step(&b), "a mirror neither");
		end(&b);

		begin(&b, "public.e,mirror.e", "10.0.0.1");
		b.native.first = first != 0;
		b.native.ask_special = true;
		b.sources[1].local = true;
		ok(!step(&b), "unless it was wished");
		is_asked(&b, "1.0.0.10.mirror.e", "then the mirror is");
		feed(&b, 0, "64512^10.0.0.0^8");
		ok(step(&b), "it answers");
		is_verdict(&b, "ok AS64512 10.0.0.0/8 mirror.e=ok",
		    "an internal table");
		ok(b.record.special != NULL, "it is special all the same");
		end(&b);
	}
}

/* All zones at once; their order counts, not that of the answers. */
static void
test_all(void)
{
	struct bench b;

	begin(&b, "a.e,b.e,c.e/6", "8.8.8.8");
	ok(!step(&b), "all: waits");
	is_asked(&b, "8.8.8.8.a.e 8.8.8.8.b.e", "all that serve IPv4");
	feed(&b, 1, "none");
	ok(!step(&b), "one answer of two");
	is_int(b.lookup.wake, 0, "no grace before an origin is known");
	feed(&b, 0, RV);
	ok(step(&b), "both");
	is_verdict(&b, "ok AS15169 8.8.8.0/24 a.e=ok b.e=unannounced",
	    "ok where any names an origin");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	step(&b);
	feed(&b, 1, "1 | 8.8.8.0/24 | DE | ripencc |");
	step(&b);
	feed(&b, 0, "2 | 8.8.8.0/24 | US | arin |");
	step(&b);
	is_verdict(&b, "ok AS2 8.8.8.0/24 US conflict a.e=ok b.e=ok",
	    "the first zone goes before the first answer");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	step(&b);
	feed(&b, 0, "none");
	feed(&b, 1, "timeout");
	ok(step(&b), "no origin");
	is_verdict(&b, "timeout a.e=unannounced b.e=timeout",
	    "unannounced takes all");
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
	ok(!step(&b), "an origin is known");
	is_int(b.lookup.wake, 15000 + GRACE, "the others have their grace");
	b.lookup.now += GRACE / 2;
	feed(&b, 2, "servfail");
	ok(!step(&b), "another answer within it");
	is_int(b.lookup.wake, 15000 + GRACE, "does not lengthen it");
	b.lookup.now = 15000 + GRACE - 1;
	ok(!step(&b), "a microsecond before its end");
	b.lookup.now++;
	ok(step(&b), "its end");
	is_asked(&b,
	    "8.8.8.8.a.e=late 8.8.8.8.b.e=answered 8.8.8.8.c.e=answered",
	    "who is silent is late");
	is_verdict(&b, "ok AS15169 8.8.8.0/24 a.e=late b.e=ok c.e=servfail",
	    "late does not count against a record");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	step(&b);
	feed(&b, 0, "1^9.9.9.0^24");
	ok(!step(&b), "a mismatch names no origin");
	is_int(b.lookup.wake, 0, "so there is no grace");
	b.lookup.now += 100 * GRACE;
	ok(!step(&b), "but a wait to the end");
	feed(&b, 1, "timeout");
	ok(step(&b), "which comes");
	is_verdict(&b, "mismatch a.e=mismatch b.e=timeout",
	    "the first failure's word");
	end(&b);
}

static void
test_first(void)
{
	struct bench b;

	begin(&b, "a.e,b.e,c.e", "8.8.8.8");
	b.native.first = true;
	ok(!step(&b), "first: waits");
	is_asked(&b, "8.8.8.8.a.e", "for the first zone only");
	is_int(b.lookup.wake, 10000 + PATIENCE, "as long as patience has it");
	feed(&b, 0, RV);
	ok(step(&b), "its origin is enough");
	is_verdict(&b, "ok AS15169 8.8.8.0/24 a.e=ok", "one source");
	end(&b);

	begin(&b, "a.e,b.e,c.e", "8.8.8.8");
	b.native.first = true;
	step(&b);
	feed(&b, 0, "none");
	ok(!step(&b), "no origin");
	is_asked(&b, "8.8.8.8.a.e=answered 8.8.8.8.b.e",
	    "the next one is asked at once");
	feed(&b, 1, "servfail");
	step(&b);
	feed(&b, 2, CYMRU);
	ok(step(&b), "the third knows");
	is_verdict(&b,
	    "ok AS15169 8.8.8.0/24 US a.e=unannounced b.e=servfail c.e=ok",
	    "all that were asked");
	end(&b);

	begin(&b, "a.e,b.e,c.e", "8.8.8.8");
	b.native.first = true;
	step(&b);
	b.lookup.now += PATIENCE - 1;
	ok(!step(&b), "silence");
	is_int((intmax_t)b.lookup.query_count, 1, "within patience");
	b.lookup.now++;
	ok(!step(&b), "more silence");
	is_asked(&b, "8.8.8.8.a.e 8.8.8.8.b.e", "asks the next as well");
	is_int(b.lookup.wake, 10000 + 2 * PATIENCE, "with patience anew");
	b.lookup.now += PATIENCE;
	step(&b);
	is_int((intmax_t)b.lookup.query_count, 3, "and the third");
	b.lookup.now += 10 * PATIENCE;
	ok(!step(&b), "after the last there is no more to do");
	is_int(b.lookup.wake, 0, "but to wait");
	feed(&b, 1, RV);
	ok(step(&b), "for any of them");
	is_asked(&b, "8.8.8.8.a.e=late 8.8.8.8.b.e=answered 8.8.8.8.c.e=late",
	    "the others are late");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	b.native.first = true;
	step(&b);
	feed(&b, 0, "timeout");
	step(&b);
	feed(&b, 1, "none");
	ok(step(&b), "nobody knows");
	is_verdict(&b, "timeout a.e=timeout b.e=unannounced",
	    "one could not be asked");
	end(&b);

	begin(&b, "a.e/6,b.e/4,c.e/6", "8.8.8.8");
	b.native.first = true;
	step(&b);
	is_asked(&b, "8.8.8.8.b.e", "only who serves the family");
	feed(&b, 0, "none");
	ok(step(&b), "is asked");
	end(&b);
}

static void
test_resting(void)
{
	struct bench b;

	begin(&b, "a.e,b.e", "8.8.8.8");
	b.suspended[0] = true;
	ok(!step(&b), "one rests");
	is_asked(&b, "8.8.8.8.a.e=skipped 8.8.8.8.b.e", "it is skipped");
	feed(&b, 1, RV);
	ok(step(&b), "the other answers");
	is_verdict(&b, "ok AS15169 8.8.8.0/24 a.e=skipped b.e=ok",
	    "skipped is a status");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	b.suspended[0] = true;
	step(&b);
	feed(&b, 1, "none");
	step(&b);
	is_verdict(&b, "unannounced a.e=skipped b.e=unannounced",
	    "all that were asked say so");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	b.suspended[0] = true;
	b.suspended[1] = true;
	step(&b);
	is_asked(&b, "8.8.8.8.a.e 8.8.8.8.b.e",
	    "not skipped where all of them rest");
	end(&b);

	begin(&b, "a.e,b.e/6", "8.8.8.8");
	b.suspended[0] = true;
	step(&b);
	is_asked(&b, "8.8.8.8.a.e",
	    "not skipped where the other serves another family");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	b.native.first = true;
	b.suspended[0] = true;
	step(&b);
	is_asked(&b, "8.8.8.8.a.e=skipped 8.8.8.8.b.e",
	    "first: the next one in place of one that rests");
	end(&b);

	/* Only while another source can still answer. */
	begin(&b, "a.e,b.e", "8.8.8.8");
	b.native.first = true;
	b.suspended[1] = true;
	step(&b);
	feed(&b, 0, "servfail");
	ok(!step(&b), "first: the one awake has failed");
	is_asked(&b, "8.8.8.8.a.e=answered 8.8.8.8.b.e",
	    "so the one that rests is asked");
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
	ok(!step(&b), "the name is asked about");
	is_asked(&b, "8.8.8.8.a.e=answered AS15169.asn.cymru.com?",
	    "once the AS is known");
	ok(b.lookup.query_count == 2 && b.lookup.queries[1].source == 1,
	    "of the source of names");
	is_int(b.lookup.wake, 0, "without a wake-up");
	ok(!step(&b), "stepping again");
	is_int((intmax_t)b.lookup.query_count, 2, "does not ask again");
	feed(&b, 1, NAME);
	ok(step(&b), "it comes");
	is_verdict(&b, "ok AS15169 8.8.8.0/24 'GOOGLE, US' a.e=ok",
	    "a name, which is no source");
	end(&b);

	begin(&b, "a.e", "8.8.8.8");
	b.annotations.names.has_zone = true;
	b.annotations.names.for_addresses = true;
	step(&b);
	feed(&b, 0, RV);
	step(&b);
	feed(&b, 1, "timeout");
	ok(step(&b), "a name that does not come");
	is_verdict(&b, "ok AS15169 8.8.8.0/24 a.e=ok", "is no failure");
	end(&b);

	begin(&b, "a.e", "8.8.8.8");
	b.annotations.names.has_zone = true;
	b.annotations.names.for_addresses = true;
	step(&b);
	feed(&b, 0, "none");
	ok(step(&b), "no AS, no name");
	end(&b);

	begin(&b, "a.e", "8.8.8.8");
	b.annotations.names.has_zone = true;
	step(&b);
	feed(&b, 0, RV);
	ok(step(&b), "names are not wished");
	end(&b);

	begin(&b, "a.e,b.e", "8.8.8.8");
	b.annotations.names.has_zone = true;
	b.annotations.names.for_addresses = true;
	step(&b);
	feed(&b, 1, RV);
	step(&b);
	b.lookup.now += GRACE;
	ok(!step(&b), "the grace is over");
	is_asked(&b,
	    "8.8.8.8.a.e=late 8.8.8.8.b.e=answered "
	    "AS15169.asn.cymru.com?",
	    "then the name is asked about");
	b.lookup.now += 10 * GRACE;
	ok(!step(&b), "which has no grace");
	feed(&b, 2, NAME);
	ok(step(&b), "at last");
	end(&b);

	/* The ASN that is chosen: not the private one. */
	begin(&b, "a.e", "8.8.8.8");
	b.annotations.names.has_zone = true;
	b.annotations.names.for_addresses = true;
	b.native.first = true;
	step(&b);
	feed(&b, 0, "64512 200000 | 8.8.8.0/24 | US | arin |");
	step(&b);
	is_asked(&b, "8.8.8.8.a.e=answered AS200000.asn.cymru.com?",
	    "the name of the AS that is shown");
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
		ok(!step(&b), "an AS");
		is_asked(&b, "AS15169.asn.cymru.com?", "its name");
		feed(&b, 0, cases[i].answer);
		ok(step(&b), "comes");
		is_verdict(&b, cases[i].want, cases[i].answer);
		end(&b);
	}
}

/* The same name twice: even then nothing hangs on the order of records. */
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
	is_text(countries[1], countries[0], "two records with one name");
}

/* What an answer brought beside its text. */
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
	ok(s[0].has_ttl && s[0].ttl == 3600, "the TTL");
	is_int(s[0].dnssec, DNSSEC_SECURE, "the state of DNSSEC");
	is_int(s[0].took, 1234, "the time");
	ok(!s[1].has_ttl, "no TTL where there was none");
	end(&b);

	/* A path needs the provider's row, or the zone's name. */
	begin(&b, "aspath", "1.0.16.1");
	step(&b);
	feed(&b, 0, "34224 3356 174 2519^1.0.16.0^24");
	step(&b);
	is_verdict(&b, "ok AS2519 1.0.16.0/24 aspath.routeviews.org=ok",
	    "the last word of a path");
	end(&b);
}

int
main(void)
{
	test_answers();
	test_prefixes();
	test_nothing_to_ask();
	test_special();
	test_all();
	test_grace();
	test_first();
	test_resting();
	test_names();
	test_as();
	test_order_of_names();
	test_sources();
	return tap_done();
}
