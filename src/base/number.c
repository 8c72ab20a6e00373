#include "config.h"

#include "base/number.h"

#include <ctype.h>
#include <string.h>

bool
number_parse(const char *text, size_t len, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (len == 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(text[i] - '0');

		if (digit > 9 || value > UINT64_MAX / 10)
			return false;
		value *= 10;
		if (value > max || digit > max - value)
			return false;
		value += digit;
	}
	*out = value;
	return true;
}

bool
number_parse_seconds(const char *text, uint64_t max, int64_t *usec)
{
	size_t whole = strcspn(text, ".");
	const char *fraction = text + whole + (text[whole] == '.');
	size_t digits = strlen(fraction);
	uint64_t seconds = 0;
	uint64_t micro = 0;

	if (whole == 0 && digits == 0)
		return false;
	if (whole > 0 && !number_parse(text, whole, max, &seconds))
		return false;
	for (size_t i = 0; i < digits || i < 6; i++) {
		if (i < digits && !isdigit((unsigned char)fraction[i]))
			return false;
		if (i < 6)
			micro = micro * 10 +
			    (i < digits ? (uint64_t)(fraction[i] - '0') : 0);
	}
	micro += seconds * 1000000;
	if (micro == 0 || micro > max * 1000000)
		return false;
	*usec = (int64_t)micro;
	return true;
}

bool
number_parse_size(const char *text, uint64_t max, uint64_t *bytes)
{
	static const char units[] = "KMG";
	size_t len = strlen(text);
	const char *unit = len > 0 ? strchr(units, text[len - 1]) : NULL;
	int shift = 0;

	if (unit != NULL) {
		shift = 10 * (int)(unit - units + 1);
		len--;
	}
	if (!number_parse(text, len, max >> shift, bytes))
		return false;
	*bytes <<= shift;
	return true;
}
