#include "config.h"

#include <ctype.h>
#include <errno.h>

#include "base/number.h"
#include "base/suggest.h"
#include "fuzz.h"

/*
 * Parses a number with the C library, but without the signs and blanks that it
 * allows.
 */
static bool
read_slowly(const char *text, uint64_t max, uint64_t *out)
{
	for (const char *c = text; *c != '\0'; c++)
		if (!isdigit((unsigned char)*c))
			return false;
	errno = 0;
	*out = strtoull(text, NULL, 10);
	return *text != '\0' && errno == 0 && *out <= max;
}

static void
check_number(const char *text, size_t len, uint64_t max)
{
	uint64_t slow = 0;
	uint64_t fast = 0;

	HOLDS(number_parse(text, len, max, &fast) ==
	    (strlen(text) == len && read_slowly(text, max, &slow)));
	HOLDS(strlen(text) != len || fast == 0 || fast == slow);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xmemdup(data, size);
	uint64_t bytes;
	int64_t usec;
	char *near;

	check_number(text, size, UINT64_MAX);
	check_number(text, size, UINT32_MAX);
	check_number(text, size, 128);
	if (number_parse_seconds(text, 3600, &usec))
		HOLDS(usec > 0 && usec <= INT64_C(3600000000));
	if (number_parse_size(text, UINT64_C(1) << 40, &bytes))
		HOLDS(bytes <= UINT64_C(1) << 40);
	near = suggest(text, "json csv tsv");
	HOLDS(near == NULL || strcmp(near, "json") == 0 ||
	    strcmp(near, "csv") == 0 || strcmp(near, "tsv") == 0);
	free(near);
	free(text);
	return 0;
}
