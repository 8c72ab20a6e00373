#include "config.h"

#include "mail/spamassassin-line.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "mail/text.h"

#define LANG "lang"
#define LANGUAGE "en_US" /* SpamAssassin's language in the C locale */

/* Cuts off a comment: a # without a backslash before it, and the rest. */
static void
cut_comment(char *line)
{
	char *to = line;

	for (char *at = line; *at != '\0'; at++) {
		if (*at == '#' && (at == line || at[-1] != '\\'))
			break;
		if (*at == '\\' && at[1] == '#')
			continue;
		*to++ = *at;
	}
	*to = '\0';
}

/* Returns the line without its "lang XX"; NULL if it is for another one. */
static const char *
skip_language(const char *line)
{
	struct span language;

	if (strncmp(line, LANG, strlen(LANG)) != 0 ||
	    !text_is_white(line[strlen(LANG)]))
		return line;
	line += strlen(LANG);
	line += strspn(line, WHITE);
	language = text_next_word(&line);
	if (language.len > strlen(LANGUAGE) ||
	    strncasecmp(language.text, LANGUAGE, language.len) != 0)
		return NULL;
	return line;
}

static void
split(struct sa_line *out, const char *line)
{
	struct span key;

	out->text = line;
	key = text_next_word(&line);
	out->value = line;
	out->key = xmemdup(key.text, key.len);
	text_to_lower(out->key);
	for (char *c = out->key; *c != '\0'; c++)
		if (*c == '-')
			*c = '_';
}

bool
sa_line_split(struct sa_line *out, char *text)
{
	struct span all;
	const char *line;

	cut_comment(text);
	all = text_trim((struct span){ text, strlen(text) });
	if (all.len == 0 || span_is_exactly(all, "0"))
		return false;
	text[(size_t)(all.text - text) + all.len] = '\0';
	line = skip_language(all.text);
	if (line != NULL)
		split(out, line);
	return line != NULL;
}
