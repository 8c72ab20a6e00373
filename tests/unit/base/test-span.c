#include "config.h"

#include "base/span.h"

#include <stdlib.h>

#include "../tap.h"
#include "base/array.h"

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

int
main(void)
{
	test_spans();
	return tap_done();
}
