#include "config.h"

#include "record/tag.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/suggest.h"
#include "base/words.h"

/* Fields that are tags beside a mail filter's own. */
static const char *const common[] = { "INPUT", "IP", "STATUS" };

bool
tag_find(const struct vocabulary *vocabulary, const char *tag, size_t len,
    struct tag *out)
{
	struct span name = { tag, len };

	*out = (struct tag){ .field = NULL };
	if (vocabulary == NULL) {
		out->field = field_find_tag(tag, len);
		return out->field != NULL;
	}
	for (size_t i = 0; i < LENGTH(common); i++)
		if (span_is(name, common[i]))
			out->field = field_find_tag(tag, len);
	for (size_t i = 0; i < vocabulary->count; i++)
		if (span_is(name, vocabulary->names[i]))
			out->value = vocabulary->names[i];
	return out->field != NULL || out->value != NULL;
}

/* Returns the names of all tags with blanks between, which the caller frees. */
static char *
join_tags(const struct vocabulary *vocabulary)
{
	const struct words shared = WORDS(common);
	struct words all = { .count = 0 };
	struct buf text = { 0 };

	if (vocabulary != NULL)
		all = (struct words){ vocabulary->names, vocabulary->count,
			sizeof(vocabulary->names[0]) };
	words_put(vocabulary != NULL ? &shared : &field_tag_words, " ", &text);
	buf_putc(&text, ' ');
	words_put(vocabulary != NULL ? &all : &field_words, " ", &text);
	buf_putc(&text, '\0');
	for (char *c = text.data; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return text.data;
}

char *
tag_unknown(const struct vocabulary *vocabulary, const char *tag, size_t len)
{
	char *known = join_tags(vocabulary);
	char *name = xmemdup(tag, len);
	char *near;
	char *why;

	for (char *c = name; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	near = suggest(name, known);
	if (near != NULL)
		why = format_text("unknown tag '_%.*s_'; did you mean '_%s_'?",
		    (int)len, tag, near);
	else
		why = format_text("unknown tag '_%.*s_'", (int)len, tag);
	free(near);
	free(name);
	free(known);
	return why;
}

void
tag_write(const struct tag *tag, struct writer *w, const struct record *r)
{
	const struct value *v;

	if (tag->field != NULL) {
		field_write(tag->field, w, r);
		return;
	}
	v = record_find_value(r, tag->value);
	w->name = tag->value;
	text_write(w, v != NULL ? v->text : (struct span){ NULL, 0 });
}
