#include "config.h"

#include "base/suggest.h"

#include <string.h>

#include "base/alloc.h"

#define WORD_MAX 64 /* longer than any option, field or provider */

/* Returns the number of insertions, deletions, replacements and swaps. */
static size_t
distance(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0];
	size_t *last = rows[1];
	size_t *row = rows[2];

	for (size_t j = 0; j <= blen; j++)
		last[j] = j;
	for (size_t i = 1; i <= alen; i++) {
		size_t *spare = before;

		row[0] = i;
		for (size_t j = 1; j <= blen; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[blen];
}

char *
suggest(const char *typed, const char *list)
{
	size_t typed_len = strlen(typed);
	size_t near = typed_len < 5 ? 1 : 2;
	const char *found = NULL;
	size_t found_len = 0;

	if (typed_len > WORD_MAX)
		return NULL;
	for (const char *word = list; *word != '\0';) {
		size_t len = strcspn(word, " ");
		size_t far;

		if (len > 0 && len <= WORD_MAX) {
			far = distance(typed, typed_len, word, len);
			if (far <= near && far < len) {
				near = far > 0 ? far - 1 : 0;
				found = word;
				found_len = len;
			}
		}
		word += len + (word[len] == ' ');
	}
	return found == NULL ? NULL : xmemdup(found, found_len);
}
