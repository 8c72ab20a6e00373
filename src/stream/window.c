#include "config.h"

#include "stream/window.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/span.h"
#include "lookup/lookup-run.h"
#include "record/target.h"
#include "stream/lookahead.h"
#include "stream/pending.h"
#include "stream/recall.h"

#define PENDING_BYTES_MAX (16 << 20)

struct window {
	struct window_config config;
	bool prints_lines; /* records, with what is added to them */
	struct queries *queries;
	struct output *output;
	struct tally *tally;
	struct printer *printer;
	struct recall *recall;
	struct lookup begun; /* keeps its memory from one to the next */
	struct pending_queue pending;
	struct lookahead ahead;
	size_t settled; /* records of `ahead` that were looked up */

	/* Of the pieces of a record, while they are written: */
	bool inside;	    /* the last one is still to come */
	enum status status; /* of those so far */
};

struct window *
window_new(const struct window_config *config, struct queries *queries,
    struct output *output, struct tally *tally)
{
	struct window *w = xcalloc(1, sizeof(*w));

	assert(config->viewer_count > 0);
	w->config = *config;
	w->prints_lines = config->locator != NULL && !config->reply;
	w->queries = queries;
	w->output = output;
	w->tally = tally;
	w->printer = printer_new(&config->print, tally);
	w->recall =
	    recall_new(printer_repeats(w->printer) ? config->cache_size : 0);
	pending_queue_init(&w->pending);
	return w;
}

bool
window_has_room(const struct window *w)
{
	return w->pending.bytes < PENDING_BYTES_MAX && w->settled == 0;
}

static bool
has_none_pending(const struct window *w)
{
	return pending_first(&w->pending) == NULL;
}

bool
window_is_empty(const struct window *w)
{
	return has_none_pending(w) && w->ahead.count == 0;
}

/* Counts a record as it is written. With --check, printer.c counts sources. */
static void
count_record(struct window *w, enum status status, enum selection selection)
{
	if (w->config.print.check)
		return;
	w->tally->records++;
	w->tally->by_status[status]++;
	w->tally->selected += selection == SELECTED;
	w->tally->undecided += selection == UNDECIDED;
}

/* Counts a record with its last piece; most have just one. */
static void
count_piece(struct window *w, const struct pending *p)
{
	enum status status = p->status;

	if (w->inside)
		status = pending_sum_statuses(w->status, status);
	w->inside = p->continues;
	w->status = status;
	if (!p->continues)
		count_record(w, status, p->selection);
}

/* Writes a record's bytes, or counts them in the summary. */
static void
put_out(struct window *w, enum selection selection, const char *bytes,
    size_t len)
{
	if (w->config.print.summary == NULL)
		buf_put(&w->output->buf, bytes, len);
	else if (selection == SELECTED)
		summary_count(w->config.print.summary, bytes, len);
}

/* Writes the records at the head of the queue that are finished. */
static void
write_finished(struct window *w)
{
	struct pending *p;

	while ((p = pending_first(&w->pending)) != NULL && p->unfinished == 0) {
		put_out(w, p->selection, p->bytes.data, p->bytes.len);
		if (!p->is_header)
			count_piece(w, p);
		pending_remove_first(&w->pending);
	}
	output_offer(w->output);
}

/* Caches a rendering for the text of its address while its answers hold. */
static void
keep(struct window *w, const struct lookup *l, const struct located *key,
    const struct rendering *k)
{
	int64_t until = lookup_expires(l);

	if (until > queries_now(w->queries) &&
	    (l->target.kind == TARGET_NET || l->target.kind == TARGET_AS))
		recall_keep(w->recall, key->text, key->hash, until, k);
}

/* Concludes a finished look-up. The result is valid until the next call. */
static struct rendering
conclude(struct window *w, const struct viewer *v, struct lookup *l,
    const struct located *key)
{
	struct rendering k = printer_conclude(w->printer, v, l, key->text);

	keep(w, l, key, &k);
	return k;
}

static void
put_comparison(const struct window *w, struct pending *p)
{
	struct buf *cells = xcalloc(p->part_count, sizeof(*cells));

	for (size_t i = 0; i < p->part_count; i++)
		cells[i] = p->parts[i].bytes;
	compare_print(w->config.print.compare, p->line.text, cells, &p->bytes);
	free(cells);
}

/* Sums up a record whose parts are all finished, and writes it in its turn. */
static void
complete(struct window *w, struct pending *p)
{
	const struct printer_config *print = &w->config.print;

	pending_sum_up(p,
	    print->select != NULL && select_is_inverted(print->select));
	if (print->compare != NULL)
		put_comparison(w, p);
	else if (p->selection == SELECTED && !print->quiet && w->prints_lines)
		pending_put_line(p, &p->bytes);
	else if (p->selection == SELECTED && !print->quiet)
		buf_put(&p->bytes, p->parts[0].bytes.data,
		    p->parts[0].bytes.len);
	pending_shrink(&w->pending, p);
	if (p == pending_first(&w->pending))
		write_finished(w);
}

static void
print_part(struct window *w, struct pending_part *part,
    const struct rendering *k)
{
	part->status = k->status;
	part->selection = k->selection;
	if (k->selection == SELECTED || w->config.locator != NULL) {
		printer_print(w->printer, k, part->key.text, &part->bytes);
		cells_convert(&part->record->cells, &part->bytes, 0);
	}
}

/* Ends a part. With the last one, the record may be written and freed. */
static void
end_part(struct window *w, struct pending *p)
{
	if (--p->unfinished == 0)
		complete(w, p);
}

/*
 * Concludes the look-up of a part, when its last answer has come. What is
 * printed may borrow from the look-up.
 */
static void
finish_run(struct lookup_run *run)
{
	struct pending_part *part = (struct pending_part *)((char *)run -
	    offsetof(struct pending_part, run));
	struct window *w = part->record->window;
	struct rendering k = conclude(w, run->viewer, &run->lookup, &part->key);

	print_part(w, part, &k);
	lookup_run_end(run);
	end_part(w, part->record);
}

/* Finds the cached rendering of an address's text, if there is one. */
static bool
find_cached(struct window *w, const struct located *key, struct rendering *k)
{
	bool found = !key->too_long &&
	    recall_find(w->recall, key->text, key->hash,
		queries_now(w->queries), k);

	w->tally->repeated += found;
	return found;
}

/*
 * Looks an address up. Returns false when it takes queries; then w->begun has
 * begun the look-up.
 */
static bool
look_up(struct window *w, const struct viewer *v, struct located *key,
    struct rendering *k)
{
	struct lookup *l = &w->begun;

	lookahead_parse(key, w->recall);
	lookup_reset(l, &key->target);
	if (v->view->read != NULL && key->text.text != NULL && !key->too_long)
		v->view->read(key->text.text, key->text.len, &l->target);
	else if (l->target.kind == TARGET_INVALID && !key->too_long)
		target_explain(key->text, &l->arena, &l->target);
	if (key->typed)
		target_refuse_blank(key->text, &l->target);
	if (!lookup_run_begin(l, v, w->queries))
		return false;
	*k = conclude(w, v, l, key);
	return true;
}

/*
 * Writes a record of one address that is known, when none is pending: the
 * common case, which copies nothing.
 */
static void
write_at_once(struct window *w, const struct rendering *k, bool cached,
    const struct upcoming *u)
{
	const struct line *line = &u->line;
	const struct located *key = &u->keys.list[0];
	struct buf *out = &w->output->buf;
	bool prints_line = w->prints_lines;
	size_t added;

	count_record(w, k->status, k->selection);
	if (w->config.print.summary != NULL) {
		put_out(w, k->selection, k->bytes.text, k->bytes.len);
		return;
	}
	if (k->selection != SELECTED || w->config.print.quiet)
		return;
	if (prints_line)
		buf_put(out, line->text.text, key->insert_at);
	if (prints_line && key->needs_comma)
		buf_putc(out, ',');
	added = out->len;
	if (cached)
		printer_print_again(w->printer, k, key->text, out);
	else
		printer_print(w->printer, k, key->text, out);
	if (u->keys.cells.form != CELLS_RENDERED)
		cells_convert(&u->keys.cells, out, added);
	if (prints_line)
		buf_put(out, line->text.text + key->insert_at,
		    line->text.len - key->insert_at + line->ending);
	output_offer(w->output);
}

/*
 * Looks one part up, which may complete its record at once. With `begun`, the
 * look-up is the one in w->begun.
 */
static void
start_part(struct window *w, struct pending_part *part,
    const struct viewer *viewer, bool begun)
{
	struct rendering k;

	w->tally->passed += part->key.has_member;
	if (!begun &&
	    (find_cached(w, &part->key, &k) ||
		look_up(w, viewer, &part->key, &k))) {
		print_part(w, part, &k);
		end_part(w, part->record);
		return;
	}
	part->run = (struct lookup_run){
		.lookup = w->begun,
		.viewer = viewer,
		.done = finish_run,
	};
	w->begun = (struct lookup){ .query_count = 0 };
	lookup_run_start(&part->run, w->queries);
}

/*
 * Queues a record that cannot be written at once: it has several addresses or
 * several viewers, takes queries, or comes after such a record.
 */
static void
start_record(struct window *w, struct upcoming *u, bool begun)
{
	const struct window_config *c = &w->config;
	size_t keys = u->keys.count;
	size_t parts = keys > 1 ? keys : c->viewer_count;
	struct pending *p = pending_add(&w->pending, w, &u->line, parts);

	p->cells = u->keys.cells;
	/* The last part may complete the record, which frees it. */
	for (size_t i = 0; i < parts; i++)
		start_part(w,
		    pending_set_key(p, i, &u->keys.list[keys > 1 ? i : 0],
			&u->line),
		    &c->viewers[c->viewer_count > 1 ? i : 0], begun);
}

/* Returns whether a line describes records, and is none itself. */
static bool
is_header(enum located_kind kind)
{
	return kind == LOCATED_HEADER || kind == LOCATED_TYPES ||
	    kind == LOCATED_COMMENT;
}

/* Returns whether a record is selected that has no address. */
static enum selection
select_none(const struct window *w, const struct upcoming *u,
    const struct rendering *k)
{
	if (is_header(u->kind))
		return SELECTED;
	if (u->line.part != LINE_WHOLE && w->config.print.select != NULL)
		return UNDECIDED;
	return k->selection;
}

/* Appends what a header gets: the names of the fields, or their types. */
static void
put_names(const struct window *w, const struct upcoming *u, struct buf *out)
{
	if (u->kind == LOCATED_COMMENT)
		return;
	render_names(w->config.print.render, out);
	if (u->kind == LOCATED_TYPES)
		cells_convert_types(&u->keys.cells, out);
	else
		cells_convert(&u->keys.cells, out, 0);
}

/*
 * Queues a record that has no address: column names, or to be left as it is. A
 * record in pieces counts once, with the first of them.
 */
static void
pass_record(struct window *w, const struct upcoming *u)
{
	struct pending *p = pending_add(&w->pending, w, &u->line, 1);
	struct pending_part *part = &p->parts[0];
	bool begins = u->line.part <= LINE_START;
	struct rendering k =
	    printer_conclude_none(w->printer, w->config.viewers);

	p->is_header = is_header(u->kind);
	part->key.insert_at = u->line.text.len;
	part->status = STATUS_NOADDRESS;
	part->selection = select_none(w, u, &k);
	w->tally->passed += !p->is_header && begins;
	if (w->config.reply && begins)
		printer_print(w->printer, &k, part->key.text, &part->bytes);
	else if (p->is_header)
		put_names(w, u, &part->bytes);
	p->unfinished = 0;
	complete(w, p);
}

/* Writes or queues a record of one address. */
static void
take_key(struct window *w, struct upcoming *u)
{
	struct located *key = &u->keys.list[0];
	struct rendering k;

	if (w->config.viewer_count > 1 || key->has_member ||
	    !has_none_pending(w))
		start_record(w, u, false);
	else if (find_cached(w, key, &k))
		write_at_once(w, &k, true, u);
	else if (look_up(w, w->config.viewers, key, &k))
		write_at_once(w, &k, false, u);
	else
		start_record(w, u, true);
}

/* Returns whether a record begins that is longer than --max-record. */
static bool
is_too_long(const struct upcoming *u)
{
	return u->line.part == LINE_START ||
	    (u->keys.count == 1 && u->keys.list[0].too_long);
}

/* Queues the piece of a record that ends at an offset, with its keys. */
static void
start_piece(struct window *w, const struct upcoming *u, size_t to)
{
	struct upcoming piece = *u;
	struct line *line = &piece.line;

	line->part = u->from == 0 ? LINE_START : LINE_MIDDLE;
	line->text = (struct span){ line->text.text + u->from, to - u->from };
	if (to < u->line.text.len || u->keys.rest > 0)
		line->ending = 0;
	else
		line->part = LINE_END;
	for (size_t i = 0; i < u->keys.count; i++)
		u->keys.list[i].insert_at -= u->from;
	if (u->keys.count == 0)
		pass_record(w, &piece);
	else
		start_record(w, &piece, false);
}

/*
 * Queues a record with many addresses piece by piece. Returns false if the
 * window is full before the last one.
 */
static bool
take_pieces(struct window *w, struct upcoming *u)
{
	while (u->keys.rest > 0) {
		if (w->pending.bytes >= PENDING_BYTES_MAX)
			return false;
		start_piece(w, u, u->keys.rest);
		lookahead_continue(u, w->config.locator, w->recall);
	}
	start_piece(w, u, u->line.text.len);
	return true;
}

/* Takes a record in. Returns false if a part of it has to wait. */
static bool
take_record(struct window *w, struct upcoming *u)
{
	if (u->keys.rest > 0 || u->from > 0)
		return take_pieces(w, u);
	w->tally->odd += u->kind == LOCATED_ODD;
	w->tally->too_long += is_too_long(u);
	if (u->keys.count == 0)
		pass_record(w, u);
	else if (u->keys.count == 1)
		take_key(w, u);
	else
		start_record(w, u, false);
	return true;
}

void
window_settle(struct window *w)
{
	struct lookahead *a = &w->ahead;

	if (w->settled == 0)
		lookahead_prefetch(a, w->recall, w->config.viewers);
	while (w->settled < a->count) {
		if (!take_record(w, &a->records[w->settled]))
			return;
		w->settled++;
	}
	w->settled = 0;
	a->count = 0;
}

void
window_add(struct window *w, const struct line *line)
{
	if (lookahead_add(&w->ahead, line, w->config.locator, w->recall) &&
	    lookahead_is_full(&w->ahead))
		window_settle(w);
}

/* Drops the pending records and ends their look-ups. */
static void
drop_pending(struct window *w)
{
	struct pending *p;

	while ((p = pending_first(&w->pending)) != NULL) {
		for (size_t i = 0; p->unfinished > 0 && i < p->part_count; i++)
			if (p->parts[i].run.done != NULL)
				lookup_run_end(&p->parts[i].run);
		pending_remove_first(&w->pending);
	}
}

void
window_free(struct window *w)
{
	if (w == NULL)
		return;
	drop_pending(w);
	printer_free(w->printer);
	recall_free(w->recall);
	lookup_clear(&w->begun);
	lookahead_free(&w->ahead);
	free(w);
}
