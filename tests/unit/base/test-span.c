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
	ok(span_is(span("Na"), "NA"), "span_is() ignores case");
	ok(!span_is(span("NAA"), "NA") && !span_is(span("N"), "NA"),
	    "span_is() compares the whole text");
	ok(!span_is(span(NULL), ""), "a NULL span is not a word");
	ok(span_compare(span("a"), span("b")) < 0, "a comes before b");
	ok(span_compare(span("b"), span("a")) > 0, "b comes after a");
	ok(span_compare(span("a"), span("aa")) < 0,
	    "a shorter span comes first");
	ok(span_compare(span("a"), span("\xff")) < 0,
	    "bytes are compared unsigned");
	is_int(span_compare(span("ab"), span("ab")), 0,
	    "equal spans are equal");
	is_int(span_compare(span(NULL), span("")), 0,
	    "a NULL span equals an empty one");
	ok(span_compare(span(NULL), span("a")) < 0, "a NULL span comes first");
}

int
main(void)
{
	test_spans();
	return tap_done();
}
