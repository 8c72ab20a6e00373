#include "config.h"

#include "base/words.h"

#include <stdlib.h>

#include "../tap.h"

static const char *const plain[] = { NULL, "one", "three", "four" };

static const struct {
	int number;
	const char *name;
} structs[] = { { 1, "alpha" }, { 2, NULL }, { 3, "gamma" } };

static const struct words of_texts = WORDS(plain);
static const struct words of_structs = WORDS_OF(structs, name);

static void
test_find(void)
{
	static const struct {
		const struct words *words;
		const char *word;
		int index; /* -1 if there is none */
	} cases[] = {
		{ &of_texts, "one", 1 },
		{ &of_texts, "four", 3 },
		{ &of_texts, "on", -1 },
		{ &of_texts, "ones", -1 },
		{ &of_texts, "One", -1 },
		{ &of_texts, "", -1 },
		{ &of_structs, "alpha", 0 },
		{ &of_structs, "gamma", 2 },
		{ &of_structs, "beta", -1 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *word = cases[i].word;
		unsigned index = 99;
		bool found = words_find(cases[i].words,
		    (struct span){ word, strlen(word) }, &index);

		is_int(found ? (int)index : -1, cases[i].index, "'%s'", word);
	}
	is_text(words_get(&of_texts, 0), NULL, "a value may have no word");
	is_text(words_get(&of_structs, 2), "gamma",
	    "a word may be in a struct");
}

static void
is_text_freed(char *got, const char *want, const char *what)
{
	is_text(got, want, "%s", what);
	free(got);
}

static void
test_text(void)
{
	struct words none = { .count = 0 };

	is_text_freed(words_join(&of_texts, "|"), "one|three|four",
	    "words are joined");
	is_text_freed(words_join(&of_structs, ", "), "alpha, gamma",
	    "words of structs are joined");
	is_text_freed(words_join(&none, "|"), "",
	    "no words are joined to nothing");
	is_text_freed(words_list(&of_texts, 1 << 2, "or"), "three",
	    "a list of one word");
	is_text_freed(words_list(&of_texts, 1 << 1 | 1 << 3, "or"),
	    "one or four", "a list of two words");
	is_text_freed(words_list(&of_texts, 1 << 1 | 1 << 2 | 1 << 3, "and"),
	    "one, three and four", "a list of three words");
	is_text_freed(words_unknown(&of_texts, "number", "thre"),
	    "unknown number 'thre'; did you mean 'three'?",
	    "a misspelt word gets a suggestion");
	is_text_freed(words_unknown(&of_texts, "number", "xyzzy"),
	    "unknown number 'xyzzy'; expected one of: one three four",
	    "an unknown word gets the list");
	is_text_freed(words_unknown(&(struct words){ &plain[1], 1,
					sizeof(plain[0]) },
			  "number", "xyzzy"),
	    "unknown number 'xyzzy'; expected one",
	    "the list may have one word");
}

int
main(void)
{
	test_find();
	test_text();
	return tap_done();
}
