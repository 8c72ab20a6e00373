#include "config.h"

#include "print/printer.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "io/warn.h"
#include "lookup/lookup-run.h"
#include "record/target.h"

struct printer {
	struct printer_config config;
	struct tally *tally;
	struct record record; /* of the last conclusion, as what follows */
	struct render_output output;
	struct explanation explanation;
};

struct printer *
printer_new(const struct printer_config *config, struct tally *tally)
{
	struct printer *p = xcalloc(1, sizeof(*p));

	p->config = *config;
	p->tally = tally;
	if (config->explain || config->bugs)
		p->record.explanation = &p->explanation;
	return p;
}

void
printer_head(const struct printer_config *c, struct buf *out)
{
	if (c->quiet || c->check || c->summary != NULL)
		return;
	if (c->compare != NULL)
		compare_head(c->compare, out);
	else if (c->terminal == NULL)
		render_head(c->render, out);
	else if (!c->block)
		terminal_head(c->terminal, out);
}

bool
printer_repeats(const struct printer *p)
{
	const struct printer_config *c = &p->config;

	return c->terminal == NULL && !c->check && !c->explain &&
	    c->compare == NULL;
}

/* Prints to stderr which bugs of a filter changed the answer. */
static void
warn_of_bugs(const struct explanation *e, struct span input)
{
	struct buf text = { 0 };
	struct span line;
	size_t at = 0;

	while (explain_next(&e->bugs, &at, &line)) {
		buf_clear(&text);
		buf_put(&text, input.text, input.len);
		buf_puts(&text, ": ");
		buf_put(&text, line.text, line.len);
		warn_bytes(text.data, text.len);
	}
	buf_free(&text);
}

/* Counts sources, for --check; without any, the record. */
static void
count_sources(struct printer *p)
{
	const struct record *r = &p->record;

	if (r->source_count == 0 && r->status != STATUS_NOSOURCE)
		p->tally->by_status[r->status]++;
	for (size_t i = 0; i < r->source_count; i++)
		p->tally->by_status[r->sources[i].status]++;
}

/* Renders the record, for every input with the same target. */
static struct rendering
write_record(struct printer *p, const struct viewer *v)
{
	const struct printer_config *c = &p->config;
	struct render_output *r = &p->output;
	enum selection selection = SELECTED;

	r->count = 0;
	buf_clear(&r->bytes);
	if (c->compare != NULL)
		compare_take(v, &p->record, &r->bytes);
	else if (c->summary != NULL)
		summary_write(c->summary, &p->record, c->asn_prefix, &r->bytes);
	else
		render_record(c->render, &p->record, r);
	if (c->select != NULL)
		selection = select_record(c->select, &p->record, c->asn_prefix);
	return (struct rendering){
		.status = p->record.status,
		.selection = selection,
		.bytes = { r->bytes.data, r->bytes.len },
		.holes = r->holes,
		.hole_count = r->count,
	};
}

struct rendering
printer_conclude(struct printer *p, const struct viewer *v, struct lookup *l,
    struct span input)
{
	explain_clear(&p->explanation);
	lookup_run_conclude(l, v, &p->record);
	if (p->config.bugs)
		warn_of_bugs(&p->explanation, input);
	if (p->config.check)
		count_sources(p);
	return write_record(p, v);
}

struct rendering
printer_conclude_none(struct printer *p, const struct viewer *v)
{
	struct target blank = { .kind = TARGET_BLANK };

	explain_clear(&p->explanation);
	record_start(&p->record, &blank);
	p->record.status = STATUS_NOADDRESS;
	return write_record(p, v);
}

void
printer_print(struct printer *p, const struct rendering *r, struct span input,
    struct buf *out)
{
	const struct printer_config *c = &p->config;

	if (c->quiet)
		return;
	if (c->compare != NULL)
		buf_put(out, r->bytes.text, r->bytes.len);
	else if (c->check)
		terminal_check(c->terminal, &p->record, out);
	else if (c->terminal != NULL && c->block)
		terminal_block(c->terminal, &p->record, input, out);
	else if (c->terminal != NULL)
		terminal_line(c->terminal, &p->record, input, out);
	else
		printer_print_again(p, r, input, out);
	if (c->explain)
		explain_print(&p->explanation, out);
}

void
printer_print_again(const struct printer *p, const struct rendering *r,
    struct span input, struct buf *out)
{
	if (!p->config.quiet)
		render_fill(p->config.render, r->bytes.text, r->bytes.len,
		    r->holes, r->hole_count, input, out);
}

void
printer_free(struct printer *p)
{
	if (p == NULL)
		return;
	record_free(&p->record);
	render_output_free(&p->output);
	explain_free(&p->explanation);
	free(p);
}
