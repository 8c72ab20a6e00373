#include "config.h"

#include "mail/spamassassin-answer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/buf.h"

#define NONE_ASN 4294967295.0 /* RFC 7300: announces nothing */
#define REPLACEMENT "\xef\xbf\xbd"

/* Spans of somebody's text. */
struct words {
	struct span *list;
	size_t count;
	size_t size;
};

/* What one answer adds to. */
struct reader {
	struct words asns; /* without prefix */
	struct words routes;
	size_t old_asns; /* that were there before */
	size_t old_routes;
	struct arena *arena;
	struct explanation *explanation;
	enum status status;
};

/* Perl's \s, for bytes. */
static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void
add_word(struct words *w, const char *text, size_t len)
{
	if (w->count == w->size) {
		w->size = w->size > 0 ? 2 * w->size : 8;
		w->list = xrealloc(w->list, w->size * sizeof(*w->list));
	}
	w->list[w->count++] = (struct span){ text, len };
}

static bool
has_word(const struct words *w, struct span word)
{
	for (size_t i = 0; i < w->count; i++)
		if (span_compare(w->list[i], word) == 0)
			return true;
	return false;
}

/* Words with any blanks between, as Perl's split(' ') has them. */
static void
split_blanks(struct span text, struct words *out)
{
	const char *end = text.text + text.len;
	const char *at = text.text;

	while (at < end) {
		const char *word;

		while (at < end && is_blank(*at))
			at++;
		word = at;
		while (at < end && !is_blank(*at))
			at++;
		if (at > word)
			add_word(out, word, (size_t)(at - word));
	}
}

/* What single blanks part; empty words at the end do not count. */
static void
split_tag(struct span text, struct words *out)
{
	const char *end = text.text + text.len;

	for (const char *at = text.text; at < end;) {
		const char *blank = memchr(at, ' ', (size_t)(end - at));
		size_t len = (size_t)((blank != NULL ? blank : end) - at);

		add_word(out, at, len);
		at += len + (blank != NULL);
	}
	while (out->count > 0 && out->list[out->count - 1].len == 0)
		out->count--;
}

/* What bars part, with the blanks around them; likewise. */
static void
split_bars(struct span text, struct words *out)
{
	const char *end = text.text + text.len;
	const char *at = text.text;
	const char *bar;

	while ((bar = memchr(at, '|', (size_t)(end - at))) != NULL) {
		const char *last = bar;

		while (last > at && is_blank(last[-1]))
			last--;
		add_word(out, at, (size_t)(last - at));
		at = bar + 1;
		while (at < end && is_blank(*at))
			at++;
	}
	add_word(out, at, (size_t)(end - at));
	while (out->count > 0 && out->list[out->count - 1].len == 0)
		out->count--;
}

/* Whether the last word is a number, perhaps with AS before it. */
static bool
is_like_asn(struct span field)
{
	const char *text = field.text;
	size_t at = field.len;

	while (at > 0 && isdigit((unsigned char)text[at - 1]))
		at--;
	if (at == field.len)
		return false;
	if (at == 0 || is_blank(text[at - 1]))
		return true;
	return at >= 2 && strncasecmp(text + at - 2, "AS", 2) == 0 &&
	    (at == 2 || is_blank(text[at - 3]));
}

/* A route whose length is zero, which stands for none. */
static bool
is_no_route(struct span route)
{
	size_t at = route.len;

	while (at > 0 && route.text[at - 1] == '0')
		at--;
	return at < route.len && at > 0 && route.text[at - 1] == '/';
}

/*
 * A word as Perl takes it for a number: as far as it is one, in decimal.
 */
static double
number_of(struct span word)
{
	char *text = xmemdup(word.text, word.len);
	const char *digits = text + strspn(text, "+-");
	bool hex = digits[0] == '0' && (digits[1] | 0x20) == 'x';
	double number = hex ? 0 : strtod(text, NULL);

	free(text);
	return number;
}

static struct span
without_as(struct span word)
{
	if (word.len > 2 && strncasecmp(word.text, "AS", 2) == 0 &&
	    isdigit((unsigned char)word.text[2])) {
		word.text += 2;
		word.len -= 2;
	}
	return word;
}

static void
add_route(struct reader *r, struct span route)
{
	if (is_no_route(route)) {
		explain_add(r->explanation,
		    "%.*s dropped: a length of zero stands for no route",
		    (int)route.len, route.text);
	} else if (has_word(&r->routes, route)) {
		explain_add(r->explanation, "%.*s dropped: it is there already",
		    (int)route.len, route.text);
	} else {
		explain_add(r->explanation, "%.*s is a route, unchecked",
		    (int)route.len, route.text);
		add_word(&r->routes, route.text, route.len);
	}
}

static void
add_asn(struct reader *r, struct span word)
{
	struct span asn = without_as(word);

	if ((asn.len == 1 && asn.text[0] == '0') ||
	    number_of(asn) == NONE_ASN) {
		explain_add(r->explanation, "%.*s dropped: it stands for no AS",
		    (int)word.len, word.text);
		return;
	}
	r->status = STATUS_OK;
	if (has_word(&r->asns, asn)) {
		explain_add(r->explanation, "%.*s dropped: it is there already",
		    (int)word.len, word.text);
		return;
	}
	explain_add(r->explanation, "%.*s is an AS number", (int)word.len,
	    word.text);
	if (strspn(asn.text, "0123456789") < asn.len)
		explain_add_bug(r->explanation,
		    "'%.*s' is no AS number, but SpamAssassin takes all words "
		    "of a field whose last one is a number",
		    (int)asn.len, asn.text);
	add_word(&r->asns, asn.text, asn.len);
}

/*
 * Perl's own UTF-8, which goes beyond Unicode: leading bytes from `first` on
 * begin a sequence of `length` bytes, the second of which is not below
 * `second` where the first is just `first`, or the sequence is too long for
 * what it says.
 */
static const struct {
	unsigned char first;
	unsigned char second;
	size_t length;
} sequences[] = {
	{ 0xff, 0xff, 13 },
	{ 0xfe, 0x82, 7 },
	{ 0xfc, 0x84, 6 },
	{ 0xf8, 0x88, 5 },
	{ 0xf0, 0x90, 4 },
	{ 0xe0, 0xa0, 3 },
	{ 0xc2, 0x80, 2 },
	{ 0xc0, 0xff, 2 },
	{ 0x80, 0xff, 1 },
	{ 0x00, 0x00, 1 },
};

/* How many bytes Perl takes at once, and whether they are well formed. */
static size_t
take_sequence(const unsigned char *text, size_t len, bool *good)
{
	size_t row = 0;
	size_t n = 1;

	while (text[0] < sequences[row].first)
		row++;
	while (n < sequences[row].length && n < len && (text[n] & 0xc0) == 0x80)
		n++;
	*good = n == sequences[row].length;
	if (n == 1)
		*good = text[0] < 0x80;
	else if (text[0] == sequences[row].first &&
	    text[1] < sequences[row].second)
		*good = false;
	if (sequences[row].second == 0xff)
		*good = false;
	return n;
}

/* Appends a character-string as SpamAssassin gets it: decoded and encoded. */
static void
put_string(struct buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		bool good;
		size_t n = take_sequence((const unsigned char *)text + i,
		    len - i, &good);

		if (good)
			buf_put(out, text + i, n);
		else
			buf_puts(out, REPLACEMENT);
		i += n;
	}
}

/* The character-strings of a record, in the arena. */
static void
read_strings(struct reader *r, const uint8_t *rdata, size_t len,
    struct words *out)
{
	struct buf one = { 0 };
	struct span string;
	size_t at = 0;

	while (answer_next_string(rdata, len, &at, &string)) {
		buf_clear(&one);
		put_string(&one, string.text, string.len);
		add_word(out, arena_copy(r->arena, one.data, one.len), one.len);
	}
	buf_free(&one);
}

static struct span
join(struct reader *r, const struct words *w, const char *between)
{
	struct buf text = { 0 };
	struct span out;

	for (size_t i = 0; i < w->count; i++) {
		if (i > 0)
			buf_puts(&text, between);
		buf_put(&text, w->list[i].text, w->list[i].len);
	}
	out.len = text.len;
	out.text = arena_copy(r->arena, text.data, text.len);
	buf_free(&text);
	return out;
}

static bool
is_number(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isdigit((unsigned char)s.text[i]))
			return false;
	return s.len > 0;
}

/* The fields of a record: its strings, or what bars part. */
static void
split_fields(struct reader *r, const struct words *strings, struct words *out)
{
	struct span joined = join(r, strings, " ");

	if (strings->count < 2 ||
	    memchr(joined.text, '|', joined.len) != NULL) {
		if (strings->count > 1)
			explain_add(r->explanation,
			    "its strings are joined by blanks, and parted at "
			    "bars");
		split_bars(joined, out);
		return;
	}
	explain_add(r->explanation, "without a bar, each string is a field");
	for (size_t i = 0; i < strings->count; i++)
		add_word(out, strings->list[i].text, strings->list[i].len);
	if (out->count >= 3 &&
	    memchr(out->list[1].text, '/', out->list[1].len) == NULL &&
	    is_number(out->list[2])) {
		struct words route = { .list = &out->list[1], .count = 2 };

		out->list[1] = join(r, &route, "/");
	}
}

/* The first field names the ASes, or else the second; the other, routes. */
static void
read_fields(struct reader *r, const struct words *fields)
{
	struct words asns = { 0 };
	struct words routes = { 0 };

	if (fields->count > 0 && is_like_asn(fields->list[0])) {
		split_blanks(fields->list[0], &asns);
		if (fields->count > 1)
			split_blanks(fields->list[1], &routes);
	} else if (fields->count > 1 && is_like_asn(fields->list[1])) {
		explain_add(r->explanation, "the second field has the AS");
		split_blanks(fields->list[1], &asns);
		split_blanks(fields->list[0], &routes);
	} else {
		explain_add(r->explanation,
		    "dropped: neither the first field nor the "
		    "second ends in an AS number");
		if (r->status == STATUS_UNANNOUNCED)
			r->status = STATUS_MALFORMED;
	}
	for (size_t i = 0; i < routes.count; i++)
		add_route(r, routes.list[i]);
	for (size_t i = 0; i < asns.count; i++)
		add_asn(r, asns.list[i]);
	free(asns.list);
	free(routes.list);
}

static void
read_record(struct reader *r, const uint8_t *rdata, size_t len)
{
	struct words strings = { 0 };
	struct words fields = { 0 };

	read_strings(r, rdata, len, &strings);
	if (strings.count > 0) {
		split_fields(r, &strings, &fields);
		read_fields(r, &fields);
	}
	free(strings.list);
	free(fields.list);
}

/* A tag's text with the prefix taken off whatever goes on with a digit. */
static struct span
without_prefix(struct reader *r, struct span text, struct span prefix)
{
	struct buf out = { 0 };
	struct span bare;

	for (size_t i = 0; i < text.len; i++) {
		bool start = i == 0 || text.text[i - 1] == ' ';

		if (start && prefix.len > 0 && text.len - i > prefix.len &&
		    memcmp(text.text + i, prefix.text, prefix.len) == 0 &&
		    isdigit((unsigned char)text.text[i + prefix.len]))
			i += prefix.len;
		buf_putc(&out, text.text[i]);
	}
	bare.len = out.len;
	bare.text = arena_copy(r->arena, out.data, out.len);
	buf_free(&out);
	return bare;
}

static void
store(struct reader *r, struct sa_tag *tag, const struct words *words,
    struct span prefix)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < words->count; i++) {
		if (i > 0)
			buf_putc(&text, ' ');
		buf_put(&text, prefix.text, prefix.len);
		buf_put(&text, words->list[i].text, words->list[i].len);
	}
	tag->text.len = text.len;
	tag->text.text = arena_copy(r->arena, text.data, text.len);
	if (tag->first.text == NULL)
		tag->first = tag->text;
	buf_free(&text);
}

/* Words of an organisation, from a local database, are none of ASes. */
static void
tell_of_words(const struct reader *r, struct span prefix)
{
	for (size_t i = 0; i < r->old_asns; i++)
		if (!is_number(r->asns.list[i]))
			explain_add_bug(r->explanation,
			    "'%.*s', which stood in the tag before, now has "
			    "'%.*s' before it, as if it were an AS number",
			    (int)r->asns.list[i].len, r->asns.list[i].text,
			    (int)prefix.len, prefix.text);
}

enum status
sa_answer_read(const struct answer *answer, struct span prefix,
    struct sa_tag *asn, struct sa_tag *route, struct arena *arena,
    struct explanation *explanation)
{
	struct reader r = {
		.arena = arena,
		.explanation = explanation,
		.status = STATUS_UNANNOUNCED,
	};
	const struct span none = { "", 0 };
	const uint8_t *rdata;
	size_t at = 0;
	size_t len;

	/* Both are read before either is stored, which matters for one tag. */
	split_tag(without_prefix(&r, asn->text, prefix), &r.asns);
	split_tag(route->text.text != NULL ? route->text : none, &r.routes);
	r.old_asns = r.asns.count;
	r.old_routes = r.routes.count;
	while (answer_next(answer, &at, &rdata, &len))
		read_record(&r, rdata, len);
	if (r.asns.count > r.old_asns) {
		tell_of_words(&r, prefix);
		store(&r, asn, &r.asns, prefix);
	}
	if (r.routes.count > r.old_routes) {
		if (asn == route && r.asns.count > r.old_asns)
			explain_add_bug(explanation,
			    "the AS numbers are lost, since the routes go "
			    "into the same tag, _%s_",
			    route->name);
		store(&r, route, &r.routes, none);
	}
	free(r.asns.list);
	free(r.routes.list);
	return r.status;
}
