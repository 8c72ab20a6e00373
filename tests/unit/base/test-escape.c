#include "config.h"

#include "base/escape.h"

#include <stdlib.h>

#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"
#include "base/json-writer.h"

/*
 * Decodes UTF-8 independently of the program: adds up the code point, then
 * checks whether it could have been written shorter.
 */
static size_t
decode(const char *text, size_t len, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)text;
	size_t need = 1;

	if (len == 0)
		return 0;
	*point = s[0];
	if (s[0] >= 0xf8)
		return 0;
	if (s[0] >= 0xf0) {
		need = 4;
		*point = s[0] & 0x07;
	} else if (s[0] >= 0xe0) {
		need = 3;
		*point = s[0] & 0x0f;
	} else if (s[0] >= 0xc0) {
		need = 2;
		*point = s[0] & 0x1f;
	} else if (s[0] >= 0x80) {
		return 0;
	}
	if (len < need)
		return 0;
	for (size_t i = 1; i < need; i++) {
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
		*point = *point << 6 | (s[i] & 0x3f);
	}
	if (*point < least[need] || *point > 0x10ffff ||
	    (*point >= 0xd800 && *point <= 0xdfff))
		return 0;
	return need;
}

static bool
is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

/* Returns whether text is valid UTF-8 without control characters. */
static bool
is_safe(const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		uint32_t point;
		size_t n = decode(text + i, len - i, &point);

		if (n == 0 || is_control(point))
			return false;
		i += n;
	}
	return true;
}

/* Tests all sequences of up to four bytes from the interesting values. */
static void
test_utf8(void)
{
	static const unsigned char tails[] = { 0x00, 0x41, 0x7f, 0x80, 0x8f,
		0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xff };
	unsigned wrong = 0;
	bool control;

	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++)
			for (size_t c = 0; c < LENGTH(tails); c++)
				for (size_t d = 0; d < LENGTH(tails); d++) {
					char s[4] = { (char)a, (char)b,
						(char)tails[c],
						(char)tails[d] };

					for (size_t len = 0; len <= 4; len++) {
						uint32_t point = 'x';
						size_t n =
						    decode(s, len, &point);

						wrong += utf8_length(s, len,
							     &control) != n;
						wrong += n > 0 &&
						    control !=
							is_control(point);
					}
				}
	is_int(wrong, 0, "utf8_length() is right for all kinds of sequences");
	is_int((intmax_t)utf8_length("", 0, &control), 0,
	    "utf8_length() of no bytes is 0");
}

static const struct {
	const char *text;
	const char *flat;
	const char *json;
} cases[] = {
	{ "", "", "" },
	{ "GOOGLE, US", "GOOGLE, US", "GOOGLE, US" },
	{ "a\tb", "a\\tb", "a\\tb" },
	{ "a\nb", "a\\nb", "a\\nb" },
	{ "a\rb", "a\\rb", "a\\rb" },
	{ "a\\b", "a\\\\b", "a\\\\b" },
	{ "a\\nb", "a\\\\nb", "a\\\\nb" },
	{ "say \"x\"", "say \"x\"", "say \\\"x\\\"" },
	{ "</script>", "</script>", "</script>" },
	{ "\x01", "\\x01", "\\u0001" },
	{ "\b\f", "\\x08\\x0c", "\\b\\f" },
	{ "\x1b[31m", "\\x1b[31m", "\\u001b[31m" },
	{ "\x1b]0;x\x07", "\\x1b]0;x\\x07", "\\u001b]0;x\\u0007" },
	{ "\x7f", "\\x7f", "\\u007f" },
	/* C1 as UTF-8, and as a byte. */
	{ "\xc2\x80", "\\xc2\\x80", "\\u0080" },
	{ "\xc2\x9b"
	  "31m",
	    "\\xc2\\x9b31m", "\\u009b31m" },
	{ "\xc2\x9f", "\\xc2\\x9f", "\\u009f" },
	{ "\xc2\xa0", "\xc2\xa0", "\xc2\xa0" },
	{ "\x9b"
	  "31m",
	    "\\x9b31m",
	    "\xef\xbf\xbd"
	    "31m" },
	{ "S\xc3\xa3o Paulo", "S\xc3\xa3o Paulo", "S\xc3\xa3o Paulo" },
	{ "\xe2\x82\xac", "\xe2\x82\xac", "\xe2\x82\xac" },
	{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
	{ "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
	/* Latin-1 is not UTF-8. */
	{ "S\xe3o", "S\\xe3o", "S\xef\xbf\xbdo" },
	{ "\xff", "\\xff", "\xef\xbf\xbd" },
	{ "\xc3", "\\xc3", "\xef\xbf\xbd" },
	{ "\xc3\"", "\\xc3\"", "\xef\xbf\xbd\\\"" },
};

/* Invalid sequences: each byte of them is escaped. */
static const char *const invalid[] = {
	"\x80", /* a continuation byte */
	"\xbf\xbf",
	"\xc0\x80", /* NUL, overlong */
	"\xc0\xaf", /* a slash, overlong */
	"\xc1\xbf",
	"\xe0\x80\xaf",
	"\xe0\x9f\xbf",
	"\xf0\x80\x80\xaf",
	"\xf0\x8f\xbf\xbf",
	"\xed\xa0\x80", /* surrogates */
	"\xed\xbf\xbf",
	"\xf4\x90\x80\x80", /* above U+10FFFF */
	"\xf5\x80\x80\x80",
	"\xf8\x88\x80\x80\x80", /* five bytes */
	"\xfc\x84\x80\x80\x80\x80",
	"\xfe",
	"\xe2\x82", /* cut off */
	"\xf0\x9f\x98",
};

static void
test_table(void)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		size_t len = strlen(cases[i].text);

		buf_clear(&out);
		buf_reserve(&out, 1);
		escape_flat(&out, cases[i].text, len);
		is_bytes(out.data, out.len, cases[i].flat, "flat '%s'",
		    cases[i].flat);
		buf_clear(&out);
		escape_json(&out, cases[i].text, len);
		is_bytes(out.data, out.len, cases[i].json, "json '%s'",
		    cases[i].json);
	}
	for (size_t i = 0; i < LENGTH(invalid); i++) {
		struct buf want = { 0 };

		for (size_t k = 0; invalid[i][k] != '\0'; k++)
			buf_printf(&want, "\\x%02x",
			    (unsigned char)invalid[i][k]);
		buf_putc(&want, '\0');
		buf_clear(&out);
		escape_flat(&out, invalid[i], strlen(invalid[i]));
		is_bytes(out.data, out.len, want.data, "invalid %s, flat",
		    want.data);
		buf_clear(&out);
		escape_json(&out, invalid[i], strlen(invalid[i]));
		ok(is_safe(out.data, out.len) && out.len >= 3 &&
			memcmp(out.data, "\xef\xbf\xbd", 3) == 0,
		    "invalid %s, json", want.data);
		buf_free(&want);
	}
	buf_clear(&out);
	escape_flat(&out, "a\0b", 3);
	is_bytes(out.data, out.len, "a\\x00b", "a NUL, flat");
	buf_clear(&out);
	escape_json(&out, "a\0b", 3);
	is_bytes(out.data, out.len, "a\\u0000b", "a NUL, json");
	buf_clear(&out);
	escape_controls(&out, "a\\b\x1b\t", 5);
	is_bytes(out.data, out.len, "a\\b\\x1b\\t",
	    "escape_controls() leaves backslashes alone");
	buf_free(&out);
}

static int
hex(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* Undoes escape_flat(). */
static void
read_back(const char *text, size_t len, struct buf *out)
{
	out->len += unescape(text, len, buf_reserve(out, len));
}

/*
 * Reads a quoted cell as RFC 4180 says; returns false if text is not a single
 * cell.
 */
static bool
uncsv(const char *text, size_t len, struct buf *out)
{
	if (len == 0 || text[0] != '"') {
		buf_put(out, text, len);
		return memchr(text, ',', len) == NULL &&
		    memchr(text, '"', len) == NULL &&
		    memchr(text, '\n', len) == NULL;
	}
	for (size_t i = 1; i < len; i++) {
		if (text[i] == '"' && i + 1 == len)
			return true;
		if (text[i] == '"' && text[++i] != '"')
			return false;
		buf_putc(out, text[i]);
	}
	return false;
}

/*
 * Reads the inside of a JSON string strictly; returns false if it is invalid.
 */
static bool
unjson(const char *text, size_t len, struct buf *out)
{
	static const char shorts[] = "\"\"\\\\//b\bf\fn\nr\rt\t";

	if (!is_safe(text, len))
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned point = 0;

		if (text[i] == '"')
			return false;
		if (text[i] != '\\') {
			buf_putc(out, text[i]);
			continue;
		}
		if (++i == len)
			return false;
		if (text[i] != 'u') {
			size_t k = 0;

			while (k < sizeof(shorts) - 1 && shorts[k] != text[i])
				k += 2;
			if (k >= sizeof(shorts) - 1)
				return false;
			buf_putc(out, shorts[k + 1]);
			continue;
		}
		if (len - i < 5)
			return false;
		for (int k = 0; k < 4; k++)
			point = point << 4 | (unsigned)hex(text[++i]);
		if (point > 0xff)
			return false;
		if (point >= 0x80) {
			buf_putc(out, '\xc2');
			buf_putc(out, (char)point);
		} else {
			buf_putc(out, (char)point);
		}
	}
	return true;
}

struct trips {
	unsigned unsafe;
	unsigned flat;
	unsigned csv;
	unsigned json;
	unsigned controls;
};

static void
try(const char *text, size_t len, struct trips *t)
{
	struct buf out = { 0 };
	struct buf back = { 0 };
	struct buf cell = { 0 };
	bool valid = true;

	for (size_t i = 0; i < len && valid;) {
		uint32_t point;
		size_t n = decode(text + i, len - i, &point);

		valid = n > 0;
		i += n;
	}
	buf_reserve(&out, 1);
	buf_reserve(&back, 1);
	escape_flat(&out, text, len);
	t->unsafe += !is_safe(out.data, out.len);
	read_back(out.data, out.len, &back);
	t->flat += back.len != len || memcmp(back.data, text, len) != 0;

	buf_clear(&out);
	buf_clear(&back);
	buf_puts(&out, "left,");
	escape_flat(&out, text, len);
	escape_csv(&out, 5);
	t->csv += memcmp(out.data, "left,", 5) != 0;
	t->csv += !uncsv(out.data + 5, out.len - 5, &cell);
	read_back(cell.data, cell.len, &back);
	t->csv += back.len != len || memcmp(back.data, text, len) != 0;

	buf_clear(&out);
	buf_clear(&back);
	escape_json(&out, text, len);
	t->json += !unjson(out.data, out.len, &back);
	if (valid)
		t->json += back.len != len || memcmp(back.data, text, len) != 0;
	else
		t->json += back.len < 3;

	buf_clear(&out);
	escape_controls(&out, text, len);
	t->controls += !is_safe(out.data, out.len);
	buf_free(&out);
	buf_free(&back);
	buf_free(&cell);
}

static void
test_round_trips(void)
{
	static const char biased[] =
	    "ab,\" \\\t\n\r\x1b\x80\x9b\xc2\xc3\xe2\x82"
	    "\xac\xed\xa0\xf0\x9f\x98\xff\0";
	struct trips t = { 0 };
	char text[40];

	for (unsigned a = 0; a < 256; a++) {
		text[0] = (char)a;
		try(text, 1, &t);
	}
	is_int(t.unsafe + t.flat + t.csv + t.json + t.controls, 0,
	    "every single byte makes a round trip");
	for (unsigned a = 0; a < 65536; a++) {
		text[0] = (char)(a >> 8);
		text[1] = (char)(a & 0xff);
		try(text, 2, &t);
	}
	for (int i = 0; i < 50000; i++) {
		size_t len = tap_random(sizeof(text));

		for (size_t k = 0; k < len; k++)
			text[k] = tap_random(4) == 0
			    ? (char)tap_random(256)
			    : biased[tap_random(sizeof(biased) - 1)];
		try(text, len, &t);
	}
	is_int(t.unsafe, 0, "flat text has no control characters");
	is_int(t.flat, 0, "flat text can be read back");
	is_int(t.csv, 0, "CSV can be read back");
	is_int(t.json, 0, "JSON is valid and can be read back");
	is_int(t.controls, 0, "messages have no control characters");
}

static void
test_csv(void)
{
	static const struct {
		const char *cell;
		const char *quoted;
	} cells[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "two words", "two words" },
		{ "GOOGLE, US", "\"GOOGLE, US\"" },
		{ ",", "\",\"" },
		{ "\"", "\"\"\"\"" },
		{ "\"\"", "\"\"\"\"\"\"" },
		{ "a\"b", "\"a\"\"b\"" },
		{ "\"a\",\"b\"", "\"\"\"a\"\",\"\"b\"\"\"" },
		{ " a", "\" a\"" },
		{ "a ", "\"a \"" },
		{ " ", "\" \"" },
		{ "'", "'" },
	};
	struct buf out = { 0 };

	for (size_t i = 0; i < LENGTH(cells); i++) {
		buf_clear(&out);
		buf_puts(&out, "x\",");
		buf_puts(&out, cells[i].cell);
		escape_csv(&out, 3);
		is_bytes(out.data + 3, out.len - 3, cells[i].quoted, "CSV '%s'",
		    cells[i].cell);
	}
	buf_free(&out);
}

static void
test_json(void)
{
	struct buf out = { 0 };
	struct json j = { .out = &out };

	json_object(&j, NULL);
	json_string(&j, "input", "8.8.8.8", 7);
	json_string(&j, "nothing", NULL, 0);
	json_string(&j, "empty", "", 0);
	json_string(&j, "part", "abcdef", 3);
	json_number(&j, "asn", 4294967295);
	json_number(&j, "most", UINT64_MAX);
	json_number(&j, "zero", 0);
	json_decimal(&j, "share", 0.0809);
	json_bool(&j, "moas", true);
	json_bool(&j, "conflict", false);
	json_null(&j, "name");
	json_array(&j, "none");
	json_array_end(&j);
	json_array(&j, "list");
	json_number(&j, NULL, 1);
	json_string(&j, NULL, "a\"b\n", 4);
	json_null(&j, NULL);
	json_object(&j, NULL);
	json_object_end(&j);
	json_object(&j, NULL);
	json_bool(&j, "x", true);
	json_object_end(&j);
	json_array(&j, NULL);
	json_array_end(&j);
	json_array_end(&j);
	json_object(&j, "as");
	json_number(&j, "number", 15169);
	json_object_end(&j);
	json_null(&j, "last");
	json_object_end(&j);
	is_bytes(out.data, out.len,
	    "{\"input\":\"8.8.8.8\",\"nothing\":null,\"empty\":\"\","
	    "\"part\":\"abc\",\"asn\":4294967295,"
	    "\"most\":18446744073709551615,\"zero\":0,\"share\":0.081,"
	    "\"moas\":true,\"conflict\":false,\"name\":null,\"none\":[],"
	    "\"list\":[1,\"a\\\"b\\n\",null,{},{\"x\":true},[]],"
	    "\"as\":{\"number\":15169},\"last\":null}",
	    "the JSON writer puts commas between members");
	buf_free(&out);
}

static void
test_unescape_json(void)
{
	static const struct {
		const char *text;
		const char *want; /* NULL: it is refused */
	} texts[] = {
		{ "", "" },
		{ "a b", "a b" },
		{ "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t" },
		{ "\\u0041\\u00e9\\u20AC", "A\xc3\xa9\xe2\x82\xac" },
		{ "\\ud83d\\ude00", "\xf0\x9f\x98\x80" },
		{ "\\u00e", NULL },
		{ "\\u00eg", NULL },
		{ "\\u0000", NULL },
		{ "\\ud83d", NULL },
		{ "\\ud83d\\u0041", NULL },
		{ "\\ude00", NULL },
	};

	for (size_t i = 0; i < LENGTH(texts); i++) {
		size_t len = strlen(texts[i].text);
		char *copy = xmemdup(texts[i].text, len);
		struct buf out = { 0 };
		const char *why =
		    unescape_json(&out, (struct span){ copy, len });

		ok((why == NULL) == (texts[i].want != NULL),
		    "whether '%s' is read", texts[i].text);
		if (texts[i].want != NULL)
			is_bytes(out.data != NULL ? out.data : "", out.len,
			    texts[i].want, "%s", texts[i].text);
		buf_free(&out);
		free(copy);
	}
}

int
main(void)
{
	test_utf8();
	test_table();
	test_round_trips();
	test_csv();
	test_json();
	test_unescape_json();
	return tap_done();
}
