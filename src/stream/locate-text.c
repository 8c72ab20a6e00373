#include "config.h"

#include "stream/locate-text.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct text {
	size_t column; /* the field, from 1; 0: the first address */
};

static void *
text_new(const struct locator_config *config, size_t column, char **why)
{
	struct text *t = xcalloc(1, sizeof(*t));

	t->column = column;
	if (config->key != NULL && column == 0)
		*why = format_text("expected the number of a field, not '%s'",
		    config->key);
	return t;
}

static void *
inline_new(const struct locator_config *config, size_t column, char **why)
{
	(void)column;
	if (config->key != NULL)
		*why = xstrdup("inline adds to every address of a line");
	return NULL;
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

static enum located_kind
text_find(void *self, struct span line, struct located_list *out)
{
	const struct text *t = self;
	struct located *key = located_add(out, line.len);
	struct span field = line;

	if (t->column > 0)
		field = find_field(line, t->column);
	if (field.text != NULL)
		located_set_field(key, field);
	return LOCATED_RECORD;
}

static enum located_kind
inline_find(void *self, struct span line, struct located_list *out)
{
	struct located found = { .insert_at = 0 };

	(void)self;
	while (located_find(&found, line, &found.insert_at))
		*located_add(out, 0) = found;
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
