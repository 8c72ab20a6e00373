#include "config.h"

#include "fuzz.h"
#include "stream/find-address.h"

/* Checks each address found: its span alone gives the same address and span. */
static void
check_addresses(struct span in, enum find_place place)
{
	const char *end = in.text + in.len;
	struct span address;
	struct span alone;
	struct addr a;
	struct addr again;
	size_t before = 0;
	size_t at = 0;

	while (find_address(in, place, &at, &address, &a)) {
		size_t from = 0;

		HOLDS(address.len > 0 && address.text >= in.text + before);
		HOLDS(address.text + address.len <= end);
		HOLDS(at == (size_t)(address.text + address.len - in.text));
		HOLDS(addr_parse(address.text, address.len, &again));
		HOLDS(memcmp(&a, &again, sizeof(a)) == 0);
		HOLDS(find_address(address, place, &from, &alone, &again));
		HOLDS(alone.text == address.text && alone.len == address.len);
		before = at;
	}
	HOLDS(at == in.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };

	check_addresses(in, FIND_IN_LINE);
	check_addresses(in, FIND_IN_FIELD);
	return 0;
}
