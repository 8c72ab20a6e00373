#include "config.h"

#include <ctype.h>
#include <strings.h>

#include "fuzz.h"
#include "mail/spamassassin-answer.h"

/*
 * Compares the parser with a slow one that follows the rules of the plugin, and
 * cuts up and copies C strings.
 */

#define BLANKS " \t\n\v\f\r"
#define DIGITS "0123456789"
#define TAG_MAX 8192 /* limits the growth that a prefix of blanks causes */

struct list {
	char **texts;
	size_t count;
};

static void
push(struct list *l, const char *text, size_t len)
{
	l->texts = xrealloc(l->texts, (l->count + 1) * sizeof(*l->texts));
	l->texts[l->count++] = xmemdup(text, len);
}

static void
clear(struct list *l)
{
	while (l->count > 0)
		free(l->texts[--l->count]);
	free(l->texts);
	l->texts = NULL;
}

static bool
has(const struct list *l, const char *text)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->texts[i], text) == 0)
			return true;
	return false;
}

static bool
is_blank(char c)
{
	return c != '\0' && strchr(BLANKS, c) != NULL;
}

/* Splits a text at each mark, without empty parts at the end. */
static void
split(const char *text, char mark, struct list *out)
{
	for (;;) {
		size_t len = strcspn(text, (char[]){ mark, '\0' });

		push(out, text, len);
		if (text[len] == '\0')
			break;
		text += len + 1;
	}
	while (out->count > 0 && out->texts[out->count - 1][0] == '\0')
		free(out->texts[--out->count]);
}

static void
split_words(const char *text, struct list *out)
{
	for (text += strspn(text, BLANKS); *text != '\0';
	     text += strspn(text, BLANKS)) {
		push(out, text, strcspn(text, BLANKS));
		text += strcspn(text, BLANKS);
	}
}

static char *
join(const struct list *l, const char *prefix, const char *between)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < l->count; i++)
		buf_printf(&out, "%s%s%s", i > 0 ? between : "", prefix,
		    l->texts[i]);
	buf_putc(&out, '\0');
	return out.data;
}

static bool
is_beside_bar(const char *text, size_t i)
{
	size_t before = i;

	while (before > 0 && is_blank(text[before - 1]))
		before--;
	return (before > 0 && text[before - 1] == '|') ||
	    text[i + strspn(text + i, BLANKS)] == '|';
}

/* Splits a text at bars, without the blanks beside them. */
static void
split_bars(const char *text, struct list *out)
{
	struct buf tight = { 0 };

	for (size_t i = 0; text[i] != '\0'; i++)
		if (!is_blank(text[i]) || !is_beside_bar(text, i))
			buf_putc(&tight, text[i]);
	buf_putc(&tight, '\0');
	split(tight.data, '|', out);
	buf_free(&tight);
}

static bool
is_all_digits(const char *text)
{
	return *text != '\0' && text[strspn(text, DIGITS)] == '\0';
}

/*
 * Splits a record into fields: at bars, or each string is a field. In the
 * latter case, a length is joined to its prefix.
 */
static void
split_fields(const struct list *strings, struct list *out)
{
	char *joined = join(strings, "", " ");
	char *net;

	if (strings->count < 2 || strchr(joined, '|') != NULL) {
		split_bars(joined, out);
	} else {
		for (size_t i = 0; i < strings->count; i++)
			push(out, strings->texts[i], strlen(strings->texts[i]));
		if (out->count > 2 && strchr(out->texts[1], '/') == NULL &&
		    is_all_digits(out->texts[2])) {
			net = out->texts[1];
			out->texts[1] =
			    format_text("%s/%s", net, out->texts[2]);
			free(net);
		}
	}
	free(joined);
}

static const char *
without_as(const char *word)
{
	bool as =
	    strncasecmp(word, "AS", 2) == 0 && isdigit((unsigned char)word[2]);

	return as ? word + 2 : word;
}

/* Returns whether a field ends with a word that is a number. */
static bool
ends_in_asn(const char *field)
{
	size_t at = strlen(field);

	while (at > 0 && !is_blank(field[at - 1]))
		at--;
	return is_all_digits(without_as(field + at));
}

static bool
is_no_asn(const char *word)
{
	char *number = xmemdup(word, strspn(word, DIGITS "+-.eE"));
	bool is = strcmp(word, "0") == 0 || strtod(number, NULL) == UINT32_MAX;

	free(number);
	return is;
}

static bool
is_no_route(const char *word)
{
	const char *slash = strrchr(word, '/');

	return slash != NULL && slash[1] == '0' &&
	    slash[1 + strspn(slash + 1, "0")] == '\0';
}

struct slow {
	struct list asns;
	struct list routes;
	bool found;
};

static void
read_record(struct slow *s, const struct list *strings)
{
	struct list fields = { .count = 0 };
	struct list asns = { .count = 0 };
	struct list routes = { .count = 0 };
	size_t first = 0;

	split_fields(strings, &fields);
	while (first < 2 && first < fields.count &&
	    !ends_in_asn(fields.texts[first]))
		first++;
	if (first < 2 && first < fields.count) {
		split_words(fields.texts[first], &asns);
		if (fields.count > 1)
			split_words(fields.texts[1 - first], &routes);
	}
	for (size_t i = 0; i < routes.count; i++)
		if (!is_no_route(routes.texts[i]) &&
		    !has(&s->routes, routes.texts[i]))
			push(&s->routes, routes.texts[i],
			    strlen(routes.texts[i]));
	for (size_t i = 0; i < asns.count; i++) {
		const char *asn = without_as(asns.texts[i]);

		s->found |= !is_no_asn(asn);
		if (!is_no_asn(asn) && !has(&s->asns, asn))
			push(&s->asns, asn, strlen(asn));
	}
	clear(&fields);
	clear(&asns);
	clear(&routes);
}

/* Splits a tag into words, without the prefix before a digit. */
static void
split_tag(const char *text, const char *prefix, struct list *out)
{
	struct buf bare = { 0 };
	size_t len = strlen(prefix);

	for (size_t i = 0; text[i] != '\0'; i++) {
		if ((i == 0 || text[i - 1] == ' ') &&
		    strncmp(text + i, prefix, len) == 0 &&
		    isdigit((unsigned char)text[i + len]))
			i += len;
		buf_putc(&bare, text[i]);
	}
	buf_putc(&bare, '\0');
	split(bare.data, ' ', out);
	buf_free(&bare);
}

static void
replace(char **text, char *by)
{
	free(*text);
	*text = by;
}

/*
 * Adds the records that fuzz_answer() makes of lines to the tags asn and route,
 * which may be the same.
 */
static bool
read_slowly(struct span lines, const char *prefix, char **asn, char **route)
{
	struct slow s = { .found = false };
	size_t asns;
	size_t routes;

	split_tag(*asn, prefix, &s.asns);
	split(*route, ' ', &s.routes);
	asns = s.asns.count;
	routes = s.routes.count;
	while (lines.len > 0) {
		struct span record = fuzz_until(&lines, '\n');
		struct list strings = { .count = 0 };

		do {
			struct span one = fuzz_until(&record, '^');

			push(&strings, one.text,
			    one.len < UINT8_MAX ? one.len : UINT8_MAX);
		} while (record.len > 0);
		read_record(&s, &strings);
		clear(&strings);
	}
	if (s.asns.count > asns)
		replace(asn, join(&s.asns, prefix, " "));
	if (s.routes.count > routes)
		replace(route, join(&s.routes, "", " "));
	clear(&s.asns);
	clear(&s.routes);
	return s.found;
}

static void
check_tag(const struct sa_tag *tag, const char *text)
{
	HOLDS(fuzz_same(tag->text.text, tag->text.len, text, strlen(text)));
}

/* Checks several answers that are added to the same tags. */
static void
check_answers(struct span in, struct span prefix, bool one_tag)
{
	struct sa_tag tags[] = {
		{ "ASN", fuzz_until(&in, '\n'), { NULL, 0 } },
		{ "ASNCIDR", { "", 0 }, { NULL, 0 } },
	};
	struct sa_tag *route = &tags[one_tag ? 0 : 1];
	char *texts[] = { xmemdup(tags[0].text.text, tags[0].text.len),
		xstrdup("") };
	char *prefix_text = xmemdup(prefix.text, prefix.len);
	struct arena arena = { .used = 0 };

	while (in.len > 0 && tags[0].text.len < TAG_MAX) {
		struct span lines = fuzz_until(&in, '\r');
		struct answer *a = fuzz_answer(lines, ANSWER_TEXT);
		bool found = sa_answer_read(a, prefix, &tags[0], route, &arena,
				 NULL) == STATUS_OK;

		HOLDS(read_slowly(lines, prefix_text, &texts[0],
			  &texts[one_tag ? 0 : 1]) == found);
		check_tag(&tags[0], texts[0]);
		check_tag(&tags[1], texts[1]);
		answer_release(a);
	}
	arena_free(&arena);
	free(prefix_text);
	free(texts[0]);
	free(texts[1]);
}

/* Checks any bytes: the explanation must not have control characters. */
static void
check_bytes(struct span in, struct span prefix)
{
	struct sa_tag asn = { "ASN", { NULL, 0 }, { NULL, 0 } };
	struct sa_tag route = { "ASNCIDR", { NULL, 0 }, { NULL, 0 } };
	struct answer *a = fuzz_answer(in, ANSWER_TEXT);
	struct arena arena = { .used = 0 };
	struct explanation explanation = { .lines = { 0 } };

	sa_answer_read(a, prefix, &asn, &route, &arena, &explanation);
	HOLDS(
	    fuzz_is_clean(explanation.lines.data, explanation.lines.len, "\n"));
	HOLDS((asn.text.text == NULL) == (asn.first.text == NULL));
	answer_release(a);
	explain_free(&explanation);
	arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size < 4000 ? size : 4000 };
	bool one_tag = (fuzz_byte(&in) & 1) != 0;
	struct span prefix = fuzz_until(&in, '\n');
	char *copy = fuzz_copy(in);

	check_bytes(in, prefix);
	/* C strings have no NUL, and the plugin recodes non-ASCII text. */
	for (size_t i = 0; i < in.len; i++)
		copy[i] = copy[i] > 0 ? copy[i] : '|';
	if (prefix.len == 0 || memchr(prefix.text, '\0', prefix.len) == NULL)
		check_answers((struct span){ copy, in.len }, prefix, one_tag);
	free(copy);
	return 0;
}
