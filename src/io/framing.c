#include "config.h"

#include "io/framing.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/number.h"

struct method;

/* Cuts the next piece as framing_cut() does. */
typedef enum cut cut_piece(struct framing_state *s, const struct method *m,
    const char *bytes, size_t len, bool last, struct line *out);

/* A framing: how it cuts, and what it has to know for that. */
struct method {
	cut_piece *cut;
	char end;	      /* the byte after each record */
	bool csv;	      /* an end in a quoted cell is text */
	const char *expected; /* instead of CUT_BROKEN, as a noun */
};

static cut_piece cut_ended;
static cut_piece cut_block;

#define BLOCK_HEAD "the count of a block's records"
#define ENDING_MAX 2	  /* bytes: "\r\n" */
#define BLOCK_HEAD_MAX 64 /* bytes: longer than any number and its newline */

static const struct method methods[] = {
	[FRAMING_LINE] = { cut_ended, '\n', false, NULL },
	[FRAMING_NUL] = { cut_ended, '\0', false, NULL },
	[FRAMING_CSV] = { cut_ended, '\n', true, NULL },
	[FRAMING_BLOCK_LINE] = { cut_block, '\n', false, BLOCK_HEAD },
	[FRAMING_BLOCK_CSV] = { cut_block, '\n', true, BLOCK_HEAD },
};
static_assert(LENGTH(methods) == FRAMING_MAX, "each framing has its row");

/* Bytes between cells that need no option. */
static const char separators[] = { ',', ';', '\t', '|' };

static SELDOM bool
may_separate(char byte)
{
	return memchr(separators, byte, sizeof(separators)) != NULL;
}

/* Returns whether a byte separates cells; with separator 0, whether it may. */
static inline bool
is_separator(char byte, char separator)
{
	if (separator == '\0')
		return may_separate(byte);
	return byte == separator;
}

bool
framing_opens_quote(const char *from, const char *quote, char separator)
{
	return quote == from || is_separator(quote[-1], separator) ||
	    quote[-1] == '"' ||
	    (quote - from == 3 && memcmp(from, BYTE_ORDER_MARK, 3) == 0);
}

/* Returns the most frequent separator; of several, the one listed first. */
static char
most_frequent(const size_t counts[sizeof(separators)])
{
	size_t best = 0;

	for (size_t i = 1; i < sizeof(separators); i++)
		if (counts[i] > counts[best])
			best = i;
	return separators[best];
}

char
framing_find_separator(struct span header)
{
	const char *end = header.text + header.len;
	size_t counts[sizeof(separators)] = { 0 };
	bool quoted = false;

	for (const char *c = header.text; c < end; c++) {
		const char *found;

		if (*c == '"' &&
		    (quoted || framing_opens_quote(header.text, c, '\0')))
			quoted = !quoted;
		if (quoted)
			continue;
		if (*c == ',' && (c + 1 == end || c[1] != ' '))
			return ',';
		found = memchr(separators, *c, sizeof(separators));
		if (found != NULL)
			counts[found - separators]++;
	}
	return most_frequent(counts);
}

/*
 * Returns whether a quote opens a quoted cell of the record that starts at
 * s->at, or of which an earlier piece was cut off there.
 */
static bool
opens_quote(const struct framing_state *s, const char *record,
    const char *quote)
{
	if (s->inside)
		return is_separator(quote[-1], s->separator) ||
		    quote[-1] == '"';
	return framing_opens_quote(record, quote, s->separator);
}

/* Updates s->quoted for the `len` bytes at `from` in a CSV record. */
static void
follow_quotes(struct framing_state *s, const char *record, const char *from,
    size_t len)
{
	const char *end = from + len;
	const char *q = from;

	while ((q = memchr(q, '"', (size_t)(end - q))) != NULL) {
		if (s->quoted || opens_quote(s, record, q))
			s->quoted = !s->quoted;
		q++;
	}
}

/*
 * Moves s->searched past the next end of a record. Returns false, with all
 * bytes searched, if there is none.
 */
static bool
find_end(struct framing_state *s, const struct method *m, const char *bytes,
    size_t len)
{
	const char *end;

	do {
		const char *from = bytes + s->searched;
		size_t left = len - s->searched;
		size_t run;

		end = memchr(from, m->end, left);
		run = end != NULL ? (size_t)(end - from) : left;
		if (m->csv)
			follow_quotes(s, bytes + s->at, from, run);
		s->searched += run + (end != NULL);
	} while (end != NULL && s->quoted);
	return end != NULL;
}

/* Returns how many bytes of text the next piece may have. */
static size_t
most_of(const struct framing_state *s)
{
	if (s->max == 0)
		return SIZE_MAX - ENDING_MAX;
	return s->inside && s->max > FRAMING_PIECE ? FRAMING_PIECE : s->max;
}

/* Cuts a piece off the text of a record that is too long. */
static enum cut
cut_part(struct framing_state *s, const char *bytes, struct line *out)
{
	size_t len = s->max < FRAMING_PIECE ? s->max : FRAMING_PIECE;

	*out = (struct line){
		.text = { bytes + s->at, len },
		.part = s->inside ? LINE_MIDDLE : LINE_START,
	};
	s->at += len;
	s->inside = true;
	return CUT_RECORD;
}

/* Cuts a record that ends in one byte. A CR before a newline is no text. */
static enum cut
cut_ended(struct framing_state *s, const struct method *m, const char *bytes,
    size_t len, bool last, struct line *out)
{
	const char *start;
	size_t ending;
	size_t whole;
	bool ended = s->ended;

	if (s->at == len)
		return CUT_MORE;
	start = bytes + s->at;
	if (!ended)
		ended = find_end(s, m, bytes, len);
	whole = s->searched - s->at;
	if (!ended && !last && whole <= most_of(s) + ENDING_MAX)
		return CUT_MORE;
	ending = ended;
	if (m->end == '\n' && (ended || last) && whole > ending &&
	    start[whole - ending - 1] == '\r')
		ending++;
	s->ended = ended;
	if (whole - ending > most_of(s))
		return cut_part(s, bytes, out);
	*out = (struct line){
		.text = { start, whole - ending },
		.ending = ending,
		.part = s->inside ? LINE_END : LINE_WHOLE,
	};
	if (m->csv && s->separator == '\0')
		s->separator = framing_find_separator(out->text);
	s->at = s->searched;
	s->quoted = false;
	s->ended = false;
	s->inside = false;
	return CUT_RECORD;
}

/* Cuts the line with the number of a block's records. */
static enum cut
cut_head(struct framing_state *s, const char *bytes, size_t len, bool last,
    struct line *out)
{
	bool full = len - s->at > BLOCK_HEAD_MAX;
	size_t max = s->max;
	enum cut cut;

	if (full)
		len = s->at + BLOCK_HEAD_MAX;
	s->max = 0;
	cut = cut_ended(s, &methods[FRAMING_LINE], bytes, len, last && !full,
	    out);
	s->max = max;
	if (cut == CUT_RECORD)
		return number_parse(out->text.text, out->text.len, UINT64_MAX,
			   &s->block)
		    ? CUT_BETWEEN
		    : CUT_BROKEN;
	if (!full)
		return CUT_MORE;
	*out = (struct line){ .text = { bytes + s->at, BLOCK_HEAD_MAX } };
	s->at = len;
	return CUT_BROKEN;
}

/* Cuts the head of a block, or one of the records that it announced. */
static enum cut
cut_block(struct framing_state *s, const struct method *m, const char *bytes,
    size_t len, bool last, struct line *out)
{
	enum cut cut;

	if (s->block == 0)
		return cut_head(s, bytes, len, last, out);
	cut = cut_ended(s, m, bytes, len, last, out);
	if (cut == CUT_RECORD && !s->inside)
		s->block--;
	return cut;
}

enum cut
framing_cut(struct framing_state *s, enum framing framing, const char *bytes,
    size_t len, bool last, struct line *out)
{
	const struct method *m = &methods[framing];

	assert(s->searched <= len);
	return m->cut(s, m, bytes, len, last, out);
}

void
framing_drop(struct framing_state *s, size_t len)
{
	assert(len <= s->at);
	s->at -= len;
	s->searched -= len;
}

const char *
framing_expected(enum framing framing)
{
	assert(methods[framing].expected != NULL);
	return methods[framing].expected;
}
