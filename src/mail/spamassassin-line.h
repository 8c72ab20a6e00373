#ifndef ASNQ_SPAMASSASSIN_LINE_H
#define ASNQ_SPAMASSASSIN_LINE_H

#include <stdbool.h>

/* A line of SpamAssassin's configuration; `value` and `text` lie in it. */
struct sa_line {
	char *key; /* in lower case, with _ for -; the caller frees it */
	const char *value;
	const char *text; /* all of it */
};

/*
 * Splits a line, after cutting off its comment, the blanks around it and the
 * language that it is for. Changes `text`. Returns false, without a key to
 * free, if nothing is left or the language is another one.
 */
bool sa_line_split(struct sa_line *out, char *text);

#endif
