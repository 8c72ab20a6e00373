#include "config.h"

#include "db/as-names.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "io/decompress.h"
#include "io/lines.h"
#include "record/addr.h"

struct as_name {
	uint32_t asn;
	uint32_t len;
	size_t at; /* in the texts */
};

struct as_names {
	size_t holders;
	const char *path;
	struct buf texts;
	struct as_name *list; /* sorted by AS number */
	size_t count;
	size_t size;
};

static enum line_result
take_line(void *arg, struct span line)
{
	struct as_names *n = arg;
	const char *tab = memchr(line.text, '\t', line.len);
	struct as_name name = { .at = n->texts.len };
	struct span text;

	if (line.len == 0 || line.text[0] == '#')
		return LINE_SKIPPED;
	if (tab == NULL ||
	    !asn_parse(line.text, (size_t)(tab - line.text), &name.asn))
		return LINE_BAD;
	text = span_trim(
	    (struct span){ tab + 1, (size_t)(line.text + line.len - tab - 1) });
	if (text.len == 0 || text.len > UINT32_MAX)
		return LINE_SKIPPED;
	name.len = (uint32_t)text.len;
	buf_put(&n->texts, text.text, text.len);
	n->list = array_grow(n->list, &n->size, n->count, sizeof(*n->list));
	n->list[n->count++] = name;
	return LINE_GOOD;
}

/* Orders by AS number, then as in the file. */
static int
compare(const void *left, const void *right)
{
	const struct as_name *a = left;
	const struct as_name *b = right;

	if (a->asn != b->asn)
		return a->asn < b->asn ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

/* Sorts names, at least one, and drops all but the first of each AS. */
static void
sort(struct as_names *n)
{
	size_t last = 0;

	array_sort(n->list, n->count, sizeof(*n->list), compare);
	for (size_t i = 1; i < n->count; i++)
		if (n->list[i].asn != n->list[last].asn)
			n->list[++last] = n->list[i];
	n->count = last + 1;
}

struct as_names *
as_names_open(const char *path)
{
	struct decompress *file = decompress_open(path);
	struct as_names *n;

	if (file == NULL)
		return NULL;
	n = xcalloc(1, sizeof(*n));
	n->holders = 1;
	n->path = path;
	if (lines_load(file, "an AS number, a TAB and a name", take_line, n)) {
		sort(n);
	} else {
		as_names_release(n);
		n = NULL;
	}
	decompress_close(file);
	return n;
}

struct as_names *
as_names_hold(struct as_names *n)
{
	assert(n->holders > 0);
	n->holders++;
	return n;
}

void
as_names_release(struct as_names *n)
{
	if (n == NULL)
		return;
	assert(n->holders > 0);
	if (--n->holders > 0)
		return;
	buf_free(&n->texts);
	free(n->list);
	free(n);
}

struct span
as_names_find(const struct as_names *n, uint32_t asn)
{
	size_t low = 0;
	size_t high = n->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (n->list[middle].asn < asn)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == n->count || n->list[low].asn != asn)
		return (struct span){ NULL, 0 };
	return (
	    struct span){ n->texts.data + n->list[low].at, n->list[low].len };
}

const char *
as_names_path(const struct as_names *n)
{
	return n->path;
}
