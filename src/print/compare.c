#include "config.h"

#include "print/compare.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/json-writer.h"
#include "record/field.h"

#define MARK "*"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

/* What is compared. */
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
	const char *field; /* of asnq's own */
	int width;	   /* on a terminal; longer texts push on */
} columns[COLUMN_MAX] = {
	[COLUMN_STATUS] = { "status", "STATUS", "status", 12 },
	[COLUMN_ASN] = { "asn", "ASN", "asns", 18 },
	[COLUMN_PREFIX] = { "prefix", "PREFIX", "prefixes", 24 },
	[COLUMN_COUNTRY] = { "country", "CC", "country", 2 },
};

#define INPUT_WIDTH 16
#define VIEWER_WIDTH 12

/* What one viewer says, in the order of columns. */
struct row {
	const char *cells[COLUMN_MAX];
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

/* A word of an ASN field is its number, whatever stands before it. */
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

/* Whether each word of `a` is one of `b`. */
static bool
is_within(const char *a, const char *b, enum column column)
{
	while (*a != '\0') {
		struct span word = next_word(&a, column);
		const char *at = b;
		bool found = word.len == 0;

		while (*at != '\0' && !found)
			found = span_compare(next_word(&at, column), word) == 0;
		if (!found)
			return false;
	}
	return true;
}

/* Words in any order; a country is only compared where there is one. */
static bool
is_same(const char *a, const char *b, enum column column)
{
	if (column == COLUMN_COUNTRY && (*a == '\0' || *b == '\0'))
		return true;
	return is_within(a, b, column) && is_within(b, a, column);
}

/* The rows of what was taken; the caller frees them. */
static struct row *
read_rows(const struct compare *c, const struct buf *taken)
{
	struct row *rows = xcalloc(c->count, sizeof(*rows));

	for (size_t i = 0; i < c->count; i++) {
		const char *at = taken[i].data;

		for (int k = 0; k < COLUMN_MAX; k++) {
			rows[i].cells[k] = at;
			rows[i].differs[k] =
			    !is_same(rows[0].cells[k], at, (enum column)k);
			at += strlen(at) + 1;
		}
	}
	return rows;
}

/* A cell of the table, with its mark; the last of a line is not filled up. */
static void
put_cell(const struct compare *c, const char *text, bool differs, int width,
    struct buf *out)
{
	int used = 0;

	if (*text == '\0')
		text = "-";
	if (c->color && differs)
		buf_puts(out, YELLOW);
	buf_puts(out, text);
	if (differs)
		buf_puts(out, MARK);
	if (c->color && differs)
		buf_puts(out, PLAIN);
	for (const char *at = text; *at != '\0'; at++)
		used += (*at & 0xc0) != 0x80;
	used += differs;
	if (!c->aligned)
		buf_putc(out, '\t');
	else
		for (; used < width || used < 1; used++)
			buf_putc(out, ' ');
	if (c->aligned)
		buf_puts(out, "  ");
}

static void
end_line(const struct compare *c, struct buf *out)
{
	while (out->len > 0 &&
	    (out->data[out->len - 1] == ' ' || out->data[out->len - 1] == '\t'))
		out->len--;
	buf_putc(out, c->end);
}

static void
print_table(const struct compare *c, struct span input, const struct row *rows,
    struct buf *out)
{
	struct buf address = { 0 };

	escape_flat(&address, input.text, input.len);
	buf_putc(&address, '\0');
	for (size_t i = 0; i < c->count; i++) {
		/* Once is enough for a person. */
		const char *first = c->aligned && i > 0 ? " " : address.data;

		put_cell(c, first, false, INPUT_WIDTH, out);
		put_cell(c, c->viewers[i].name, false, VIEWER_WIDTH, out);
		for (int k = 0; k < COLUMN_MAX; k++)
			put_cell(c, rows[i].cells[k], rows[i].differs[k],
			    columns[k].width, out);
		end_line(c, out);
	}
	buf_free(&address);
}

static void
print_json(const struct compare *c, struct span input, const struct row *rows,
    struct buf *out)
{
	struct json j = { .out = out };

	json_object(&j, NULL);
	json_string(&j, "input", input.text, input.len);
	for (size_t i = 0; i < c->count; i++) {
		json_object(&j, c->viewers[i].name);
		for (int k = 0; k < COLUMN_MAX; k++) {
			const char *cell = rows[i].cells[k];

			json_string(&j, columns[k].name,
			    *cell != '\0' ? cell : NULL, strlen(cell));
		}
		json_array(&j, "differs");
		for (int k = 0; k < COLUMN_MAX; k++)
			if (rows[i].differs[k])
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
	struct row *rows = read_rows(c, taken);

	if (c->json)
		print_json(c, input, rows, out);
	else
		print_table(c, input, rows, out);
	free(rows);
}

void
compare_head(const struct compare *c, struct buf *out)
{
	if (c->json || !c->aligned)
		return;
	put_cell(c, "ADDRESS", false, INPUT_WIDTH, out);
	put_cell(c, "SEEN BY", false, VIEWER_WIDTH, out);
	for (int k = 0; k < COLUMN_MAX; k++)
		put_cell(c, columns[k].title, false, columns[k].width, out);
	end_line(c, out);
}
