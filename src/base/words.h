#ifndef ASNQ_WORDS_H
#define ASNQ_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/span.h"

/*
 * The words in an array, for messages and for reading options: a list of
 * texts, or one member of each struct. Where the array is indexed by an enum,
 * so are the words; NULL is a value without a word.
 */
struct words {
	const char *const *first;
	size_t count;
	size_t width; /* bytes from one word to the next */
};

/* Initializers, of an array of texts and of an array of structs. */
#define WORDS(array)                                                           \
	{                                                                      \
		(array), LENGTH(array), sizeof((array)[0])                     \
	}
#define WORDS_OF(array, member)                                                \
	{                                                                      \
		&(array)[0].member, LENGTH(array), sizeof((array)[0])          \
	}

/* Returns word number `index`, or NULL where that has none. */
const char *words_get(const struct words *w, size_t index);

/* Finds a word, to the letter. Returns false where there is no such word. */
bool words_find(const struct words *w, struct span word, unsigned *index);

/* Appends all words with `separator` between them. */
void words_put(const struct words *w, const char *separator, struct buf *out);

/* Returns what words_put() appends. The caller frees it. */
char *words_join(const struct words *w, const char *separator);

/*
 * Returns the words whose bits are set as "a, b or c", with `conjunction`
 * before the last. The caller frees it.
 */
char *words_list(const struct words *w, unsigned bits, const char *conjunction);

/*
 * Returns the word that was probably meant by a text that is none, as suggest()
 * finds it, or NULL. The caller frees it.
 */
char *words_near(const struct words *w, const char *typed);

/*
 * Returns a message about a word that is not in the list: what was meant by
 * it, else what could be. The caller frees it.
 */
char *words_unknown(const struct words *w, const char *what, const char *typed);

#endif
