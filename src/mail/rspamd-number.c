#include "config.h"

#include "mail/rspamd-number.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/array.h"

#define BINARY_DIGITS_MAX 64	/* significant ones */
#define EXPONENT_END (1L << 20) /* the first that LuaJIT refuses */

/* How a number is written, by its prefix. */
struct notation {
	char letter; /* of the prefix 0x or 0b; '\0': no prefix */
	const char *digits;
	char exponent; /* '\0': it has no exponent and no point */
	size_t digits_max;
};

static const struct notation notations[] = {
	{ 'x', "0123456789abcdefABCDEF", 'p', SIZE_MAX },
	{ 'b', "01", '\0', BINARY_DIGITS_MAX },
	{ '\0', "0123456789", 'e', SIZE_MAX },
};

/* Returns the notation of a text, and moves *at past its prefix. */
static const struct notation *
read_prefix(const char **at)
{
	const struct notation *n = notations;

	while (n->letter != '\0' &&
	    ((*at)[0] != '0' || ((*at)[1] | 0x20) != n->letter))
		n++;
	*at += n->letter != '\0' ? 2 : 0;
	return n;
}

static bool
is_one_of(char c, const char *list)
{
	return c != '\0' && strchr(list, c) != NULL;
}

/* Moves *at past digits with at most one point among them. */
static bool
skip_digits(const char **at, const struct notation *n)
{
	bool digits = false;
	bool point = n->exponent == '\0';
	size_t significant = 0;

	for (;; (*at)++)
		if (is_one_of(**at, n->digits)) {
			digits = true;
			significant += significant > 0 || **at != '0';
		} else if (**at == '.' && !point) {
			point = true;
		} else {
			break;
		}
	return digits && significant <= n->digits_max;
}

/* Moves *at past an exponent, if it begins there. */
static bool
skip_exponent(const char **at, const struct notation *n)
{
	const char *start;
	long exponent = 0;

	if (n->exponent == '\0' || (**at | 0x20) != n->exponent)
		return true;
	(*at)++;
	*at += **at == '+' || **at == '-';
	start = *at;
	for (; **at >= '0' && **at <= '9' && exponent < EXPONENT_END; (*at)++)
		exponent = 10 * exponent + (**at - '0');
	return *at > start && exponent < EXPONENT_END;
}

/* Returns whether a text is infinite or no number, in words. */
static bool
is_named(struct span text)
{
	static const char *const names[] = { "inf", "infinity", "nan" };

	for (size_t i = 0; i < LENGTH(names); i++)
		if (span_is(text, names[i]))
			return true;
	return false;
}

bool
rspamd_is_number(struct span text)
{
	const char *end = text.text + text.len;
	const char *at = text.text;
	const struct notation *n;

	assert(text.len > 0 && *end == '\0');
	at += *at == '-' || *at == '+';
	if (is_named((struct span){ at, (size_t)(end - at) }))
		return true;
	n = read_prefix(&at);
	return skip_digits(&at, n) && skip_exponent(&at, n) && at == end;
}
