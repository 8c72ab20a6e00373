#include "config.h"

#include "window.h"

#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "errand.h"
#include "escape.h"
#include "mem.h"
#include "text.h"

#define HELD_MAX (16 << 20) /* bytes of records that wait */

/* What a look-up takes besides its structs and its input, about. */
#define ERRAND_CHARGE 1024

/* A record that waits: for its answer, or for those before it. */
struct entry {
	STAILQ_ENTRY(entry) next;
	bool done;
	enum status status;
	enum choice_of choice;
	struct buf bytes; /* what will be printed */
	size_t charge;
	struct window *window;
	struct errand errand;
	struct span input; /* behind the struct */
};

/* What is kept of a finished record; holes and bytes stand behind it. */
struct memory {
	enum status status;
	enum choice_of choice;
	size_t holes;
	size_t len;
};

struct window {
	struct window_config config;
	struct ask *ask;
	struct output *output;
	struct tally *tally;
	struct cache *memory;
	STAILQ_HEAD(, entry) entries;
	size_t held;
	struct record record; /* both in use for one call only */
	struct rendering rendering;
};

/* A target as bytes, by which what is known of it is found again. */
struct key {
	uint8_t kind;
	uint8_t family;
	uint8_t len;
	uint8_t bytes[16];
};

static struct key
key_of(const struct target *target)
{
	struct key key = { .kind = (uint8_t)target->kind };

	if (target->kind == TARGET_AS) {
		memcpy(key.bytes, &target->asn, sizeof(target->asn));
	} else {
		key.family = target->net.addr.family;
		key.len = target->net.len;
		memcpy(key.bytes, target->net.addr.bytes, sizeof(key.bytes));
	}
	return key;
}

struct window *
window_new(const struct window_config *config, struct ask *ask,
    struct output *output, struct tally *tally)
{
	struct window *w = xcalloc(1, sizeof(*w));

	w->config = *config;
	w->ask = ask;
	w->output = output;
	w->tally = tally;
	w->memory = cache_new(config->cache_size, NULL);
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
count(struct window *w, enum status status, enum choice_of choice)
{
	if (w->config.check)
		return;
	w->tally->records++;
	w->tally->by_status[status]++;
	w->tally->chosen += choice == CHOSEN;
	w->tally->undecided += choice == UNDECIDED;
}

static void
entry_free(struct entry *e)
{
	buf_free(&e->bytes);
	free(e);
}

/* What is printed goes out, or into the summary. */
static void
put_out(struct window *w, enum choice_of choice, const char *bytes, size_t len)
{
	if (w->config.summary == NULL)
		buf_put(&w->output->buf, bytes, len);
	else if (choice == CHOSEN)
		summary_count(w->config.summary, bytes, len);
}

/* Writes what is ready at the head. */
static void
write_ready(struct window *w)
{
	struct entry *e;

	while ((e = STAILQ_FIRST(&w->entries)) != NULL && e->done) {
		STAILQ_REMOVE_HEAD(&w->entries, next);
		put_out(w, e->choice, e->bytes.data, e->bytes.len);
		count(w, e->status, e->choice);
		w->held -= e->charge;
		entry_free(e);
	}
	output_offer(w->output);
}

/* Until when all that a look-up rests on holds; 0: not to be kept. */
static int64_t
holds_until(const struct lookup *l)
{
	int64_t until = INT64_MAX;

	for (size_t i = 0; i < l->slot_count; i++)
		if (l->slots[i].answer->expires < until)
			until = l->slots[i].answer->expires;
	return until;
}

static void
keep(struct window *w, const struct lookup *l, enum choice_of choice)
{
	const struct rendering *r = &w->rendering;
	int64_t until = holds_until(l);
	size_t holes = r->count * sizeof(*r->holes);
	struct key key;
	struct memory *m;
	char *at;

	if (until <= ask_now(w->ask) || w->config.terminal != NULL ||
	    w->config.check ||
	    (l->target.kind != TARGET_NET && l->target.kind != TARGET_AS))
		return;
	key = key_of(&l->target);
	m = cache_put(w->memory, &key, sizeof(key),
	    sizeof(*m) + holes + r->bytes.len, 0, until);
	*m =
	    (struct memory){ w->record.status, choice, r->count, r->bytes.len };
	at = (char *)(m + 1);
	if (holes > 0)
		memcpy(at, r->holes, holes);
	memcpy(at + holes, r->bytes.data, r->bytes.len);
}

/* Prints the record, which is known by now, into `out`. */
static void
print(struct window *w, struct span input, struct buf *out)
{
	const struct window_config *c = &w->config;
	const struct rendering *r = &w->rendering;

	if (c->check && w->record.source_count == 0 &&
	    w->record.status != STATUS_NOSOURCE)
		w->tally->by_status[w->record.status]++;
	for (size_t i = 0; c->check && i < w->record.source_count; i++)
		w->tally->by_status[w->record.sources[i].status]++;
	if (c->quiet)
		return;
	if (c->check) {
		terminal_check(c->terminal, &w->record, out);
	} else if (c->terminal != NULL && c->block) {
		terminal_block(c->terminal, &w->record, input, out);
	} else if (c->terminal != NULL) {
		terminal_row(c->terminal, &w->record, input, out);
	} else {
		render_fill(c->render, r->bytes.data, r->bytes.len, r->holes,
		    r->count, input, out);
	}
}

/* As bytes that will do for every input of the same meaning. */
static void
write_record(struct window *w)
{
	const struct window_config *c = &w->config;
	struct rendering *r = &w->rendering;

	if (c->summary == NULL) {
		render_record(c->render, &w->record, r);
		return;
	}
	r->count = 0;
	buf_clear(&r->bytes);
	summary_write(c->summary, &w->record, c->asn_prefix, &r->bytes);
}

static enum choice_of
choose(const struct window *w, const struct record *r)
{
	const struct window_config *c = &w->config;

	return c->choose == NULL ? CHOSEN
				 : choose_record(c->choose, r, c->asn_prefix);
}

static void
finish(struct errand *errand)
{
	struct entry *e =
	    (struct entry *)((char *)errand - offsetof(struct entry, errand));
	struct window *w = e->window;

	w->config.view->verdict(w->config.view_self, &errand->lookup,
	    &w->record);
	write_record(w);
	e->status = w->record.status;
	e->choice = choose(w, &w->record);
	keep(w, &errand->lookup, e->choice);
	if (e->choice == CHOSEN)
		print(w, e->input, &e->bytes);
	errand_end(errand);
	w->held -= e->charge;
	e->charge = sizeof(*e) + e->input.len + e->bytes.size;
	w->held += e->charge;
	e->done = true;
	if (e == STAILQ_FIRST(&w->entries))
		write_ready(w);
}

/* A record that is known already; true if it was. */
static bool
repeat(struct window *w, const struct target *target, struct span input)
{
	const struct memory *m;
	struct entry *e;
	struct buf *out;
	struct key key;
	int64_t until;

	if (target->kind != TARGET_NET && target->kind != TARGET_AS)
		return false;
	key = key_of(target);
	m = cache_get(w->memory, &key, sizeof(key), &until);
	if (m == NULL || until <= ask_now(w->ask))
		return false;
	w->tally->repeated++;
	if (STAILQ_EMPTY(&w->entries) && w->config.summary != NULL) {
		put_out(w, m->choice, (const char *)(m + 1), m->len);
		count(w, m->status, m->choice);
		return true;
	}
	if (STAILQ_EMPTY(&w->entries)) {
		e = NULL;
		out = &w->output->buf;
		count(w, m->status, m->choice);
	} else {
		e = xcalloc(1, sizeof(*e));
		e->done = true;
		e->status = m->status;
		e->choice = m->choice;
		out = &e->bytes;
		STAILQ_INSERT_TAIL(&w->entries, e, next);
	}
	if (!w->config.quiet && m->choice == CHOSEN)
		render_fill(w->config.render,
		    (const char *)(m + 1) + m->holes * sizeof(size_t), m->len,
		    (const size_t *)(m + 1), m->holes, input, out);
	if (e != NULL) {
		e->charge = sizeof(*e) + e->bytes.size;
		w->held += e->charge;
	} else {
		output_offer(w->output);
	}
	return true;
}

void
window_add(struct window *w, struct span record)
{
	struct target target;
	struct entry *e;
	char *copy;

	target_parse(record.text, record.len, &target);
	if (repeat(w, &target, record))
		return;
	e = xcalloc(1, sizeof(*e) + record.len);
	copy = (char *)(e + 1);
	if (record.len > 0)
		memcpy(copy, record.text, record.len);
	e->input = (struct span){ copy, record.len };
	e->window = w;
	e->charge = sizeof(*e) + record.len + ERRAND_CHARGE;
	e->errand = (struct errand){
		.lookup = { .target = target },
		.view = w->config.view,
		.self = w->config.view_self,
		.done = finish,
	};
	w->held += e->charge;
	STAILQ_INSERT_TAIL(&w->entries, e, next);
	errand_start(&e->errand, w->ask);
}

void
window_free(struct window *w)
{
	struct entry *e;

	if (w == NULL)
		return;
	while ((e = STAILQ_FIRST(&w->entries)) != NULL) {
		STAILQ_REMOVE_HEAD(&w->entries, next);
		if (!e->done)
			errand_end(&e->errand);
		entry_free(e);
	}
	cache_free(w->memory);
	record_free(&w->record);
	rendering_free(&w->rendering);
	free(w);
}
