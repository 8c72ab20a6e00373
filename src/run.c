#include "config.h"

#include "run.h"

#include <string.h>

#include "db/compile.h"
#include "io/signals.h"
#include "io/warn.h"
#include "lookup/lookup-run.h"
#include "record/target.h"
#include "setup.h"

/* Takes records in. Returns whether more of them may be ready. */
static bool
feed(struct program *p)
{
	enum input_state state = INPUT_RECORD;
	struct line line;

	/* A record may be left that has more addresses than there was room. */
	window_settle(p->window);
	while (state == INPUT_RECORD && window_has_room(p->window) &&
	    signals_stop() == 0) {
		state = input_next(p->input, &line);
		if (state == INPUT_RECORD)
			window_add(p->window, &line);
	}
	window_settle(p->window);
	return state == INPUT_PAUSE;
}

/* Prints the table of --summary so far. */
static void
print_summary(struct program *p)
{
	if (p->summary == NULL)
		return;
	if (p->options->render.format == FORMAT_JSON)
		summary_print_json(p->summary, &p->output.buf);
	else
		summary_print_text(p->summary, output_width(&p->output),
		    &p->output.buf);
}

/* Looks up the address that a filter is tested with. */
static void
test_filter(struct program *p, enum filter_kind kind)
{
	const struct filter_state *state = &p->sources.filters[kind];
	const struct filter *filter = filters[kind];
	const struct viewer *usual = p->sources.viewers;
	struct lookup l = { .query_count = 0 };
	struct viewer viewer;

	while (usual->self != state->self)
		usual++;
	viewer = *usual;
	viewer.view = filter->test;
	target_parse_address(state->test, strlen(state->test), &l.target);
	if (lookup_run_wait(&l, &viewer, p->loop, p->queries))
		filter->tested(state->self, &l);
	lookup_clear(&l);
}

static void
test_filters(struct program *p)
{
	for (int kind = FILTER_NONE + 1; kind < FILTER_MAX; kind++)
		if (p->sources.filters[kind].test != NULL)
			test_filter(p, (enum filter_kind)kind);
}

/* Runs until every record is written, or the program is asked to stop. */
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

/* Returns whether the exit status depends on the records. */
static bool
records_decide(const struct program *p)
{
	const struct options *o = p->options;

	if (o->exit_status != CHOICE_AUTO)
		return o->exit_status == CHOICE_ON;
	return p->question || o->quiet;
}

/* Returns the first exit status that applies, in the manual's order. */
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
	if (resolver_failed(p->resolver) &&
	    p->tally.by_status[STATUS_SERVFAIL] > 0)
		return 4;
	if (input_failed(p->input) || sources_failed(&p->sources) ||
	    (p->locator != NULL && locator_error(p->locator) != NULL))
		return 2;
	if (!records_decide(p))
		return 0;
	if (p->options->select != NULL)
		none = p->tally.selected == 0;
	failed |= p->tally.undecided > 0;
	return failed ? 3 : none ? 1 : 0;
}

/* Writes the databases as one, for --compile. Returns the exit status. */
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
	int status = 2;

	if (sources_open_databases(&s, o)) {
		c.databases = s.databases;
		c.names = s.names;
		status = compile_write(&c);
	}
	sources_free(&s);
	return status;
}

int
run(const struct options *o)
{
	struct program p = { .options = NULL };
	int status;

	if (o->compile != NULL)
		return compile(o);
	program_open(&p, o);
	test_filters(&p);
	flow(&p);
	if (p.locator != NULL && locator_error(p.locator) != NULL)
		warn_line("--key: %s", locator_error(p.locator));
	report_end(p.report);
	status = exit_status(&p);
	program_free(&p);
	if (signals_stop() != 0)
		signals_die_by(signals_stop());
	return status;
}
