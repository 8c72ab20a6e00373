#include "config.h"

#include "print/terminal.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/span.h"
#include "print/columns.h"
#include "record/target.h"

/* Widths in columns. */
#define LABEL_WIDTH 13	/* of a block's labels */
#define VALUE_WIDTH 32	/* of a prefix or a source, where more follows */
#define STATUS_WIDTH 11 /* "unannounced" */
#define TOOK_WIDTH 9	/* "9999.9 ms" */

struct terminal {
	struct terminal_config config;
	struct style style;
	struct field_list list;
};

struct terminal *
terminal_new(const struct terminal_config *config)
{
	struct terminal *t = xcalloc(1, sizeof(*t));
	char *why;

	t->config = *config;
	t->style = (struct style){
		.null = "-",
		.asn_prefix = config->asn_prefix,
	};
	why = field_list_parse(config->fields, &t->list);
	assert(why == NULL);
	return t;
}

void
terminal_free(struct terminal *t)
{
	if (t == NULL)
		return;
	field_list_clear(&t->list);
	free(t);
}

static const char *
color_of(enum status status)
{
	if (status == STATUS_OK)
		return COLOR_GREEN;
	return status_failed(status) || status == STATUS_INVALID ? COLOR_RED
								 : COLOR_YELLOW;
}

/* Appends text as columns_put() does, in color only if the user wants that. */
static int
put(const struct terminal *t, const char *color, const struct buf *text,
    int width, struct buf *out)
{
	return columns_put(out, t->config.color ? color : NULL,
	    (struct span){ text->data, text->len }, width);
}

static int
width_of(const struct terminal *t, size_t i)
{
	if (i == 0 && t->config.first_width > 0)
		return t->config.first_width;
	return t->list.fields[i]->width;
}

/* A line of values. A long one pushes the next, which may catch up again. */
struct aligned_line {
	const struct terminal *terminal;
	struct buf *out;
	size_t count; /* of the values so far */
	int used;     /* columns that they take */
	int due;      /* columns that they should take */
};

/* Appends a value; where an aligned line has no room left, nothing. */
static void
put_value(struct aligned_line *l, const char *color, struct buf *text)
{
	const struct terminal *t = l->terminal;
	bool aligned = t->config.width > 0;
	bool last = l->count + 1 == t->list.count;
	int width = width_of(t, l->count);

	if (l->count > 0) {
		if (aligned && l->used + COLUMNS_GAP >= t->config.width)
			return;
		buf_puts(l->out, aligned ? "  " : "\t");
		l->used += COLUMNS_GAP;
		l->due += COLUMNS_GAP;
	}
	l->count++;
	l->due += width;
	if (aligned)
		columns_cut(text, t->config.width - l->used);
	if (last || !aligned || l->due + COLUMNS_GAP >= t->config.width)
		width = 0;
	else
		width = l->due - l->used;
	l->used += put(t, color, text, width, l->out);
}

void
terminal_head(const struct terminal *t, struct buf *out)
{
	struct aligned_line line = { .terminal = t, .out = out };
	struct buf name = { 0 };

	if (t->config.width == 0)
		return;
	for (size_t i = 0; i < t->list.count; i++) {
		buf_clear(&name);
		for (const char *c = t->list.fields[i]->title; *c != '\0'; c++)
			buf_putc(&name, (char)toupper((unsigned char)*c));
		put_value(&line, COLOR_BOLD, &name);
	}
	buf_putc(out, '\n');
	buf_free(&name);
}

static void
write_value(const struct terminal *t, const struct field *f,
    const struct record *r, struct span input, struct buf *out)
{
	struct writer w = { .out = out, .style = &t->style, .input = input };

	field_write(f, &w, r);
}

/* Returns the color of a field that tells how the look-up ended, or NULL. */
static const char *
color_of_field(const struct field *f, enum status status)
{
	if (strcmp(f->name, "asn") == 0 || strcmp(f->name, "status") == 0 ||
	    (strcmp(f->name, "info") == 0 && status != STATUS_OK))
		return color_of(status);
	return NULL;
}

void
terminal_line(const struct terminal *t, const struct record *r,
    struct span input, struct buf *out)
{
	struct aligned_line line = { .terminal = t, .out = out };
	struct buf text = { 0 };

	for (size_t i = 0; r->status != STATUS_NOADDRESS && i < t->list.count;
	     i++) {
		const struct field *f = t->list.fields[i];

		if (i == 0)
			f = field_for_first_column(f, r);
		buf_clear(&text);
		write_value(t, f, r, input, &text);
		put_value(&line, color_of_field(f, r->status), &text);
	}
	buf_putc(out, '\n');
	buf_free(&text);
}

/* Appends a line of a block, and empties `value`, which is escaped. */
static void
put_line(const struct terminal *t, const char *label, const char *color,
    struct buf *value, struct buf *out)
{
	size_t from = out->len;

	buf_puts(out, "  ");
	buf_puts(out, label);
	columns_pad(out, from, LABEL_WIDTH + COLUMNS_GAP);
	columns_cut(value, t->config.width - LABEL_WIDTH - COLUMNS_GAP);
	put(t, color, value, 0, out);
	buf_putc(out, '\n');
	buf_clear(value);
}

/* Pads to `width` columns after `from`, and at least the gap to what follows. */
static void
pad(struct buf *out, size_t from, int width)
{
	int used =
	    columns_width((struct span){ out->data + from, out->len - from });

	columns_pad(out, from, (used > width ? used : width) + COLUMNS_GAP);
}

/* Appends the origins that the sources name for a prefix, each once. */
static void
put_origins(const struct terminal *t, const struct record *r, uint8_t len,
    struct buf *value)
{
	const struct origins *o = &r->origins;

	for (size_t i = 0; i < o->count; i++) {
		bool skip = o->list[i].prefix.len != len;

		for (size_t k = 0; k < i && !skip; k++)
			skip = o->list[k].prefix.len == len &&
			    o->list[k].asn == o->list[i].asn;
		if (!skip)
			buf_printf(value, " %s%lu", t->config.asn_prefix,
			    (unsigned long)o->list[i].asn);
	}
}

static void
put_prefixes(const struct terminal *t, const struct record *r, struct buf *out)
{
	struct buf value = { 0 };

	for (size_t i = 0; i < r->prefix_count; i++) {
		char text[PREFIX_TEXT_MAX];

		buf_put(&value, text, prefix_print(&r->prefixes[i], text));
		pad(&value, 0, VALUE_WIDTH - 1);
		put_origins(t, r, r->prefixes[i].len, &value);
		put_line(t, i == 0 ? "prefix" : "within", NULL, &value, out);
	}
	buf_free(&value);
}

/* Appends the address, where it is not what was typed. */
static void
put_address(const struct terminal *t, const struct record *r, struct span input,
    struct buf *out)
{
	char text[PREFIX_TEXT_MAX];
	struct buf value = { 0 };

	if (r->target.kind != TARGET_NET)
		return;
	buf_put(&value, text, addr_print(&r->target.net.addr, text));
	if (value.len != input.len ||
	    memcmp(value.data, input.text, input.len) != 0)
		put_line(t, "address", NULL, &value, out);
	buf_free(&value);
}

static void
put_registration(const struct terminal *t, const struct record *r,
    struct buf *out)
{
	struct buf value = { 0 };

	if (r->reg.country[0] != '\0') {
		buf_puts(&value, r->reg.country);
		put_line(t, "country", NULL, &value, out);
	}
	if (r->reg.registry.text != NULL) {
		escape_flat(&value, r->reg.registry.text, r->reg.registry.len);
		if (r->reg.allocated.text != NULL) {
			buf_puts(&value, ", allocated ");
			escape_flat(&value, r->reg.allocated.text,
			    r->reg.allocated.len);
		}
		put_line(t, "registry", NULL, &value, out);
	}
	buf_free(&value);
}

/* Appends how one source answered, and how long that took. */
static void
put_source(const struct source_result *s, struct buf *out)
{
	size_t from = out->len;

	buf_puts(out, s->name);
	pad(out, from, VALUE_WIDTH);
	buf_puts(out, status_word(s->status));
	pad(out, from, VALUE_WIDTH + COLUMNS_GAP + STATUS_WIDTH);
	if (s->took > 0)
		buf_printf(out, "%.*f ms", s->took < 10000 ? 1 : 0,
		    (double)s->took / 1000);
	if (s->dnssec == DNSSEC_SECURE)
		buf_puts(out, "  secure");
}

static void
put_sources(const struct terminal *t, const struct record *r, struct buf *out)
{
	struct buf value = { 0 };

	for (size_t i = 0; i < r->source_count; i++) {
		put_source(&r->sources[i], &value);
		put_line(t, i == 0 ? "sources" : "",
		    color_of(r->sources[i].status), &value, out);
	}
	buf_free(&value);
}

/* Appends the origin with its name, or the status with what was wrong. */
static void
put_result(const struct terminal *t, const struct record *r, struct buf *out)
{
	struct buf value = { 0 };

	if (r->has_asn && r->status != STATUS_SPECIAL) {
		buf_printf(&value, "%s%lu", t->config.asn_prefix,
		    (unsigned long)r->asn);
		if (r->reg.name.text != NULL) {
			buf_puts(&value, "  ");
			escape_flat(&value, r->reg.name.text, r->reg.name.len);
		}
		put_line(t, "origin", COLOR_GREEN, &value, out);
	} else {
		field_write_info(&value, r);
		put_line(t, status_word(r->status), color_of(r->status), &value,
		    out);
	}
	buf_free(&value);
}

static void
put_note(const struct terminal *t, const struct record *r, struct buf *out)
{
	struct buf value = { 0 };

	if (!r->moas && !r->conflict)
		return;
	buf_puts(&value, r->moas ? "several origins (MOAS)" : "");
	buf_puts(&value, r->moas && r->conflict ? "; " : "");
	buf_puts(&value, r->conflict ? "sources differ" : "");
	put_line(t, "note", COLOR_YELLOW, &value, out);
	buf_free(&value);
}

void
terminal_block(const struct terminal *t, const struct record *r,
    struct span input, struct buf *out)
{
	struct buf title = { 0 };

	field_write_input(&t->style, &title, input.text, input.len);
	columns_cut(&title, t->config.width);
	put(t, COLOR_BOLD, &title, 0, out);
	buf_putc(out, '\n');
	buf_free(&title);
	put_address(t, r, input, out);
	put_result(t, r, out);
	put_prefixes(t, r, out);
	put_registration(t, r, out);
	put_note(t, r, out);
	put_sources(t, r, out);
}

/* Appends the first origin that a source names, or what is wrong with it. */
static void
put_check_result(const struct record *r, size_t source, struct buf *out)
{
	const struct source_result *s = &r->sources[source];

	if (s->status != STATUS_OK)
		buf_puts(out, status_phrase(s->status));
	else if (r->origins.count == 0)
		field_write_info(out, r);
	for (size_t i = 0; i < r->origins.count; i++) {
		const struct origin *o = &r->origins.list[i];
		char text[PREFIX_TEXT_MAX];

		if (o->source != source)
			continue;
		buf_printf(out, "AS%lu ", (unsigned long)o->asn);
		buf_put(out, text, prefix_print(&o->prefix, text));
		return;
	}
}

void
terminal_check(const struct terminal *t, const struct record *r,
    struct buf *out)
{
	struct buf line = { 0 };

	/* No source was asked: say why. */
	if (r->source_count == 0 && r->status != STATUS_NOSOURCE) {
		buf_printf(out, "-\t%s\t-\t", status_word(r->status));
		field_write_info(out, r);
		buf_putc(out, '\n');
	}
	for (size_t i = 0; i < r->source_count; i++) {
		const struct source_result *s = &r->sources[i];

		if (t == NULL || t->config.width == 0) {
			buf_printf(&line, "%s\t%s\t%.1f ms\t", s->name,
			    status_word(s->status), (double)s->took / 1000);
		} else {
			put_source(s, &line);
			pad(&line, 0,
			    VALUE_WIDTH + STATUS_WIDTH + TOOK_WIDTH +
				2 * COLUMNS_GAP);
		}
		put_check_result(r, i, &line);
		if (t != NULL && t->config.width > 0)
			columns_cut(&line, t->config.width);
		buf_put(out, line.data, line.len);
		buf_putc(out, '\n');
		buf_clear(&line);
	}
	buf_free(&line);
}
