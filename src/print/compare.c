#include "config.h"

#include "print/compare.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/escape.h"
#include "base/json-writer.h"
#include "print/columns.h"
#include "record/field.h"

#define MARK "*" /* of what differs from the first viewer */

/* What is compared: tags of a filter, or fields of asnq's own. */
enum column {
	COLUMN_STATUS,
	COLUMN_ASN,
	COLUMN_PREFIX,
	COLUMN_COUNTRY,
	COLUMN_MAX
};

static const struct {
	const char *name;
	const char *title;
	const char *field; /* asnq's own */
	int width;	   /* in columns; a longer text pushes the next */
} columns[] = {
	[COLUMN_STATUS] = { "status", "STATUS", "status", 12 },
	[COLUMN_ASN] = { "asn", "ASN", "asns", 18 },
	[COLUMN_PREFIX] = { "prefix", "PREFIX", "prefixes", 24 },
	[COLUMN_COUNTRY] = { "country", "CC", "country", 2 },
};

_Static_assert(LENGTH(columns) == COLUMN_MAX, "every column has its name");

#define INPUT_WIDTH 16 /* columns */
#define VIEWER_WIDTH 12

/* What one viewer sees. */
struct cells {
	const char *texts[COLUMN_MAX];
	bool differs[COLUMN_MAX];
};

static const char *
tag_of(const struct vocabulary *v, enum column column)
{
	const char *const tags[COLUMN_MAX] = { "STATUS", v->asn, v->prefix,
		v->country };

	return tags[column];
}

void
compare_take(const struct viewer *v, const struct record *r, struct buf *out)
{
	static const struct style style = { .null = "", .asn_prefix = "AS" };
	struct writer w = { .out = out, .style = &style, .input = { "", 0 } };

	for (int i = 0; i < COLUMN_MAX; i++) {
		struct tag tag = { .field = NULL };
		const char *name = columns[i].field;

		if (v->vocabulary != NULL)
			name = tag_of(v->vocabulary, (enum column)i);
		if (name != NULL &&
		    tag_find(v->vocabulary, name, strlen(name), &tag))
			tag_write(&tag, &w, r);
		buf_putc(out, '\0');
	}
}

/* Cuts off the next word; that of an ASN is its number, without a prefix. */
static struct span
next_word(const char **at, enum column column)
{
	struct span word;

	*at += strspn(*at, " ");
	word.text = *at;
	*at += strcspn(*at, " ");
	while (column == COLUMN_ASN && word.text < *at &&
	    !isdigit((unsigned char)*word.text))
		word.text++;
	word.len = (size_t)(*at - word.text);
	return word;
}

/* The words of a text. */
struct words_of {
	struct span *list;
	size_t count;
	size_t size; /* the room in `list` */
};

static int
compare_spans(const void *left, const void *right)
{
	const struct span *a = left;
	const struct span *b = right;

	return span_compare(*a, *b);
}

/* Lists the words of a text, sorted and without duplicates. */
static struct words_of
list_words(const char *text, enum column column)
{
	struct words_of w = { .count = 0 };
	size_t kept = 0;

	while (*text != '\0') {
		struct span word = next_word(&text, column);

		if (word.len == 0)
			continue;
		w.list = array_grow(w.list, &w.size, w.count, sizeof(*w.list));
		w.list[w.count++] = word;
	}
	if (w.count == 0)
		return w;
	array_sort(w.list, w.count, sizeof(*w.list), compare_spans);
	for (size_t i = 1; i < w.count; i++)
		if (span_compare(w.list[i], w.list[kept]) != 0)
			w.list[++kept] = w.list[i];
	w.count = kept + 1;
	return w;
}

/* Returns whether two texts have the same words. */
static bool
has_same_words(const char *a, const char *b, enum column column)
{
	struct words_of left = list_words(a, column);
	struct words_of right = list_words(b, column);
	bool same = left.count == right.count;

	for (size_t i = 0; same && i < left.count; i++)
		same = span_compare(left.list[i], right.list[i]) == 0;
	free(left.list);
	free(right.list);
	return same;
}

/* Compares words in any order, and countries only where both have one. */
static bool
is_same(const char *a, const char *b, enum column column)
{
	if (column == COLUMN_COUNTRY && (*a == '\0' || *b == '\0'))
		return true;
	return strcmp(a, b) == 0 || has_same_words(a, b, column);
}

/* Returns the cells of what was taken, which the caller frees. */
static struct cells *
read_cells(const struct compare *c, const struct buf *taken)
{
	struct cells *cells = xcalloc(c->count, sizeof(*cells));

	for (size_t i = 0; i < c->count; i++) {
		const char *at = taken[i].data;

		for (int k = 0; k < COLUMN_MAX; k++) {
			cells[i].texts[k] = at;
			cells[i].differs[k] =
			    !is_same(cells[0].texts[k], at, (enum column)k);
			at += strlen(at) + 1;
		}
	}
	return cells;
}

/* Appends a text with its mark, and what separates it from the next one. */
static void
put_cell(const struct compare *c, const char *text, bool differs, int width,
    struct buf *out)
{
	struct buf cell = { 0 };

	buf_puts(&cell, *text != '\0' ? text : "-");
	if (differs)
		buf_puts(&cell, MARK);
	columns_put(out, c->color && differs ? COLOR_YELLOW : NULL,
	    (struct span){ cell.data, cell.len }, c->aligned ? width : 0);
	buf_puts(out, c->aligned ? "  " : "\t");
	buf_free(&cell);
}

static void
print_table(const struct compare *c, struct span input,
    const struct cells *cells, struct buf *out)
{
	struct buf address = { 0 };

	escape_flat(&address, input.text, input.len);
	buf_putc(&address, '\0');
	for (size_t i = 0; i < c->count; i++) {
		/* A person needs the address only once. */
		const char *first = c->aligned && i > 0 ? " " : address.data;
		size_t from = out->len;

		put_cell(c, first, false, INPUT_WIDTH, out);
		put_cell(c, c->viewers[i].name, false, VIEWER_WIDTH, out);
		for (int k = 0; k < COLUMN_MAX; k++)
			put_cell(c, cells[i].texts[k], cells[i].differs[k],
			    columns[k].width, out);
		columns_trim(out, from);
		buf_putc(out, c->end);
	}
	buf_free(&address);
}

static void
print_json(const struct compare *c, struct span input,
    const struct cells *cells, struct buf *out)
{
	struct json j = { .out = out };

	json_object(&j, NULL);
	json_string(&j, "input", input.text, input.len);
	for (size_t i = 0; i < c->count; i++) {
		json_object(&j, c->viewers[i].name);
		for (int k = 0; k < COLUMN_MAX; k++) {
			const char *cell = cells[i].texts[k];

			json_string(&j, columns[k].name,
			    *cell != '\0' ? cell : NULL, strlen(cell));
		}
		json_array(&j, "differs");
		for (int k = 0; k < COLUMN_MAX; k++)
			if (cells[i].differs[k])
				json_string(&j, NULL, columns[k].name,
				    strlen(columns[k].name));
		json_array_end(&j);
		json_object_end(&j);
	}
	json_object_end(&j);
	buf_putc(out, c->end);
}

void
compare_print(const struct compare *c, struct span input,
    const struct buf *taken, struct buf *out)
{
	struct cells *cells = read_cells(c, taken);

	if (c->json)
		print_json(c, input, cells, out);
	else
		print_table(c, input, cells, out);
	free(cells);
}

void
compare_head(const struct compare *c, struct buf *out)
{
	size_t from = out->len;

	if (c->json || !c->aligned)
		return;
	put_cell(c, "ADDRESS", false, INPUT_WIDTH, out);
	put_cell(c, "SEEN BY", false, VIEWER_WIDTH, out);
	for (int k = 0; k < COLUMN_MAX; k++)
		put_cell(c, columns[k].title, false, columns[k].width, out);
	columns_trim(out, from);
	buf_putc(out, c->end);
}
