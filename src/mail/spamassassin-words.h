#ifndef ASNQ_SPAMASSASSIN_WORDS_H
#define ASNQ_SPAMASSASSIN_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/span.h"

/* A list of words in borrowed text. All zero is empty; sa_words_free(). */
struct sa_words {
	struct span *list;
	size_t count;
	size_t size; /* the room in `list` */
};

void sa_words_add(struct sa_words *w, struct span word);

/*
 * A list of words that is searched for each word that is added: an answer may
 * have 32,000. All zero is empty; sa_word_set_free().
 */
struct sa_word_set {
	struct sa_words words;
	struct map index;    /* of the first `indexed` words */
	size_t indexed;	     /* 0: there is no index */
	struct arena *arena; /* holds the nodes of the index */
};

/* Returns whether the set has a word. */
bool sa_word_set_has(struct sa_word_set *s, struct span word);

/* Frees the list and the index; the set is empty then. */
void sa_word_set_free(struct sa_word_set *s);

/* Adds the words between white space, as Perl's split(' ') does. */
void sa_words_split(struct sa_words *w, struct span text);

/* Adds the words between single blanks, without empty ones at the end. */
void sa_words_split_tag(struct sa_words *w, struct span tag);

/* Adds the texts between bars and blanks around them, likewise. */
void sa_words_split_bars(struct sa_words *w, struct span text);

/* Cuts the first word off a tag, with its blank; returns false at the end. */
bool sa_words_next(struct span *tag, struct span *word);

/*
 * Returns the words, each after `prefix`, with `between` between them. The
 * text lives in the arena.
 */
struct span sa_words_join(const struct sa_words *w, struct span prefix,
    const char *between, struct arena *arena);

/* Frees the list, which is empty then. */
void sa_words_free(struct sa_words *w);

#endif
