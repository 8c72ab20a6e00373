#include "config.h"

#include "stream/cells.h"

#include "../tap.h"
#include "base/array.h"

static const struct {
	struct cells cells;
	const char *rendered;
	const char *want;
} cases[] = {
	{ { CELLS_RENDERED, 0, 0 }, ",a,\"b,c\"", ",a,\"b,c\"" },
	{ { CELLS_CSV, ';', 0 }, "", "" },
	{ { CELLS_CSV, ';', 0 }, ",", ";" },
	{ { CELLS_CSV, ';', 0 }, ",,", ";;" },
	{ { CELLS_CSV, ';', 0 }, ",201,,US", ";201;;US" },
	{ { CELLS_CSV, ';', 0 }, ",\"a, b\",x", ";\"a, b\";x" },
	{ { CELLS_CSV, ';', 0 }, ",a;b,c", ";\"a;b\";c" },
	{ { CELLS_CSV, ';', 0 }, ",;,;", ";\";\";\";\"" },
	{ { CELLS_CSV, ';', 0 }, ",\"a;\"\",b\"", ";\"a;\"\",b\"" },
	{ { CELLS_ZEEK, '\t', '-' }, "\t201\t\\N\tUS", "\t201\t-\tUS" },
	{ { CELLS_ZEEK, '\t', '-' }, "\t-\t\t--", "\t\\x2d\t(empty)\t--" },
	{ { CELLS_ZEEK, '|', '!' }, "\ta|b\t\\N\t\\\\N", "|a\\x7cb|!|\\x5cN" },
	{ { CELLS_ZEEK, '\t', '-' }, "\t\\t\\n\\x1b\\", "\t\\x09\\x0a\\x1b\\" },
	{ { CELLS_W3C, ' ', '-' }, "\t201 202\t\\N\t\tA, B\\t\\\\\\xff",
	    " 201+202 - - A,+B+\\\\xff" },
	{ { CELLS_W3C, '\t', '-' }, "\t\\", "\t\\" },
	{ { CELLS_CSV, ' ', 0 }, ",201 202,US", " \"201 202\" US" },
};

static void
test_types(void)
{
	struct cells cells = { CELLS_ZEEK, '|', '-' };
	struct buf names = { 0 };

	buf_puts(&names, "\tasn\tprefix\tcountry\tname");
	cells_convert_types(&cells, &names);
	is_bytes(names.data, names.len, "|count|subnet|string|string",
	    "names become types");
	buf_free(&names);
}

int
main(void)
{
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf out = { 0 };

		buf_puts(&out, "before,");
		buf_puts(&out, cases[i].rendered);
		cells_convert(&cases[i].cells, &out, 7);
		is_bytes(out.data + 7, out.len - 7, cases[i].want, "cells '%s'",
		    cases[i].rendered);
		buf_free(&out);
	}
	test_types();
	return tap_done();
}
