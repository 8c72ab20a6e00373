#include "config.h"

#include "base/span.h"

#include <stdlib.h>

#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/number.h"
#include "base/suggest.h"

static void
test_numbers(void)
{
	static const struct {
		const char *text;
		uint64_t max;
		int64_t value; /* -1: none */
	} cases[] = {
		{ "0", 0, 0 },
		{ "0", 10, 0 },
		{ "10", 10, 10 },
		{ "11", 10, -1 },
		{ "9", 5, -1 },
		{ "1", 0, -1 },
		{ "007", 10, 7 },
		{ "65535", 65535, 65535 },
		{ "65536", 65535, -1 },
		{ "655350", 65535, -1 },
		{ "9223372036854775807", INT64_MAX, INT64_MAX },
		{ "9223372036854775808", INT64_MAX, -1 },
		{ "18446744073709551616", UINT64_MAX, -1 },
		{ "18446744073709551620", UINT64_MAX, -1 },
		{ "99999999999999999999", UINT64_MAX, -1 },
		{ "", 10, -1 },
		{ " 1", 10, -1 },
		{ "1 ", 10, -1 },
		{ "+1", 10, -1 },
		{ "-1", 10, -1 },
		{ "-0", 10, -1 },
		{ "1.0", 10, -1 },
		{ "0x1", 10, -1 },
		{ "1e1", 10, -1 },
		{ "/", 10, -1 },
		{ ":", 10, -1 },
		{ "\xb2", 10, -1 },
	};
	uint64_t value;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		bool good;

		value = 4711;
		good = number_parse(cases[i].text, strlen(cases[i].text),
		    cases[i].max, &value);
		is_int(good ? (int64_t)value : -1, cases[i].value,
		    "number '%s'", cases[i].text);
		ok(good || value == 4711, "left alone where it is none");
	}
	ok(number_parse("18446744073709551615", 20, UINT64_MAX, &value) &&
		value == UINT64_MAX,
	    "the largest number");
	ok(!number_parse("1\0", 2, 10, &value), "a NUL in a number");
	ok(number_parse("123", 2, 100, &value) && value == 12,
	    "only `len` bytes count");
}

static void
test_seconds(void)
{
	static const struct {
		const char *text;
		int64_t usec; /* -1: none */
	} cases[] = {
		{ "1", 1000000 },
		{ "4", 4000000 },
		{ "0.25", 250000 },
		{ ".5", 500000 },
		{ "1.", 1000000 },
		{ "0.000001", 1 },
		{ "0.0000019", 1 },
		{ "1.0000001", 1000000 },
		{ "2.50", 2500000 },
		{ "3600", INT64_C(3600000000) },
		{ "3600.0", INT64_C(3600000000) },
		{ "3599.999999", INT64_C(3599999999) },
		{ "3600.000001", -1 },
		{ "3601", -1 },
		{ "99999999999999999999", -1 },
		{ "0", -1 },
		{ "0.0", -1 },
		{ "0.0000009", -1 },
		{ "", -1 },
		{ ".", -1 },
		{ "-1", -1 },
		{ "+1", -1 },
		{ "1s", -1 },
		{ "1e3", -1 },
		{ "1.2.3", -1 },
		{ "1..2", -1 },
		{ "1.2s", -1 },
		{ "1.0000000x", -1 },
		{ " 1", -1 },
		{ "1,5", -1 },
		{ "inf", -1 },
		{ "nan", -1 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		int64_t usec;
		bool good = number_parse_seconds(cases[i].text, 3600, &usec);

		is_int(good ? usec : -1, cases[i].usec, "seconds '%s'",
		    cases[i].text);
	}
}

static void
test_sizes(void)
{
	static const struct {
		const char *text;
		int64_t bytes; /* -1: none */
	} cases[] = {
		{ "0", 0 },
		{ "1", 1 },
		{ "500K", 512000 },
		{ "64M", INT64_C(64) << 20 },
		{ "1G", INT64_C(1) << 30 },
		{ "1024G", INT64_C(1) << 40 },
		{ "1099511627776", INT64_C(1) << 40 },
		{ "1099511627777", -1 },
		{ "1025G", -1 },
		{ "18014398509481985K", -1 },
		{ "", -1 },
		{ "K", -1 },
		{ "1KK", -1 },
		{ "1k", -1 },
		{ "1T", -1 },
		{ "1KB", -1 },
		{ "1 K", -1 },
		{ "-1K", -1 },
		{ "1.5G", -1 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint64_t bytes;
		bool good =
		    number_parse_size(cases[i].text, UINT64_C(1) << 40, &bytes);

		is_int(good ? (int64_t)bytes : -1, cases[i].bytes, "bytes '%s'",
		    cases[i].text);
	}
}

static void
test_suggestions(void)
{
	static const struct {
		const char *typed;
		const char *list;
		const char *want;
	} cases[] = {
		{ "cymro", "routeviews cymru rspamd", "cymru" },
		{ "cymur", "routeviews cymru rspamd", "cymru" },
		{ "cmyru", "routeviews cymru rspamd", "cymru" },
		{ "cymr", "routeviews cymru rspamd", "cymru" },
		{ "cymruu", "routeviews cymru rspamd", "cymru" },
		{ "tymeout", "timeout trust-anchor", "timeout" },
		{ "timout", "timeout trust-anchor", "timeout" },
		{ "csw", "text json csv tsv", "csv" },
		{ "jsno", "text json csv tsv", "json" },
		{ "tex", "text json csv tsv", "text" },
		{ "last", "first second lost", "lost" },
		{ "xyz", "text json csv tsv", NULL },
		{ "timeoutxyz", "timeout", NULL },
		{ "", "text json", NULL },
		{ "a", "b c", NULL },
		{ "ab", "cd", NULL },
		{ "x", "", NULL },
		{ "text", "  json   text  ", "text" },
	};
	char typed[200];
	char *near;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		near = suggest(cases[i].typed, cases[i].list);
		is_text(near, cases[i].want, "'%s' among '%s'", cases[i].typed,
		    cases[i].list);
		free(near);
	}
	memset(typed, 'a', sizeof(typed));
	for (size_t len = 60; len < 70; len++) {
		typed[len] = '\0';
		near = suggest(typed, "aaaa");
		ok(near == NULL, "a word of %zu bytes", len);
		free(near);
		near = suggest("aaaa", typed);
		ok(near == NULL, "a list with a word of %zu bytes", len);
		free(near);
		typed[len] = 'a';
	}
}

static struct span
span(const char *text)
{
	return (struct span){ text, tap_length(text) };
}

static void
test_spans(void)
{
	static const struct {
		const char *text;
		const char *trimmed;
	} trims[] = {
		{ "", "" },
		{ " ", "" },
		{ "\t \t", "" },
		{ "a", "a" },
		{ " a b\t", "a b" },
		{ "\na\r", "\na\r" },
	};
	struct span s;

	for (size_t i = 0; i < LENGTH(trims); i++) {
		s = span_trim(span(trims[i].text));
		is_bytes(s.text, s.len, trims[i].trimmed, "'%s' trimmed",
		    trims[i].text);
	}
	ok(span_is(span("Na"), "NA"), "in any case");
	ok(!span_is(span("NAA"), "NA") && !span_is(span("N"), "NA"),
	    "not longer, not shorter");
	ok(!span_is(span(NULL), ""), "no value is no word");
	ok(span_compare(span("a"), span("b")) < 0, "a before b");
	ok(span_compare(span("b"), span("a")) > 0, "b behind a");
	ok(span_compare(span("a"), span("aa")) < 0, "the shorter one first");
	ok(span_compare(span("a"), span("\xff")) < 0, "bytes have no sign");
	is_int(span_compare(span("ab"), span("ab")), 0, "the same");
	is_int(span_compare(span(NULL), span("")), 0, "no value is empty");
	ok(span_compare(span(NULL), span("a")) < 0, "no value comes first");
}

static void
test_bufs(void)
{
	struct buf b = { 0 };
	char long_text[300];

	buf_consume(&b, 0);
	buf_put(&b, NULL, 0);
	is_int((intmax_t)b.len, 0, "an empty buffer");
	buf_puts(&b, "ab");
	buf_putc(&b, '-');
	buf_put_number(&b, 0);
	buf_putc(&b, '-');
	buf_put_number(&b, UINT64_MAX);
	buf_printf(&b, "%s%d", "x", -1);
	is_bytes(b.data, b.len, "ab-0-18446744073709551615x-1", "appending");
	buf_consume(&b, 3);
	is_bytes(b.data, b.len, "0-18446744073709551615x-1", "dropping");
	buf_consume(&b, b.len);
	is_int((intmax_t)b.len, 0, "dropping all");
	memset(long_text, 'z', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	buf_printf(&b, "%s", long_text);
	buf_puts(&b, long_text);
	ok(b.len == 598 && b.data[597] == 'z', "growing");
	buf_clear(&b);
	ok(b.len == 0 && b.size >= 598, "the memory stays");
	buf_free(&b);
	ok(b.data == NULL && b.size == 0, "until it is freed");
}

static void
test_memory(void)
{
	char *text = format_text("%d %s", 42, "x");
	char *copy = xmemdup("a\0b", 3);

	is_text(text, "42 x", "format_text()");
	ok(memcmp(copy, "a\0b", 4) == 0, "xmemdup() ends in a NUL");
	free(text);
	free(copy);
	text = xmalloc(0);
	ok(text != NULL, "xmalloc() of nothing is something");
	text = xrealloc(text, 0);
	ok(text != NULL, "xrealloc() to nothing as well");
	free(text);
}

int
main(void)
{
	test_numbers();
	test_seconds();
	test_sizes();
	test_suggestions();
	test_spans();
	test_bufs();
	test_memory();
	return tap_done();
}
