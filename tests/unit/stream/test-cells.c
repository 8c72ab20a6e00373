#include "config.h"

#include "stream/cells.h"

#include "../tap.h"
#include "base/array.h"

static const struct {
	struct cells cells;
	const char *rendered;
	const char *want;
} cases[] = {
	{ { CELLS_RENDERED, 0 }, ",a,\"b,c\"", ",a,\"b,c\"" },
	{ { CELLS_CSV, ';' }, "", "" },
	{ { CELLS_CSV, ';' }, ",", ";" },
	{ { CELLS_CSV, ';' }, ",,", ";;" },
	{ { CELLS_CSV, ';' }, ",201,,US", ";201;;US" },
	{ { CELLS_CSV, ';' }, ",\"a, b\",x", ";\"a, b\";x" },
	{ { CELLS_CSV, ';' }, ",a;b,c", ";\"a;b\";c" },
	{ { CELLS_CSV, ';' }, ",;,;", ";\";\";\";\"" },
	{ { CELLS_CSV, ';' }, ",\"a;\"\",b\"", ";\"a;\"\",b\"" },
	{ { CELLS_CSV, ' ' }, ",201 202,US", " \"201 202\" US" },
};

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
	return tap_done();
}
