#include "config.h"

#include "print/summary.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/json-writer.h"
#include "base/map.h"
#include "print/columns.h"

#define KEY_WIDTH 20 /* columns on a terminal */
#define NAME_WIDTH 24
#define NUMBERS_WIDTH 20   /* " 999999999 100.0%  ", and a blank */
#define BAR "\xe2\x96\x88" /* U+2588 */

static const char *const kinds[] = {
	[SUMMARY_NONE] = NULL,
	[SUMMARY_ASN] = "asn",
	[SUMMARY_PREFIX] = "prefix",
	[SUMMARY_COUNTRY] = "country",
};

_Static_assert(LENGTH(kinds) == SUMMARY_MAX, "every kind has its word");

const struct words summary_words = WORDS(kinds);

/* How often a key has occurred. */
struct counter {
	struct map_node node; /* the first member: map_find() returns it */
	uint64_t count;
	const char *name; /* of its AS, after the key */
	char key[];	  /* ended by a NUL, as the name is */
};

struct summary {
	enum summary_by by;
	struct map map;
	uint64_t total;
};

struct summary *
summary_new(enum summary_by by)
{
	struct summary *s = xcalloc(1, sizeof(*s));

	assert(by != SUMMARY_NONE);

	s->by = by;
	map_init(&s->map);
	return s;
}

static void
write_key(const struct summary *s, const struct record *r,
    const char *asn_prefix, struct buf *out)
{
	char text[PREFIX_TEXT_MAX];

	if (r->status != STATUS_OK)
		buf_puts(out, status_word(r->status));
	else if (s->by == SUMMARY_ASN && r->has_asn)
		buf_printf(out, "%s%lu", asn_prefix, (unsigned long)r->asn);
	else if (s->by == SUMMARY_PREFIX && r->prefix_count > 0)
		buf_put(out, text, prefix_print(&r->prefixes[0], text));
	else if (s->by == SUMMARY_COUNTRY && r->reg.country[0] != '\0')
		buf_puts(out, r->reg.country);
	else
		buf_putc(out, '-');
}

void
summary_write(const struct summary *s, const struct record *r,
    const char *asn_prefix, struct buf *out)
{
	write_key(s, r, asn_prefix, out);
	buf_putc(out, '\0');
	if (s->by != SUMMARY_COUNTRY && r->status == STATUS_OK)
		buf_put(out, r->reg.name.text, r->reg.name.len);
}

static struct counter *
add_counter(struct summary *s, const char *bytes, size_t key_len, size_t len)
{
	struct counter *counter = xmalloc(sizeof(*counter) + len + 1);

	*counter = (struct counter){ .node = { .key = counter->key,
					 .key_len = key_len } };
	memcpy(counter->key, bytes, len);
	counter->key[len] = '\0';
	counter->name = counter->key + key_len + 1;
	map_insert(&s->map, &counter->node);
	return counter;
}

void
summary_count(struct summary *s, const char *bytes, size_t len)
{
	size_t key_len = strlen(bytes);
	struct counter *counter =
	    (struct counter *)map_find(&s->map, bytes, key_len);

	if (counter == NULL)
		counter = add_counter(s, bytes, key_len, len);
	counter->count++;
	s->total++;
}

static int
compare(const void *left, const void *right)
{
	const struct counter *a = *(const struct counter *const *)left;
	const struct counter *b = *(const struct counter *const *)right;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return strcmp(a->key, b->key);
}

/* Returns all counters, the highest first. The caller frees the list. */
static const struct counter **
rank(const struct summary *s)
{
	const struct counter **counters =
	    xcalloc(s->map.count, sizeof(*counters));
	size_t n = 0;

	for (size_t at = 0; n < s->map.count; n++)
		counters[n] = (const struct counter *)map_next(&s->map, &at);
	qsort(counters, n, sizeof(*counters), compare);
	return counters;
}

static double
share(const struct summary *s, const struct counter *counter)
{
	return (double)counter->count / (double)s->total;
}

void
summary_print_json(const struct summary *s, struct buf *out)
{
	const struct counter **counters = rank(s);

	for (size_t i = 0; i < s->map.count; i++) {
		const struct counter *counter = counters[i];
		struct json j = { .out = out };

		json_object(&j, NULL);
		json_string(&j, "key", counter->key, strlen(counter->key));
		json_string(&j, "name",
		    counter->name[0] != '\0' ? counter->name : NULL,
		    strlen(counter->name));
		json_number(&j, "count", counter->count);
		json_decimal(&j, "share", share(s, counter));
		json_object_end(&j);
		buf_putc(out, '\n');
	}
	free(counters);
}

/* Appends text in a column, cut to its width or filled up. */
static void
put_cell(const char *text, int width, struct buf *out)
{
	struct buf safe = { 0 };

	escape_flat(&safe, text, strlen(text));
	columns_put(out, NULL,
	    columns_fit((struct span){ safe.data, safe.len }, width), width);
	buf_free(&safe);
}

/* Appends a line; the longest bar takes what the other columns leave. */
static void
print_line(const struct summary *s, const struct counter *counter,
    uint64_t most, int width, struct buf *out)
{
	size_t from = out->len;
	int bar = width - KEY_WIDTH - NAME_WIDTH - NUMBERS_WIDTH;

	put_cell(counter->key, KEY_WIDTH, out);
	buf_printf(out, " %9" PRIu64 " %5.1f%%  ", counter->count,
	    100 * share(s, counter));
	if (bar > 0)
		put_cell(counter->name, NAME_WIDTH, out);
	for (int i = 0; i < bar * (double)counter->count / (double)most; i++)
		buf_puts(out, i == 0 ? " " BAR : BAR);
	columns_trim(out, from);
}

void
summary_print_text(const struct summary *s, int width, struct buf *out)
{
	const struct counter **counters = rank(s);

	for (size_t i = 0; i < s->map.count; i++) {
		const struct counter *counter = counters[i];

		if (width > 0) {
			print_line(s, counter, counters[0]->count, width, out);
		} else {
			escape_flat(out, counter->key, strlen(counter->key));
			buf_printf(out, "\t%" PRIu64 "\t%.3f\t", counter->count,
			    share(s, counter));
			escape_flat(out,
			    counter->name[0] != '\0' ? counter->name : "-",
			    counter->name[0] != '\0' ? strlen(counter->name)
						     : 1);
		}
		buf_putc(out, '\n');
	}
	free(counters);
}

void
summary_free(struct summary *s)
{
	struct map_node *node;

	if (s == NULL)
		return;
	for (size_t at = 0; (node = map_next(&s->map, &at)) != NULL;)
		free(node);
	map_free(&s->map);
	free(s);
}
