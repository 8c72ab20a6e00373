#include "config.h"

#include "stream/locate-text.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct text {
	long column; /* the field, as in struct locator_key */
	enum located_choice choice;
};

static void *
text_new(const struct locator_config *config, const struct locator_key *key,
    char **why)
{
	struct text *t = xcalloc(1, sizeof(*t));

	(void)config;
	t->column = key->column;
	t->choice = key->choice;
	if (key->field != NULL && key->column == 0)
		*why = format_text("expected the number of a field, not '%s'",
		    key->field);
	return t;
}

struct inline_state {
	bool in_pieces; /* as in struct locator_config */
};

static void *
inline_new(const struct locator_config *config, const struct locator_key *key,
    char **why)
{
	struct inline_state *i = xcalloc(1, sizeof(*i));

	i->in_pieces = config->in_pieces;
	if (key->name != NULL)
		*why = xstrdup("inline adds to every address of a line");
	return i;
}

/* Returns the position of a byte, or the end if it does not occur. */
static const char *
find_byte(const char *from, const char *end, char byte)
{
	const char *found = memchr(from, byte, (size_t)(end - from));

	return found != NULL ? found : end;
}

/* Returns field `n`, from 1. Fields are separated by blanks and tabs. */
static struct span
find_field(struct span line, size_t n)
{
	const char *end = line.text + line.len;
	const char *blank = line.text;
	const char *p = line.text;

	for (;;) {
		const char *field;

		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		if (p == end)
			return (struct span){ NULL, 0 };
		field = p;
		/* After a tab, the next blank is still known. */
		if (blank <= p)
			blank = find_byte(p, end, ' ');
		p = find_byte(p, blank, '\t');
		if (--n == 0)
			return (struct span){ field, (size_t)(p - field) };
	}
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Returns whether a byte is escaped: after an odd number of backslashes. */
static bool
is_escaped(const char *from, const char *at)
{
	const char *p = at;

	while (p > from && p[-1] == '\\')
		p--;
	return (at - p) % 2 != 0;
}

/*
 * Returns where the quotes or brackets begin that end before `end`, or NULL if
 * there is no such byte.
 */
static const char *
find_opening(const char *from, const char *end, char opening)
{
	for (const char *p = end - 1; p > from; p--)
		if (p[-1] == opening && !is_escaped(from, p - 1))
			return p - 1;
	return NULL;
}

/*
 * Moves *end to where the field that ends there begins. What is in quotes or
 * brackets is in one field. *alone has the bytes whose opening is missing.
 */
static void
skip_field_back(const char *from, const char **end, bool alone[2])
{
	const char *p = *end;

	while (p > from && !is_blank(p[-1])) {
		bool quote = p[-1] == '"';
		const char *opening = NULL;

		if ((quote || p[-1] == ']') && !alone[quote] &&
		    !is_escaped(from, p - 1)) {
			opening = find_opening(from, p, quote ? '"' : '[');
			alone[quote] = opening == NULL;
		}
		p = opening != NULL ? opening : p - 1;
	}
	*end = p;
}

/* Returns field `n` from the end, where the last one is 1. */
static struct span
find_field_from_last(struct span line, size_t n)
{
	const char *end = line.text + line.len;
	bool alone[2] = { false, false };

	for (;;) {
		const char *start;

		while (end > line.text && is_blank(end[-1]))
			end--;
		if (end == line.text)
			return (struct span){ NULL, 0 };
		start = end;
		skip_field_back(line.text, &start, alone);
		if (--n == 0)
			return (struct span){ start, (size_t)(end - start) };
		end = start;
	}
}

static enum located_kind
text_find(void *self, struct span line, struct located_list *out)
{
	const struct text *t = self;
	struct located *key = located_add(out, line.len);
	struct span field;

	if (t->column == 0) {
		located_set_line(key, line, t->choice);
		return LOCATED_RECORD;
	}
	if (t->column > 0)
		field = find_field(line, (size_t)t->column);
	else
		field = find_field_from_last(line, (size_t)-t->column);
	if (field.text != NULL)
		located_set_field(key, field, t->choice);
	return LOCATED_RECORD;
}

static enum located_kind
inline_find(void *self, struct span line, struct located_list *out)
{
	const struct inline_state *i = self;
	struct located found = { .insert_at = out->rest };

	out->rest = 0;
	while (located_find(&found, line, &found.insert_at)) {
		*located_add(out, 0) = found;
		if (i->in_pieces && out->count == LOCATED_MANY) {
			out->rest = found.insert_at;
			break;
		}
	}
	return out->count > 0 ? LOCATED_RECORD : LOCATED_NOTHING;
}

const struct locate_method locate_text = {
	.new = text_new,
	.find = text_find,
	.free = free,
};

const struct locate_method locate_inline = {
	.new = inline_new,
	.find = inline_find,
	.free = free,
};
