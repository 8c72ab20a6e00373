#ifndef ASNQ_SUGGEST_H
#define ASNQ_SUGGEST_H

/*
 * Returns the word of `list` (separated by blanks) that is nearest to `typed`
 * by the Damerau-Levenshtein distance, if it is near enough to be what was
 * meant; else NULL. The caller frees the result.
 */
char *suggest(const char *typed, const char *list);

#endif
