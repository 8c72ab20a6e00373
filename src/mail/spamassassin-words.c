#include "config.h"

#include "mail/spamassassin-words.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "mail/text.h"

#define FEW 32 /* words that are searched without an index */

void
sa_words_add(struct sa_words *w, struct span word)
{
	w->list = array_grow(w->list, &w->size, w->count, sizeof(*w->list));
	w->list[w->count++] = word;
}

/* Adds the words to the index that came after it was last used. */
static void
update_index(struct sa_word_set *s)
{
	if (s->indexed == 0)
		map_init(&s->index);
	for (; s->indexed < s->words.count; s->indexed++) {
		struct span word = s->words.list[s->indexed];
		struct map_node *node;

		if (map_find(&s->index, word.text, word.len) != NULL)
			continue;
		node = arena_alloc(s->arena, sizeof(*node));
		*node = (struct map_node){ word.text, word.len };
		map_insert(&s->index, node);
	}
}

bool
sa_word_set_has(struct sa_word_set *s, struct span word)
{
	if (s->words.count > FEW) {
		update_index(s);
		return map_find(&s->index, word.text, word.len) != NULL;
	}
	for (size_t i = 0; i < s->words.count; i++)
		if (span_compare(s->words.list[i], word) == 0)
			return true;
	return false;
}

void
sa_word_set_free(struct sa_word_set *s)
{
	if (s->indexed > 0)
		map_free(&s->index);
	sa_words_free(&s->words);
	s->indexed = 0;
}

void
sa_words_split(struct sa_words *w, struct span text)
{
	const char *end = text.text + text.len;
	const char *at = text.text;

	while (at < end) {
		const char *word;

		while (at < end && text_is_white(*at))
			at++;
		word = at;
		while (at < end && !text_is_white(*at))
			at++;
		if (at > word)
			sa_words_add(w,
			    (struct span){ word, (size_t)(at - word) });
	}
}

static void
drop_empty_end(struct sa_words *w)
{
	while (w->count > 0 && w->list[w->count - 1].len == 0)
		w->count--;
}

void
sa_words_split_tag(struct sa_words *w, struct span tag)
{
	struct span word;

	while (sa_words_next(&tag, &word))
		sa_words_add(w, word);
	drop_empty_end(w);
}

void
sa_words_split_bars(struct sa_words *w, struct span text)
{
	const char *end = text.text + text.len;
	const char *at = text.text;
	const char *bar;

	while ((bar = memchr(at, '|', (size_t)(end - at))) != NULL) {
		const char *last = bar;

		while (last > at && text_is_white(last[-1]))
			last--;
		sa_words_add(w, (struct span){ at, (size_t)(last - at) });
		at = bar + 1;
		while (at < end && text_is_white(*at))
			at++;
	}
	sa_words_add(w, (struct span){ at, (size_t)(end - at) });
	drop_empty_end(w);
}

bool
sa_words_next(struct span *tag, struct span *word)
{
	const char *blank;
	size_t used;

	if (tag->len == 0)
		return false;
	blank = memchr(tag->text, ' ', tag->len);
	word->text = tag->text;
	word->len = blank != NULL ? (size_t)(blank - tag->text) : tag->len;
	used = word->len + (blank != NULL);
	tag->text += used;
	tag->len -= used;
	return true;
}

struct span
sa_words_join(const struct sa_words *w, struct span prefix, const char *between,
    struct arena *arena)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < w->count; i++) {
		if (i > 0)
			buf_puts(&text, between);
		buf_put(&text, prefix.text, prefix.len);
		buf_put(&text, w->list[i].text, w->list[i].len);
	}
	return text_keep(arena, &text);
}

void
sa_words_free(struct sa_words *w)
{
	free(w->list);
	*w = (struct sa_words){ .count = 0 };
}
