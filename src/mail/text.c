#include "config.h"

#include "mail/text.h"

#include <ctype.h>
#include <string.h>

struct span
text_trim_by(struct span s, bool (*is)(char c))
{
	while (s.len > 0 && is(s.text[0])) {
		s.text++;
		s.len--;
	}
	while (s.len > 0 && is(s.text[s.len - 1]))
		s.len--;
	return s;
}

struct span
text_trim(struct span s)
{
	return text_trim_by(s, text_is_white);
}

struct span
text_next_word(const char **at)
{
	struct span word = { *at, strcspn(*at, WHITE) };

	*at += word.len;
	*at += strspn(*at, WHITE);
	return word;
}

void
text_to_lower(char *text)
{
	for (; *text != '\0'; text++)
		*text = (char)tolower((unsigned char)*text);
}

void
text_to_upper(char *text)
{
	for (; *text != '\0'; text++)
		*text = (char)toupper((unsigned char)*text);
}

struct span
text_keep(struct arena *arena, struct buf *b)
{
	struct span kept = { arena_copy(arena, b->data, b->len), b->len };

	buf_free(b);
	return kept;
}
