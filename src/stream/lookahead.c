#include "config.h"

#include "stream/lookahead.h"

#include <assert.h>

/* Look-ups that are prefetched at once, since caches are small. */
#define TARGETS_MAX (2 * LOOKAHEAD_MAX)

/* Bytes of a record that is too long of which its input field consists. */
#define SHOWN_MAX 60

/* The targets that look-ups are prefetched for. */
struct targets {
	const struct target *list[TARGETS_MAX];
	size_t count;
};

bool
lookahead_is_full(const struct lookahead *a)
{
	return a->count == LOOKAHEAD_MAX;
}

/* Makes the whole text of a record its only key. */
static enum located_kind
take_whole(const struct line *line, struct located_list *keys)
{
	struct span text =
	    line->first ? span_without_mark(line->text) : line->text;
	struct located *key;

	keys->count = 0;
	key = located_add(keys, line->text.len);
	key->text = text;
	key->state = LOCATED_UNPARSED_RECORD;
	key->typed = line->typed;
	return LOCATED_RECORD;
}

/* Makes a record that is too long invalid. Its text becomes the first bytes. */
static enum located_kind
refuse(struct upcoming *u)
{
	static const struct target invalid = {
		.kind = TARGET_INVALID,
		.why = "longer than --max-record",
	};
	struct located *key;

	u->line.part = LINE_WHOLE;
	u->line.ending = 0;
	if (u->line.text.len > SHOWN_MAX)
		u->line.text.len = SHOWN_MAX;
	take_whole(&u->line, &u->keys);
	key = &u->keys.list[0];
	key->target = invalid;
	key->state = LOCATED_PARSED;
	key->too_long = true;
	return LOCATED_RECORD;
}

/* Takes a piece of a record that is too long. */
static enum located_kind
take_part(struct upcoming *u, struct locator *locator)
{
	if (locator == NULL)
		return refuse(u);
	u->keys.count = 0;
	if (u->line.part == LINE_START)
		locator_skip(locator);
	return locator_error(locator) == NULL ? LOCATED_NOTHING : LOCATED_ERROR;
}

static void
prefetch_keys(struct upcoming *u, const struct recall *recall)
{
	for (size_t i = 0; i < u->keys.count; i++)
		u->keys.list[i].hash =
		    recall_prefetch(recall, u->keys.list[i].text);
}

bool
lookahead_add(struct lookahead *a, const struct line *line,
    struct locator *locator, const struct recall *recall)
{
	struct upcoming *u = &a->records[a->count];

	assert(!lookahead_is_full(a));
	if (locator == NULL && line->part > LINE_START)
		return true;
	if (locator != NULL && line->first)
		locator_begin_file(locator);
	u->line = *line;
	u->from = 0;
	u->keys.rest = 0;
	if (line->part != LINE_WHOLE)
		u->kind = take_part(u, locator);
	else if (locator != NULL)
		u->kind = locator_find(locator, line->text, &u->keys);
	else
		u->kind = take_whole(line, &u->keys);
	if (u->kind == LOCATED_ERROR)
		return false;
	prefetch_keys(u, recall);
	a->count++;
	return true;
}

void
lookahead_continue(struct upcoming *u, struct locator *locator,
    const struct recall *recall)
{
	u->from = u->keys.rest;
	locator_continue(locator, u->line.text, &u->keys);
	prefetch_keys(u, recall);
}

void
lookahead_parse(struct located *key, const struct recall *recall)
{
	size_t len = key->text.len;

	located_parse(key);
	if (key->text.len != len)
		key->hash = recall_prefetch(recall, key->text);
}

/* Prefetches for one record, and collects the targets that are not cached. */
static void
prefetch_record(struct upcoming *u, const struct recall *recall,
    const struct viewer *v, struct targets *targets)
{
	for (size_t i = 0; i < u->keys.count; i++) {
		struct located *key = &u->keys.list[i];

		if (recall_prefetch_more(recall, key->hash) ||
		    v->view->prefetch == NULL || targets->count == TARGETS_MAX)
			continue;
		lookahead_parse(key, recall);
		targets->list[targets->count++] = &key->target;
		v->view->prefetch(v->self, &key->target, 0);
	}
}

void
lookahead_prefetch(struct lookahead *a, const struct recall *recall,
    const struct viewer *v)
{
	struct targets targets;

	targets.count = 0;
	for (size_t i = 0; i < a->count; i++)
		prefetch_record(&a->records[i], recall, v, &targets);
	for (size_t i = 0; i < targets.count; i++)
		v->view->prefetch(v->self, targets.list[i], 1);
}

void
lookahead_free(struct lookahead *a)
{
	for (size_t i = 0; i < LOOKAHEAD_MAX; i++)
		located_free(&a->records[i].keys);
	a->count = 0;
}
