#include "config.h"

#include "record/target-text.h"

#include <ctype.h>
#include <string.h>

#include "base/array.h"

/* Layers around an address that are taken off at most. */
#define LAYERS_MAX 8

/* Takes off a note: a blank, "#" or ";", and all that follows. */
static struct span
without_note(struct span s)
{
	for (size_t i = 1; i < s.len; i++)
		if ((s.text[i] == '#' || s.text[i] == ';') &&
		    (s.text[i - 1] == ' ' || s.text[i - 1] == '\t'))
			return span_trim((struct span){ s.text, i - 1 });
	return s;
}

static struct span
without_comma(struct span s)
{
	while (
	    s.len > 0 && (s.text[s.len - 1] == ',' || s.text[s.len - 1] == ';'))
		s.len--;
	return span_trim(s);
}

/* Takes off one pair of quotes or brackets. Those of [v6] are kept. */
static struct span
without_pair(struct span s)
{
	static const char *const pairs[] = { "\"\"", "''", "``", "<>", "()",
		"{}" };

	for (size_t i = 0; i < LENGTH(pairs) && s.len >= 2; i++)
		if (s.text[0] == pairs[i][0] &&
		    s.text[s.len - 1] == pairs[i][1])
			return span_trim(
			    (struct span){ s.text + 1, s.len - 2 });
	return s;
}

/* Returns the length of "scheme://" (RFC 3986 3.1), or 0. */
static size_t
scheme_length(struct span s)
{
	size_t i = 0;

	while (i < s.len &&
	    (isalnum((unsigned char)s.text[i]) ||
		(i > 0 && memchr("+-.", s.text[i], 3) != NULL)))
		i++;
	if (i == 0 || s.len - i < 3 || memcmp(s.text + i, "://", 3) != 0)
		return 0;
	return i + 3;
}

/* Returns the host and port of a URL (RFC 3986 3.2), or the text. */
static struct span
host_of_url(struct span s)
{
	size_t scheme = scheme_length(s);
	const char *at;

	if (scheme == 0)
		return s;
	s = (struct span){ s.text + scheme, s.len - scheme };
	for (size_t i = 0; i < s.len; i++)
		if (memchr("/?#", s.text[i], 3) != NULL)
			s.len = i;
	at = s.len > 0 ? memrchr(s.text, '@', s.len) : NULL;
	if (at == NULL)
		return s;
	return (struct span){ at + 1, (size_t)(s.text + s.len - at - 1) };
}

struct span
target_text_bare(struct span text)
{
	struct span s = without_note(text);
	size_t len;

	for (int i = 0; i < LAYERS_MAX; i++) {
		len = s.len;
		s = without_pair(without_comma(s));
		if (s.len == len)
			break;
	}
	return host_of_url(s);
}

bool
target_text_range(struct span text, struct addr *first, struct addr *last)
{
	const char *hyphen =
	    text.len > 0 ? memchr(text.text, '-', text.len) : NULL;
	struct span left;
	struct span right;

	if (hyphen == NULL)
		return false;
	left = (struct span){ text.text, (size_t)(hyphen - text.text) };
	right = (struct span){ hyphen + 1, text.len - left.len - 1 };
	left = span_trim(left);
	right = span_trim(right);
	return addr_parse(left.text, left.len, first) &&
	    addr_parse(right.text, right.len, last);
}
