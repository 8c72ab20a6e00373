#include "config.h"

#include "fuzz.h"
#include "mail/haraka-answer.h"
#include "mail/haraka-header.h"

/* Trims the Latin-1 characters that JavaScript counts as white space. */
static struct span
trim(struct span s)
{
	static const char blanks[] = "\t\n\v\f\r \xa0";

	while (s.len > 0 && memchr(blanks, s.text[0], 7) != NULL)
		s = (struct span){ s.text + 1, s.len - 1 };
	while (s.len > 0 && memchr(blanks, s.text[s.len - 1], 7) != NULL)
		s.len--;
	return s;
}

/* Returns a column of a text with bars, from 0; text NULL if there is none. */
static struct span
column(struct span text, size_t number)
{
	struct span part = { NULL, 0 };

	for (size_t i = 0; i <= number; i++) {
		bool more = part.text == NULL ||
		    part.text + part.len < text.text + text.len;

		if (!more || text.text == NULL)
			return (struct span){ NULL, 0 };
		if (part.text != NULL) {
			size_t used =
			    (size_t)(part.text + part.len + 1 - text.text);

			text =
			    (struct span){ text.text + used, text.len - used };
		}
		part = text;
		part.len = 0;
		while (part.len < text.len && text.text[part.len] != '|')
			part.len++;
	}
	return trim(part);
}

static void
check_columns(enum haraka_provider provider, bool good, struct span text,
    const struct haraka_answer *a)
{
	bool monkey = provider == HARAKA_MONKEY;

	HOLDS(good == (column(text, monkey ? 2 : 3).text != NULL));
	for (size_t i = 0; good && i < HARAKA_FIELD_MAX; i++) {
		struct span want = column(text, monkey && i < 2 ? 1 - i : i);
		size_t skip = monkey && i == 0 ? 2 : 0;

		HOLDS((want.text == NULL) == (a->values[i].text == NULL));
		if (want.text == NULL)
			continue;
		skip = skip < want.len ? skip : want.len;
		HOLDS(fuzz_same(want.text + skip, want.len - skip,
		    a->values[i].text, a->values[i].len));
	}
}

/* Checks an answer of three strings, the last two of which form the prefix. */
static void
check_strings(bool good, struct span text, const struct haraka_answer *a)
{
	struct span asn = fuzz_until(&text, '^');
	struct span net = fuzz_until(&text, '^');
	struct span len = fuzz_until(&text, '^');
	struct buf both = { 0 };

	buf_put(&both, net.text, net.len);
	buf_putc(&both, '/');
	buf_put(&both, len.text, len.len);
	if (good) {
		HOLDS(text.len == 0 && !span_is_exactly(asn, "4294967295"));
		HOLDS(fuzz_same(a->values[HARAKA_ASN].text,
		    a->values[HARAKA_ASN].len, asn.text, asn.len));
		HOLDS(fuzz_same(a->values[HARAKA_NET].text,
		    a->values[HARAKA_NET].len, both.data, both.len));
	}
	buf_free(&both);
}

/* Checks that a header is ASCII, and folded before blanks. */
static void
check_header(struct span value)
{
	struct buf utf8 = { 0 };
	struct buf out = { 0 };

	haraka_header_put_utf8(&utf8, value);
	for (size_t i = 0; i < utf8.len;) {
		bool control;
		size_t n = utf8_length(utf8.data + i, utf8.len - i, &control);

		HOLDS(n > 0);
		i += n;
	}
	haraka_header_put(&out, (struct span){ utf8.data, utf8.len });
	for (size_t i = 0; i < out.len; i++) {
		char next = i + 1 < out.len ? out.data[i + 1] : '\0';

		HOLDS(out.data[i] >= 0);
		HOLDS(out.data[i] != '\n' || next == ' ' || next == '\t');
		HOLDS(out.data[i] != '\r' || next == ' ' || next == '\t' ||
		    next == '\n');
	}
	buf_free(&utf8);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	enum haraka_provider provider =
	    (enum haraka_provider)(fuzz_byte(&in) % HARAKA_PROVIDER_MAX);
	struct buf rdata = { 0 };
	struct buf joined = { 0 };
	struct haraka_answer a;
	struct arena arena = { .used = 0 };
	struct explanation explanation = { .lines = { 0 } };
	bool good;

	in.len = in.len < 250 ? in.len : 250;
	fuzz_rdata(in, &rdata);
	for (size_t i = 0; i < in.len; i++)
		if (in.text[i] != '^')
			buf_putc(&joined, in.text[i]);
	buf_reserve(&joined, 1);
	good = haraka_answer_read(provider, (const uint8_t *)rdata.data,
	    rdata.len, &arena, &explanation, &a);
	if (provider == HARAKA_ROUTEVIEWS)
		check_strings(good, in, &a);
	else
		check_columns(provider, good,
		    (struct span){ joined.data, joined.len }, &a);
	for (size_t i = 0; good && i < HARAKA_FIELD_MAX; i++)
		if (a.values[i].text != NULL)
			check_header(a.values[i]);
	HOLDS(
	    fuzz_is_clean(explanation.lines.data, explanation.lines.len, "\n"));
	explain_free(&explanation);
	arena_free(&arena);
	buf_free(&rdata);
	buf_free(&joined);
	return 0;
}
