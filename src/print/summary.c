#include "config.h"

#include "print/summary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/json-writer.h"
#include "base/map.h"

#define KEY_WIDTH 20 /* columns on a terminal */
#define NAME_WIDTH 24
#define BAR "\xe2\x96\x88" /* U+2588 */

static const char *const kinds[] = {
	[SUMMARY_NONE] = NULL,
	[SUMMARY_ASN] = "asn",
	[SUMMARY_PREFIX] = "prefix",
	[SUMMARY_COUNTRY] = "country",
};

_Static_assert(LENGTH(kinds) == SUMMARY_MAX, "every kind has its word");

const struct words summary_words = WORDS(kinds);

/* A key with its AS name, both ended by a NUL, and how often it came. */
struct row {
	struct map_node node; /* the first: a node is its row */
	uint64_t count;
	const char *name; /* behind the key */
	char key[];
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

static struct row *
add_row(struct summary *s, const char *bytes, size_t key_len, size_t len)
{
	struct row *row = xmalloc(sizeof(*row) + len + 1);

	*row = (struct row){ .node = { .key = row->key, .key_len = key_len } };
	memcpy(row->key, bytes, len);
	row->key[len] = '\0';
	row->name = row->key + key_len + 1;
	map_insert(&s->map, &row->node);
	return row;
}

void
summary_count(struct summary *s, const char *bytes, size_t len)
{
	size_t key_len = strlen(bytes);
	struct row *row = (struct row *)map_find(&s->map, bytes, key_len);

	if (row == NULL)
		row = add_row(s, bytes, key_len, len);
	row->count++;
	s->total++;
}

static int
compare(const void *left, const void *right)
{
	const struct row *a = *(const struct row *const *)left;
	const struct row *b = *(const struct row *const *)right;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return strcmp(a->key, b->key);
}

/* All rows in their order; the caller frees the list. */
static const struct row **
rank(const struct summary *s)
{
	const struct row **rows = xcalloc(s->map.count, sizeof(*rows));
	size_t n = 0;

	for (size_t at = 0; n < s->map.count; n++)
		rows[n] = (const struct row *)map_next(&s->map, &at);
	qsort(rows, n, sizeof(*rows), compare);
	return rows;
}

static double
share(const struct summary *s, const struct row *row)
{
	return (double)row->count / (double)s->total;
}

void
summary_print_json(const struct summary *s, struct buf *out)
{
	const struct row **rows = rank(s);

	for (size_t i = 0; i < s->map.count; i++) {
		const struct row *row = rows[i];
		struct json j = { .out = out };

		json_object(&j, NULL);
		json_string(&j, "key", row->key, strlen(row->key));
		json_string(&j, "name", row->name[0] != '\0' ? row->name : NULL,
		    strlen(row->name));
		json_number(&j, "count", row->count);
		json_decimal(&j, "share", share(s, row));
		json_object_end(&j);
		buf_putc(out, '\n');
	}
	free(rows);
}

/* Text in a column: cut to its width, or filled up with blanks. */
static void
put_cell(const char *text, int width, struct buf *out)
{
	struct buf safe = { 0 };
	int used = 0;

	escape_flat(&safe, text, strlen(text));
	for (size_t i = 0; i < safe.len; i++) {
		used += (safe.data[i] & 0xc0) != 0x80;
		if (used > width) {
			used--;
			break;
		}
		buf_putc(out, safe.data[i]);
	}
	for (; used < width; used++)
		buf_putc(out, ' ');
	buf_free(&safe);
}

/* The bar has what the other columns leave; the longest fills it. */
static void
print_row(const struct summary *s, const struct row *row, uint64_t most,
    int width, struct buf *out)
{
	size_t from = out->len;
	int bar = width - KEY_WIDTH - NAME_WIDTH - 20;

	put_cell(row->key, KEY_WIDTH, out);
	buf_printf(out, " %9" PRIu64 " %5.1f%%  ", row->count,
	    100 * share(s, row));
	if (bar > 0)
		put_cell(row->name, NAME_WIDTH, out);
	for (int i = 0; i < bar * (double)row->count / (double)most; i++)
		buf_puts(out, i == 0 ? " " BAR : BAR);
	while (out->len > from && out->data[out->len - 1] == ' ')
		out->len--;
}

void
summary_print_text(const struct summary *s, int width, struct buf *out)
{
	const struct row **rows = rank(s);

	for (size_t i = 0; i < s->map.count; i++) {
		const struct row *row = rows[i];

		if (width > 0) {
			print_row(s, row, rows[0]->count, width, out);
		} else {
			escape_flat(out, row->key, strlen(row->key));
			buf_printf(out, "\t%" PRIu64 "\t%.3f\t", row->count,
			    share(s, row));
			escape_flat(out, row->name[0] != '\0' ? row->name : "-",
			    row->name[0] != '\0' ? strlen(row->name) : 1);
		}
		buf_putc(out, '\n');
	}
	free(rows);
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
