#include "config.h"

#include "io/framing.h"

#include <assert.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"

/* Cuts the next piece as framing_cut() does. */
typedef enum cut cut_piece(struct framing_state *s, const char *bytes,
    size_t len, bool last, struct line *out);

bool
framing_opens_quote(const char *from, const char *quote)
{
	return quote == from || quote[-1] == ',' || quote[-1] == '"' ||
	    (quote - from == 3 && memcmp(from, BYTE_ORDER_MARK, 3) == 0);
}

/* Updates s->quoted for the `len` bytes at `from` in a CSV record. */
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

/*
 * Moves s->searched past the next end of a record. Returns false, with all
 * bytes searched, if there is none.
 */
static bool
find_end(struct framing_state *s, char end, bool csv, const char *bytes,
    size_t len)
{
	const char *found;

	do {
		const char *from = bytes + s->searched;
		size_t left = len - s->searched;
		size_t run;

		found = memchr(from, end, left);
		run = found != NULL ? (size_t)(found - from) : left;
		if (csv)
			follow_quotes(s, bytes + s->at, from, run);
		s->searched += run + (found != NULL);
	} while (found != NULL && s->quoted);
	return found != NULL;
}

/* Cuts a record that ends in one byte. A CR before a newline is no text. */
static enum cut
cut_ended(struct framing_state *s, char end, bool csv, const char *bytes,
    size_t len, bool last, struct line *out)
{
	const char *start;
	size_t ending;
	size_t whole;

	if (s->at == len)
		return CUT_MORE;
	start = bytes + s->at;
	ending = find_end(s, end, csv, bytes, len);
	if (ending == 0 && !last)
		return CUT_MORE;
	whole = s->searched - s->at;
	if (end == '\n' && whole > ending && start[whole - ending - 1] == '\r')
		ending++;
	*out = (struct line){
		.text = { start, whole - ending },
		.ending = ending,
	};
	s->at = s->searched;
	s->quoted = false;
	return CUT_RECORD;
}

static enum cut
cut_line(struct framing_state *s, const char *bytes, size_t len, bool last,
    struct line *out)
{
	return cut_ended(s, '\n', false, bytes, len, last, out);
}

static enum cut
cut_nul(struct framing_state *s, const char *bytes, size_t len, bool last,
    struct line *out)
{
	return cut_ended(s, '\0', false, bytes, len, last, out);
}

static enum cut
cut_csv(struct framing_state *s, const char *bytes, size_t len, bool last,
    struct line *out)
{
	return cut_ended(s, '\n', true, bytes, len, last, out);
}

/* Cuts the head of a block, or one of the records that it announced. */
static enum cut
cut_block(struct framing_state *s, cut_piece *cut_record, const char *bytes,
    size_t len, bool last, struct line *out)
{
	enum cut cut;

	if (s->block > 0) {
		cut = cut_record(s, bytes, len, last, out);
		s->block -= cut == CUT_RECORD;
		return cut;
	}
	cut = cut_line(s, bytes, len, last, out);
	if (cut == CUT_MORE)
		return CUT_MORE;
	return number_parse(out->text.text, out->text.len, UINT64_MAX,
		   &s->block)
	    ? CUT_BETWEEN
	    : CUT_BROKEN;
}

static enum cut
cut_block_line(struct framing_state *s, const char *bytes, size_t len,
    bool last, struct line *out)
{
	return cut_block(s, cut_line, bytes, len, last, out);
}

static enum cut
cut_block_csv(struct framing_state *s, const char *bytes, size_t len, bool last,
    struct line *out)
{
	return cut_block(s, cut_csv, bytes, len, last, out);
}

#define BLOCK_HEAD "the count of a block's records"

static const struct {
	cut_piece *cut;
	const char *expected; /* NULL: no stream is broken */
} framings[] = {
	[FRAMING_LINE] = { cut_line, NULL },
	[FRAMING_NUL] = { cut_nul, NULL },
	[FRAMING_CSV] = { cut_csv, NULL },
	[FRAMING_BLOCK_LINE] = { cut_block_line, BLOCK_HEAD },
	[FRAMING_BLOCK_CSV] = { cut_block_csv, BLOCK_HEAD },
};
static_assert(LENGTH(framings) == FRAMING_MAX, "each framing has its row");

enum cut
framing_cut(struct framing_state *s, enum framing framing, const char *bytes,
    size_t len, bool last, struct line *out)
{
	assert(s->at <= s->searched && s->searched <= len);
	return framings[framing].cut(s, bytes, len, last, out);
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
	assert(framings[framing].expected != NULL);
	return framings[framing].expected;
}
