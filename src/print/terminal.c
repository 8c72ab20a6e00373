#include "config.h"

#include "print/terminal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/span.h"
#include "record/target.h"

#define GAP 2		/* blanks between columns */
#define LABEL_WIDTH 13	/* of a block's first column */
#define VALUE_WIDTH 32	/* of the second, where a third follows */
#define STATUS_WIDTH 11 /* "unannounced" */

#define BOLD "\033[1m"
#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

struct terminal {
	struct terminal_config config;
	struct style style;
	struct field_list list;
};

struct terminal *
terminal_new(const struct terminal_config *config)
{
	struct terminal *t = xcalloc(1, sizeof(*t));

	t->config = *config;
	t->style = (struct style){
		.null = "-",
		.asn_prefix = config->asn_prefix,
	};
	free(field_list_parse(config->fields, &t->list));
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
		return GREEN;
	return status_failed(status) || status == STATUS_INVALID ? RED : YELLOW;
}

/* Code points, which is what columns come to but for the widest scripts. */
static int
columns(const char *text, size_t len)
{
	int count = 0;

	for (size_t i = 0; i < len; i++)
		count += (text[i] & 0xc0) != 0x80;
	return count;
}

/* Cuts text to `most` columns; the last is then an ellipsis. */
static void
cut(struct buf *text, int most)
{
	size_t len = 0;
	int count = 0;

	if (columns(text->data, text->len) <= most)
		return;
	while (len < text->len) {
		count += (text->data[len] & 0xc0) != 0x80;
		if (count >= most)
			break;
		len++;
	}
	text->len = len;
	if (most > 0)
		buf_puts(text, "\xe2\x80\xa6");
}

/* Appends text in a color, then blanks up to `width` columns. */
static int
put_cell(const struct terminal *t, const char *color, const struct buf *text,
    int width, struct buf *out)
{
	int used = columns(text->data, text->len);

	if (t->config.color && color != NULL)
		buf_puts(out, color);
	buf_put(out, text->data, text->len);
	if (t->config.color && color != NULL)
		buf_puts(out, PLAIN);
	for (; used < width; used++)
		buf_putc(out, ' ');
	return used;
}

static int
width_of(const struct terminal *t, size_t i)
{
	if (i == 0 && t->config.first_width > 0)
		return t->config.first_width;
	return t->list.fields[i]->width;
}

/* A line of cells, each padded so that the next one begins in its column. */
struct line {
	const struct terminal *terminal;
	struct buf *out;
	int used; /* columns, so far */
	int due;  /* columns that the cells so far should take */
	size_t cells;
};

/* Where there is no room left in an aligned line, nothing is put. */
static void
put_column(struct line *l, const char *color, struct buf *text)
{
	const struct terminal *t = l->terminal;
	bool aligned = t->config.width > 0;
	bool last = l->cells + 1 == t->list.count;
	int width = width_of(t, l->cells);

	if (l->cells > 0) {
		if (aligned && l->used + GAP >= t->config.width)
			return;
		buf_puts(l->out, aligned ? "  " : "\t");
		l->used += GAP;
		l->due += GAP;
	}
	l->cells++;
	l->due += width;
	if (aligned)
		cut(text, t->config.width - l->used);
	if (last || !aligned || l->due + GAP >= t->config.width)
		width = 0;
	else
		width = l->due - l->used;
	l->used += put_cell(t, color, text, width, l->out);
}

void
terminal_head(const struct terminal *t, struct buf *out)
{
	struct line line = { .terminal = t, .out = out };
	struct buf name = { 0 };

	if (t->config.width == 0)
		return;
	for (size_t i = 0; i < t->list.count; i++) {
		buf_clear(&name);
		for (const char *c = t->list.fields[i]->title; *c != '\0'; c++)
			buf_putc(&name, (char)toupper((unsigned char)*c));
		put_column(&line, BOLD, &name);
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

/* In color are the fields that tell how it came out. */
static const char *
color_of_field(const struct field *f, enum status status)
{
	if (strcmp(f->name, "asn") == 0 || strcmp(f->name, "status") == 0 ||
	    (strcmp(f->name, "info") == 0 && status != STATUS_OK))
		return color_of(status);
	return NULL;
}

void
terminal_row(const struct terminal *t, const struct record *r,
    struct span input, struct buf *out)
{
	struct line line = { .terminal = t, .out = out };
	struct buf text = { 0 };

	for (size_t i = 0; r->status != STATUS_NOADDRESS && i < t->list.count;
	     i++) {
		const struct field *f = t->list.fields[i];

		if (i == 0)
			f = field_for_first_column(f, r);
		buf_clear(&text);
		write_value(t, f, r, input, &text);
		put_column(&line, color_of_field(f, r->status), &text);
	}
	buf_putc(out, '\n');
	buf_free(&text);
}

/* A label and a value; both are escaped already. */
static void
put_line(const struct terminal *t, const char *label, const char *color,
    struct buf *value, struct buf *out)
{
	struct buf name = { 0 };

	buf_puts(&name, label);
	buf_puts(out, "  ");
	put_cell(t, NULL, &name, LABEL_WIDTH, out);
	cut(value, t->config.width - LABEL_WIDTH - 2);
	put_cell(t, color, value, 0, out);
	buf_putc(out, '\n');
	buf_clear(value);
	buf_free(&name);
}

/*
 * Blanks up to a column, counted from `from`, and the gap to the next, which is
 * kept behind what is longer, too.
 */
static void
pad(struct buf *out, size_t from, int width)
{
	int used = columns(out->data + from, out->len - from);
	int end = (used > width ? used : width) + GAP;

	for (; used < end; used++)
		buf_putc(out, ' ');
}

/* The origins that the sources name for a prefix, each once. */
static void
put_origins(const struct terminal *t, const struct record *r, uint8_t len,
    struct buf *value)
{
	const struct origins *o = &r->origins;

	for (size_t i = 0; i < o->count; i++) {
		bool known = o->list[i].prefix.len != len;

		for (size_t k = 0; k < i && !known; k++)
			known = o->list[k].prefix.len == len &&
			    o->list[k].asn == o->list[i].asn;
		if (!known)
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

/* The address that was asked about, where it is not what was typed. */
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

/* What one source said, and how long it took. */
static void
put_source(const struct source_result *s, struct buf *out)
{
	size_t from = out->len;

	buf_puts(out, s->name);
	pad(out, from, VALUE_WIDTH);
	buf_puts(out, status_word(s->status));
	pad(out, from, VALUE_WIDTH + GAP + STATUS_WIDTH);
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

void
terminal_block(const struct terminal *t, const struct record *r,
    struct span input, struct buf *out)
{
	struct buf value = { 0 };

	field_write_input(&t->style, &value, input.text, input.len);
	cut(&value, t->config.width);
	put_cell(t, BOLD, &value, 0, out);
	buf_putc(out, '\n');
	buf_clear(&value);
	put_address(t, r, input, out);
	if (r->has_asn) {
		buf_printf(&value, "%s%lu", t->config.asn_prefix,
		    (unsigned long)r->asn);
		if (r->reg.name.text != NULL) {
			buf_puts(&value, "  ");
			escape_flat(&value, r->reg.name.text, r->reg.name.len);
		}
		put_line(t, "origin", GREEN, &value, out);
	} else {
		field_write_info(&value, r);
		put_line(t, status_word(r->status), color_of(r->status), &value,
		    out);
	}
	put_prefixes(t, r, out);
	put_registration(t, r, out);
	if (r->moas || r->conflict) {
		buf_puts(&value, r->moas ? "several origins (MOAS)" : "");
		buf_puts(&value, r->moas && r->conflict ? "; " : "");
		buf_puts(&value, r->conflict ? "sources differ" : "");
		put_line(t, "note", YELLOW, &value, out);
	}
	put_sources(t, r, out);
	buf_free(&value);
}

/* The origins that one source has named, or what is wrong with it. */
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

	/* Nothing was asked, and that says why. */
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
			pad(&line, 0, VALUE_WIDTH + STATUS_WIDTH + 2 * GAP + 9);
		}
		put_check_result(r, i, &line);
		if (t != NULL && t->config.width > 0)
			cut(&line, t->config.width);
		buf_put(out, line.data, line.len);
		buf_putc(out, '\n');
		buf_clear(&line);
	}
	buf_free(&line);
}
