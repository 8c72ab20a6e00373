#include "config.h"

#include "run.h"

#include <sys/ioctl.h>
#include <sys/resource.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/span.h"
#include "cli/help.h"
#include "db/compile.h"
#include "io/input.h"
#include "io/output.h"
#include "io/sandbox.h"
#include "io/signals.h"
#include "io/warn.h"
#include "lookup/lookup-run.h"
#include "print/compare.h"
#include "print/terminal.h"
#include "record/target.h"
#include "setup.h"
#include "stream/window.h"

#define COLUMNS_USUAL 80
#define IP_WIDTH_MIN 15 /* columns: any IPv4 address fits */
#define IP_WIDTH_MAX 24 /* most IPv6 addresses do; others push on */

/* What --check asks about: known to every provider. */
static const char *const known[] = { "8.8.8.8", "2001:4860:4860::8888" };
static const char known_as[] = "AS15169";

/* All that is alive while records flow. */
struct program {
	const struct options *options;
	bool question; /* all records are operands */
	struct sources sources;
	struct compare compare;
	struct resolver_config resolver_config;
	unsigned in_flight;

	struct loop *loop;
	struct resolver *resolver;
	struct queries *queries;
	struct input *input;
	struct output output;
	struct render *render;
	struct terminal *terminal;
	struct summary *summary;
	struct locator *locator;
	struct window *window;
	struct tally tally;
	struct report *report;
};

/* How many questions can be out at once: a question has so many at most. */
static unsigned
wanted_in_flight(const struct program *p)
{
	size_t most = p->options->operands.count * p->sources.zone_names.count;

	if (!p->question || most == 0 || most > p->options->in_flight)
		return p->options->in_flight;
	return (unsigned)most;
}

/*
 * Each question takes a socket, and so may some that were given up. What is
 * allowed of that decides, whatever was asked for.
 */
static unsigned
limit_in_flight(unsigned wanted)
{
	rlim_t need = resolver_descriptors(wanted);
	struct rlimit limit;
	unsigned n = wanted;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= need)
		return n;
	limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		getrlimit(RLIMIT_NOFILE, &limit);
	while (n > 1 && resolver_descriptors(n) > limit.rlim_cur)
		n -= n / 16 + 1;
	if (n < wanted)
		warn_line("--in-flight is lowered to %u, since only %llu "
			  "files may be open",
		    n, (unsigned long long)limit.rlim_cur);
	return n;
}

static void
set_up_asking(struct program *p)
{
	const struct options *o = p->options;
	struct queries_config config = {
		.sources = p->sources.asked,
		.source_count = p->sources.count,
		.timeout = p->sources.timeout,
		.cache_size = o->cache_size / 2,
		.lossless = o->transport == TRANSPORT_TCP,
		.trace = o->verbose ? report_query : NULL,
	};

	p->in_flight = limit_in_flight(wanted_in_flight(p));
	config.in_flight = p->in_flight;
	p->resolver_config = o->resolver;
	p->resolver_config.zones = p->sources.zone_names.list;
	p->resolver_config.zone_count = p->sources.zone_names.count;
	p->resolver_config.tcp = o->transport == TRANSPORT_TCP;
	p->resolver_config.in_flight = p->in_flight;
	p->resolver_config.timeout = p->sources.timeout;
	p->resolver =
	    resolver_new(p->loop, &p->resolver_config, queries_answered);
	config.trace_arg = p->resolver;
	p->queries = queries_new(p->loop, p->resolver, &config);
}

static void
set_up_input(struct program *p)
{
	const struct options *o = p->options;

	struct framing framing = {
		.end = o->render.null ? '\0' : '\n',
		.quotes = o->enrich == ENRICH_CSV,
		.blocks = o->engine == ENGINE_CLICKHOUSE,
	};

	p->input = input_new(p->loop, &framing);
	for (size_t i = 0; i < o->operands.count; i++)
		if (strcmp(o->operands.list[i], "-") == 0)
			input_add_file(p->input, "-");
		else
			input_add_operand(p->input, o->operands.list[i]);
	for (size_t i = 0; i < o->inputs.count; i++)
		input_add_file(p->input, o->inputs.list[i]);
	if (o->operands.count + o->inputs.count > 0)
		return;
	if (o->check) {
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			input_add_operand(p->input, known[i]);
		if (o->names != CHOICE_OFF)
			input_add_operand(p->input, known_as);
		return;
	}
	if (isatty(STDIN_FILENO)) {
		help_print_usage();
		exit(2);
	}
	input_add_file(p->input, "-");
}

/* All records are operands, so that the user waits for an answer. */
static bool
is_question(const struct options *o)
{
	for (size_t i = 0; i < o->operands.count; i++)
		if (strcmp(o->operands.list[i], "-") == 0)
			return false;
	return o->inputs.count == 0 && (o->operands.count > 0 || o->check);
}

static bool
wants_color(const struct options *o)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (o->color != WHEN_AUTO)
		return o->color == WHEN_ALWAYS;
	return isatty(STDOUT_FILENO) &&
	    (no_color == NULL || no_color[0] == '\0') && term != NULL &&
	    strcmp(term, "dumb") != 0;
}

static int
terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return COLUMNS_USUAL;
}

/* The longest operand decides how wide the column of addresses is. */
static int
first_column_width(const struct options *o)
{
	size_t width = IP_WIDTH_MIN;

	if (o->render.fields != NULL || !is_question(o))
		return 0;
	for (size_t i = 0; i < o->operands.count; i++)
		if (strlen(o->operands.list[i]) > width)
			width = strlen(o->operands.list[i]);
	return width < IP_WIDTH_MAX ? (int)width : IP_WIDTH_MAX;
}

/* A filter's tags are known only when its configuration is read. */
static void
set_up_tags(const struct program *p)
{
	const struct options *o = p->options;
	const struct vocabulary *v = p->sources.viewers[0].vocabulary;
	char *why = NULL;

	if (v != NULL && o->select != NULL)
		why = select_set_match_tag(o->select,
		    o->match_tag != NULL ? o->match_tag : v->asn, v);
	if (why != NULL) {
		warn_line("--match-tag: %s", why);
		free(why);
		exit(2);
	}
}

static void
set_up_output(struct program *p)
{
	const struct options *o = p->options;
	bool aligned = isatty(STDOUT_FILENO);
	struct terminal_config config = {
		.fields =
		    o->render.fields != NULL ? o->render.fields : TEXT_FIELDS,
		.asn_prefix = o->render.asn_prefix,
		.width = aligned ? terminal_columns() : 0,
		.first_width = first_column_width(o),
		.color = wants_color(o),
	};
	struct render_config render = o->render;
	struct locator_config locator = {
		.format = o->enrich,
		.key = o->key,
		.member = o->member,
		.elastic = o->render.elastic,
		.header = o->render.header,
		.reply = o->engine == ENGINE_RSYSLOG,
	};
	char *why;

	set_up_tags(p);
	if (o->like != FILTER_NONE)
		render.filter = &p->sources.viewers[0];
	render.reply = locator.reply;
	render.enrich = render.reply ? ENRICH_JSON : o->enrich;
	render.member = o->member;
	if (o->enrich != ENRICH_NONE) {
		p->locator = locator_new(&locator, &why);
		if (p->locator == NULL) {
			warn_line("--%s: %s", o->key != NULL ? "key" : "enrich",
			    why);
			free(why);
			exit(2);
		}
	}
	p->output.fd = STDOUT_FILENO;
	p->render = render_new(&render, &why);
	if (p->render == NULL) {
		warn_line("--%s: %s",
		    o->render.template != NULL ? "template" : "fields", why);
		free(why);
		exit(2);
	}
	if (o->enrich != ENRICH_NONE)
		return;
	if (o->summary != SUMMARY_NONE)
		p->summary = summary_new(o->summary);
	else if (o->like == FILTER_NONE && !o->compare &&
	    (aligned || config.color) && o->render.format == FORMAT_TEXT &&
	    o->render.template == NULL && !o->render.null)
		p->terminal = terminal_new(&config);
}

static void
set_up_window(struct program *p)
{
	const struct options *o = p->options;
	struct window_config config = {
		.viewers = p->sources.viewers,
		.viewer_count = p->sources.viewer_count,
		.print = {
			.compare = o->compare ? &p->compare : NULL,
			.render = p->render,
			.terminal = p->terminal,
			.block = p->question && o->operands.count == 1 &&
			    o->render.fields == NULL && isatty(STDOUT_FILENO),
			.check = o->check,
			.select = o->select,
			.asn_prefix = o->render.asn_prefix,
			.summary = p->summary,
			.quiet = o->quiet,
			.explain = o->explain,
			.bugs = o->verbose,
		},
		.locator = p->locator,
		.reply = o->engine == ENGINE_RSYSLOG,
		.cache_size = o->cache_size / 2,
	};

	p->window = window_new(&config, p->queries, &p->output, &p->tally);
	if (o->compare) {
		p->compare = (struct compare){
			.viewers = p->sources.viewers,
			.count = p->sources.viewer_count,
			.json = o->render.format == FORMAT_JSON,
			.aligned = isatty(STDOUT_FILENO),
			.color = wants_color(o),
			.end = o->render.null ? '\0' : '\n',
		};
		compare_head(&p->compare, &p->output.buf);
		return;
	}
	if (o->quiet || o->check || p->summary != NULL || p->locator != NULL)
		return;
	if (p->terminal == NULL)
		render_head(p->render, &p->output.buf);
	else if (!config.print.block)
		terminal_head(p->terminal, &p->output.buf);
}

/*
 * What is still opened from here on: inputs, in their turn, and what contexts
 * of the resolver read.
 */
static void
confine(const struct program *p)
{
	const struct options *o = p->options;
	const char *files[RESOLVER_FILES];
	size_t count = resolver_files(&p->resolver_config, files);
	struct texts readable = { .count = 0 };
	struct sandbox_config config = { .network =
					     p->sources.zone_names.count > 0 };

	if (o->no_sandbox)
		return;
	for (size_t i = 0; i < o->inputs.count; i++)
		texts_add(&readable, o->inputs.list[i]);
	for (size_t i = 0; i < count; i++)
		texts_add(&readable, files[i]);
	config.files = readable.list;
	config.file_count = readable.count;
	sandbox_enter(&config);
	texts_free(&readable);
}

/* Takes records in; true where there may be more at once. */
static bool
feed(struct program *p)
{
	enum input_state state = INPUT_RECORD;
	struct line line;

	while (state == INPUT_RECORD && window_has_room(p->window) &&
	    signals_stop() == 0) {
		state = input_next(p->input, &line);
		if (state == INPUT_RECORD)
			window_add(p->window, &line);
	}
	window_settle(p->window);
	return state == INPUT_PAUSE;
}

/* The table of what was counted so far. */
static void
print_summary(struct program *p)
{
	if (p->summary == NULL)
		return;
	if (p->options->render.format == FORMAT_JSON)
		summary_print_json(p->summary, &p->output.buf);
	else
		summary_print_text(p->summary,
		    isatty(STDOUT_FILENO) ? terminal_columns() : 0,
		    &p->output.buf);
}

/* What is looked up before any record. */
struct test {
	struct lookup_run run;
	bool over;
};

static void
test_is_over(struct lookup_run *e)
{
	((struct test *)e)->over = true;
}

/* Looks a filter's test up, and tells it what came. */
static void
test_filter(struct program *p, enum filter_kind kind)
{
	const struct filter_state *state = &p->sources.filters[kind];
	const struct filter *filter = &filters[kind];
	const struct viewer *usual = p->sources.viewers;
	struct viewer viewer;
	struct test test = { .run = { .done = test_is_over } };

	while (usual->self != state->self)
		usual++;
	viewer = *usual;
	viewer.view = filter->test;
	test.run.viewer = &viewer;
	target_parse_address(state->test, strlen(state->test),
	    &test.run.lookup.target);
	lookup_run_start(&test.run, p->queries);
	while (!test.over && signals_stop() == 0)
		loop_turn(p->loop, !queries_turn(p->queries));
	if (test.over)
		filter->tested(state->self, &test.run.lookup);
	lookup_run_end(&test.run);
}

static void
test_filters(struct program *p)
{
	for (int kind = FILTER_NONE + 1; kind < FILTER_MAX; kind++)
		if (p->sources.filters[kind].test != NULL)
			test_filter(p, (enum filter_kind)kind);
}

/* Until all is answered, or somebody asks to stop. */
static void
flow(struct program *p)
{
	while (signals_stop() == 0 && !p->output.failed &&
	    (p->locator == NULL || locator_error(p->locator) == NULL)) {
		bool busy = feed(p);

		busy |= queries_turn(p->queries);
		if (input_is_at_end(p->input) && window_is_empty(p->window))
			break;
		if (signals_report()) {
			print_summary(p);
			report_totals(p->report);
		}
		if (!busy)
			output_flush(&p->output);
		loop_turn(p->loop, !busy);
	}
	print_summary(p);
	output_flush(&p->output);
}

static bool
records_decide(const struct program *p)
{
	const struct options *o = p->options;

	if (o->exit_status != CHOICE_AUTO)
		return o->exit_status == CHOICE_ON;
	return p->question || o->quiet;
}

/* The first that applies, as the manual lists them. */
static int
exit_status(const struct program *p)
{
	bool failed = false;
	bool none = false;

	for (int i = 0; i < STATUS_MAX; i++) {
		if (p->tally.by_status[i] == 0)
			continue;
		failed |= status_failed((enum status)i);
		none |= status_none((enum status)i);
	}
	if (p->output.failed)
		return 5;
	if (resolver_is_missing(p->resolver) &&
	    p->tally.by_status[STATUS_SERVFAIL] > 0)
		return 4;
	if (input_failed(p->input) ||
	    (p->locator != NULL && locator_error(p->locator) != NULL))
		return 2;
	if (!records_decide(p))
		return 0;
	if (p->options->select != NULL)
		none = p->tally.chosen == 0;
	failed |= p->tally.undecided > 0;
	return failed ? 3 : none ? 1 : 0;
}

static void
tear_down(struct program *p)
{
	window_free(p->window);
	report_free(p->report);
	queries_free(p->queries);
	resolver_free(p->resolver);
	input_free(p->input);
	render_free(p->render);
	terminal_free(p->terminal);
	summary_free(p->summary);
	locator_free(p->locator);
	buf_free(&p->output.buf);
	signals_release();
	loop_free(p->loop);
	sources_free(&p->sources);
}

/* All that --compile asks for. */
static int
compile(const struct options *o)
{
	struct sources s = { .count = 0 };
	struct compile c = {
		.path = o->compile,
		.database_count = o->database_count,
		.first = o->mode != MODE_ALL,
		.verbose = o->verbose,
	};
	int status;

	sources_open_databases(&s, o);
	c.databases = s.databases;
	c.names = s.names;
	status = compile_write(&c);
	sources_free(&s);
	return status;
}

int
run(const struct options *o)
{
	struct program p = { .options = o, .question = is_question(o) };
	struct report_config report = o->report;
	int status;

	if (o->compile != NULL)
		return compile(o);
	report.question = p.question;
	report.choosing = o->select != NULL;
	report.enriching = o->enrich != ENRICH_NONE;
	report.counters = o->engine == ENGINE_HADOOP;
	p.loop = loop_new();
	if (p.loop == NULL) {
		warn_line("the event loop cannot start");
		return 4;
	}
	sources_open(&p.sources, o, p.question);
	set_up_output(&p);
	set_up_input(&p);
	set_up_asking(&p);
	set_up_window(&p);
	signals_catch(p.loop);
	p.report = report_new(&report, p.loop, &p.tally, p.queries, p.input);
	confine(&p);
	test_filters(&p);
	flow(&p);
	if (p.locator != NULL && locator_error(p.locator) != NULL)
		warn_line("--key: %s", locator_error(p.locator));
	report_end(p.report);
	status = exit_status(&p);
	tear_down(&p);
	if (signals_stop() != 0)
		signals_die_by(signals_stop());
	return status;
}
