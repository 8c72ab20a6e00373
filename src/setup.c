#include "config.h"

#include "setup.h"

#include <sys/resource.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/array.h"
#include "cli/help.h"
#include "dns/context.h"
#include "io/sandbox.h"
#include "io/signals.h"
#include "io/warn.h"

#define IP_WIDTH_MIN 15 /* columns: holds every IPv4 address */
#define IP_WIDTH_MAX 24 /* columns: holds most IPv6 addresses */

/* The addresses and the AS of --check: every provider knows them. */
static const char *const known[] = { "8.8.8.8", "2001:4860:4860::8888" };
static const char known_as[] = "AS15169";

/* Prints what is wrong with an option and exits. Frees `why`. */
static _Noreturn void
refuse(const char *option, char *why)
{
	warn_line("--%s: %s", option, why);
	free(why);
	exit(2);
}

/* Returns whether every record is an operand: the user waits for an answer. */
static bool
is_question(const struct options *o)
{
	for (size_t i = 0; i < o->operands.count; i++)
		if (strcmp(o->operands.list[i], "-") == 0)
			return false;
	return o->inputs.count == 0 && (o->operands.count > 0 || o->check);
}

/* Returns the limit of queries in flight: a question needs fewer. */
static unsigned
wanted_in_flight(const struct program *p)
{
	size_t most = p->options->operands.count * p->sources.zone_names.count;

	if (!p->question || most == 0 || most > p->options->in_flight)
		return p->options->in_flight;
	return (unsigned)most;
}

/*
 * Raises the soft limit of open files for `wanted` queries in flight, each of
 * which takes a socket. Returns how many the limit then allows.
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
open_queries(struct program *p)
{
	const struct options *o = p->options;
	const struct sources *s = &p->sources;
	struct resolver_config *r = &p->resolver_config;
	struct queries_config config = {
		.sources = s->queried,
		.source_count = s->count,
		.mirrors = &o->resolver.mirrors,
		.timeout = s->timeout,
		.in_flight = limit_in_flight(wanted_in_flight(p)),
		.cache_size = o->cache_size / 2,
		.lossless = o->transport == TRANSPORT_TCP,
		.trace = o->verbose ? report_query : NULL,
	};

	if (s->zone_names.count > 0 && !context_load())
		exit(4);
	if (s->zone_names.count > 0 && !p->question)
		keep_freed_memory();
	*r = o->resolver;
	r->zones = s->zone_names.list;
	r->zone_count = s->zone_names.count;
	r->tcp = o->transport == TRANSPORT_TCP;
	r->in_flight = config.in_flight;
	r->timeout = s->timeout;
	p->resolver = resolver_new(p->loop, r, queries_answered);
	config.trace_arg = p->resolver;
	p->queries = queries_new(p->loop, p->resolver, &config);
}

/* Adds the records of --check. */
static void
add_known(struct program *p)
{
	for (size_t i = 0; i < LENGTH(known); i++)
		input_add_operand(p->input, known[i]);
	if (p->options->names != CHOICE_OFF)
		input_add_operand(p->input, known_as);
}

/* Adds stdin, or prints the usage if the user has typed only "asnq". */
static void
add_stdin(struct program *p)
{
	if (isatty(STDIN_FILENO)) {
		help_print_usage();
		exit(2);
	}
	input_add_file(p->input, "-");
}

/* Returns how the options have the input cut into records. */
static enum framing
framing_of(const struct options *o)
{
	bool csv = o->enrich == ENRICH_CSV;

	if (o->engine == ENGINE_CLICKHOUSE)
		return csv ? FRAMING_BLOCK_CSV : FRAMING_BLOCK_LINE;
	if (o->render.null)
		return FRAMING_NUL;
	return csv ? FRAMING_CSV : FRAMING_LINE;
}

/* Returns the byte between cells, or 0 where the header shows it. */
static char
separator_of(const struct options *o)
{
	if (o->delimiter != '\0')
		return o->delimiter;
	return o->render.header ? '\0' : ',';
}

static void
open_input(struct program *p)
{
	const struct options *o = p->options;

	p->input = input_new(p->loop, framing_of(o));
	input_set_max_record(p->input, o->max_record);
	input_set_separator(p->input, separator_of(o));
	for (size_t i = 0; i < o->operands.count; i++)
		if (strcmp(o->operands.list[i], "-") == 0)
			input_add_file(p->input, "-");
		else
			input_add_operand(p->input, o->operands.list[i]);
	for (size_t i = 0; i < o->inputs.count; i++)
		input_add_file(p->input, o->inputs.list[i]);
	if (o->operands.count + o->inputs.count > 0)
		return;
	if (o->check)
		add_known(p);
	else
		add_stdin(p);
}

/* NO_COLOR is explained at https://no-color.org. */
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

/* Sets the tag of --match, which a mail filter names in its configuration. */
static void
set_match_tag(const struct program *p)
{
	const struct options *o = p->options;
	const struct vocabulary *v = p->sources.viewers[0].vocabulary;
	char *why;

	if (v == NULL || o->select == NULL)
		return;
	why = select_set_match_tag(o->select,
	    o->match_tag != NULL ? o->match_tag : v->asn, v);
	if (why != NULL)
		refuse("match-tag", why);
}

static void
open_locator(struct program *p)
{
	const struct options *o = p->options;
	struct locator_config config = {
		.format = o->enrich,
		.key = o->key,
		.member = o->member,
		.elastic = o->render.elastic,
		.header = o->render.header,
		.separator = separator_of(o),
		.reply = o->engine == ENGINE_RSYSLOG,
		.in_pieces = o->select == NULL,
	};
	char *why;

	if (o->enrich == ENRICH_NONE)
		return;
	p->locator = locator_new(&config, &why);
	if (p->locator == NULL)
		refuse(o->key != NULL ? "key" : "enrich", why);
}

static void
open_render(struct program *p)
{
	const struct options *o = p->options;
	struct render_config config = o->render;
	char *why;

	if (o->like != FILTER_NONE)
		config.filter = &p->sources.viewers[0];
	config.reply = o->engine == ENGINE_RSYSLOG;
	config.enrich = config.reply ? ENRICH_JSON : o->enrich;
	config.member = o->member;
	p->render = render_new(&config, &why);
	if (p->render == NULL)
		refuse(o->render.template != NULL ? "template" : "fields", why);
}

/*
 * Returns the width of the first column: that of the longest operand within
 * limits, or 0 for the usual one.
 */
static int
first_column_width(const struct program *p)
{
	const struct options *o = p->options;
	size_t width = IP_WIDTH_MIN;

	if (o->render.fields != NULL || !p->question)
		return 0;
	for (size_t i = 0; i < o->operands.count; i++)
		if (strlen(o->operands.list[i]) > width)
			width = strlen(o->operands.list[i]);
	return width < IP_WIDTH_MAX ? (int)width : IP_WIDTH_MAX;
}

/* Text alone is printed for a person, on a terminal or in color. */
static void
open_terminal(struct program *p)
{
	const struct options *o = p->options;
	struct terminal_config config = {
		.fields =
		    o->render.fields != NULL ? o->render.fields : TEXT_FIELDS,
		.asn_prefix = o->render.asn_prefix,
		.width = output_width(&p->output),
		.first_width = first_column_width(p),
		.color = wants_color(o),
	};

	if (o->like == FILTER_NONE && !o->compare &&
	    (config.width > 0 || config.color) &&
	    o->render.format == FORMAT_TEXT && o->render.template == NULL &&
	    !o->render.null)
		p->terminal = terminal_new(&config);
}

static void
open_output(struct program *p)
{
	const struct options *o = p->options;

	p->output.fd = STDOUT_FILENO;
	set_match_tag(p);
	open_locator(p);
	open_render(p);
	if (o->enrich != ENRICH_NONE)
		return;
	if (o->summary != SUMMARY_NONE)
		p->summary = summary_new(o->summary);
	else
		open_terminal(p);
}

static void
open_window(struct program *p)
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
			    o->render.fields == NULL &&
			    output_width(&p->output) > 0,
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

	p->compare = (struct compare){
		.viewers = p->sources.viewers,
		.count = p->sources.viewer_count,
		.json = o->render.format == FORMAT_JSON,
		.aligned = output_width(&p->output) > 0,
		.color = wants_color(o),
		.end = o->render.null ? '\0' : '\n',
	};
	p->window = window_new(&config, p->queries, &p->output, &p->tally);
	printer_head(&config.print, &p->output.buf);
}

static void
open_report(struct program *p)
{
	const struct options *o = p->options;
	struct report_config config = o->report;

	config.question = p->question;
	config.selecting = o->select != NULL;
	config.enriching = o->enrich != ENRICH_NONE;
	config.counters = o->engine == ENGINE_HADOOP;
	p->report =
	    report_new(&config, p->loop, &p->tally, p->queries, p->input);
}

/*
 * Enters the sandbox, in which only the inputs and what the resolver reads
 * can still be opened.
 */
static void
confine(const struct program *p)
{
	const struct options *o = p->options;
	const char *files[CONTEXT_FILES];
	size_t count = context_files(&p->resolver_config, files);
	struct texts readable = { .count = 0 };
	struct sandbox_config config = { .network =
					     p->sources.zone_names.count > 0 };
	uint16_t *ports;

	if (o->no_sandbox)
		return;
	ports = resolver_ports(p->resolver, &config.port_count);
	if (!config.network)
		config.port_count = 0;
	config.ports = ports;
	for (size_t i = 0; i < o->inputs.count; i++)
		if (strcmp(o->inputs.list[i], "-") != 0)
			texts_add(&readable, o->inputs.list[i]);
	for (size_t i = 0; i < count; i++)
		texts_add(&readable, files[i]);
	config.files = readable.list;
	config.file_count = readable.count;
	sandbox_enter(&config);
	texts_free(&readable);
	free(ports);
}

/* Ends the program when the event loop cannot go on. */
static void
give_up(int code)
{
	(void)code;
	warn_line("the event loop cannot go on: %s", strerror(errno));
	exit(4);
}

void
program_open(struct program *p, const struct options *o)
{
	p->options = o;
	p->question = is_question(o);
	p->loop = loop_new(give_up);
	if (p->loop == NULL) {
		warn_line("the event loop cannot start");
		exit(4);
	}
	if (!sources_open(&p->sources, o, p->question))
		exit(2);
	open_output(p);
	open_input(p);
	open_queries(p);
	open_window(p);
	signals_catch(p->loop);
	open_report(p);
	confine(p);
}

void
program_free(struct program *p)
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
