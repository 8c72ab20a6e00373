#include "config.h"

#include "base/span.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"

bool
parse_number(const char *text, size_t len, uint64_t max, uint64_t *out)
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
parse_seconds(const char *text, uint64_t max, int64_t *usec)
{
	size_t whole = strcspn(text, ".");
	const char *fraction = text + whole + (text[whole] == '.');
	size_t digits = strlen(fraction);
	uint64_t seconds = 0;
	uint64_t micro = 0;

	if (whole == 0 && digits == 0)
		return false;
	if (whole > 0 && !parse_number(text, whole, max, &seconds))
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
parse_size(const char *text, uint64_t max, uint64_t *bytes)
{
	static const char units[] = "KMG";
	size_t len = strlen(text);
	const char *unit = len > 0 ? strchr(units, text[len - 1]) : NULL;
	int shift = 0;

	if (unit != NULL) {
		shift = 10 * (int)(unit - units + 1);
		len--;
	}
	if (!parse_number(text, len, max >> shift, bytes))
		return false;
	*bytes <<= shift;
	return true;
}

struct span
span_trim(struct span s)
{
	while (s.len > 0 && (s.text[0] == ' ' || s.text[0] == '\t')) {
		s.text++;
		s.len--;
	}
	while (s.len > 0 &&
	    (s.text[s.len - 1] == ' ' || s.text[s.len - 1] == '\t'))
		s.len--;
	return s;
}

bool
span_is(struct span s, const char *word)
{
	return s.text != NULL && s.len == strlen(word) &&
	    strncasecmp(s.text, word, s.len) == 0;
}

bool
span_is_exactly(struct span s, const char *word)
{
	return s.text != NULL && s.len == strlen(word) &&
	    memcmp(s.text, word, s.len) == 0;
}

bool
span_is_two_letters(struct span s)
{
	return s.len == 2 && isalpha((unsigned char)s.text[0]) &&
	    isalpha((unsigned char)s.text[1]);
}

struct span
span_without_mark(struct span s)
{
	size_t mark = strlen(BYTE_ORDER_MARK);

	if (s.len < mark || memcmp(s.text, BYTE_ORDER_MARK, mark) != 0)
		return s;
	return (struct span){ s.text + mark, s.len - mark };
}

int
span_compare(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len > 0 ? memcmp(a.text, b.text, len) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

#define WORD_MAX 64 /* longer than any option, field or provider */

/* Insertions, deletions, replacements and swaps of neighbours. */
static size_t
distance(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0];
	size_t *last = rows[1];
	size_t *row = rows[2];

	for (size_t j = 0; j <= blen; j++)
		last[j] = j;
	for (size_t i = 1; i <= alen; i++) {
		size_t *spare = before;

		row[0] = i;
		for (size_t j = 1; j <= blen; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[blen];
}

char *
suggest(const char *typed, const char *list)
{
	size_t typed_len = strlen(typed);
	size_t near = typed_len < 5 ? 1 : 2;
	const char *found = NULL;
	size_t found_len = 0;

	if (typed_len > WORD_MAX)
		return NULL;
	for (const char *word = list; *word != '\0';) {
		size_t len = strcspn(word, " ");
		size_t far;

		if (len > 0 && len <= WORD_MAX) {
			far = distance(typed, typed_len, word, len);
			if (far <= near && far < len) {
				near = far > 0 ? far - 1 : 0;
				found = word;
				found_len = len;
			}
		}
		word += len + (word[len] == ' ');
	}
	return found == NULL ? NULL : xmemdup(found, found_len);
}
