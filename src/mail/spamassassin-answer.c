#include "config.h"

#include "mail/spamassassin-answer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "mail/spamassassin-utf8.h"
#include "mail/spamassassin-words.h"
#include "mail/text.h"

#define NONE_ASN 4294967295.0 /* RFC 7300: reserved, announces nothing */

/* The prefix of routes. */
static const struct span no_prefix = { "", 0 };

/* A tag while answers are added to it. */
struct tag_reader {
	struct sa_word_set set; /* without prefix */
	size_t old_count;	/* of words that were there before */
};

/* An answer that is read, and the tags that it adds to. */
struct reader {
	struct tag_reader asns;
	struct tag_reader routes;
	struct arena *arena;
	struct explanation *explanation;
	enum status status;
};

static bool
is_digit(char c)
{
	return isdigit((unsigned char)c);
}

static bool
is_number(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.text[i]))
			return false;
	return s.len > 0;
}

/* Returns whether the last word is a number, perhaps after AS. */
static bool
is_like_asn(struct span field)
{
	const char *text = field.text;
	size_t at = field.len;

	while (at > 0 && is_digit(text[at - 1]))
		at--;
	if (at == field.len)
		return false;
	if (at == 0 || text_is_white(text[at - 1]))
		return true;
	return at >= 2 && strncasecmp(text + at - 2, "AS", 2) == 0 &&
	    (at == 2 || text_is_white(text[at - 3]));
}

/* Returns whether a route has length zero, which means "no route". */
static bool
is_no_route(struct span route)
{
	size_t at = route.len;

	while (at > 0 && route.text[at - 1] == '0')
		at--;
	return at < route.len && at > 0 && route.text[at - 1] == '/';
}

/* Returns the number that Perl makes of a word: as far as it is decimal. */
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
	    is_digit(word.text[2])) {
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
		    "%.*s dropped: a length of zero means no route",
		    (int)route.len, route.text);
	} else if (sa_word_set_has(&r->routes.set, route)) {
		explain_add(r->explanation,
		    "%.*s dropped: the tag has it already", (int)route.len,
		    route.text);
	} else {
		explain_add(r->explanation, "%.*s is a route, unchecked",
		    (int)route.len, route.text);
		sa_words_add(&r->routes.set.words, route);
	}
}

static void
add_new_asn(struct reader *r, struct span word, struct span asn)
{
	explain_add(r->explanation, "%.*s is an AS number", (int)word.len,
	    word.text);
	if (!is_number(asn))
		explain_add_bug(r->explanation,
		    "'%.*s' is no AS number, but SpamAssassin takes every "
		    "word of a field whose last word is a number",
		    (int)asn.len, asn.text);
	sa_words_add(&r->asns.set.words, asn);
}

static void
add_asn(struct reader *r, struct span word)
{
	struct span asn = without_as(word);

	if (span_is_exactly(asn, "0") || number_of(asn) == NONE_ASN) {
		explain_add(r->explanation, "%.*s dropped: it means no AS",
		    (int)word.len, word.text);
		return;
	}
	r->status = STATUS_OK;
	if (sa_word_set_has(&r->asns.set, asn))
		explain_add(r->explanation,
		    "%.*s dropped: the tag has it already", (int)word.len,
		    word.text);
	else
		add_new_asn(r, word, asn);
}

/* --- records ------------------------------------------------------------- */

/* Adds the character-strings of a record, which live in the arena. */
static void
read_strings(struct reader *r, const uint8_t *rdata, size_t len,
    struct sa_words *out)
{
	struct span string;
	size_t at = 0;

	while (answer_next_string(rdata, len, &at, &string)) {
		struct buf decoded = { 0 };

		sa_put_decoded(&decoded, string);
		sa_words_add(out, text_keep(r->arena, &decoded));
	}
}

/* Adds strings as fields; a length without a slash joins its network. */
static void
add_strings(struct reader *r, const struct sa_words *strings,
    struct sa_words *out)
{
	for (size_t i = 0; i < strings->count; i++)
		sa_words_add(out, strings->list[i]);
	if (out->count >= 3 &&
	    memchr(out->list[1].text, '/', out->list[1].len) == NULL &&
	    is_number(out->list[2])) {
		struct sa_words route = { .list = &out->list[1], .count = 2 };

		out->list[1] = sa_words_join(&route, no_prefix, "/", r->arena);
	}
}

/* Adds the fields of a record: its strings, or the texts between bars. */
static void
split_fields(struct reader *r, const struct sa_words *strings,
    struct sa_words *out)
{
	struct span joined = sa_words_join(strings, no_prefix, " ", r->arena);

	if (strings->count > 1 &&
	    memchr(joined.text, '|', joined.len) == NULL) {
		explain_add(r->explanation,
		    "without a bar, each string is a field");
		add_strings(r, strings, out);
		return;
	}
	if (strings->count > 1)
		explain_add(r->explanation,
		    "its strings are joined with blanks and split at bars");
	sa_words_split_bars(out, joined);
}

static void
read_words(struct reader *r, struct span asn_field, struct span route_field)
{
	struct sa_words asns = { 0 };
	struct sa_words routes = { 0 };

	sa_words_split(&asns, asn_field);
	sa_words_split(&routes, route_field);
	for (size_t i = 0; i < routes.count; i++)
		add_route(r, routes.list[i]);
	for (size_t i = 0; i < asns.count; i++)
		add_asn(r, asns.list[i]);
	sa_words_free(&asns);
	sa_words_free(&routes);
}

/* Reads the AS numbers in the first field, or else in the second. */
static void
read_fields(struct reader *r, const struct sa_words *fields)
{
	struct span first = fields->count > 0 ? fields->list[0] : no_prefix;
	struct span second = fields->count > 1 ? fields->list[1] : no_prefix;

	if (is_like_asn(first)) {
		read_words(r, first, second);
	} else if (is_like_asn(second)) {
		explain_add(r->explanation, "the second field has the AS");
		read_words(r, second, first);
	} else {
		explain_add(r->explanation,
		    "dropped: neither the first field nor the "
		    "second ends in an AS number");
		if (r->status == STATUS_UNANNOUNCED)
			r->status = STATUS_MALFORMED;
	}
}

static void
read_record(struct reader *r, const uint8_t *rdata, size_t len)
{
	struct sa_words strings = { 0 };
	struct sa_words fields = { 0 };

	read_strings(r, rdata, len, &strings);
	if (strings.count > 0) {
		split_fields(r, &strings, &fields);
		read_fields(r, &fields);
	}
	sa_words_free(&strings);
	sa_words_free(&fields);
}

/* --- tags ---------------------------------------------------------------- */

/* Returns a tag's text without the prefixes that a digit follows. */
static struct span
without_prefix(struct reader *r, struct span text, struct span prefix)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < text.len; i++) {
		bool start = i == 0 || text.text[i - 1] == ' ';

		if (start && prefix.len > 0 && text.len - i > prefix.len &&
		    memcmp(text.text + i, prefix.text, prefix.len) == 0 &&
		    is_digit(text.text[i + prefix.len]))
			i += prefix.len;
		buf_putc(&out, text.text[i]);
	}
	return text_keep(r->arena, &out);
}

static void
read_tag(struct tag_reader *t, struct span text)
{
	sa_words_split_tag(&t->set.words, text);
	t->old_count = t->set.words.count;
}

static bool
has_grown(const struct tag_reader *t)
{
	return t->set.words.count > t->old_count;
}

static void
store(struct reader *r, struct sa_tag *tag, const struct tag_reader *t,
    struct span prefix)
{
	tag->text = sa_words_join(&t->set.words, prefix, " ", r->arena);
	if (tag->first.text == NULL)
		tag->first = tag->text;
}

/* Explains that words of an organisation, from a database, get a prefix. */
static void
explain_prefixes(const struct reader *r, struct span prefix)
{
	for (size_t i = 0; i < r->asns.old_count; i++) {
		struct span word = r->asns.set.words.list[i];

		if (!is_number(word))
			explain_add_bug(r->explanation,
			    "'%.*s', which was in the tag before, now has "
			    "'%.*s' before it, as if it were an AS number",
			    (int)word.len, word.text, (int)prefix.len,
			    prefix.text);
	}
}

/* Stores the tags that have grown. Both were read before either is stored. */
static void
store_both(struct reader *r, struct span prefix, struct sa_tag *asn,
    struct sa_tag *route)
{
	if (has_grown(&r->asns)) {
		explain_prefixes(r, prefix);
		store(r, asn, &r->asns, prefix);
	}
	if (!has_grown(&r->routes))
		return;
	if (asn == route && has_grown(&r->asns))
		explain_add_bug(r->explanation,
		    "the AS numbers are lost, since the routes go into the "
		    "same tag, _%s_",
		    route->name);
	store(r, route, &r->routes, no_prefix);
}

enum status
sa_answer_read(const struct answer *answer, struct span prefix,
    struct sa_tag *asn, struct sa_tag *route, struct arena *arena,
    struct explanation *explanation)
{
	struct reader r = {
		.asns.set.arena = arena,
		.routes.set.arena = arena,
		.arena = arena,
		.explanation = explanation,
		.status = STATUS_UNANNOUNCED,
	};
	const uint8_t *rdata;
	size_t at = 0;
	size_t len;

	read_tag(&r.asns, without_prefix(&r, asn->text, prefix));
	read_tag(&r.routes, route->text);
	while (answer_next(answer, &at, &rdata, &len))
		read_record(&r, rdata, len);
	store_both(&r, prefix, asn, route);
	sa_word_set_free(&r.asns.set);
	sa_word_set_free(&r.routes.set);
	return r.status;
}
