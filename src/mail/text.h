#ifndef ASNQ_TEXT_H
#define ASNQ_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

/* White space in the C locale: \s of Perl and PCRE, %s of Lua, isspace(). */
#define WHITE " \t\n\v\f\r"

static inline bool
text_is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Returns the span without white space, or what `is` says, at its ends. */
struct span text_trim(struct span s);
struct span text_trim_by(struct span s, bool (*is)(char c));

/*
 * Returns the word that *at begins with, which is empty at the end of the
 * text, and moves *at past it and the white space that follows.
 */
struct span text_next_word(const char **at);

/* Change the ASCII letters of a text, in place. */
void text_to_lower(char *text);
void text_to_upper(char *text);

/*
 * Moves the bytes of a buffer into the arena, with a NUL at their end, and
 * frees the buffer. The text of the result is never NULL.
 */
struct span text_keep(struct arena *arena, struct buf *b);

#endif
