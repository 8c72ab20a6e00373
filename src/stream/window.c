#include "config.h"

#include "stream/window.h"

#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/span.h"
#include "lookup/lookup-run.h"
#include "record/target.h"
#include "stream/recall.h"

#define HELD_MAX (16 << 20) /* bytes of records that wait */

/* Records that are looked at ahead, so that memory can be fetched. */
#define AHEAD_MAX 16

/* What a look-up takes besides its structs and its input, about. */
#define LOOKUP_RUN_CHARGE 1024

/* One address of a record, and what is printed for it. */
struct part {
	struct entry *entry;
	struct lookup_run run;
	struct span input; /* in the line of the entry */
	uint64_t hash;	   /* of it, by which it is remembered */
	enum status status;
	enum selection choice;
	struct buf bytes;
	size_t insert_at; /* offset in the line of `bytes`; not for lists */
	bool needs_comma; /* before `bytes` */
	bool has_member;  /* so that nothing is added */
};

/* A record that waits: for its answers, or for those before it. */
struct entry {
	STAILQ_ENTRY(entry) next;
	struct window *window;
	enum status status;
	enum selection choice;
	struct buf bytes; /* what will be printed, once all is there */
	size_t charge;
	struct line line; /* behind the struct */
	struct part *parts;
	size_t part_count;
	size_t pending; /* parts that are not yet known */
	bool names;	/* of columns: no record */
};

/* A record of one address that is in, but not yet looked at. */
struct ahead {
	struct line line;
	struct located key;
};

struct window {
	struct window_config config;
	struct queries *queries;
	struct output *output;
	struct tally *tally;
	struct printer *printer;
	struct recall *recall;
	struct lookup begun; /* keeps its memory from one to the next */
	STAILQ_HEAD(, entry) entries;
	size_t held;
	struct ahead ahead[AHEAD_MAX];
	size_t ahead_count;
	struct located_list found; /* reused for every record */
};

struct window *
window_new(const struct window_config *config, struct queries *queries,
    struct output *output, struct tally *tally)
{
	struct window *w = xcalloc(1, sizeof(*w));

	w->config = *config;
	w->queries = queries;
	w->output = output;
	w->tally = tally;
	w->printer = printer_new(&config->print, tally);
	w->recall =
	    recall_new(printer_repeats(w->printer) ? config->cache_size : 0);
	STAILQ_INIT(&w->entries);
	return w;
}

bool
window_has_room(const struct window *w)
{
	return w->held < HELD_MAX;
}

bool
window_is_empty(const struct window *w)
{
	return STAILQ_EMPTY(&w->entries);
}

/* Of a record that is written; with --check its sources count instead. */
static void
count(struct window *w, enum status status, enum selection choice)
{
	if (w->config.print.check)
		return;
	w->tally->records++;
	w->tally->by_status[status]++;
	w->tally->selected += choice == SELECTED;
	w->tally->undecided += choice == UNDECIDED;
}

static void
entry_free(struct entry *e)
{
	for (size_t i = 0; i < e->part_count; i++)
		buf_free(&e->parts[i].bytes);
	free(e->parts);
	buf_free(&e->bytes);
	free(e);
}

/* What is printed goes out, or into the summary. */
static void
put_out(struct window *w, enum selection choice, const char *bytes, size_t len)
{
	if (w->config.print.summary == NULL)
		buf_put(&w->output->buf, bytes, len);
	else if (choice == SELECTED)
		summary_count(w->config.print.summary, bytes, len);
}

/* Writes what is ready at the head. */
static void
write_ready(struct window *w)
{
	struct entry *e;

	while ((e = STAILQ_FIRST(&w->entries)) != NULL && e->pending == 0) {
		STAILQ_REMOVE_HEAD(&w->entries, next);
		put_out(w, e->choice, e->bytes.data, e->bytes.len);
		if (!e->names)
			count(w, e->status, e->choice);
		w->held -= e->charge;
		entry_free(e);
	}
	output_offer(w->output);
}

static void
keep(struct window *w, const struct lookup *l, struct span text, uint64_t hash,
    const struct rendering *k)
{
	int64_t until = lookup_expires(l);

	if (until > queries_now(w->queries) &&
	    (l->target.kind == TARGET_NET || l->target.kind == TARGET_AS))
		recall_keep(w->recall, text, hash, until, k);
}

/* A look-up has all that it needs. */
static struct rendering
conclude(struct window *w, const struct viewer *v, struct lookup *l,
    struct span text, uint64_t hash)
{
	struct rendering k = printer_conclude(w->printer, v, l, text);

	keep(w, l, text, hash, &k);
	return k;
}

/* Whether lines are printed, and not only what is known of them. */
static bool
keeps_lines(const struct window *w)
{
	return w->config.locator != NULL && !w->config.reply;
}

/* A line with what is added to it, in its places. */
static void
put_line(const struct window *w, const struct entry *e, struct buf *out)
{
	size_t from = 0;

	if (!keeps_lines(w)) {
		buf_put(out, e->parts[0].bytes.data, e->parts[0].bytes.len);
		return;
	}
	for (size_t i = 0; i < e->part_count; i++) {
		const struct part *p = &e->parts[i];

		buf_put(out, e->line.text.text + from, p->insert_at - from);
		from = p->insert_at;
		if (p->has_member)
			continue;
		if (p->needs_comma)
			buf_putc(out, ',');
		buf_put(out, p->bytes.data, p->bytes.len);
	}
	buf_put(out, e->line.text.text + from,
	    e->line.text.len - from + e->line.ending);
}

/*
 * A line suits when one of its addresses does; inverted, when none does. Else
 * an address that failed leaves it open.
 */
static enum selection
sum_selections(const struct window *w, const struct entry *e)
{
	bool inverted = w->config.print.select != NULL &&
	    select_is_inverted(w->config.print.select);
	enum selection decisive = inverted ? NOT_SELECTED : SELECTED;
	enum selection choice = inverted ? SELECTED : NOT_SELECTED;

	for (size_t i = 0; i < e->part_count; i++) {
		if (e->parts[i].choice == decisive)
			return decisive;
		if (e->parts[i].choice == UNDECIDED)
			choice = UNDECIDED;
	}
	return choice;
}

/* Of several the gravest, as exit statuses have it. */
static enum status
sum_statuses(const struct entry *e)
{
	enum status status = e->parts[0].status;

	for (size_t i = 0; i < e->part_count; i++) {
		enum status one = e->parts[i].status;

		if (status_failed(one))
			return one;
		if (status_none(one))
			status = one;
	}
	return status;
}

static void
charge(struct window *w, struct entry *e, size_t bytes)
{
	w->held += bytes - e->charge;
	e->charge = bytes;
}

static void
put_comparison(const struct window *w, struct entry *e)
{
	struct buf *cells = xcalloc(e->part_count, sizeof(*cells));

	for (size_t i = 0; i < e->part_count; i++)
		cells[i] = e->parts[i].bytes;
	compare_print(w->config.print.compare, e->line.text, cells, &e->bytes);
	free(cells);
}

/* All parts of an entry are known. */
static void
complete(struct window *w, struct entry *e)
{
	e->status = sum_statuses(e);
	e->choice = sum_selections(w, e);
	if (w->config.print.compare != NULL)
		put_comparison(w, e);
	else if (e->choice == SELECTED && !w->config.print.quiet)
		put_line(w, e, &e->bytes);
	for (size_t i = 0; i < e->part_count; i++)
		buf_free(&e->parts[i].bytes);
	charge(w, e, sizeof(*e) + e->line.text.len + e->bytes.size);
	if (e == STAILQ_FIRST(&w->entries))
		write_ready(w);
}

/* One part of an entry is known. */
static void
finish_part(struct window *w, struct part *p, const struct rendering *k)
{
	struct entry *e = p->entry;

	p->status = k->status;
	p->choice = k->selection;
	if (k->selection == SELECTED || w->config.locator != NULL)
		printer_print(w->printer, k, p->input, &p->bytes);
	if (--e->pending == 0)
		complete(w, e);
}

static void
finish(struct lookup_run *run)
{
	struct part *p =
	    (struct part *)((char *)run - offsetof(struct part, run));
	struct window *w = p->entry->window;
	struct rendering k =
	    conclude(w, run->viewer, &run->lookup, p->input, p->hash);

	lookup_run_end(run);
	finish_part(w, p, &k);
}

/* Parses the address of a key. Another text than before has another hash. */
static void
parse_key(const struct window *w, struct located *key)
{
	size_t len = key->text.len;

	located_parse(key);
	if (key->text.len != len)
		key->hash = recall_prefetch(w->recall, key->text);
}

/* Finds the cached rendering of a key's text. Returns false if there is none. */
static bool
find_rendering(struct window *w, const struct located *key, struct rendering *k)
{
	bool known = recall_find(w->recall, key->text, key->hash,
	    queries_now(w->queries), k);

	w->tally->repeated += known;
	return known;
}

/*
 * Looks up a key. Returns false when it takes queries; then w->begun has begun
 * the look-up.
 */
static bool
find_out(struct window *w, const struct viewer *v, struct located *key,
    struct rendering *k)
{
	struct lookup *l = &w->begun;

	parse_key(w, key);
	lookup_reset(l, &key->target);
	if (v->view->read != NULL && key->text.text != NULL)
		v->view->read(key->text.text, key->text.len, &l->target);
	if (!lookup_run_begin(l, v, w->queries))
		return false;
	*k = conclude(w, v, l, key->text, key->hash);
	return true;
}

/* The common case, without an entry: no record waits before this one. */
static void
write_at_once(struct window *w, const struct rendering *k, bool recalled,
    const struct line *line, const struct located *key)
{
	struct buf *out = &w->output->buf;
	bool kept = keeps_lines(w);

	count(w, k->status, k->selection);
	if (w->config.print.summary != NULL) {
		put_out(w, k->selection, k->bytes.text, k->bytes.len);
		return;
	}
	if (k->selection != SELECTED || w->config.print.quiet)
		return;
	if (kept)
		buf_put(out, line->text.text, key->insert_at);
	if (kept && key->needs_comma)
		buf_putc(out, ',');
	if (recalled)
		printer_print_again(w->printer, k, key->text, out);
	else
		printer_print(w->printer, k, key->text, out);
	if (kept)
		buf_put(out, line->text.text + key->insert_at,
		    line->text.len - key->insert_at + line->ending);
	output_offer(w->output);
}

/* An entry with a copy of the line, at the end of the queue. */
static struct entry *
entry_new(struct window *w, const struct line *line, size_t parts)
{
	size_t len = line->text.len + line->ending;
	struct entry *e = xcalloc(1, sizeof(*e) + len);
	char *copy = (char *)(e + 1);

	if (len > 0)
		memcpy(copy, line->text.text, len);
	e->window = w;
	e->line.text = (struct span){ copy, line->text.len };
	e->line.ending = line->ending;
	e->parts = xcalloc(parts, sizeof(*e->parts));
	e->part_count = parts;
	e->pending = parts;
	charge(w, e,
	    sizeof(*e) + len + parts * (sizeof(*e->parts) + LOOKUP_RUN_CHARGE));
	STAILQ_INSERT_TAIL(&w->entries, e, next);
	return e;
}

/*
 * Looks up one address of an entry, which may complete the entry at once.
 * `begun`: its look-up is the one in w->begun.
 */
static void
start_part(struct window *w, struct part *p, struct entry *e,
    const struct viewer *viewer, struct located *key, const char *line,
    bool begun)
{
	struct rendering k;
	bool known = !begun &&
	    (find_rendering(w, key, &k) || find_out(w, viewer, key, &k));

	p->entry = e;
	p->hash = key->hash;
	p->insert_at = key->insert_at;
	p->needs_comma = key->needs_comma;
	p->has_member = key->has_member;
	w->tally->passed += key->has_member;
	if (key->text.text != NULL)
		p->input =
		    (struct span){ e->line.text.text + (key->text.text - line),
			    key->text.len };
	else
		p->input = (struct span){ "", 0 };
	if (known) {
		finish_part(w, p, &k);
		return;
	}
	p->run = (struct lookup_run){
		.lookup = w->begun,
		.viewer = viewer,
		.done = finish,
	};
	w->begun = (struct lookup){ .query_count = 0 };
	lookup_run_start(&p->run, w->queries);
}

/* A line that is printed as it is, or with the names of columns. */
static void
pass(struct window *w, const struct line *line, bool names)
{
	struct entry *e = entry_new(w, line, 1);
	struct part *p = &e->parts[0];
	struct rendering k =
	    printer_conclude_none(w->printer, w->config.viewers);

	e->names = names;
	p->entry = e;
	p->insert_at = line->text.len;
	p->status = STATUS_NOADDRESS;
	p->choice = names ? SELECTED : k.selection;
	if (!names) {
		w->tally->passed++;
		p->has_member = true;
	}
	if (w->config.reply)
		printer_print(w->printer, &k, p->input, &p->bytes);
	else if (names)
		render_names(w->config.print.render, &p->bytes);
	e->pending = 0;
	complete(w, e);
}

/*
 * A record that is not known at once: of several addresses, or of one that
 * one or several look up.
 */
static void
start_record(struct window *w, const struct line *line, struct located *keys,
    size_t count, bool begun)
{
	const struct window_config *c = &w->config;
	size_t parts = count > 1 ? count : c->viewer_count;
	struct entry *e = entry_new(w, line, parts);

	for (size_t i = 0; count > 1 && i < count; i++)
		keys[i].hash = recall_prefetch(w->recall, keys[i].text);
	/* With the last one the entry may be complete, and gone. */
	for (size_t i = 0; i < parts; i++)
		start_part(w, &e->parts[i], e,
		    &c->viewers[c->viewer_count > 1 ? i : 0],
		    &keys[count > 1 ? i : 0], line->text.text, begun);
}

/* Looks at a record of one address. */
static void
look_at(struct window *w, struct ahead *a)
{
	struct rendering k;

	if (w->config.viewer_count > 1 || a->key.has_member ||
	    !STAILQ_EMPTY(&w->entries))
		start_record(w, &a->line, &a->key, 1, false);
	else if (find_rendering(w, &a->key, &k))
		write_at_once(w, &k, true, &a->line, &a->key);
	else if (find_out(w, w->config.viewers, &a->key, &k))
		write_at_once(w, &k, false, &a->line, &a->key);
	else
		start_record(w, &a->line, &a->key, 1, true);
}

/* What is known of records is fetched, or else what look-ups will look at. */
static void
prefetch_records(struct window *w)
{
	const struct viewer *v = w->config.viewers;
	const struct target *unknown[AHEAD_MAX];
	size_t count = 0;

	for (size_t i = 0; i < w->ahead_count; i++) {
		struct ahead *a = &w->ahead[i];

		if (recall_prefetch_more(w->recall, a->key.hash) ||
		    v->view->prefetch == NULL)
			continue;
		parse_key(w, &a->key);
		unknown[count++] = &a->key.target;
		v->view->prefetch(v->self, &a->key.target, 0);
	}
	for (size_t i = 0; i < count; i++)
		v->view->prefetch(v->self, unknown[i], 1);
}

void
window_settle(struct window *w)
{
	prefetch_records(w);
	for (size_t i = 0; i < w->ahead_count; i++)
		look_at(w, &w->ahead[i]);
	w->ahead_count = 0;
}

/* Takes in a record of one key, which is looked at later. */
static void
look_ahead(struct window *w, const struct line *line, const struct located *key)
{
	struct ahead *a = &w->ahead[w->ahead_count++];

	a->line = *line;
	a->key = *key;
	a->key.hash = recall_prefetch(w->recall, key->text);
	if (w->ahead_count == AHEAD_MAX)
		window_settle(w);
}

/* A line that is kept, and added to. */
static void
add_line(struct window *w, const struct line *line)
{
	struct locator *locator = w->config.locator;
	struct located_list *found = &w->found;
	enum located_kind kind;

	if (line->first)
		locator_begin_file(locator);
	kind = locator_find(locator, line->text, found);
	if (kind == LOCATED_ERROR)
		return;
	if (kind == LOCATED_RECORD && found->count == 1) {
		w->tally->odd += found->list[0].odd_width;
		look_ahead(w, line, &found->list[0]);
		return;
	}
	window_settle(w);
	if (kind == LOCATED_RECORD)
		start_record(w, line, found->list, found->count, false);
	else
		pass(w, line, kind == LOCATED_HEADER);
}

void
window_add(struct window *w, const struct line *line)
{
	if (w->config.locator != NULL) {
		add_line(w, line);
		return;
	}
	look_ahead(w, line,
	    &(struct located){
		.text = line->text,
		.state = LOCATED_UNPARSED_RECORD,
	    });
}

void
window_free(struct window *w)
{
	struct entry *e;

	if (w == NULL)
		return;
	while ((e = STAILQ_FIRST(&w->entries)) != NULL) {
		STAILQ_REMOVE_HEAD(&w->entries, next);
		for (size_t i = 0; e->pending > 0 && i < e->part_count; i++)
			if (e->parts[i].run.done != NULL)
				lookup_run_end(&e->parts[i].run);
		entry_free(e);
	}
	printer_free(w->printer);
	recall_free(w->recall);
	lookup_clear(&w->begun);
	located_free(&w->found);
	free(w);
}
