#include "config.h"

#include "stream/find-address.h"

#include <string.h>

/* Bytes: more than a name, an address and a port together take. */
#define RUN_MAX 256

/* Bytes that occur in addresses, in words, and digits. */
enum {
	OF_ADDRESS = 1,
	OF_WORD = 2,
	DIGIT = 4
};

#define N (OF_ADDRESS | OF_WORD | DIGIT)
#define H (OF_ADDRESS | OF_WORD)

static const unsigned char classes[256] = {
	['0'] = N,
	['1'] = N,
	['2'] = N,
	['3'] = N,
	['4'] = N,
	['5'] = N,
	['6'] = N,
	['7'] = N,
	['8'] = N,
	['9'] = N,
	['A'] = H,
	['B'] = H,
	['C'] = H,
	['D'] = H,
	['E'] = H,
	['F'] = H,
	['a'] = H,
	['b'] = H,
	['c'] = H,
	['d'] = H,
	['e'] = H,
	['f'] = H,
	['G'] = OF_WORD,
	['H'] = OF_WORD,
	['I'] = OF_WORD,
	['J'] = OF_WORD,
	['K'] = OF_WORD,
	['L'] = OF_WORD,
	['M'] = OF_WORD,
	['N'] = OF_WORD,
	['O'] = OF_WORD,
	['P'] = OF_WORD,
	['Q'] = OF_WORD,
	['R'] = OF_WORD,
	['S'] = OF_WORD,
	['T'] = OF_WORD,
	['U'] = OF_WORD,
	['V'] = OF_WORD,
	['W'] = OF_WORD,
	['X'] = OF_WORD,
	['Y'] = OF_WORD,
	['Z'] = OF_WORD,
	['_'] = OF_WORD,
	['g'] = OF_WORD,
	['h'] = OF_WORD,
	['i'] = OF_WORD,
	['j'] = OF_WORD,
	['k'] = OF_WORD,
	['l'] = OF_WORD,
	['m'] = OF_WORD,
	['n'] = OF_WORD,
	['o'] = OF_WORD,
	['p'] = OF_WORD,
	['q'] = OF_WORD,
	['r'] = OF_WORD,
	['s'] = OF_WORD,
	['t'] = OF_WORD,
	['u'] = OF_WORD,
	['v'] = OF_WORD,
	['w'] = OF_WORD,
	['x'] = OF_WORD,
	['y'] = OF_WORD,
	['z'] = OF_WORD,
	['.'] = OF_ADDRESS,
	[':'] = OF_ADDRESS,
};

#undef N
#undef H

static bool
is_of(const char *at, int class)
{
	return (classes[(unsigned char)*at] & class) != 0;
}

/* Returns the length of the address that begins a run, without a port, or 0. */
static size_t
address_length(const char *run, size_t len, struct addr *a)
{
	const char *colon = memchr(run, ':', len);

	while (len > 0 && run[len - 1] == '.')
		len--;
	if (addr_parse(run, len, a))
		return len;
	if (len > 2 && run[len - 1] == ':' && run[len - 2] != ':' &&
	    addr_parse(run, len - 1, a))
		return len - 1;
	if (colon != NULL && addr_parse(run, (size_t)(colon - run), a))
		return (size_t)(colon - run);
	return 0;
}

/*
 * Returns whether a run can be an address: it has a digit, and three dots or
 * two colons. Most runs are words or numbers.
 */
static bool
is_candidate(const char *run, size_t len)
{
	size_t dots = 0;
	size_t colons = 0;
	size_t digits = 0;

	for (size_t i = 0; i < len; i++) {
		dots += run[i] == '.';
		colons += run[i] == ':';
		digits += is_of(run + i, DIGIT);
	}
	return digits > 0 && (dots >= 3 || colons >= 2);
}

/* Returns whether a run continues a word. Escapes as \n, \r, \t are none. */
static bool
follows_word(const char *text, const char *run)
{
	if (run == text || !is_of(run - 1, OF_WORD))
		return false;
	return run - text < 2 || run[-2] != '\\' ||
	    strchr("nrt", run[-1]) == NULL;
}

/*
 * Returns the end of a run, or NULL if the run is part of the word after it. A
 * word after a colon is the name of a port.
 */
static const char *
before_word(const char *run, const char *stop, const char *end)
{
	if (stop < end && *stop == '-' && stop + 1 < end &&
	    is_of(stop + 1, OF_WORD) && !is_of(stop + 1, DIGIT))
		return NULL;
	if (stop == end || !is_of(stop, OF_WORD))
		return stop;
	while (stop > run && stop[-1] != ':' && stop[-1] != '.')
		stop--;
	return stop > run && stop[-1] == ':' &&
		memchr(run, '.', (size_t)(stop - run)) != NULL
	    ? stop
	    : NULL;
}

/* Returns what follows "name:", which begins the run, or NULL without colon. */
static const char *
after_name(const char *run, const char *stop)
{
	const char *colon = memchr(run, ':', (size_t)(stop - run));

	return colon != NULL ? colon + 1 : NULL;
}

/* Returns what follows the last colon before a dotted quad, or the run. */
static const char *
after_colons(const char *run, const char *stop)
{
	const char *dot = memchr(run, '.', (size_t)(stop - run));

	if (dot == NULL)
		return run;
	while (dot > run && dot[-1] != ':')
		dot--;
	return dot;
}

bool
find_address(struct span text, size_t *at, struct span *address,
    struct addr *addr)
{
	const char *end = text.text + text.len;
	const char *p = text.text + *at;

	while (p < end) {
		const char *run;
		const char *stop;
		size_t len;

		while (p < end && !is_of(p, OF_ADDRESS))
			p++;
		run = p;
		while (p < end && p - run < RUN_MAX && is_of(p, OF_ADDRESS))
			p++;
		if (!is_candidate(run, (size_t)(p - run)))
			continue;
		stop = before_word(run, p, end);
		if (stop != NULL && follows_word(text.text, run))
			run = after_name(run, stop);
		if (stop == NULL || run == NULL)
			continue;
		len = address_length(run, (size_t)(stop - run), addr);
		if (len == 0) {
			run = after_colons(run, stop);
			len = address_length(run, (size_t)(stop - run), addr);
		}
		/* What is left of the run may be no more than colons. */
		if (len == 0 || !is_candidate(run, len))
			continue;
		*address = (struct span){ run, len };
		*at = (size_t)(run + len - text.text);
		return true;
	}
	*at = text.len;
	return false;
}
