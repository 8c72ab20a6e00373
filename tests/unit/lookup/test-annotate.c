#include "config.h"

#include "lookup/annotate.h"

#include <stdlib.h>
#include <unistd.h>

#include "../rdata.h"
#include "../tap.h"
#include "base/array.h"
#include "base/buf.h"
#include "lookup/lookup-run.h"

#define MOST_ORIGINS 3
#define NAMES "1\tFILE ONE\n3\tFILE THREE\n"

/* A view whose answers are given: origins, all of them known at once. */
struct given {
	struct origin origins[MOST_ORIGINS]; /* up to the first AS 0 */
};

static enum step
step(const void *self, struct lookup *l)
{
	const struct given *g = self;

	for (size_t i = 0; i < MOST_ORIGINS && g->origins[i].asn != 0; i++)
		*origins_add(&l->origins) = g->origins[i];
	return STEP_DONE;
}

static void
verdict(const void *self, const struct lookup *l, struct record *r)
{
	(void)self;
	record_add_source(r, "given")->status = STATUS_OK;
	if (l->target.kind == TARGET_NET)
		record_finish(r);
	else
		r->status = STATUS_NOSOURCE;
}

static const struct view given = { .step = step, .verdict = verdict };

static const struct prefix slash24 = { { { 8, 8, 8 }, FAMILY_IPV4 }, 24 };
static const struct prefix slash9 = { { { 8 }, FAMILY_IPV4 }, 9 };

/* An origin with a name, or with NULL. */
static struct origin
origin_of(uint32_t asn, const struct prefix *prefix, const char *name)
{
	struct origin o = { .asn = asn, .prefix = *prefix };

	if (name != NULL)
		o.reg.name = (struct span){ name, strlen(name) };
	return o;
}

/* A look-up with the annotators, and what they ask. */
struct bench {
	struct given given;
	struct annotations annotations;
	struct viewer viewer;
	bool suspended[2];
	struct lookup lookup;
	struct record record;
};

static void
begin(struct bench *b, const char *target, struct names names)
{
	*b = (struct bench){ .annotations = { .names = names } };
	b->annotations.names.zone = 1;
	b->lookup.suspended = b->suspended;
	b->lookup.now = 1;
	target_parse(target, strlen(target), &b->lookup.target);
}

static bool
take_step(struct bench *b)
{
	b->viewer = (struct viewer){
		.view = &given,
		.self = &b->given,
		.annotations = &b->annotations,
	};
	return lookup_run_step(&b->lookup, &b->viewer);
}

static void
answer(struct bench *b, size_t query, const char *text)
{
	lookup_answer(&b->lookup, &b->lookup.queries[query],
	    text != NULL ? answer_of(text) : answer_new(ANSWER_NONE, 0));
}

/* The owner names that were asked for. */
static void
is_asked(const struct bench *b, const char *want, const char *what)
{
	struct buf out = { 0 };

	buf_reserve(&out, 1);
	for (size_t i = 0; i < b->lookup.query_count; i++)
		buf_printf(&out, "%s%s", i > 0 ? " " : "",
		    b->lookup.queries[i].owner);
	is_bytes(out.data, out.len, want, "%s", what);
	buf_free(&out);
}

static void
is_name(struct bench *b, const char *want, const char *what)
{
	const struct span *name = &b->record.reg.name;

	lookup_run_conclude(&b->lookup, &b->viewer, &b->record);
	is_bytes(name->text, name->len, want, "%s", what);
}

static void
end(struct bench *b)
{
	lookup_clear(&b->lookup);
	record_free(&b->record);
}

static struct as_names *
open_names(void)
{
	char path[] = "/tmp/asnq-names.XXXXXX";
	int fd = mkstemp(path);
	struct as_names *names;

	if (fd < 0 || write(fd, NAMES, strlen(NAMES)) != (int)strlen(NAMES)) {
		perror(path);
		exit(1);
	}
	close(fd);
	names = as_names_open(path);
	unlink(path);
	return names;
}

/* The name of an address's AS: the file, then the zone, then its source. */
static void
test_order(const struct as_names *file)
{
	static const struct {
		const char *what;
		uint32_t asn;
		const char *own;  /* with the origin */
		const char *zone; /* its answer; NULL: no such AS */
		bool no_file;
		bool no_zone;
		bool unwanted;
		const char *asked;
		const char *name;
	} cases[] = {
		{ .what = "in the file: the zone is not asked",
		    .asn = 1,
		    .own = "OWN",
		    .asked = "",
		    .name = "FILE ONE" },
		{ .what = "not in the file: the zone comes before the source",
		    .asn = 2,
		    .own = "OWN",
		    .zone = "2 | US | arin | | ZONE",
		    .asked = "AS2.asn.cymru.com",
		    .name = "ZONE" },
		{ .what = "the zone has none: the source's",
		    .asn = 2,
		    .own = "OWN",
		    .asked = "AS2.asn.cymru.com",
		    .name = "OWN" },
		{ .what = "the zone answers about another AS",
		    .asn = 2,
		    .zone = "9 | US | arin | | OTHER",
		    .asked = "AS2.asn.cymru.com",
		    .name = NULL },
		{ .what = "without the file",
		    .asn = 1,
		    .no_file = true,
		    .zone = "1 | US | arin | | ZONE",
		    .asked = "AS1.asn.cymru.com",
		    .name = "ZONE" },
		{ .what = "without the zone",
		    .asn = 2,
		    .own = "OWN",
		    .no_zone = true,
		    .asked = "",
		    .name = "OWN" },
		{ .what = "nobody wants names: not even the source's",
		    .asn = 1,
		    .own = "OWN",
		    .unwanted = true,
		    .asked = "",
		    .name = NULL },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct bench b;

		begin(&b, "8.8.8.8",
		    (struct names){
			.file = cases[i].no_file ? NULL : file,
			.has_zone = !cases[i].no_zone,
			.for_addresses = !cases[i].unwanted,
		    });
		b.given.origins[0] =
		    origin_of(cases[i].asn, &slash24, cases[i].own);
		ok(take_step(&b) == (cases[i].asked[0] == '\0'),
		    "it waits for what is asked");
		is_asked(&b, cases[i].asked, cases[i].what);
		if (b.lookup.query_count > 0) {
			answer(&b, 0, cases[i].zone);
			ok(take_step(&b), "until the answer comes");
			is_int((intmax_t)b.lookup.query_count, 1,
			    "without asking twice");
		}
		is_name(&b, cases[i].name, cases[i].what);
		end(&b);
	}
}

/* Which AS: the record's, in the order of struct record. */
static void
test_which(const struct as_names *file)
{
	struct bench b;

	begin(&b, "8.8.8.8", (struct names){ .for_addresses = true });
	b.given.origins[0] = origin_of(64512, &slash24, "PRIVATE");
	b.given.origins[1] = origin_of(200000, &slash24, "PUBLIC");
	take_step(&b);
	is_name(&b, "PUBLIC", "of several, the AS that the record shows");
	end(&b);

	begin(&b, "8.8.8.8", (struct names){ .for_addresses = true });
	b.given.origins[0] = origin_of(7, &slash9, "WIDE");
	b.given.origins[1] = origin_of(7, &slash24, NULL);
	take_step(&b);
	is_name(&b, NULL, "a name of the AS at another prefix does not count");
	end(&b);

	begin(&b, "8.8.8.8",
	    (struct names){ .file = file, .for_addresses = true });
	b.given.origins[0] = origin_of(1, &slash24, "OWN");
	b.given.origins[1] = origin_of(3, &slash9, NULL);
	take_step(&b);
	is_name(&b, "FILE ONE", "the record's name is the file's");
	ok(b.record.origins.count == 2 &&
		span_is_exactly(b.record.origins.list[0].reg.name, "OWN") &&
		span_is_exactly(b.record.origins.list[1].reg.name,
		    "FILE THREE"),
	    "origins keep their names, and get those that they lack");
	end(&b);

	begin(&b, "8.8.8.8", (struct names){ .for_addresses = true });
	take_step(&b);
	is_name(&b, NULL, "no origin, no name");
	end(&b);
}

static void
test_nameless(void)
{
	struct bench b;

	begin(&b, "8.8.8.8",
	    (struct names){ .has_zone = true, .for_addresses = true });
	b.given.origins[0] = origin_of(2, &slash24, NULL);
	take_step(&b);
	answer(&b, 0, NULL);
	take_step(&b);
	is_name(&b, NULL, "the zone has no name");
	ok(b.record.nameless, "then the AS is known to have none");
	end(&b);
}

static void
test_suspended(void)
{
	struct bench b;

	begin(&b, "8.8.8.8",
	    (struct names){ .has_zone = true, .for_addresses = true });
	b.given.origins[0] = origin_of(2, &slash24, "OWN");
	b.suspended[1] = true;
	ok(take_step(&b), "a suspended zone is not waited for");
	is_asked(&b, "", "nor asked");
	end(&b);

	begin(&b, "AS2", (struct names){ .has_zone = true });
	b.suspended[1] = true;
	ok(!take_step(&b), "but for an AS as target it is");
	end(&b);
}

/* An AS as target: of it the annotators alone know. */
static void
test_as(const struct as_names *file)
{
	struct bench b;

	begin(&b, "AS1", (struct names){ .file = file, .has_zone = true });
	ok(take_step(&b), "AS1 is in the file");
	is_name(&b, "FILE ONE", "AS1");
	ok(b.record.status == STATUS_OK && b.record.has_asn &&
		b.record.asn == 1 && b.record.source_count == 2,
	    "which is a source of the record");
	end(&b);

	begin(&b, "AS2", (struct names){ .file = file, .has_zone = true });
	take_step(&b);
	is_asked(&b, "AS2.asn.cymru.com", "AS2 is not, so the zone is asked");
	answer(&b, 0, "2 | US | arin | 2000-03-30 | ZONE");
	take_step(&b);
	is_name(&b, "ZONE", "AS2");
	is_text(b.record.reg.country, "US", "with its country");
	end(&b);

	begin(&b, "AS2", (struct names){ .file = file });
	take_step(&b);
	is_name(&b, NULL, "AS2 is in no file, and there is no zone");
	is_int(b.record.status, STATUS_UNANNOUNCED, "so it is not known");
	end(&b);

	begin(&b, "AS2", (struct names){ .file = NULL });
	take_step(&b);
	is_name(&b, NULL, "neither a file nor a zone");
	is_int(b.record.status, STATUS_NOSOURCE, "is no source");
	end(&b);
}

int
main(void)
{
	struct as_names *file = open_names();

	test_order(file);
	test_which(file);
	test_nameless();
	test_suspended();
	test_as(file);
	as_names_release(file);
	return tap_done();
}
