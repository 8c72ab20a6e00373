#include "config.h"

#include "stream/pending.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* Bytes of a look-up besides its struct, about: queries and owner names. */
#define LOOKUP_RUN_CHARGE 1024

void
pending_queue_init(struct pending_queue *q)
{
	STAILQ_INIT(&q->list);
	q->bytes = 0;
}

struct pending *
pending_first(const struct pending_queue *q)
{
	return STAILQ_FIRST(&q->list);
}

/* Sets how many bytes of the queue's a record takes. */
static void
charge(struct pending_queue *q, struct pending *p, size_t bytes)
{
	q->bytes += bytes - p->charged;
	p->charged = bytes;
}

struct pending *
pending_add(struct pending_queue *q, struct window *w, const struct line *line,
    size_t part_count)
{
	size_t len = line->text.len + line->ending;
	struct pending *p = xcalloc(1, sizeof(*p) + len);
	char *copy = (char *)(p + 1);

	assert(part_count > 0);
	if (len > 0)
		memcpy(copy, line->text.text, len);
	p->window = w;
	p->line = *line;
	p->line.text.text = copy;
	p->parts = xcalloc(part_count, sizeof(*p->parts));
	p->part_count = part_count;
	p->unfinished = part_count;
	p->continues = line->part == LINE_START || line->part == LINE_MIDDLE;
	for (size_t i = 0; i < part_count; i++)
		p->parts[i].record = p;
	charge(q, p,
	    sizeof(*p) + len +
		part_count * (sizeof(*p->parts) + LOOKUP_RUN_CHARGE));
	STAILQ_INSERT_TAIL(&q->list, p, next);
	return p;
}

static void
free_parts(struct pending *p)
{
	for (size_t i = 0; i < p->part_count; i++)
		buf_free(&p->parts[i].bytes);
	free(p->parts);
	p->parts = NULL;
	p->part_count = 0;
}

void
pending_shrink(struct pending_queue *q, struct pending *p)
{
	assert(p->unfinished == 0);
	free_parts(p);
	charge(q, p, sizeof(*p) + p->line.text.len + p->bytes.size);
}

void
pending_remove_first(struct pending_queue *q)
{
	struct pending *p = pending_first(q);

	assert(p != NULL);
	STAILQ_REMOVE_HEAD(&q->list, next);
	charge(q, p, 0);
	free_parts(p);
	buf_free(&p->bytes);
	free(p);
}

struct pending_part *
pending_set_key(struct pending *p, size_t part, const struct located *key,
    const struct line *line)
{
	struct pending_part *to = &p->parts[part];

	assert(part < p->part_count);
	to->key = *key;
	if (key->text.text != NULL)
		to->key.text.text =
		    p->line.text.text + (key->text.text - line->text.text);
	return to;
}

enum status
pending_sum_statuses(enum status a, enum status b)
{
	if (status_failed(a))
		return a;
	return status_failed(b) || status_none(b) ? b : a;
}

static enum status
sum_statuses(const struct pending *p)
{
	enum status status = p->parts[0].status;

	for (size_t i = 1; i < p->part_count; i++)
		status = pending_sum_statuses(status, p->parts[i].status);
	return status;
}

/* Returns the selection: undecided parts leave it open unless one decides it. */
static enum selection
sum_selections(const struct pending *p, bool inverted)
{
	enum selection decisive = inverted ? NOT_SELECTED : SELECTED;
	enum selection selection = inverted ? SELECTED : NOT_SELECTED;

	for (size_t i = 0; i < p->part_count; i++) {
		if (p->parts[i].selection == decisive)
			return decisive;
		if (p->parts[i].selection == UNDECIDED)
			selection = UNDECIDED;
	}
	return selection;
}

void
pending_sum_up(struct pending *p, bool inverted)
{
	assert(p->unfinished == 0);
	p->status = sum_statuses(p);
	p->selection = sum_selections(p, inverted);
}

void
pending_put_line(const struct pending *p, struct buf *out)
{
	const struct line *line = &p->line;
	size_t from = 0;

	for (size_t i = 0; i < p->part_count; i++) {
		const struct pending_part *part = &p->parts[i];
		const struct located *key = &part->key;

		assert(key->insert_at >= from);
		buf_put(out, line->text.text + from, key->insert_at - from);
		from = key->insert_at;
		if (key->has_member)
			continue;
		if (key->needs_comma)
			buf_putc(out, ',');
		buf_put(out, part->bytes.data, part->bytes.len);
	}
	buf_put(out, line->text.text + from,
	    line->text.len - from + line->ending);
}
