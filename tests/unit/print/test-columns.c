#include "config.h"

#include "print/columns.h"

#include "../tap.h"
#include "base/array.h"

#define DOTS "\xe2\x80\xa6" /* U+2026 */

static struct span
span(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static void
test_cut(void)
{
	static const struct {
		const char *text;
		int width;
		int most;
		const char *fits;
		const char *cut;
	} cases[] = {
		{ "", 0, 0, "", "" },
		{ "", 0, 5, "", "" },
		{ "abc", 3, 3, "abc", "abc" },
		{ "abc", 3, 4, "abc", "abc" },
		{ "abcd", 4, 3, "abc", "ab" DOTS },
		{ "abcd", 4, 1, "a", DOTS },
		{ "abcd", 4, 0, "", "" },
		{ "abcd", 4, -3, "", "" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x8c", 3, 3,
		    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x8c",
		    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x8c" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x8c", 3, 2,
		    "\xc3\xa4\xe2\x82\xac", "\xc3\xa4" DOTS },
		{ "a\xe2\x82\xac", 2, 1, "a", DOTS },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct span fits =
		    columns_fit(span(cases[i].text), cases[i].most);
		struct buf text = { 0 };

		is_int(columns_width(span(cases[i].text)), cases[i].width,
		    "the width of case %zu", i);
		is_bytes(fits.text, fits.len, cases[i].fits,
		    "the part of case %zu that fits", i);
		buf_reserve(&text, 1);
		buf_puts(&text, cases[i].text);
		columns_cut(&text, cases[i].most);
		is_bytes(text.data, text.len, cases[i].cut, "case %zu is cut",
		    i);
		buf_free(&text);
	}
}

static void
test_put(void)
{
	struct buf out = { 0 };

	is_int(columns_put(&out, NULL, span("ab"), 4), 4,
	    "a short text is padded");
	is_int(columns_put(&out, NULL, span("\xc3\xa4"), 1), 1,
	    "a text that fits is not padded");
	is_int(columns_put(&out, COLOR_RED, span("xyz"), 2), 3,
	    "a long text is not cut");
	is_bytes(out.data, out.len, "ab  \xc3\xa4" COLOR_RED "xyz" COLOR_PLAIN,
	    "texts are appended");
	buf_clear(&out);
	columns_put(&out, COLOR_BOLD, span("x"), 3);
	is_bytes(out.data, out.len, COLOR_BOLD "x" COLOR_PLAIN "  ",
	    "blanks have no color");
	buf_clear(&out);
	buf_puts(&out, "before");
	buf_puts(&out, "\xc3\xa4");
	columns_pad(&out, 6, 3);
	columns_pad(&out, 6, 2);
	is_bytes(out.data, out.len, "before\xc3\xa4  ", "text is padded once");
	columns_trim(&out, 0);
	is_bytes(out.data, out.len, "before\xc3\xa4",
	    "blanks at the end are trimmed");
	buf_clear(&out);
	buf_puts(&out, "a \t \t");
	columns_trim(&out, 3);
	is_bytes(out.data, out.len, "a \t", "trimming stops at the start");
	buf_free(&out);
}

int
main(void)
{
	test_cut();
	test_put();
	return tap_done();
}
