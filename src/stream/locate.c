#include "config.h"

#include "stream/locate.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"
#include "io/framing.h"
#include "record/addr.h"
#include "record/target.h"
#include "stream/find-address.h"
#include "stream/json-path.h"

#define COLUMNS_MAX 1000000

#define PLAIN_MAX 15 /* bytes of 255.255.255.255 */

struct locator {
	struct locator_config config;
	size_t column; /* from 1; 0: no column, or not yet known */
	bool named;    /* the column is to be found in the header */
	struct json_path *path;
	bool past_header;
	size_t width; /* cells of the first CSV record; 0: none yet */
	char *error;
};

/* A name that stands in JSON as it is. */
static bool
is_plain(const char *name)
{
	for (const char *c = name; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == '"' || *c == '\\')
			return false;
	return name[0] != '\0';
}

struct locator *
locator_new(const struct locator_config *config, char **why)
{
	struct locator *e = xcalloc(1, sizeof(*e));
	const char *key = config->key;
	uint64_t column;

	e->config = *config;
	*why = NULL;
	if (key != NULL && key[0] == '\0') {
		*why = xstrdup("nothing is named");
	} else if (!is_plain(config->member)) {
		*why = format_text("--member: '%s' is no plain name",
		    config->member);
	} else if (config->format == ENRICH_JSON) {
		e->path = json_path_new(key != NULL ? key : "", why);
	} else if (key != NULL && config->format == ENRICH_INLINE) {
		*why = xstrdup("inline adds to every address of a line");
	} else if (key != NULL &&
	    number_parse(key, strlen(key), COLUMNS_MAX, &column) &&
	    column > 0) {
		e->column = (size_t)column;
	} else if (key != NULL && config->format == ENRICH_TEXT) {
		*why = format_text("expected the number of a field, not '%s'",
		    key);
	} else {
		e->named = key != NULL;
	}
	if (*why != NULL) {
		locator_free(e);
		return NULL;
	}
	locator_begin_file(e);
	return e;
}

void
locator_begin_file(struct locator *e)
{
	bool csv = e->config.format == ENRICH_CSV;

	e->past_header = !e->named && !(csv && e->config.header);
	e->width = 0;
	if (e->named)
		e->column = 0;
}

/* The first address of a text, from *at on, is what the place is about. */
static bool
find_first(struct span text, size_t *at, struct place *place)
{
	struct addr a;

	if (!find_address(text, at, &place->address, &a))
		return false;
	place->target = target_of(&a);
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What is likely to be one IPv4 address and nothing else. */
static bool
looks_plain(struct span text)
{
	return text.len > 0 && text.len <= PLAIN_MAX &&
	    is_digit(text.text[0]) && is_digit(text.text[text.len - 1]);
}

void
place_read(struct place *place)
{
	struct span text = place->address;
	size_t at = 0;
	struct addr a;

	place->unread = false;
	if (addr_parse(text.text, text.len, &a)) {
		place->target = target_of(&a);
		return;
	}
	place->address = (struct span){ NULL, 0 };
	find_first(text, &at, place);
}

/*
 * The address of a field. Most fields are known by their text from an earlier
 * line, and need not be read again.
 */
static void
find_in_field(struct span field, struct place *place)
{
	size_t at = 0;

	place->unread = looks_plain(field);
	if (place->unread)
		place->address = field;
	else
		find_first(field, &at, place);
}

/* Where a byte stands, or else the end. */
static const char *
find_byte(const char *from, const char *end, char byte)
{
	const char *found = memchr(from, byte, (size_t)(end - from));

	return found != NULL ? found : end;
}

/* The n-th word, from 1, as blanks and tabs part them. */
static struct span
find_word(struct span line, size_t n)
{
	const char *end = line.text + line.len;
	const char *blank = line.text;
	const char *p = line.text;

	for (;;) {
		const char *word;

		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		if (p == end)
			return (struct span){ NULL, 0 };
		word = p;
		/* Behind a tab the next blank is known still. */
		if (blank <= p)
			blank = find_byte(p, end, ' ');
		p = find_byte(p, blank, '\t');
		if (--n == 0)
			return (struct span){ word, (size_t)(p - word) };
	}
}

/*
 * The cell that *at points to, which is moved behind it and its separator;
 * false: there is none left. Separators between quotes are text.
 */
static bool
next_cell(struct span line, size_t *at, char separator, bool quotes,
    struct span *cell)
{
	size_t i = *at;
	bool quoted = false;

	if (i > line.len)
		return false;
	while (i < line.len && (quoted || line.text[i] != separator)) {
		if (quotes && line.text[i] == '"' &&
		    (quoted || framing_opens_quote(line.text, line.text + i)))
			quoted = !quoted;
		i++;
	}
	*cell = (struct span){ line.text + *at, i - *at };
	*at = i + 1;
	return true;
}

static struct span
find_cell(const struct locator *e, struct span line, size_t column)
{
	bool csv = e->config.format == ENRICH_CSV;
	struct span cell = { NULL, 0 };
	size_t at = 0;

	while (column-- > 0)
		if (!next_cell(line, &at, csv ? ',' : '\t', csv, &cell))
			return (struct span){ NULL, 0 };
	return cell;
}

/* What the end of the input has cut off between quotes. */
static bool
is_cut_off(struct span line)
{
	struct framing_state scan = { .at = 0 };
	struct line whole;

	return memchr(line.text, '\n', line.len) != NULL &&
	    framing_cut(&scan, FRAMING_CSV, line.text, line.len, false,
		&whole) == CUT_MORE &&
	    scan.quoted;
}

/* Whether a cell, as RFC 4180 reads it, is the name. */
static bool
cell_is(struct span cell, const char *name)
{
	bool quoted = cell.len >= 2 && cell.text[0] == '"';
	size_t i = quoted;
	size_t end = cell.len - quoted;

	for (; i < end && *name != '\0'; i++, name++) {
		if (cell.text[i] != *name)
			return false;
		i += quoted && cell.text[i] == '"';
	}
	return i == end && *name == '\0';
}

/* The names of the columns: which one is the key? */
static void
read_header(struct locator *e, struct span line)
{
	bool csv = e->config.format == ENRICH_CSV;
	struct span cell;
	size_t at = 0;
	size_t column = 0;

	line = span_without_mark(line);
	e->past_header = true;
	while (e->named && e->column == 0 &&
	    next_cell(line, &at, csv ? ',' : '\t', csv, &cell)) {
		column++;
		if (cell_is(cell, e->config.key))
			e->column = column;
	}
	if (e->named && e->column == 0)
		e->error =
		    format_text("no column '%s' in the header", e->config.key);
}

/* A row of CSV that is not as wide as the first one. */
static bool
is_odd(struct locator *e, struct span line)
{
	struct span cell;
	size_t width = 0;
	size_t at = 0;

	while (next_cell(line, &at, ',', true, &cell))
		width++;
	if (e->width == 0)
		e->width = width;
	return width != e->width;
}

static enum located_kind
find_in_json(struct locator *e, struct span line, struct place *out)
{
	struct json_place found;
	size_t at = 0;

	if (!json_path_find(e->path, line,
		e->config.elastic && e->config.key != NULL, e->config.member,
		&found))
		return LOCATED_NONE;
	out->at = found.end;
	out->comma = !found.empty;
	out->silent = found.has_member && !e->config.reply;
	if (e->config.key == NULL)
		find_first(line, &at, out);
	else if (found.value.text != NULL)
		find_in_field(found.value, out);
	return LOCATED_ONE;
}

enum located_kind
locator_find(struct locator *e, struct span line, struct place *out)
{
	struct span field = line;

	*out = (struct place){ .at = line.len };
	if (e->config.format == ENRICH_JSON)
		return find_in_json(e, line, out);
	if (e->config.format == ENRICH_INLINE)
		return LOCATED_EACH;
	if (e->config.format == ENRICH_CSV && line.len > 0 && is_cut_off(line))
		return LOCATED_NONE;
	if (!e->past_header) {
		is_odd(e, line);
		read_header(e, line);
		return LOCATED_HEADER;
	}
	if (e->config.format == ENRICH_CSV && is_odd(e, line)) {
		out->odd = true;
		return LOCATED_ONE;
	}
	if (e->config.format == ENRICH_TEXT && e->column > 0)
		field = find_word(line, e->column);
	else if (e->column > 0)
		field = find_cell(e, line, e->column);
	if (field.text != NULL)
		find_in_field(field, out);
	return LOCATED_ONE;
}

void
locator_find_each(struct span line, struct places *out)
{
	struct place place = { .at = 0 };

	out->count = 0;
	while (find_first(line, &place.at, &place)) {
		if (out->count == out->size) {
			out->size = out->size > 0 ? 2 * out->size : 4;
			out->list =
			    xrealloc(out->list, out->size * sizeof(*out->list));
		}
		out->list[out->count++] = place;
	}
}

const char *
locator_error(const struct locator *e)
{
	return e->error;
}

void
places_free(struct places *places)
{
	free(places->list);
	*places = (struct places){ .count = 0 };
}

void
locator_free(struct locator *e)
{
	if (e == NULL)
		return;
	json_path_free(e->path);
	free(e->error);
	free(e);
}
