#include "config.h"

#include "stream/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../scripted.h"
#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"
#include "lookup/annotate.h"
#include "lookup/native.h"
#include "print/render.h"

/*
 * Passes records through the window, the look-up and the queries, with a script
 * of the servers' behaviour. All times are milliseconds of the script's clock;
 * an answer takes 10 unless the script says otherwise.
 */

#define MS INT64_C(1000)
#define TIMEOUT 4000
#define GRACE 1000
#define ZONES_MAX 3

struct test {
	const char *name;
	const char *rules; /* see scripted.h */
	const char *zones; /* NULL for x.t */
	const char *in;	   /* lines "MS RECORD", in order of their times */
	const char *out;   /* lines "MS RECORD", with blanks for TABs */
	const char *sent;  /* see scripted.h; NULL for any */

	/* 0 for the usual value. */
	const char *fields; /* input,status,sources */
	int64_t timeout;
	int64_t grace; /* -1 for none */
	unsigned in_flight;
	bool first; /* --mode=first */
	bool names;
	enum format format;
	enum enrich_format enrich;
	int64_t stop[2];  /* time and duration of a stop of the process */
	int64_t block[2]; /* time and duration of a blocked write */
};

struct bench {
	struct script script;
	struct queries *queries;
	struct zones zones;
	struct native_source sources[ZONES_MAX];
	struct query_source_config asked[ZONES_MAX + 1];
	struct native native;
	struct annotations annotations;
	struct viewer viewer;
	struct render *render;
	struct locator *locator;
	struct window *window;
	struct output output;
	FILE *file; /* the output, for reading */
	struct tally tally;
	const char *in; /* the remaining lines */
	unsigned taken; /* number of added records */
	int64_t block[2];
	struct buf out;
};

static void
set_up_zones(struct bench *b, const struct test *t)
{
	free(zones_add(&b->zones, t->zones != NULL ? t->zones : "x.t"));
	for (size_t i = 0; i < b->zones.count; i++) {
		b->sources[i] = (struct native_source){
			.kind = &native_source_zone,
			.name = b->zones.list[i].name,
			.zone = &b->zones.list[i],
			.grain = { 32, 64 },
		};
		b->asked[i].name = b->zones.list[i].name;
	}
	b->asked[b->zones.count].name = NAMES_ZONE;
}

static void
set_up_window(struct bench *b, const struct test *t)
{
	struct render_config render = {
		.fields =
		    t->fields != NULL ? t->fields : "input,status,sources",
		.format = t->format,
		.enrich = t->enrich,
		.asn_prefix = "AS",
	};
	struct locator_config locator = { .format = t->enrich, .member = "as" };
	struct window_config window = {
		.viewers = &b->viewer,
		.viewer_count = 1,
		.print = { .asn_prefix = "AS" },
		.cache_size = 1 << 20,
	};
	char *why;

	b->render = render_new(&render, &why);
	if (t->enrich != ENRICH_NONE)
		b->locator = locator_new(&locator, &why);
	window.print.render = b->render;
	window.locator = b->locator;
	b->window = window_new(&window, b->queries, &b->output, &b->tally);
}

static void
open_output(struct bench *b)
{
	char path[] = "/tmp/test-window.XXXXXX";

	b->output.fd = mkstemp(path);
	b->file = fopen(path, "r");
	if (b->output.fd < 0 || b->file == NULL) {
		printf("Bail out! %s cannot be made\n", path);
		exit(1);
	}
	unlink(path);
}

static void
begin(struct bench *b, const struct test *t)
{
	int64_t timeout = (t->timeout > 0 ? t->timeout : TIMEOUT) * MS;
	int64_t grace = t->grace == 0 ? GRACE : t->grace > 0 ? t->grace : 0;
	struct queries_config config = {
		.sources = b->asked,
		.in_flight = t->in_flight > 0 ? t->in_flight : 256,
		.timeout = timeout,
		.cache_size = 1 << 20,
	};

	*b = (struct bench){ .in = t->in };
	open_output(b);
	memcpy(b->block, t->block, sizeof(b->block));
	script_begin(&b->script, t->rules, queries_answered);
	set_up_zones(b, t);
	config.source_count = b->zones.count + 1;
	b->queries = queries_new(&b->script.loop, &b->script.resolver, &config);
	b->native = (struct native){
		.sources = b->sources,
		.source_count = b->zones.count,
		.first = t->first,
		.grace = grace * MS,
		.patience = timeout / 4,
	};
	b->annotations.names = (struct names){
		.has_zone = true,
		.zone = (unsigned)b->zones.count,
		.for_addresses = t->names,
	};
	b->viewer = (struct viewer){
		.view = &view_native,
		.self = &b->native,
		.timeout = timeout,
		.annotations = &b->annotations,
	};
	set_up_window(b, t);
	buf_reserve(&b->out, 1);
	if (t->stop[1] > 0)
		script_stop_at(&b->script, t->stop[0], t->stop[1]);
	if (t->block[1] > 0)
		script_wake_at(&b->script, t->block[0]);
	for (const char *at = t->in; *at != '\0';) {
		script_wake_at(&b->script, atol(at));
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
}

static void
end(struct bench *b)
{
	window_free(b->window);
	queries_free(b->queries);
	script_end(&b->script);
	zones_clear(&b->zones);
	render_free(b->render);
	locator_free(b->locator);
	fclose(b->file);
	close(b->output.fd);
	buf_free(&b->output.buf);
	buf_free(&b->out);
}

/* Adds the records whose time has come, as the program does. */
static void
feed(struct bench *b)
{
	char *end;

	while (*b->in != '\0' && window_has_room(b->window) &&
	    strtol(b->in, &end, 10) <= script_time(&b->script)) {
		struct line line = { .ending = 1, .first = b->taken == 0 };

		line.text.text = end + 1;
		line.text.len = strcspn(end + 1, "\n");
		window_add(b->window, &line);
		b->taken++;
		b->in = end + 1 + line.text.len + 1;
	}
	window_settle(b->window);
}

/* Appends the new output, with the time. */
static void
note_output(struct bench *b)
{
	int c;

	output_flush(&b->output);
	clearerr(b->file);
	for (bool begins = true; (c = getc(b->file)) != EOF;) {
		if (begins)
			buf_printf(&b->out, "%lld ",
			    (long long)script_time(&b->script));
		buf_putc(&b->out, c == '\t' ? ' ' : (char)c);
		begins = c == '\n';
	}
	buf_putc(&b->out, '\0');
	b->out.len--;
}

/* Does what the program does between two turns of the loop. */
static bool
turn(void *arg)
{
	struct bench *b = arg;
	bool busy;

	feed(b);
	busy = queries_turn(b->queries);
	note_output(b);
	if (b->block[1] > 0 && script_time(&b->script) >= b->block[0]) {
		script_block(&b->script, b->block[1]);
		b->block[1] = 0;
	}
	return busy;
}

/* One zone is silent, for five time-outs in a row, another answers. */
#define DEAD_RULES "*.x.t silent\n* origin 60"
#define DEAD_IN                                                                \
	"0 8.0.0.1\n1000 8.0.0.2\n2000 8.0.0.3\n3000 8.0.0.4\n4000 8.0.0.5\n"
#define DEAD_OUT                                                               \
	"400 8.0.0.1 ok x.t=timeout y.t=ok\n"                                  \
	"1400 8.0.0.2 ok x.t=timeout y.t=ok\n"                                 \
	"2400 8.0.0.3 ok x.t=timeout y.t=ok\n"                                 \
	"3400 8.0.0.4 ok x.t=timeout y.t=ok\n"                                 \
	"4400 8.0.0.5 ok x.t=timeout y.t=ok\n"

#define NAME_RULE "AS64500.* text 60 64500 | US | arin | | NAME, US\n"

static const struct test tests[] = {
	/* --- Order --- */
	{
	    .name = "a slow record delays the next, which is looked up",
	    .rules = "1.* after 500 origin 60\n* origin 60",
	    .in = "0 8.0.0.1\n0 8.0.0.2\n",
	    .out = "500 8.0.0.1 ok x.t=ok\n500 8.0.0.2 ok x.t=ok\n",
	    .sent = "0:1.0.0.8.x.t 0:2.0.0.8.x.t",
	},
	{
	    .name = "finished records are printed while later ones wait",
	    .rules = "1.* after 500 origin 60\n* origin 60",
	    .in = "0 8.0.0.2\n0 8.0.0.1\n0 8.0.0.3\n",
	    .out = "10 8.0.0.2 ok x.t=ok\n500 8.0.0.1 ok x.t=ok\n"
		   "500 8.0.0.3 ok x.t=ok\n",
	},
	{
	    .name = "records that need no query are printed at once",
	    .rules = "* origin 60",
	    .in = "0 junk\n5 10.0.0.1\n",
	    .out = "0 junk invalid -\n5 10.0.0.1 special -\n",
	    .sent = "",
	},
	{
	    .name = "no record is printed before an earlier one that waits",
	    .rules = "* after 500 origin 60",
	    .in = "0 8.0.0.1\n100 junk\n200 10.0.0.1\n300 # note\n",
	    .out = "500 8.0.0.1 ok x.t=ok\n500 junk invalid -\n"
		   "500 10.0.0.1 special -\n500 \n",
	},
	{
	    .name = "a silent address delays records, but no queries",
	    .rules = "1.* silent\n* origin 60",
	    .in = "0 8.0.0.1\n0 8.0.0.2\n100 8.0.0.3\n5000 8.0.0.4\n",
	    .out = "4000 8.0.0.1 timeout x.t=timeout\n"
		   "4000 8.0.0.2 ok x.t=ok\n4000 8.0.0.3 ok x.t=ok\n"
		   "5010 8.0.0.4 ok x.t=ok\n",
	    .sent = "0:1.0.0.8.x.t 0:2.0.0.8.x.t 100:3.0.0.8.x.t "
		    "500:1.0.0.8.x.t/2 1500:1.0.0.8.x.t/3 5000:4.0.0.8.x.t",
	},
	{
	    .name = "enriched lines stay in order",
	    .rules = "1.* after 500 origin 60\n* origin 60",
	    .fields = "status",
	    .enrich = ENRICH_TEXT,
	    .in = "0 a 8.0.0.1\n0 b 8.0.0.2\n0 c\n600 d 8.0.0.3\n",
	    .out = "500 a 8.0.0.1 ok\n500 b 8.0.0.2 ok\n500 c noaddress\n"
		   "610 d 8.0.0.3 ok\n",
	},
	{
	    .name = "a line waits for all of its addresses",
	    .rules = "1.* after 500 origin 60\n* origin 60",
	    .fields = "status",
	    .enrich = ENRICH_INLINE,
	    .in = "0 a 8.0.0.2 b 8.0.0.1 c\n0 8.0.0.2\n",
	    .out = "500 a 8.0.0.2 [ok] b 8.0.0.1 [ok] c\n500 8.0.0.2 [ok]\n",
	},

	/* --- Statuses --- */
	{
	    .name = "a silent server gives a time-out",
	    .rules = "* silent",
	    .in = "0 8.0.0.1\n",
	    .out = "4000 8.0.0.1 timeout x.t=timeout\n",
	},
	{
	    .name = "a late answer does not count; later records are right",
	    .rules = "1.* after 2500 origin 60\n* origin 60",
	    .timeout = 1000,
	    .in = "0 8.0.0.1\n0 8.0.0.2\n2800 8.0.0.3\n",
	    .out = "1000 8.0.0.1 timeout x.t=timeout\n1000 8.0.0.2 ok x.t=ok\n"
		   "2810 8.0.0.3 ok x.t=ok\n",
	},
	{
	    .name = "a failure is retried once",
	    .rules = "* servfail",
	    .in = "0 8.0.0.1\n",
	    .out = "220 8.0.0.1 servfail x.t=servfail\n",
	},
	{
	    .name = "no such record is unannounced",
	    .rules = "* none 60",
	    .in = "0 8.0.0.1\n",
	    .out = "10 8.0.0.1 unannounced x.t=unannounced\n",
	},
	{
	    .name = "one origin is enough, whatever other zones say",
	    .rules = "*.x.t servfail\n*.y.t none 60\n* origin 60",
	    .zones = "x.t,y.t,z.t",
	    .in = "0 8.0.0.1\n",
	    .out = "220 8.0.0.1 ok x.t=servfail y.t=unannounced z.t=ok\n",
	},
	{
	    .name = "without an origin, the first failure counts",
	    .rules = "*.x.t none 60\n*.y.t silent\n* servfail",
	    .zones = "x.t,y.t,z.t",
	    .in = "0 8.0.0.1\n",
	    .out = "4000 8.0.0.1 timeout x.t=unannounced y.t=timeout "
		   "z.t=servfail\n",
	},

	/* --- Cached renderings --- */
	{
	    .name = "a repeated address is cached",
	    .rules = "* origin 60",
	    .in = "0 8.0.0.1\n100 8.0.0.1\n",
	    .out = "10 8.0.0.1 ok x.t=ok\n100 8.0.0.1 ok x.t=ok\n",
	    .sent = "0:1.0.0.8.x.t",
	},
	{
	    .name = "an address is cached until its TTL is over",
	    .rules = "* origin 10",
	    .in = "0 8.0.0.1\n10009 8.0.0.1\n10010 8.0.0.1\n",
	    .out = "10 8.0.0.1 ok x.t=ok\n10009 8.0.0.1 ok x.t=ok\n"
		   "10020 8.0.0.1 ok x.t=ok\n",
	    .sent = "0:1.0.0.8.x.t 10010:1.0.0.8.x.t",
	},
	{
	    .name = "the shortest TTL of the sources counts",
	    .rules = "*.x.t origin 10\n* origin 20",
	    .zones = "x.t,y.t",
	    .in = "0 8.0.0.1\n10010 8.0.0.1\n",
	    .out = "10 8.0.0.1 ok x.t=ok y.t=ok\n"
		   "10020 8.0.0.1 ok x.t=ok y.t=ok\n",
	    .sent = "0:1.0.0.8.x.t 0:1.0.0.8.y.t 10010:1.0.0.8.x.t",
	},
	{
	    .name = "a TTL from the cache is printed as received",
	    .rules = "* origin 1200",
	    .format = FORMAT_JSON,
	    .fields = "sources",
	    .in = "0 8.0.0.1\n5000 ::ffff:8.0.0.1\n",
	    .out = "10 {\"sources\":[{\"source\":\"x.t\",\"status\":\"ok\","
		   "\"ttl\":1200,\"dnssec\":null}]}\n"
		   "5000 {\"sources\":[{\"source\":\"x.t\",\"status\":\"ok\","
		   "\"ttl\":1200,\"dnssec\":null}]}\n",
	    .sent = "0:1.0.0.8.x.t",
	},
	{
	    .name = "a time-out is cached for a second",
	    .rules = "* silent",
	    .timeout = 500,
	    .in = "0 8.0.0.1\n1499 8.0.0.1\n1500 8.0.0.1\n",
	    .out = "500 8.0.0.1 timeout x.t=timeout\n"
		   "1499 8.0.0.1 timeout x.t=timeout\n"
		   "2000 8.0.0.1 timeout x.t=timeout\n",
	},
	{
	    .name = "equal addresses in flight are queried once",
	    .rules = "* after 500 origin 60",
	    .in = "0 8.0.0.1\n0 8.0.0.1\n100 ::ffff:8.0.0.1\n",
	    .out = "500 8.0.0.1 ok x.t=ok\n500 8.0.0.1 ok x.t=ok\n"
		   "500 ::ffff:8.0.0.1 ok x.t=ok\n",
	    .sent = "0:1.0.0.8.x.t",
	},

	/* --- --grace --- */
	{
	    .name = "grace: after an origin, other zones have a second",
	    .rules = "*.x.t after 3000 origin 60\n* origin 60",
	    .zones = "x.t,y.t",
	    .in = "0 8.0.0.1\n",
	    .out = "1010 8.0.0.1 ok x.t=late y.t=ok\n",
	},
	{
	    .name = "grace: answers within it count",
	    .rules = "*.x.t after 1009 origin 60\n* origin 60",
	    .zones = "x.t,y.t",
	    .in = "0 8.0.0.1\n",
	    .out = "1009 8.0.0.1 ok x.t=ok y.t=ok\n",
	},
	{
	    .name = "grace: another origin does not restart it",
	    .rules = "*.x.t silent\n*.y.t after 900 origin 60\n* origin 60",
	    .zones = "x.t,y.t,z.t",
	    .in = "0 8.0.0.1\n",
	    .out = "1010 8.0.0.1 ok x.t=late y.t=ok z.t=ok\n",
	},
	{
	    .name = "grace: an answer without an origin does not start it",
	    .rules = "*.x.t after 3000 origin 60\n*.y.t none 60\n"
		     "* text 60 please visit our portal",
	    .zones = "x.t,y.t,z.t",
	    .grace = 100,
	    .in = "0 8.0.0.1\n",
	    .out = "3000 8.0.0.1 ok x.t=ok y.t=unannounced z.t=malformed\n",
	},
	{
	    .name = "grace: of 0, the first origin ends the wait",
	    .rules = "*.x.t after 20 origin 60\n* origin 60",
	    .zones = "x.t,y.t",
	    .grace = -1,
	    .in = "0 8.0.0.1\n",
	    .out = "10 8.0.0.1 ok x.t=late y.t=ok\n",
	},
	{
	    .name = "grace: the time of the address ends it",
	    .rules = "*.x.t silent\n* after 3500 origin 60",
	    .zones = "x.t,y.t",
	    .in = "0 8.0.0.1\n",
	    .out = "4000 8.0.0.1 ok x.t=timeout y.t=ok\n",
	},
	{
	    .name = "grace: a late answer is cached",
	    .rules = "*.x.t after 1500 origin 60\n* origin 60",
	    .zones = "x.t,y.t",
	    .in = "0 8.0.0.1\n3000 8.0.0.1\n",
	    .out = "1010 8.0.0.1 ok x.t=late y.t=ok\n"
		   "3000 8.0.0.1 ok x.t=ok y.t=ok\n",
	    .sent = "0:1.0.0.8.x.t 0:1.0.0.8.y.t 500:1.0.0.8.x.t/2",
	},
	{
	    .name = "grace: late answers suspend no zone",
	    .rules = "*.x.t after 300 origin 60\n* origin 60",
	    .zones = "x.t,y.t",
	    .grace = 100,
	    .timeout = 400,
	    .in = DEAD_IN "5000 8.0.0.6\n",
	    .out = "110 8.0.0.1 ok x.t=late y.t=ok\n"
		   "1110 8.0.0.2 ok x.t=late y.t=ok\n"
		   "2110 8.0.0.3 ok x.t=late y.t=ok\n"
		   "3110 8.0.0.4 ok x.t=late y.t=ok\n"
		   "4110 8.0.0.5 ok x.t=late y.t=ok\n"
		   "5110 8.0.0.6 ok x.t=late y.t=ok\n",
	},
	{
	    .name = "grace: silence suspends a zone, even when cut short",
	    .rules = DEAD_RULES,
	    .zones = "x.t,y.t",
	    .grace = 100,
	    .timeout = 400,
	    .in = DEAD_IN "5000 8.0.0.6\n",
	    .out = "110 8.0.0.1 ok x.t=late y.t=ok\n"
		   "1110 8.0.0.2 ok x.t=late y.t=ok\n"
		   "2110 8.0.0.3 ok x.t=late y.t=ok\n"
		   "3110 8.0.0.4 ok x.t=late y.t=ok\n"
		   "4110 8.0.0.5 ok x.t=late y.t=ok\n"
		   "5010 8.0.0.6 ok x.t=skipped y.t=ok\n",
	},

	/* --- Suspended zones --- */
	{
	    .name = "suspended: a zone is, after five time-outs in a row",
	    .rules = DEAD_RULES,
	    .zones = "x.t,y.t",
	    .timeout = 400,
	    .in = DEAD_IN "5000 8.0.0.6\n30000 8.0.0.7\n",
	    .out = DEAD_OUT "5010 8.0.0.6 ok x.t=skipped y.t=ok\n"
			    "30010 8.0.0.7 ok x.t=skipped y.t=ok\n",
	},
	{
	    .name = "suspended: a query after 30 s finds the zone silent",
	    .rules = DEAD_RULES,
	    .zones = "x.t,y.t",
	    .timeout = 400,
	    .in = DEAD_IN "35000 8.0.0.6\n35000 8.0.0.7\n35500 8.0.0.8\n",
	    .out = DEAD_OUT "35400 8.0.0.6 ok x.t=timeout y.t=ok\n"
			    "35400 8.0.0.7 ok x.t=skipped y.t=ok\n"
			    "35510 8.0.0.8 ok x.t=skipped y.t=ok\n",
	},
	{
	    .name = "suspended: a query after 30 s finds the zone answering",
	    .rules = "*.x.t 0-29999 silent\n* origin 60",
	    .zones = "x.t,y.t",
	    .timeout = 400,
	    .in = DEAD_IN "35000 8.0.0.6\n35000 8.0.0.7\n35500 8.0.0.8\n",
	    .out = DEAD_OUT "35010 8.0.0.6 ok x.t=ok y.t=ok\n"
			    "35010 8.0.0.7 ok x.t=skipped y.t=ok\n"
			    "35510 8.0.0.8 ok x.t=ok y.t=ok\n",
	},
	{
	    .name = "suspended: the only zone is never skipped",
	    .rules = "* silent",
	    .timeout = 400,
	    .in = DEAD_IN "5000 8.0.0.6\n",
	    .out = "400 8.0.0.1 timeout x.t=timeout\n"
		   "1400 8.0.0.2 timeout x.t=timeout\n"
		   "2400 8.0.0.3 timeout x.t=timeout\n"
		   "3400 8.0.0.4 timeout x.t=timeout\n"
		   "4400 8.0.0.5 timeout x.t=timeout\n"
		   "5400 8.0.0.6 timeout x.t=timeout\n",
	},
	{
	    .name = "suspended: nor is the only zone of its family",
	    .rules = "* silent",
	    .zones = "x.t,y.t/6",
	    .timeout = 400,
	    .in = DEAD_IN "5000 8.0.0.6\n",
	    .out = "400 8.0.0.1 timeout x.t=timeout\n"
		   "1400 8.0.0.2 timeout x.t=timeout\n"
		   "2400 8.0.0.3 timeout x.t=timeout\n"
		   "3400 8.0.0.4 timeout x.t=timeout\n"
		   "4400 8.0.0.5 timeout x.t=timeout\n"
		   "5400 8.0.0.6 timeout x.t=timeout\n",
	},
	{
	    .name = "suspended: if all zones are, none is skipped",
	    .rules = "* silent",
	    .zones = "x.t,y.t",
	    .timeout = 400,
	    .in = DEAD_IN "5000 8.0.0.6\n",
	    .out = "400 8.0.0.1 timeout x.t=timeout y.t=timeout\n"
		   "1400 8.0.0.2 timeout x.t=timeout y.t=timeout\n"
		   "2400 8.0.0.3 timeout x.t=timeout y.t=timeout\n"
		   "3400 8.0.0.4 timeout x.t=timeout y.t=timeout\n"
		   "4400 8.0.0.5 timeout x.t=timeout y.t=timeout\n"
		   "5400 8.0.0.6 timeout x.t=timeout y.t=timeout\n",
	},
	{
	    .name = "suspended: a zone that is silent at times is not",
	    .rules = "5.*.x.t origin 60\n*.x.t silent\n* origin 60",
	    .zones = "x.t,y.t",
	    .timeout = 400,
	    .in = DEAD_IN "5000 8.0.0.6\n",
	    .out = "400 8.0.0.1 ok x.t=timeout y.t=ok\n"
		   "1400 8.0.0.2 ok x.t=timeout y.t=ok\n"
		   "2400 8.0.0.3 ok x.t=timeout y.t=ok\n"
		   "3400 8.0.0.4 ok x.t=timeout y.t=ok\n"
		   "4010 8.0.0.5 ok x.t=ok y.t=ok\n"
		   "5400 8.0.0.6 ok x.t=timeout y.t=ok\n",
	},

	/* --- --mode=first --- */
	{
	    .name = "first: an origin from the first zone ends the look-up",
	    .rules = "* origin 60",
	    .zones = "x.t,y.t",
	    .first = true,
	    .in = "0 8.0.0.1\n",
	    .out = "10 8.0.0.1 ok x.t=ok\n",
	    .sent = "0:1.0.0.8.x.t",
	},
	{
	    .name = "first: the second is queried if the first has none",
	    .rules = "*.x.t none 60\n* origin 60",
	    .zones = "x.t,y.t,z.t",
	    .first = true,
	    .in = "0 8.0.0.1\n",
	    .out = "20 8.0.0.1 ok x.t=unannounced y.t=ok\n",
	    .sent = "0:1.0.0.8.x.t 10:1.0.0.8.y.t",
	},
	{
	    .name = "first: the second is queried if the first fails",
	    .rules = "*.x.t servfail\n* origin 60",
	    .zones = "x.t,y.t",
	    .first = true,
	    .in = "0 8.0.0.1\n",
	    .out = "230 8.0.0.1 ok x.t=servfail y.t=ok\n",
	},
	{
	    .name = "first: the second is queried after 1/4 of the time",
	    .rules = "*.x.t silent\n* origin 60",
	    .zones = "x.t,y.t",
	    .first = true,
	    .in = "0 8.0.0.1\n",
	    .out = "1010 8.0.0.1 ok x.t=late y.t=ok\n",
	    .sent = "0:1.0.0.8.x.t 500:1.0.0.8.x.t/2 1000:1.0.0.8.y.t "
		    "1500:1.0.0.8.x.t/3",
	},
	{
	    .name = "first: the second is not queried before that",
	    .rules = "*.x.t after 999 origin 60\n* origin 60",
	    .zones = "x.t,y.t",
	    .first = true,
	    .in = "0 8.0.0.1\n",
	    .out = "999 8.0.0.1 ok x.t=ok\n",
	    .sent = "0:1.0.0.8.x.t 500:1.0.0.8.x.t/2",
	},
	{
	    .name = "first: each silent zone takes 1/4 of the time",
	    .rules = "*.[xy].t silent\n* origin 60",
	    .zones = "x.t,y.t,z.t",
	    .first = true,
	    .in = "0 8.0.0.1\n",
	    .out = "2010 8.0.0.1 ok x.t=late y.t=late z.t=ok\n",
	},
	{
	    .name = "first: of those queried, the first to answer counts",
	    .rules = "*.x.t after 1500 origin 60\n* after 800 origin 60",
	    .zones = "x.t,y.t",
	    .first = true,
	    .in = "0 8.0.0.1\n",
	    .out = "1500 8.0.0.1 ok x.t=ok y.t=late\n",
	},
	{
	    .name = "first: a suspended zone takes no time",
	    .rules = DEAD_RULES,
	    .zones = "x.t,y.t",
	    .first = true,
	    .timeout = 400,
	    .in = DEAD_IN "5000 8.0.0.6\n",
	    .out = "110 8.0.0.1 ok x.t=late y.t=ok\n"
		   "1110 8.0.0.2 ok x.t=late y.t=ok\n"
		   "2110 8.0.0.3 ok x.t=late y.t=ok\n"
		   "3110 8.0.0.4 ok x.t=late y.t=ok\n"
		   "4110 8.0.0.5 ok x.t=late y.t=ok\n"
		   "5010 8.0.0.6 ok x.t=skipped y.t=ok\n",
	},
	{
	    .name = "first: a time-out if all are silent",
	    .rules = "* silent",
	    .zones = "x.t,y.t",
	    .first = true,
	    .in = "0 8.0.0.1\n",
	    .out = "4000 8.0.0.1 timeout x.t=timeout y.t=timeout\n",
	},

	/* --- Names --- */
	{
	    .name = "names: queried once there is an origin",
	    .rules = NAME_RULE "* origin 60",
	    .names = true,
	    .fields = "input,status,name",
	    .in = "0 8.0.0.1\n",
	    .out = "20 8.0.0.1 ok NAME, US\n",
	    .sent = "0:1.0.0.8.x.t 10:AS64500.asn.cymru.com",
	},
	{
	    .name = "names: queried during the grace of other zones",
	    .rules = NAME_RULE "*.x.t after 500 origin 60\n* origin 60",
	    .zones = "x.t,y.t",
	    .names = true,
	    .fields = "input,status,name",
	    .in = "0 8.0.0.1\n",
	    .out = "500 8.0.0.1 ok NAME, US\n",
	    .sent = "0:1.0.0.8.x.t 0:1.0.0.8.y.t 10:AS64500.asn.cymru.com",
	},
	{
	    .name = "names: queried once for each AS",
	    .rules = NAME_RULE "* origin 60",
	    .names = true,
	    .fields = "input,status,name",
	    .in = "0 8.0.0.1\n0 8.0.0.2\n100 8.0.0.3\n",
	    .out = "20 8.0.0.1 ok NAME, US\n20 8.0.0.2 ok NAME, US\n"
		   "110 8.0.0.3 ok NAME, US\n",
	    .sent = "0:1.0.0.8.x.t 0:2.0.0.8.x.t 10:AS64500.asn.cymru.com "
		    "100:3.0.0.8.x.t",
	},
	{
	    .name = "names: after silence, the record has no name",
	    .rules = "AS* silent\n* after 1000 origin 60",
	    .names = true,
	    .fields = "input,status,name",
	    .in = "0 8.0.0.1\n",
	    .out = "4000 8.0.0.1 ok -\n",
	},
	{
	    .name = "names: after a failure, the record has no name",
	    .rules = "AS* servfail\n* origin 60",
	    .names = true,
	    .fields = "input,status,name",
	    .in = "0 8.0.0.1\n",
	    .out = "230 8.0.0.1 ok -\n",
	},
	{
	    .name = "names: not queried while their zone is suspended",
	    .rules = "AS* silent\n1.* text 60 1 | 8.0.0.0/8 | | |\n"
		     "2.* text 60 2 | 8.0.0.0/8 | | |\n"
		     "3.* text 60 3 | 8.0.0.0/8 | | |\n"
		     "4.* text 60 4 | 8.0.0.0/8 | | |\n"
		     "5.* text 60 5 | 8.0.0.0/8 | | |\n"
		     "6.* text 60 6 | 8.0.0.0/8 | | |",
	    .names = true,
	    .timeout = 400,
	    .fields = "input,status,name",
	    .in = DEAD_IN "5000 8.0.0.6\n",
	    .out = "400 8.0.0.1 ok -\n1400 8.0.0.2 ok -\n2400 8.0.0.3 ok -\n"
		   "3400 8.0.0.4 ok -\n4400 8.0.0.5 ok -\n5010 8.0.0.6 ok -\n",
	},

	/* --- Stops --- */
	{
	    .name = "after a long stop, answers that arrived count",
	    .rules = "1.* silent\n* after 300 origin 60",
	    .timeout = 1000,
	    .in = "0 8.0.0.2\n0 8.0.0.3\n0 8.0.0.1\n",
	    .stop = { 100, 1500 },
	    .out = "1600 8.0.0.2 ok x.t=ok\n1600 8.0.0.3 ok x.t=ok\n"
		   "3075 8.0.0.1 timeout x.t=timeout\n",
	},
	{
	    .name = "after a long blocked write, answers that arrived count",
	    .rules = "* after 300 origin 60",
	    .timeout = 1000,
	    .in = "0 8.0.0.1\n0 8.0.0.2\n",
	    .block = { 0, 3000 },
	    .out = "3000 8.0.0.1 ok x.t=ok\n3000 8.0.0.2 ok x.t=ok\n",
	},
};

static void
test_table(void)
{
	for (size_t i = 0; i < LENGTH(tests); i++) {
		const struct test *t = &tests[i];
		struct bench b;

		begin(&b, t);
		script_run(&b.script, turn, &b, 60000);
		is_bytes(b.out.data, b.out.len, t->out, "%s", t->name);
		if (t->sent != NULL)
			is_bytes(b.script.sent.data, b.script.sent.len, t->sent,
			    "%s: sent", t->name);
		ok(window_is_empty(b.window) && *b.in == '\0',
		    "%s: nothing is left", t->name);
		end(&b);
	}
}

/* Runs a test whose records are in `in`, and frees `in`. */
static void
run_records(struct bench *b, struct test *t, struct buf *in, int64_t until)
{
	buf_putc(in, '\0');
	t->in = in->data;
	begin(b, t);
	script_run(&b->script, turn, b, until);
}

/* Returns how many lines of the output contain a text. */
static unsigned
count_lines(const struct bench *b, const char *text)
{
	const char *at = b->out.data;
	unsigned count = 0;

	while ((at = strstr(at, text)) != NULL) {
		at += strcspn(at, "\n");
		count++;
	}
	return count;
}

/*
 * Checks that the printed records are the added ones, in order. The times at
 * the start of their lines may differ.
 */
static void
is_in_order(const struct bench *b, const char *in, const char *name)
{
	const char *out = b->out.data;
	unsigned wrong = 0;

	while (*in != '\0' && *out != '\0') {
		const char *record = in + strcspn(in, " ") + 1;
		const char *result = out + strcspn(out, " ") + 1;
		size_t len = strcspn(record, "\n");

		wrong +=
		    strncmp(record, result, len) != 0 || result[len] != ' ';
		in = record + len + 1;
		out = result + strcspn(result, "\n") + 1;
	}
	ok(wrong == 0 && *in == '\0' && *out == '\0',
	    "%s: one record out for each, in order", name);
}

static void
test_full_window(void)
{
	struct test t = { .rules = "1.* silent\n* origin 60" };
	struct buf in = { 0 };
	struct bench b;
	unsigned taken;

	buf_puts(&in, "0 8.0.0.1\n");
	for (int i = 0; i < 40; i++) {
		buf_puts(&in, "0 ");
		for (int j = 0; j < 1 << 20; j++)
			buf_putc(&in, 'x');
		buf_putc(&in, '\n');
	}
	run_records(&b, &t, &in, 3999);
	taken = b.taken;
	ok(taken > 8 && taken < 24,
	    "reading stops with 16 MB waiting: after %u records", taken);
	ok(b.out.len == 0, "nothing is printed while the first record waits");
	is_int(window_has_room(b.window), false, "the window has no room");
	script_run(&b.script, turn, &b, 4001);
	is_int(b.taken, 41,
	    "reading continues once the first record is printed");
	ok(window_is_empty(b.window), "all records are printed");
	end(&b);
	buf_free(&in);
}

static void
test_rounds(void)
{
	struct test t = { .rules = "* silent", .timeout = 500 };
	struct buf in = { 0 };
	struct bench b;

	for (int i = 0; i < 600; i++)
		buf_printf(&in, "0 8.0.%d.%d\n", i / 250, i % 250);
	run_records(&b, &t, &in, 10000);
	is_in_order(&b, in.data, "600 silent ones");
	is_int(count_lines(&b, " timeout "), 600,
	    "all 600 silent addresses time out");
	/* The window takes them all; 256 are in flight at once. */
	ok(strncmp(b.out.data, "500 8.0.0.0 ", 12) == 0,
	    "the first times out after the time");
	ok(strstr(b.out.data, "\n500 8.0.1.5 ") != NULL &&
		strstr(b.out.data, "\n1000 8.0.1.6 ") != NULL,
	    "the time of the others begins when they are sent");
	ok(strstr(b.out.data, "\n1500 8.0.2.99 ") != NULL,
	    "the last times out after three times the time");
	end(&b);
	buf_free(&in);
}

static void
test_side_by_side(void)
{
	struct test t = { .rules = "* silent", .in_flight = 10000 };
	struct buf in = { 0 };
	struct bench b;

	for (int i = 0; i < 10000; i++)
		buf_printf(&in, "0 8.%d.%d.1\n", i / 250, i % 250);
	run_records(&b, &t, &in, 4001);
	is_in_order(&b, in.data, "10,000 silent ones");
	is_int(count_lines(&b, "4000 "), 10000,
	    "side by side: all after one time");
	end(&b);
	buf_free(&in);
}

static void
test_between_silent(void)
{
	struct test t = {
		.rules = "77.* silent\n* origin 600",
		.timeout = 400,
		.in_flight = 200,
	};
	struct buf in = { 0 };
	struct bench b;

	for (int i = 0; i < 1500; i++)
		buf_printf(&in,
		    "0 8.%d.%d.77\n0 8.%d.%d.1\n0 8.0.0.1\n0 10.0.0.1\n"
		    "0 junk\n",
		    i / 250, i % 250, i / 250, i % 250);
	run_records(&b, &t, &in, 60000);
	is_in_order(&b, in.data, "silent ones between others");
	is_int(count_lines(&b, ".77 timeout "), 1500,
	    "silent addresses among others time out");
	is_int(count_lines(&b, ".1 ok "), 3000, "the others do not time out");
	is_int(count_lines(&b, " special "), 1500,
	    "special-purpose addresses do not time out");
	is_int(count_lines(&b, " invalid "), 1500,
	    "invalid records do not time out");
	end(&b);
	buf_free(&in);
}

/* The last octet of an address decides about its answer. */
static void
test_random(void)
{
	static const struct {
		const char *rule;
		const char *status;
	} kinds[] = {
		{ "0.* origin 60", "ok" },
		{ "1.* after 700 origin 60", "ok" },
		{ "2.* silent / origin 60", "ok" },
		{ "3.* servfail / origin 60", "ok" },
		{ "4.* none 1", "unannounced" },
		{ "5.* servfail", "servfail" },
		{ "6.* silent", "timeout" },
		{ "7.* bogus", "bogus" },
	};
	struct test t = { .in_flight = 3000 };
	struct buf rules = { 0 };
	struct buf in = { 0 };
	struct bench b;
	unsigned wrong = 0;

	for (size_t i = 0; i < LENGTH(kinds); i++)
		buf_printf(&rules, "%s\n", kinds[i].rule);
	buf_putc(&rules, '\0');
	t.rules = rules.data;
	for (int i = 0; i < 3000; i++)
		buf_printf(&in, "%d 8.0.%u.%u\n", i * 20, tap_random(200),
		    tap_random(LENGTH(kinds)));
	run_records(&b, &t, &in, 100000);
	is_in_order(&b, in.data, "3,000 records of every kind");
	for (const char *at = b.out.data; *at != '\0';) {
		unsigned kind;
		char status[32];
		int len = 0;

		if (sscanf(at, "%*d 8.0.%*u.%u %31s%n", &kind, status, &len) <
			2 ||
		    len == 0)
			break;
		wrong += strcmp(status, kinds[kind].status) != 0;
		at += strcspn(at, "\n") + 1;
	}
	is_int(wrong, 0, "each random address has its status");
	end(&b);
	buf_free(&in);
	buf_free(&rules);
}

int
main(void)
{
	test_table();
	test_full_window();
	test_rounds();
	test_side_by_side();
	test_between_silent();
	test_random();
	return tap_done();
}
