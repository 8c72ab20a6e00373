#include "config.h"

#include "record/origin-text.h"

#include <ctype.h>
#include <string.h>

#include "base/array.h"
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

/* The prefixes of a text that count. */
struct prefixes {
	struct prefix *list;
	size_t count;
	size_t dropped;	      /* others, which do not cover the target */
	struct prefix inside; /* the widest of these inside of the target; */
			      /* length 0: none */
};

void
inside_take(struct inside *in, const struct prefix *net, const struct prefix *p,
    uint32_t asn)
{
	if (!prefix_covers(net, p))
		return;
	if (in->found &&
	    (p->len > in->prefix.len ||
		(p->len == in->prefix.len && asn >= in->asn)))
		return;
	*in = (struct inside){ .found = true, .asn = asn, .prefix = *p };
}

/* Lists a prefix that counts. A default route never does. */
static void
add_prefix(struct prefixes *out, const struct prefix *p,
    const struct prefix *net)
{
	if (p->len == 0)
		return;
	if (net == NULL || prefix_covers(p, net))
		out->list[out->count++] = *p;
	else
		out->dropped++;
	if (net != NULL && prefix_covers(net, p) && p->len > net->len &&
	    (out->inside.len == 0 || p->len < out->inside.len))
		out->inside = *p;
}

/* Reads prefixes separated by blanks. Returns false if one is malformed. */
static bool
read_prefixes(struct span s, const struct origin_reader *r,
    struct prefixes *out)
{
	out->list = arena_alloc(r->arena, (s.len + 1) / 2 * sizeof(*out->list));
	if (s.len == 0)
		return false;
	while (s.len > 0) {
		size_t len = word_length(s, " \t");
		struct prefix p;

		if (!prefix_parse(s.text, len, &p))
			return false;
		add_prefix(out, &p, r->net);
		s = span_trim((struct span){ s.text + len, s.len - len });
	}
	return true;
}

/* Reads "8.8.8.0" and "24", or "8.8.8.0/24". */
static bool
read_network(const struct fields *f, const struct origin_reader *r,
    struct prefixes *out)
{
	struct prefix p;
	struct addr a;
	uint64_t bits;

	if (memchr(f->field[1].text, '/', f->field[1].len) != NULL)
		return read_prefixes(f->field[1], r, out);
	if (f->count < 3 ||
	    !addr_parse(f->field[1].text, f->field[1].len, &a) ||
	    !number_parse(f->field[2].text, f->field[2].len,
		family_bits(a.family), &bits))
		return false;
	out->list = arena_alloc(r->arena, sizeof(*out->list));
	p = prefix_of(&a, (uint8_t)bits);
	add_prefix(out, &p, r->net);
	return true;
}

static int
compare_numbers(const void *left, const void *right)
{
	const uint32_t *a = left;
	const uint32_t *b = right;

	return (*a > *b) - (*a < *b);
}

static int
compare_lengths(const void *left, const void *right)
{
	const struct prefix *a = left;
	const struct prefix *b = right;

	return (a->len < b->len) - (a->len > b->len);
}

/*
 * Sorts the AS numbers, and the prefixes with the most specific first, and
 * drops duplicates. All prefixes cover the target, so there are no more than
 * it has bits.
 */
static void
sort_unique(struct asns *asns, struct prefixes *prefixes)
{
	size_t kept = 0;

	array_sort(asns->list, asns->count, sizeof(*asns->list),
	    compare_numbers);
	for (size_t i = 1; i < asns->count; i++)
		if (asns->list[i] != asns->list[kept])
			asns->list[++kept] = asns->list[i];
	asns->count = kept + 1;
	array_sort(prefixes->list, prefixes->count, sizeof(*prefixes->list),
	    compare_lengths);
	kept = 0;
	for (size_t i = 1; i < prefixes->count; i++)
		if (prefixes->list[i].len != prefixes->list[kept].len)
			prefixes->list[++kept] = prefixes->list[i];
	prefixes->count = kept + 1;
}

/* Appends up to `left` origins, those of the first prefixes. */
static void
add_origins(struct origin *o, const struct asns *asns,
    const struct prefixes *prefixes, size_t left, struct origins *out)
{
	for (size_t p = 0; p < prefixes->count; p++) {
		o->prefix = prefixes->list[p];
		for (size_t i = 0; i < asns->count; i++) {
			if (left-- == 0)
				return;
			o->asn = asns->list[i];
			*origins_add(out) = *o;
		}
	}
}

/*
 * Returns whether there are more AS numbers for each prefix than may be
 * multiplied. Both counts are far below 2^32, so the product does not overflow.
 */
static bool
are_too_many(const struct asns *asns, const struct prefixes *prefixes)
{
	return (uint64_t)asns->count * prefixes->count > ORIGINS_MAX;
}

/* Adds the origins of an answer about a target, at most ORIGINS_MAX. */
static void
answer(struct origin_reader *r, struct origin *o, struct asns *asns,
    struct prefixes *prefixes)
{
	if (asns->count > 1 || prefixes->count > 1)
		sort_unique(asns, prefixes);
	r->truncated |= are_too_many(asns, prefixes);
	add_origins(o, asns, prefixes, ORIGINS_MAX, r->out);
	if (r->out->count - r->from > ORIGINS_MAX)
		r->truncated |= origins_limit(r->out, r->from);
}

/* Multiplies AS numbers and prefixes, at least one of each was given. */
static enum status
multiply(struct origin_reader *r, struct origin *o, struct asns *asns,
    struct prefixes *prefixes)
{
	r->dropped += prefixes->dropped;
	if (prefixes->inside.len > 0)
		inside_take(&r->inside, r->net, &prefixes->inside,
		    asns->list[0]);
	if (prefixes->count == 0)
		return prefixes->dropped > 0 ? STATUS_MISMATCH
					     : STATUS_UNANNOUNCED;
	if (r->net != NULL) {
		answer(r, o, asns, prefixes);
		return STATUS_OK;
	}
	if (asns->count > 1 && prefixes->count > 1 &&
	    are_too_many(asns, prefixes))
		return STATUS_MALFORMED;
	add_origins(o, asns, prefixes, SIZE_MAX, r->out);
	return STATUS_OK;
}

enum status
origin_text_read(struct origin_reader *r, const uint8_t *rdata, size_t len)
{
	struct origin o = { .source = r->source };
	struct prefixes prefixes = { .count = 0 };
	struct fields f;
	struct asns asns;
	struct prefix p;
	bool prefix_first = false;

	if (!cut(rdata, len, r->arena, &f) || f.count == 0)
		return STATUS_MALFORMED;
	asns = read_asns(f.field[0], r->path, r->arena);
	if (asns.is == ASNS_BAD && f.bars &&
	    prefix_parse(f.field[0].text, f.field[0].len, &p)) {
		prefix_first = true;
		asns = read_asns(f.field[1], r->path, r->arena);
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
	if (f.bars ? !read_prefixes(f.field[!prefix_first], r, &prefixes)
		   : !read_network(&f, r, &prefixes))
		return STATUS_MALFORMED;
	return multiply(r, &o, &asns, &prefixes);
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
