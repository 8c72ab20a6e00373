#include "config.h"

#include "lookup/lookup-run.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../scripted.h"
#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "db/db.h"
#include "dns/zone.h"
#include "lookup/annotate.h"

#define MS INT64_C(1000)
#define TIMEOUT (4000 * MS)
#define QUERIES_MAX 4

/* A view that adds one query for each owner name, all in its first step. */
struct scripted_view {
	const char *owners[QUERIES_MAX]; /* up to the first NULL */
	unsigned sources[QUERIES_MAX];
	struct db *db; /* answers in the first step; NULL: none */
	int64_t cut;   /* ms from the first step until the rest is late; 0 */

	/* What it was called for. */
	int steps;
	int steps_before_sent; /* those that no try preceded */
	int verdicts;
	int64_t first;
	const struct script *script;
};

/* One look-up over a script. */
struct bench {
	struct script script;
	struct queries *queries;
	struct scripted_view view;
	struct viewer viewer;
	struct annotations annotations;
	struct lookup_run run;
	int64_t done; /* ms; -1: not yet */
	int dones;
	struct record record;
};

static void
add_queries(const struct scripted_view *v, struct lookup *l)
{
	if (v->db != NULL)
		lookup_add_database(l, 0, v->db);
	for (size_t i = 0; i < QUERIES_MAX && v->owners[i] != NULL; i++)
		lookup_add(l, v->sources[i], v->owners[i]);
}

static enum step
step(const void *self, struct lookup *l)
{
	struct scripted_view *v = (struct scripted_view *)self;

	if (v->steps++ == 0) {
		v->first = l->now;
		add_queries(v, l);
	}
	v->steps_before_sent += v->script->sent.len == 0;
	if (v->cut > 0 && l->now >= v->first + v->cut * MS)
		for (size_t i = 0; i < l->query_count; i++)
			if (!lookup_query_is_answered(&l->queries[i]))
				lookup_settle(l, &l->queries[i], ANSWER_LATE);
	l->wake = v->cut > 0 ? v->first + v->cut * MS : 0;
	return lookup_is_answered(l) ? STEP_DONE : STEP_WAIT;
}

static void
verdict(const void *self, const struct lookup *l, struct record *r)
{
	struct scripted_view *v = (struct scripted_view *)self;

	v->verdicts++;
	r->status = STATUS_OK;
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].answer != NULL)
			lookup_add_source(r, l->queries[i].owner,
			    &l->queries[i]);
}

static const struct view scripted = { .step = step, .verdict = verdict };

static void
done(struct lookup_run *run)
{
	struct bench *b =
	    (struct bench *)((char *)run - offsetof(struct bench, run));

	b->done = script_time(&b->script);
	b->dones++;
}

static void
begin(struct bench *b, const char *rules)
{
	static const struct query_source_config sources[] = {
		{ .name = "x.t" },
		{ .name = "y.t" },
		{ .name = NAMES_ZONE },
	};
	struct queries_config config = {
		.sources = sources,
		.source_count = LENGTH(sources),
		.in_flight = 16,
		.timeout = TIMEOUT,
		.cache_size = 1 << 20,
	};

	*b = (struct bench){ .done = -1 };
	script_begin(&b->script, rules, queries_answered);
	b->queries = queries_new(&b->script.loop, &b->script.resolver, &config);
	b->view.script = &b->script;
	b->viewer = (struct viewer){
		.view = &scripted,
		.self = &b->view,
		.timeout = TIMEOUT,
	};
	target_parse("8.0.0.1", 7, &b->run.lookup.target);
	b->run.viewer = &b->viewer;
	b->run.done = done;
}

static void
end(struct bench *b)
{
	record_free(&b->record);
	queries_free(b->queries);
	script_end(&b->script);
}

static bool
turn(void *arg)
{
	struct bench *b = arg;

	return queries_turn(b->queries);
}

/* Runs a look-up that its first step does not finish, for 10 s. */
static void
run(struct bench *b)
{
	ok(!lookup_run_begin(&b->run.lookup, &b->viewer, b->queries),
	    "it does not finish at once");
	is_int(b->view.steps, 1, "by its one step");
	lookup_run_start(&b->run, b->queries);
	script_run(&b->script, turn, b, script_time(&b->script) + 10000);
	is_int(b->dones, 1, "done is called once");
	is_int(b->view.verdicts, 0, "no verdict until then");
	lookup_run_conclude(&b->run.lookup, &b->viewer, &b->record);
	is_int(b->view.verdicts, 1, "one verdict");
}

/* The sources of the record: an owner name and a status each. */
static void
is_record(const struct bench *b, const char *want, const char *what)
{
	struct buf out = { 0 };

	buf_reserve(&out, 1);
	for (size_t i = 0; i < b->record.source_count; i++)
		buf_printf(&out, "%s%s=%s", i > 0 ? " " : "",
		    b->record.sources[i].name,
		    status_word(b->record.sources[i].status));
	is_bytes(out.data, out.len, want, "%s", what);
	buf_free(&out);
}

static void
test_at_once(void)
{
	struct bench b;
	struct lookup l = { .query_count = 0 };

	begin(&b, "* silent");
	target_parse("8.0.0.1", 7, &l.target);
	ok(lookup_run_begin(&l, &b.viewer, b.queries),
	    "without queries, the first step finishes a look-up");
	is_int(b.view.steps, 1, "one step");
	lookup_run_conclude(&l, &b.viewer, &b.record);
	is_int(b.view.verdicts, 1, "one verdict");
	is_int(b.record.status, STATUS_OK, "which fills the record");
	ok(b.record.target.kind == TARGET_NET, "that has its target");

	/* The same memory for another target. */
	b.view.steps = 0;
	lookup_reset(&l, &(struct target){ .kind = TARGET_BLANK });
	ok(lookup_run_begin(&l, &b.viewer, b.queries), "again, after a reset");
	lookup_run_conclude(&l, &b.viewer, &b.record);
	ok(b.record.target.kind == TARGET_BLANK, "with the new target");
	lookup_clear(&l);
	end(&b);
}

static void
test_queries(void)
{
	struct bench b;

	begin(&b, "a.* none 60\nb.* after 30 none 60");
	b.view.owners[0] = "a.x.t";
	b.view.owners[1] = "b.y.t";
	b.view.sources[1] = 1;
	run(&b);
	is_int(b.done, 30, "it is finished with the last answer");
	is_int(b.view.steps_before_sent, 1, "one step before a query is sent");
	is_int(b.view.steps, 3, "and one for each answer");
	is_record(&b, "a.x.t=unannounced b.y.t=unannounced", "two answers");
	lookup_run_end(&b.run);

	/* From the cache: finished before lookup_run_start() returns. */
	b.view.steps = 0;
	b.view.verdicts = 0;
	b.dones = 0;
	b.done = -1;
	b.run = (struct lookup_run){ .viewer = &b.viewer, .done = done };
	target_parse("8.0.0.1", 7, &b.run.lookup.target);
	lookup_run_begin(&b.run.lookup, &b.viewer, b.queries);
	lookup_run_start(&b.run, b.queries);
	is_int(b.dones, 1, "cached answers finish it at once");
	is_int(b.view.steps, 2, "in one more step for all of them");
	lookup_run_end(&b.run);
	end(&b);
}

/* A step at `wake`; what comes later is not the look-up's any more. */
static void
test_wake(void)
{
	struct bench b;

	begin(&b, "a.* after 100 none 60\nb.* after 500 none 60");
	b.view.owners[0] = "a.x.t";
	b.view.owners[1] = "b.x.t";
	b.view.cut = 200;
	run(&b);
	is_int(b.done, 200, "a look-up steps at its wake time");
	is_int(b.view.steps, 3, "and after its one answer");
	is_record(&b, "a.x.t=unannounced b.x.t=late", "the rest is late");
	lookup_run_end(&b.run);
	end(&b);
}

static void
test_timeout(void)
{
	struct bench b;

	begin(&b, "a.* none 60\nb.* silent");
	b.view.owners[0] = "a.x.t";
	b.view.owners[1] = "b.x.t";
	run(&b);
	is_int(b.done, 4000, "the viewer's time ends a look-up");
	is_record(&b, "a.x.t=unannounced b.x.t=timeout",
	    "with what has come until then");
	lookup_run_end(&b.run);
	end(&b);
}

/* A view's numbers of sources, and those that queries know. */
static void
test_numbers(void)
{
	static const unsigned sources[] = { 1, 0 };
	struct bench b;

	begin(&b, "* none 60");
	b.view.owners[0] = "a.y.t";
	b.viewer.sources = sources;
	run(&b);
	is_int(b.run.lookup.queries[0].source, 0, "the view's own number");
	lookup_run_end(&b.run);
	end(&b);
}

/* Dropped while its queries are in flight. */
static void
test_dropped(void)
{
	struct bench b;

	begin(&b, "* after 100 none 60");
	b.view.owners[0] = "a.x.t";
	lookup_run_begin(&b.run.lookup, &b.viewer, b.queries);
	lookup_run_start(&b.run, b.queries);
	script_run(&b.script, turn, &b, 50);
	lookup_run_end(&b.run);
	script_run(&b.script, turn, &b, 10000);
	is_int(b.dones, 0, "a look-up that was dropped is never done");
	end(&b);
}

static void
test_wait(void)
{
	struct bench b;
	struct lookup l = { .query_count = 0 };

	begin(&b, "* after 100 none 60");
	b.view.owners[0] = "a.x.t";
	target_parse("8.0.0.1", 7, &l.target);
	ok(lookup_run_wait(&l, &b.viewer, &b.script.loop, b.queries),
	    "a look-up that is waited for");
	is_int(script_time(&b.script), 100, "takes as long as its answer");
	is_int(l.queries[0].answer->kind, ANSWER_NONE, "which it has then");
	lookup_clear(&l);
	b.view.steps = 0;
	target_parse("8.0.0.1", 7, &l.target);
	ok(lookup_run_wait(&l, &b.viewer, &b.script.loop, b.queries) &&
		script_time(&b.script) == 100,
	    "one that is finished at once takes no time");
	lookup_clear(&l);
	end(&b);
}

/* An annotator's query: from when the view is done until it is answered. */
static void
test_annotators(void)
{
	static const char rules[] =
	    "AS* after 50 text 60 64500 | US | arin | | NAME\n* none 60";
	struct bench b;

	begin(&b, rules);
	b.annotations.names = (struct names){ .has_zone = true, .zone = 2 };
	b.viewer.annotations = &b.annotations;
	b.view.owners[0] = "a.x.t";
	b.run.lookup.target =
	    (struct target){ .kind = TARGET_AS, .asn = 64500 };
	run(&b);
	is_int(b.done, 60, "annotators ask once the view is done");
	is_int(b.view.steps, 2, "and it steps no more");
	is_text(b.script.sent.data, "0:a.x.t 10:AS64500.asn.cymru.com",
	    "after the view's queries");
	is_bytes(b.record.reg.name.text, b.record.reg.name.len, "NAME",
	    "and fill the record after its verdict");
	lookup_run_end(&b.run);
	end(&b);
}

/* A database may be replaced while a look-up waits that has used it. */
static void
test_database(void)
{
	static const char text[] = "8.0.0.0\t8.0.0.255\t1\tUS\tOLD\n";
	char path[] = "/tmp/asnq-run.XXXXXX";
	int fd = mkstemp(path);
	struct span name;
	struct bench b;

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
		perror(path);
		exit(1);
	}
	close(fd);
	begin(&b, "* after 100 none 60");
	b.view.db = db_open(path, false);
	b.view.owners[0] = "a.x.t";
	unlink(path);
	lookup_run_begin(&b.run.lookup, &b.viewer, b.queries);
	db_find(b.view.db, &b.run.lookup.target.net, 0, &b.run.lookup.origins);
	lookup_run_start(&b.run, b.queries);
	db_release(b.view.db);
	script_run(&b.script, turn, &b, 1000);
	is_int(b.done, 100, "a look-up waits for a zone after a database");
	lookup_run_conclude(&b.run.lookup, &b.viewer, &b.record);
	is_int((intmax_t)b.record.origins.count, 1,
	    "the record has its origin");
	name = b.record.origins.list[0].reg.name;
	is_bytes(name.text, name.len, "OLD",
	    "and its texts, though the program has released the database");
	lookup_run_end(&b.run);
	end(&b);
}

int
main(void)
{
	test_at_once();
	test_queries();
	test_wake();
	test_timeout();
	test_numbers();
	test_dropped();
	test_wait();
	test_annotators();
	test_database();
	return tap_done();
}
