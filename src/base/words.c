#include "config.h"

#include "base/words.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/suggest.h"

const char *
words_get(const struct words *w, size_t index)
{
	const char *at = (const char *)w->first;

	assert(index < w->count);

	return *(const char *const *)(at + index * w->width);
}

bool
words_find(const struct words *w, struct span word, unsigned *index)
{
	for (size_t i = 0; i < w->count; i++)
		if (words_get(w, i) != NULL &&
		    span_is_exactly(word, words_get(w, i))) {
			*index = (unsigned)i;
			return true;
		}
	return false;
}

void
words_put(const struct words *w, const char *separator, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < w->count; i++) {
		if (words_get(w, i) == NULL)
			continue;
		if (any)
			buf_puts(out, separator);
		buf_puts(out, words_get(w, i));
		any = true;
	}
}

char *
words_join(const struct words *w, const char *separator)
{
	struct buf text = { 0 };

	words_put(w, separator, &text);
	buf_putc(&text, '\0');
	return text.data;
}

char *
words_list(const struct words *w, unsigned bits, const char *conjunction)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < w->count; i++) {
		unsigned rest = bits >> i;

		if ((rest & 1) == 0)
			continue;
		if (text.len > 0 && rest != 1)
			buf_puts(&text, ", ");
		else if (text.len > 0)
			buf_printf(&text, " %s ", conjunction);
		buf_puts(&text, words_get(w, i));
	}
	buf_putc(&text, '\0');
	return text.data;
}

char *
words_near(const struct words *w, const char *typed)
{
	char *all = words_join(w, " ");
	char *near = suggest(typed, all);

	free(all);
	return near;
}

char *
words_unknown(const struct words *w, const char *what, const char *typed)
{
	char *all = words_join(w, " ");
	char *near = words_near(w, typed);
	char *why;

	if (near != NULL)
		why = format_text("unknown %s '%s'; did you mean '%s'?", what,
		    typed, near);
	else
		why = format_text("unknown %s '%s'; expected %s%s", what, typed,
		    strchr(all, ' ') != NULL ? "one of: " : "", all);
	free(near);
	free(all);
	return why;
}
