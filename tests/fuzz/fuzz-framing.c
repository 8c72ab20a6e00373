#include "config.h"

#include "fuzz.h"
#include "io/framing.h"

/*
 * Cuts a stream twice: with all bytes available, and with bytes that arrive
 * piece by piece. Both must give the same records, which together are all
 * bytes.
 */

/* Cuts the next record of a stream; *there bytes have arrived so far. */
static enum cut
cut_pieces(struct framing_state *s, enum framing framing, struct span in,
    size_t *there, size_t piece, struct line *out)
{
	enum cut cut;

	for (;;) {
		cut = framing_cut(s, framing, in.text, *there, *there == in.len,
		    out);
		if (cut != CUT_MORE || *there == in.len)
			return cut;
		*there = in.len - *there > piece ? *there + piece : in.len;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	uint8_t how = fuzz_byte(&in);
	enum framing framing = (enum framing)(how % FRAMING_MAX);
	size_t piece = 1 + how / FRAMING_MAX % 8;
	size_t max = how % 3 == 0 ? 0 : 1 + how % 7;
	struct framing_state whole = { .max = max };
	struct framing_state pieces = { .max = max };
	size_t there = 0;
	size_t sum = 0;
	struct line line;
	struct line same;
	enum cut cut;

	while ((cut = framing_cut(&whole, framing, in.text, in.len, true,
		    &line)) != CUT_MORE) {
		HOLDS(cut_pieces(&pieces, framing, in, &there, piece, &same) ==
		    cut);
		HOLDS(line.text.text == in.text + sum);
		HOLDS(same.text.text == line.text.text);
		HOLDS(same.text.len == line.text.len);
		HOLDS(same.ending == line.ending);
		HOLDS(same.part == line.part);
		HOLDS(cut != CUT_RECORD || max == 0 || line.text.len <= max);
		sum += line.text.len + line.ending;
		HOLDS(whole.at == sum && pieces.at == sum);
		if (cut == CUT_BROKEN)
			return 0;
		HOLDS(line.ending > 0 || sum == in.len ||
		    line.part == LINE_START || line.part == LINE_MIDDLE);
	}
	HOLDS(sum == in.len);
	return 0;
}
