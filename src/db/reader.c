#include "config.h"

#include "db/reader.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "db/reader-columns.h"
#include "db/reader-form.h"
#include "db/reader-zone.h"

/* The forms of lines, in the order in which they are tried. */
static form_read *const forms[] = {
	form_pyasn,
	form_rbldnsd,
	form_zone_file,
	form_pfx2as,
	form_asnq_tsv,
	form_iptoasn,
};

struct reader {
	struct form_reader form;
	size_t last; /* the form of the last good line */
	bool begun;
};

struct reader *
reader_new(struct table *table)
{
	struct reader *r = xcalloc(1, sizeof(*r));

	r->form.table = table;
	return r;
}

static bool
is_comment(struct span line)
{
	return line.len == 0 || memchr(";#$", line.text[0], 3) != NULL;
}

/* Tries the form of the line before, which most lines have, then all others. */
static enum line_result
read_line(struct reader *r, struct span line)
{
	enum line_result result = forms[r->last](&r->form, line);

	for (size_t i = 0; i < LENGTH(forms) && result == LINE_BAD; i++) {
		r->form.origins.count = 0;
		result = forms[i](&r->form, line);
		if (result == LINE_GOOD)
			r->last = i;
	}
	return result;
}

/* Skips /0, and AS 0 and 4294967295, which announce nothing. */
static void
add_origin(struct reader *r, const struct origin *o)
{
	if (o->prefix.len > 0 && !asn_is_none(o->asn))
		table_add(r->form.table, o);
}

enum line_result
reader_add(struct reader *r, struct span line)
{
	struct origins *origins = &r->form.origins;
	enum line_result result;

	if (!r->begun)
		line = span_without_mark(line);
	r->begun = true;
	if (is_comment(line))
		return LINE_SKIPPED;
	arena_clear(&r->form.texts);
	origins->count = 0;
	result = read_line(r, line);
	for (size_t i = 0; result == LINE_GOOD && i < origins->count; i++)
		add_origin(r, &origins->list[i]);
	return result;
}

static enum line_result
take_line(void *arg, struct span line)
{
	return reader_add(arg, line);
}

bool
reader_load(struct reader *r, struct decompress *file)
{
	return lines_load(file, "a prefix and its origin", take_line, r);
}

void
reader_free(struct reader *r)
{
	if (r == NULL)
		return;
	buf_free(&r->form.default_text);
	buf_free(&r->form.rdata);
	arena_free(&r->form.texts);
	free(r->form.origins.list);
	free(r);
}
