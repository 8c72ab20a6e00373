#include "config.h"

#include "io/framing.h"

#include <string.h>

bool
framing_opens_quote(const char *from, const char *quote)
{
	return quote == from || quote[-1] == ',' || quote[-1] == '"' ||
	    (quote - from == 3 && memcmp(from, BYTE_ORDER_MARK, 3) == 0);
}

static void
follow_quotes(struct framing_state *s, const char *record, const char *from,
    size_t len)
{
	const char *end = from + len;
	const char *q = from;

	while ((q = memchr(q, '"', (size_t)(end - q))) != NULL) {
		if (s->quoted || framing_opens_quote(record, q))
			s->quoted = !s->quoted;
		q++;
	}
}

/* Moves s->searched behind the end of the record; false: there is none. */
static bool
find_end(struct framing_state *s, const struct framing *framing,
    const char *bytes, size_t len)
{
	const char *end;

	do {
		const char *from = bytes + s->searched;
		size_t left = len - s->searched;
		size_t run;

		end = memchr(from, framing->end, left);
		run = end != NULL ? (size_t)(end - from) : left;
		if (framing->quotes)
			follow_quotes(s, bytes + s->at, from, run);
		s->searched += run + (end != NULL);
	} while (end != NULL && s->quoted);
	return end != NULL;
}

bool
framing_cut(struct framing_state *s, const struct framing *framing,
    const char *bytes, size_t len, bool last, struct line *out)
{
	const char *start;
	size_t ending;
	size_t whole;

	if (s->at == len)
		return false;
	start = bytes + s->at;
	ending = find_end(s, framing, bytes, len);
	if (ending == 0 && !last)
		return false;
	whole = s->searched - s->at;
	if (framing->end == '\n' && whole > ending &&
	    start[whole - ending - 1] == '\r')
		ending++;
	*out = (struct line){
		.text = { start, whole - ending },
		.ending = ending,
	};
	s->at = s->searched;
	s->quoted = false;
	return true;
}

void
framing_drop(struct framing_state *s, size_t len)
{
	s->at -= len;
	s->searched -= len;
}
