#include "config.h"

#include "record/origin-text.h"

#include <ctype.h>
#include <string.h>

#include "base/number.h"
#include "base/span.h"

#define FIELDS_MAX 5 /* no form has more */

/* A record cut into its fields. */
struct fields {
	struct span field[FIELDS_MAX];
	size_t count;	  /* may be more than FIELDS_MAX */
	struct span last; /* the fifth and all after it, uncut */
	bool bars;	  /* cut at bars */
};

static void
add_field(struct fields *f, const char *text, size_t len)
{
	if (f->count < FIELDS_MAX)
		f->field[f->count] = span_trim((struct span){ text, len });
	f->count++;
}

static void
cut_at_bars(struct fields *f, const char *text, size_t len)
{
	const char *end = text + len;

	f->bars = true;
	for (;;) {
		const char *bar = memchr(text, '|', (size_t)(end - text));

		if (f->count == FIELDS_MAX - 1)
			f->last = span_trim(
			    (struct span){ text, (size_t)(end - text) });
		add_field(f, text, (size_t)((bar ? bar : end) - text));
		if (bar == NULL)
			return;
		text = bar + 1;
	}
}

/* Returns the length of a word that `ends` ends; a set in braces is one. */
static size_t
word_length(struct span s, const char *ends)
{
	bool inside = false;
	size_t len = 0;

	while (len < s.len &&
	    (inside || s.text[len] == '\0' ||
		strchr(ends, s.text[len]) == NULL)) {
		inside = s.text[len] == '{' || (inside && s.text[len] != '}');
		len++;
	}
	return len;
}

static void
cut_at_words(struct fields *f, const char *text, size_t len)
{
	struct span s = { text, len };

	while (s.len > 0) {
		size_t n = word_length(s, " \t,");

		if (n > 0)
			add_field(f, s.text, n);
		n += n < s.len;
		s = (struct span){ s.text + n, s.len - n };
	}
}

/*
 * Cuts RDATA into fields: several strings without a bar are fields; else the
 * strings are one text, cut at its bars or, without any, into words. Returns
 * false for broken RDATA.
 */
static bool
cut(const uint8_t *rdata, size_t len, struct arena *arena, struct fields *f)
{
	char *text = arena_alloc(arena, len);
	size_t used = 0;
	size_t strings = 0;

	*f = (struct fields){ .count = 0 };
	for (size_t i = 0; i < len; i += 1 + (size_t)rdata[i], strings++) {
		if (rdata[i] >= len - i)
			return false;
		add_field(f, text + used, 0);
		memcpy(text + used, rdata + i + 1, rdata[i]);
		if (strings < FIELDS_MAX)
			f->field[strings] =
			    span_trim((struct span){ text + used, rdata[i] });
		used += rdata[i];
	}
	if (memchr(text, '|', used) != NULL) {
		*f = (struct fields){ .count = 0 };
		cut_at_bars(f, text, used);
	} else if (strings < 2) {
		*f = (struct fields){ .count = 0 };
		cut_at_words(f, text, used);
	}
	return true;
}

/* The AS numbers of a field, without those that mean "none". */
struct asns {
	enum {
		ASNS_GIVEN,
		ASNS_NONE,
		ASNS_BAD
	} is;
	uint32_t *list;
	size_t count;
};

static bool
add_asn(struct span word, struct asns *out)
{
	if (!asn_parse(word.text, word.len, &out->list[out->count]))
		return false;
	out->count++;
	return true;
}

/* Reads an AS number, or a set of them separated by commas or blanks. */
static bool
read_word(struct span word, struct asns *out)
{
	size_t before = out->count;

	if (word.text[0] != '{')
		return add_asn(word, out);
	if (word.text[word.len - 1] != '}')
		return false;
	word = (struct span){ word.text + 1, word.len - 2 };
	while (word.len > 0) {
		size_t n = word_length(word, " \t,");

		if (n > 0 && !add_asn((struct span){ word.text, n }, out))
			return false;
		n += n < word.len;
		word = (struct span){ word.text + n, word.len - n };
	}
	return out->count > before;
}

static struct asns
read_asns(struct span s, bool path, struct arena *arena)
{
	struct asns out = { .is = ASNS_NONE };
	size_t kept = 0;

	if (s.len == 0 || span_is(s, "NA") || span_is(s, "unknown"))
		return out;
	out.list = arena_alloc(arena, (s.len + 1) / 2 * sizeof(*out.list));
	while (s.len > 0) {
		size_t n = word_length(s, " \t");

		if (path)
			out.count = 0;
		if (!read_word((struct span){ s.text, n }, &out))
			return (struct asns){ .is = ASNS_BAD };
		s = span_trim((struct span){ s.text + n, s.len - n });
	}
	for (size_t i = 0; i < out.count; i++)
		if (!asn_is_none(out.list[i]))
			out.list[kept++] = out.list[i];
	out.count = kept;
	out.is = kept > 0 ? ASNS_GIVEN : ASNS_NONE;
	return out;
}

/* Returns a registry's text, or no value for the texts that mean none. */
static struct span
some(struct span s)
{
	if (s.len == 0 || span_is(s, "--") || span_is(s, "NA"))
		return (struct span){ NULL, 0 };
	return s;
}

/* Reads what follows the ASN and the prefix. */
static void
read_registration(const struct fields *f, bool prefix_first,
    struct registration *out)
{
	const struct span *rest = &f->field[2];

	*out = (struct registration){ .country = "" };
	if (!f->bars)
		return;
	if (prefix_first) {
		out->name = some(rest[0]);
		out->allocated = some(rest[1]);
		country_read(rest[2], rest[2], out->country);
	} else if (span_is_two_letters(rest[1]) &&
	    !span_is_two_letters(rest[0]) && !span_is(rest[1], "NA")) {
		country_read(rest[1], rest[1], out->country);
		out->name = some(rest[2]);
	} else {
		country_read(rest[0], rest[1], out->country);
		out->registry = some(rest[1]);
		out->allocated = some(rest[2]);
	}
}

/* Adds the origins of a prefix; a default route is STATUS_UNANNOUNCED. */
static enum status
add_origins(struct origin *o, const struct asns *asns, struct origins *out)
{
	if (o->prefix.len == 0)
		return STATUS_UNANNOUNCED;
	for (size_t i = 0; i < asns->count; i++) {
		o->asn = asns->list[i];
		*origins_add(out) = *o;
	}
	return STATUS_OK;
}

/* Reads prefixes separated by blanks; adds nothing if one is malformed. */
static enum status
read_prefixes(struct span s, struct origin *o, const struct asns *asns,
    struct origins *out)
{
	enum status status = STATUS_MALFORMED;
	size_t before = out->count;

	while (s.len > 0) {
		size_t len = word_length(s, " \t");

		if (!prefix_parse(s.text, len, &o->prefix)) {
			out->count = before;
			return STATUS_MALFORMED;
		}
		if (add_origins(o, asns, out) == STATUS_OK)
			status = STATUS_OK;
		else if (status != STATUS_OK)
			status = STATUS_UNANNOUNCED;
		s = span_trim((struct span){ s.text + len, s.len - len });
	}
	return status;
}

/* Reads "8.8.8.0" and "24", or "8.8.8.0/24". */
static enum status
read_network(const struct fields *f, struct origin *o, const struct asns *asns,
    struct origins *out)
{
	struct addr a;
	uint64_t bits;

	if (memchr(f->field[1].text, '/', f->field[1].len) != NULL)
		return read_prefixes(f->field[1], o, asns, out);
	if (f->count < 3 ||
	    !addr_parse(f->field[1].text, f->field[1].len, &a) ||
	    !number_parse(f->field[2].text, f->field[2].len,
		family_bits(a.family), &bits))
		return STATUS_MALFORMED;
	o->prefix = prefix_of(&a, (uint8_t)bits);
	return add_origins(o, asns, out);
}

enum status
origin_text_read(const uint8_t *rdata, size_t len, bool path, unsigned source,
    struct arena *arena, struct origins *out)
{
	struct origin o = { .source = source };
	struct fields f;
	struct asns asns;
	struct prefix p;
	bool prefix_first = false;

	if (!cut(rdata, len, arena, &f) || f.count == 0)
		return STATUS_MALFORMED;
	asns = read_asns(f.field[0], path, arena);
	if (asns.is == ASNS_BAD && f.bars &&
	    prefix_parse(f.field[0].text, f.field[0].len, &p)) {
		prefix_first = true;
		asns = read_asns(f.field[1], path, arena);
	}
	if (asns.is == ASNS_BAD)
		return STATUS_MALFORMED;
	if (asns.is == ASNS_NONE)
		return f.field[0].len == 0 && !f.bars && f.count < 3
		    ? STATUS_MALFORMED
		    : STATUS_UNANNOUNCED;
	if (f.count < 2)
		return STATUS_MALFORMED;
	read_registration(&f, prefix_first, &o.reg);
	if (!f.bars)
		return read_network(&f, &o, &asns, out);
	return read_prefixes(f.field[!prefix_first], &o, &asns, out);
}

enum status
origin_text_read_name(const uint8_t *rdata, size_t len, uint32_t asn,
    struct arena *arena, struct registration *out)
{
	struct fields f;
	uint32_t about;

	if (!cut(rdata, len, arena, &f) || !f.bars || f.count < FIELDS_MAX ||
	    !asn_parse(f.field[0].text, f.field[0].len, &about) || about != asn)
		return STATUS_MALFORMED;
	*out = (struct registration){
		.registry = some(f.field[2]),
		.allocated = some(f.field[3]),
		.name = some(f.last),
	};
	country_read(f.field[1], f.field[2], out->country);
	return STATUS_OK;
}
