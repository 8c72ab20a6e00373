#include "config.h"

#include "base/span.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct span
span_trim(struct span s)
{
	while (s.len > 0 && (s.text[0] == ' ' || s.text[0] == '\t')) {
		s.text++;
		s.len--;
	}
	while (s.len > 0 &&
	    (s.text[s.len - 1] == ' ' || s.text[s.len - 1] == '\t'))
		s.len--;
	return s;
}

bool
span_is(struct span s, const char *word)
{
	return s.text != NULL && s.len == strlen(word) &&
	    strncasecmp(s.text, word, s.len) == 0;
}

bool
span_is_exactly(struct span s, const char *word)
{
	return s.text != NULL && s.len == strlen(word) &&
	    memcmp(s.text, word, s.len) == 0;
}

bool
span_is_two_letters(struct span s)
{
	return s.len == 2 && isalpha((unsigned char)s.text[0]) &&
	    isalpha((unsigned char)s.text[1]);
}

struct span
span_without_mark(struct span s)
{
	size_t mark = strlen(BYTE_ORDER_MARK);

	if (s.len < mark || memcmp(s.text, BYTE_ORDER_MARK, mark) != 0)
		return s;
	return (struct span){ s.text + mark, s.len - mark };
}

int
span_compare(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len > 0 ? memcmp(a.text, b.text, len) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}
