#include "config.h"

#include "db/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/escape.h"
#include "base/number.h"
#include "io/framing.h"
#include "record/origin-text.h"
#include "record/status.h"

#define CELLS_MAX 8    /* no form has more */
#define STRING_MAX 255 /* bytes of a character-string (RFC 1035 3.3) */

struct reader {
	struct table *table;
	size_t last; /* the form of the last line */
	bool begun;
	struct buf fallback; /* rbldnsd: the text of lines without one */
	struct buf rdata;
	struct arena arena;
	struct origins origins;
};

/* A way to read a line; LINE_BAD: it is of another form. */
typedef enum line_result form(struct reader *t, struct span line);

struct reader *
reader_new(struct table *table)
{
	struct reader *t = xcalloc(1, sizeof(*t));

	t->table = table;
	return t;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes the first word off a line, and the blanks behind it. */
static struct span
take_word(struct span *line)
{
	struct span word = { line->text, 0 };
	size_t at;

	while (word.len < line->len && !is_blank(line->text[word.len]))
		word.len++;
	at = word.len;
	while (at < line->len && is_blank(line->text[at]))
		at++;
	*line = (struct span){ line->text + at, line->len - at };
	return word;
}

/* Cuts a line at its TABs; returns how many cells there are. */
static size_t
cut(struct span line, struct span cells[CELLS_MAX])
{
	const char *end = line.text + line.len;
	const char *from = line.text;
	size_t count = 0;

	while (count < CELLS_MAX) {
		const char *tab = memchr(from, '\t', (size_t)(end - from));
		const char *to = tab != NULL ? tab : end;

		cells[count++] = (struct span){ from, (size_t)(to - from) };
		if (tab == NULL)
			break;
		from = tab + 1;
	}
	return count;
}

static bool
is_between_asns(char c)
{
	return c == ' ' || c == ',' || c == '_' || c == '{' || c == '}';
}

/*
 * Adds a prefix with the AS numbers of a text: those of a set stand in
 * braces, or have commas between, and several origins have underscores.
 */
static enum line_result
add_origins(struct reader *t, struct origin *o, struct span asns)
{
	size_t first = t->origins.count;

	while (asns.len > 0) {
		struct span word = { asns.text, 0 };

		while (word.len < asns.len &&
		    !is_between_asns(word.text[word.len]))
			word.len++;
		if (word.len > 0) {
			if (!asn_parse(word.text, word.len, &o->asn))
				return LINE_BAD;
			*origins_add(&t->origins) = *o;
		}
		word.len += word.len < asns.len;
		asns.text += word.len;
		asns.len -= word.len;
	}
	return t->origins.count > first ? LINE_GOOD : LINE_BAD;
}

static enum line_result
read_prefix_and_asns(struct reader *t, struct span line)
{
	struct origin o = { .asn = 0 };
	struct span word = take_word(&line);

	if (!prefix_parse(word.text, word.len, &o.prefix))
		return LINE_BAD;
	return add_origins(t, &o, line);
}

static enum line_result
read_pfx2as(struct reader *t, struct span line)
{
	struct origin o = { .asn = 0 };
	struct span net = take_word(&line);
	struct span len = take_word(&line);
	struct addr a;
	uint64_t bits;

	if (!addr_parse(net.text, net.len, &a) ||
	    !number_parse(len.text, len.len, family_bits(a.family), &bits))
		return LINE_BAD;
	o.prefix = prefix_of(&a, (uint8_t)bits);
	return add_origins(t, &o, line);
}

static enum line_result
read_range(struct reader *t, struct span line)
{
	struct origin o = { .asn = 0 };
	struct span cells[CELLS_MAX];
	struct addr first;
	struct addr last;

	if (cut(line, cells) < 3 ||
	    !addr_parse(cells[0].text, cells[0].len, &first) ||
	    !addr_parse(cells[1].text, cells[1].len, &last) ||
	    !asn_parse(cells[2].text, cells[2].len, &o.asn) ||
	    !addr_is_range(&first, &last))
		return LINE_BAD;
	if (asn_is_none(o.asn))
		return LINE_SKIPPED;
	if (cut(line, cells) >= 5) {
		country_read(cells[3], (struct span){ NULL, 0 }, o.reg.country);
		o.reg.name = cells[4];
	}
	do {
		o.prefix = prefix_of_range(&first, &last);
		*origins_add(&t->origins) = o;
	} while (addr_step(&first, &o.prefix) && addr_is_range(&first, &last));
	return LINE_GOOD;
}

/* The value of a cell of TSV; \N is none. */
static struct span
read_cell(struct reader *t, struct span cell)
{
	char *out;

	if (span_is_exactly(cell, "\\N"))
		return (struct span){ NULL, 0 };
	out = arena_alloc(&t->arena, cell.len);
	return (struct span){ out, unescape(cell.text, cell.len, out) };
}

static enum line_result
read_own(struct reader *t, struct span line)
{
	struct origin o = { .asn = 0 };
	struct span cells[CELLS_MAX];

	if (cut(line, cells) != 7 || !status_is_word(cells[2]))
		return LINE_BAD;
	if (!span_is_exactly(cells[2], status_word(STATUS_OK)) ||
	    span_is_exactly(cells[4], "\\N"))
		return LINE_SKIPPED;
	if (!prefix_parse(cells[4].text, cells[4].len, &o.prefix))
		return LINE_BAD;
	country_read(cells[5], (struct span){ NULL, 0 }, o.reg.country);
	o.reg.name = read_cell(t, cells[6]);
	return add_origins(t, &o, cells[3]);
}

/* Reads a text as a zone gives it. */
static enum line_result
read_text(struct reader *t)
{
	switch (origin_text_read((const uint8_t *)t->rdata.data, t->rdata.len,
	    false, 0, &t->arena, &t->origins)) {
	case STATUS_OK:
		return LINE_GOOD;
	case STATUS_UNANNOUNCED:
		return LINE_SKIPPED;
	default:
		return LINE_BAD;
	}
}

/* Makes RDATA of a text, which may be too long for one string. */
static void
make_rdata(struct buf *out, struct span text)
{
	buf_clear(out);
	do {
		size_t len = text.len < STRING_MAX ? text.len : STRING_MAX;

		buf_putc(out, (char)len);
		buf_put(out, text.text, len);
		text = (struct span){ text.text + len, text.len - len };
	} while (text.len > 0);
}

/* The text of an rbldnsd value, which an address may precede. */
static struct span
text_of_value(struct span value)
{
	const char *colon;

	if (value.len == 0 || value.text[0] != ':')
		return value;
	colon = memchr(value.text + 1, ':', value.len - 1);
	if (colon == NULL)
		return (struct span){ value.text, 0 };
	return (struct span){ colon + 1,
		(size_t)(value.text + value.len - colon - 1) };
}

/* A prefix, or one address. */
static bool
read_net(struct span word, struct prefix *out)
{
	struct addr a;

	if (addr_parse(word.text, word.len, &a)) {
		*out = prefix_of(&a, family_bits(a.family));
		return true;
	}
	return prefix_parse(word.text, word.len, out);
}

static enum line_result
read_rbldnsd(struct reader *t, struct span line)
{
	struct origin o = { .asn = 0 };
	struct span word;
	struct span text;
	enum line_result result;

	if (line.text[0] == ':') {
		text = text_of_value(line);
		buf_clear(&t->fallback);
		buf_put(&t->fallback, text.text, text.len);
		return LINE_SKIPPED;
	}
	word = take_word(&line);
	if (word.text[0] == '!') {
		word = (struct span){ word.text + 1, word.len - 1 };
		if (!read_net(word, &o.prefix))
			return LINE_BAD;
		table_exclude(t->table, &o.prefix);
		return LINE_GOOD;
	}
	if (!read_net(word, &o.prefix))
		return LINE_BAD;
	text = text_of_value(line);
	if (text.len == 0)
		text = (struct span){ t->fallback.data, t->fallback.len };
	if (text.len == 0)
		return LINE_BAD;
	make_rdata(&t->rdata, text);
	result = read_text(t);
	return result != LINE_BAD ? result : add_origins(t, &o, text);
}

/* Quoted character-strings become RDATA (RFC 1035 5.1). */
static bool
read_strings(struct buf *out, struct span text)
{
	struct span string = { NULL, 0 };

	buf_clear(out);
	while (text.len > 0 && text.text[0] == '"') {
		size_t len = 1;

		while (len < text.len && text.text[len] != '"')
			len += text.text[len] == '\\' ? 2 : 1;
		if (len >= text.len || len > STRING_MAX)
			return false;
		string = (struct span){ text.text + 1, len - 1 };
		buf_putc(out, (char)string.len);
		buf_put(out, string.text, string.len);
		text.text += len + 1;
		text.len -= len + 1;
		while (text.len > 0 && is_blank(text.text[0]))
			take_word(&text);
	}
	return string.text != NULL;
}

/* Of a zone file, the TXT records; the others of a zone say nothing. */
static enum line_result
read_zone_file(struct reader *t, struct span line)
{
	bool other = is_blank(line.text[0]);

	take_word(&line);
	while (line.len > 0 && line.text[0] != '"') {
		struct span word = take_word(&line);

		if (span_is(word, "TXT"))
			return read_strings(&t->rdata, line) ? read_text(t)
							     : LINE_BAD;
		other |= span_is(word, "SOA") || span_is(word, "NS");
	}
	return other ? LINE_SKIPPED : LINE_BAD;
}

static form *const forms[] = {
	read_prefix_and_asns,
	read_rbldnsd,
	read_zone_file,
	read_pfx2as,
	read_own,
	read_range,
};

#define FORM_COUNT (sizeof(forms) / sizeof(forms[0]))

static bool
says_nothing(struct span line)
{
	return line.len == 0 || strchr(";#$", line.text[0]) != NULL;
}

/* By the form of the line before, which most have, or else by any other. */
static enum line_result
read_line(struct reader *t, struct span line)
{
	enum line_result result = forms[t->last](t, line);

	for (size_t i = 0; i < FORM_COUNT && result == LINE_BAD; i++) {
		t->origins.count = 0;
		result = forms[i](t, line);
		if (result == LINE_GOOD)
			t->last = i;
	}
	return result;
}

/* A default route says nothing, nor do those who announce nothing. */
static void
add(struct reader *t, const struct origin *o)
{
	if (o->prefix.len > 0 && !asn_is_none(o->asn))
		table_add(t->table, o);
}

enum line_result
reader_add(struct reader *t, struct span line)
{
	enum line_result result;

	if (!t->begun)
		line = span_without_mark(line);
	t->begun = true;
	if (says_nothing(line))
		return LINE_SKIPPED;
	arena_clear(&t->arena);
	t->origins.count = 0;
	result = read_line(t, line);
	for (size_t i = 0; result == LINE_GOOD && i < t->origins.count; i++)
		add(t, &t->origins.list[i]);
	return result;
}

void
reader_free(struct reader *t)
{
	if (t == NULL)
		return;
	buf_free(&t->fallback);
	buf_free(&t->rdata);
	arena_free(&t->arena);
	free(t->origins.list);
	free(t);
}
