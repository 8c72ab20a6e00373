#include "config.h"

#include "fuzz.h"
#include "io/framing.h"
#include "stream/find-address.h"

/* The end of a record, in bytes that come piece by piece. */
static void
check_pieces(struct span in, const struct framing *framing, size_t piece)
{
	struct framing_state whole = { .at = 0 };
	struct framing_state pieces = { .at = 0 };
	size_t there = 0;
	size_t sum = 0;
	struct line line;
	struct line same;

	while (framing_cut(&whole, framing, in.text, in.len, true, &line)) {
		while (!framing_cut(&pieces, framing, in.text, there,
		    there == in.len, &same)) {
			HOLDS(there < in.len);
			there = in.len - there > piece ? there + piece : in.len;
		}
		HOLDS(line.text.text == in.text + sum);
		HOLDS(same.text.text == line.text.text);
		HOLDS(same.text.len == line.text.len);
		HOLDS(same.ending == line.ending);
		sum += line.text.len + line.ending;
		HOLDS(line.ending > 0 || sum == in.len);
	}
	HOLDS(sum == in.len);
}

/* An address reads as what the span of it says, and stands alone as well. */
static void
check_addresses(struct span in)
{
	const char *end = in.text + in.len;
	struct span address;
	struct span alone;
	struct addr a;
	struct addr again;
	size_t before = 0;
	size_t at = 0;

	while (find_address(in, &at, &address, &a)) {
		size_t from = 0;

		HOLDS(address.len > 0 && address.text >= in.text + before);
		HOLDS(address.text + address.len <= end);
		HOLDS(at == (size_t)(address.text + address.len - in.text));
		HOLDS(addr_parse(address.text, address.len, &again));
		HOLDS(memcmp(&a, &again, sizeof(a)) == 0);
		HOLDS(find_address(address, &from, &alone, &again));
		HOLDS(alone.text == address.text && alone.len == address.len);
		before = at;
	}
	HOLDS(at == in.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	uint8_t how = fuzz_byte(&in);
	struct framing framing = {
		.end = (how & 1) != 0 ? '\0' : '\n',
		.quotes = (how & 2) != 0,
	};

	check_pieces(in, &framing, 1 + how / 4U % 8);
	check_addresses(in);
	return 0;
}
