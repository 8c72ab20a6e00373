#include "config.h"

#include "base/array.h"
#include "mail/spamassassin-answer.h"
#include "mail/spamassassin-header.h"
#include "mail/spamassassin-if.h"

#include <stdlib.h>

#include "../rdata.h"
#include "../tap.h"

static struct span
span(const char *text)
{
	return (struct span){ text, strlen(text) };
}

/* Answers: ^ separates strings, newlines separate records. */
static const struct {
	const char *records;
	const char *asn;
	const char *cidr;
	enum status status;
} answers[] = {
	{ "15169^8.8.8.0^24", "AS15169", "8.8.8.0/24", STATUS_OK },
	{ "15169^8.8.8.0^x", "AS15169", "8.8.8.0", STATUS_OK },
	{ "4294967295^0.0.0.0^0", "", "", STATUS_UNANNOUNCED },
	{ "15169 | 8.8.8.0/24 | US\n36040 | 8.8.8.0/24", "AS15169 AS36040",
	    "8.8.8.0/24", STATUS_OK },
	{ "8.8.8.0/24 | AS15169 | Google", "AS15169", "8.8.8.0/24", STATUS_OK },
	{ "15169 || 8.8.8.0/24", "AS15169", "", STATUS_OK },
	{ "0 | 8.8.8.0/24", "", "8.8.8.0/24", STATUS_UNANNOUNCED },
	{ "00000000000000000000000000000000000000000000000000000000000000"
	  "4294967295 | 8.8.8.0/24",
	    "", "8.8.8.0/24", STATUS_UNANNOUNCED },
	{ "hello 1103", "AShello AS1103", "", STATUS_OK },
	{ "1103 ", "", "", STATUS_MALFORMED },
	{ "15169 | 8.8.8.0/2^4 | US", "AS15169", "8.8.8.0/2 4", STATUS_OK },
	{ "", "", "", STATUS_MALFORMED },
};

static void
test_answers(void)
{
	for (size_t i = 0; i < LENGTH(answers); i++) {
		struct sa_tag asn = { "ASN", { "", 0 }, { NULL, 0 } };
		struct sa_tag cidr = { "ASNCIDR", { "", 0 }, { NULL, 0 } };
		struct answer *a = answer_of(answers[i].records);
		struct arena arena = { 0 };

		is_int(sa_answer_read(a, span("AS"), &asn, &cidr, &arena, NULL),
		    answers[i].status, "the status of '%s'",
		    answers[i].records);
		is_bytes(asn.text.text, asn.text.len, answers[i].asn,
		    "the AS numbers in it");
		is_bytes(cidr.text.text, cidr.text.len, answers[i].cidr,
		    "the routes in it");
		answer_release(a);
		arena_free(&arena);
	}
}

static struct span
value_of(void *arg, struct span tag)
{
	return span_is_exactly(tag, "ASN") ? span(arg)
					   : (struct span){ NULL, 0 };
}

/* Tests an answer of very many words, of which each comes twice. */
static void
test_many_words(void)
{
	enum {
		WORDS_MAX = 5000
	};
	struct sa_tag asn = { "ASN", { "", 0 }, { NULL, 0 } };
	struct sa_tag cidr = { "ASNCIDR", { "", 0 }, { NULL, 0 } };
	struct arena arena = { 0 };
	struct buf text = { 0 };
	struct buf want = { 0 };
	struct answer *a;
	size_t size = 0;

	for (unsigned i = 0; i < 2 * WORDS_MAX; i++)
		buf_printf(&text, "%u ", 10000 + i % WORDS_MAX);
	buf_puts(&text, "| 8.8.8.0/24");
	for (unsigned i = 0; i < WORDS_MAX; i++)
		buf_printf(&want, "%sAS%u", i > 0 ? " " : "", 10000 + i);
	a = answer_new(ANSWER_TEXT, 2 + text.len + text.len / 252 + 1);
	for (size_t at = 0; at < text.len; at += 252) {
		size_t n = text.len - at < 252 ? text.len - at : 252;

		a->data[2 + size++] = (uint8_t)n;
		memcpy(a->data + 2 + size, text.data + at, n);
		size += n;
	}
	a->data[0] = (uint8_t)(size >> 8);
	a->data[1] = (uint8_t)size;
	a->size = 2 + size;
	buf_putc(&want, '\0');
	is_int(sa_answer_read(a, span("AS"), &asn, &cidr, &arena, NULL),
	    STATUS_OK, "an answer of %d words", 2 * WORDS_MAX);
	is_bytes(asn.text.text, asn.text.len, want.data,
	    "the tag has each word once, in order");
	answer_release(a);
	arena_free(&arena);
	buf_free(&text);
	buf_free(&want);
}

static void
test_headers(void)
{
	static const struct {
		const char *template;
		const char *value;
		const char *want;
	} headers[] = {
		{ "_ASN_", "AS1", "X-Spam-N: AS1\n" },
		{ "_ASN_ _B_", "", "X-Spam-N:  _B_\n" },
		{ "a_ASN__ASN(x)_b", "AS1", "X-Spam-N: aAS1AS1b\n" },
		{ "_ASN_\nx", "AS1", "X-Spam-N: AS1\n\tx\n" },
		{ "_ASN_ b", "caf\xc3\xa9",
		    "X-Spam-N: =?UTF-8?Q?caf=C3=A9?= b\n" },
		/*
		 * The last word ends in column 79, or would end in column 80.
		 */
		{ "_ASN_ 1234567890123456789 1234567890123456789 1234567890 "
		  "123456789 1234",
		    "AS1",
		    "X-Spam-N: AS1 1234567890123456789 1234567890123456789 "
		    "1234567890 123456789 1234\n" },
		{ "_ASN_ 1234567890123456789 1234567890123456789 1234567890 "
		  "123456789 12345",
		    "AS1",
		    "X-Spam-N: AS1 1234567890123456789 1234567890123456789 "
		    "1234567890 123456789\n\t12345\n" },
	};

	for (size_t i = 0; i < LENGTH(headers); i++) {
		char *value = xstrdup(headers[i].value);
		struct buf out = { 0 };

		sa_header_write(&out, "N", span(headers[i].template), true,
		    value_of, value);
		is_bytes(out.data, out.len, headers[i].want,
		    "header %zu is written", i);
		buf_free(&out);
		free(value);
	}
}

static void
test_conditions(void)
{
	static const struct {
		const char *text;
		int holds; /* -1 if it is invalid */
	} conditions[] = {
		{ "version >= 3.004000", 1 },
		{ "version < 4.0 || !plugin(A::B)", 1 },
		{ "plugin (Mail::SpamAssassin::Plugin::ASN) && !(1 > 2)", 1 },
		{ "can(Mail::SpamAssassin::Plugin::ASN::has_check_asn)", 1 },
		{ "has(Mail::SpamAssassin::Conf::feature_unheard_of)", 0 },
		{ "1 + 2 * 3 == 7", 1 },
		{ "(-5 ^ -5) == 0 && (-1 ^ 0) > 4", 1 },
		{ "nan", 1 },
		{ "(", -1 },
		{ "1 2", -1 },
		{ "", 0 },
		{ "word", 1 },
		{ "1 - 1 ? 1 : 0 || 0", 0 },
		{ "1 / 0", -1 },
		{ "plugin", 0 },
	};

	for (size_t i = 0; i < LENGTH(conditions); i++) {
		struct sa_if facts = { .plugins = NULL };
		char *why = NULL;
		bool holds;

		sa_if_read(&facts, conditions[i].text, &holds, &why);
		is_int(why != NULL ? -1 : holds, conditions[i].holds,
		    "condition '%s'", conditions[i].text);
		free(why);
	}
}

int
main(void)
{
	test_answers();
	test_many_words();
	test_headers();
	test_conditions();
	return tap_done();
}
