#include "config.h"

#include "stream/find-address.h"

#include <stdint.h>
#include <string.h>

#include "base/number.h"
#include "stream/address-context.h"

/* Bytes: more than a name, an address and a port together take. */
#define RUN_MAX 256

/*
 * Bytes that occur in addresses, digits, and bytes beside a run that may make
 * it a part of something else.
 */
enum {
	OF_ADDRESS = 1,
	DIGIT = 2,
	JOINS = 4
};

#define N (OF_ADDRESS | DIGIT | JOINS)
#define H (OF_ADDRESS | JOINS)

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
	['G'] = JOINS,
	['H'] = JOINS,
	['I'] = JOINS,
	['J'] = JOINS,
	['K'] = JOINS,
	['L'] = JOINS,
	['M'] = JOINS,
	['N'] = JOINS,
	['O'] = JOINS,
	['P'] = JOINS,
	['Q'] = JOINS,
	['R'] = JOINS,
	['S'] = JOINS,
	['T'] = JOINS,
	['U'] = JOINS,
	['V'] = JOINS,
	['W'] = JOINS,
	['X'] = JOINS,
	['Y'] = JOINS,
	['Z'] = JOINS,
	['_'] = JOINS,
	['g'] = JOINS,
	['h'] = JOINS,
	['i'] = JOINS,
	['j'] = JOINS,
	['k'] = JOINS,
	['l'] = JOINS,
	['m'] = JOINS,
	['n'] = JOINS,
	['o'] = JOINS,
	['p'] = JOINS,
	['q'] = JOINS,
	['r'] = JOINS,
	['s'] = JOINS,
	['t'] = JOINS,
	['u'] = JOINS,
	['v'] = JOINS,
	['w'] = JOINS,
	['x'] = JOINS,
	['y'] = JOINS,
	['z'] = JOINS,
	['%'] = JOINS,
	['#'] = JOINS,
	['/'] = JOINS,
	['-'] = JOINS,
	['\\'] = JOINS,
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

#define QUAD_DOTS 3

/* Returns whether a text is a port: two to five digits, the first not 0. */
static bool
is_port(const char *text, size_t len)
{
	uint64_t port;

	return len >= 2 && text[0] != '0' &&
	    number_parse(text, len, UINT16_MAX, &port);
}

/* Returns the position of the last `byte` of a run, or `len`. */
static size_t
find_last(const char *run, size_t len, char byte)
{
	size_t at = len;

	while (at > 0 && run[at - 1] != byte)
		at--;
	return at > 0 ? at - 1 : len;
}

/*
 * Returns the length of the address before a port: ADDRESS.PORT, or IPv6:PORT,
 * where five digits are no group of an address and fewer are one, unless there
 * are eight already. Returns 0 if that is not what the run has.
 */
static size_t
length_before_port(const char *run, size_t len, struct addr *a)
{
	size_t dot = find_last(run, len, '.');
	size_t colon = find_last(run, len, ':');
	size_t head = colon;
	const char *port;

	if (dot < len && (colon == len || colon < dot))
		head = dot;
	if (head == len || (head == colon && memchr(run, ':', colon) == NULL))
		return 0;
	port = run + head + 1;
	if (!is_port(port, len - head - 1) || !addr_parse(run, head, a))
		return 0;
	return head;
}

/* Returns the length of the address that begins a run, without a port, or 0. */
static size_t
address_length(const char *run, size_t len, struct addr *a)
{
	const char *colon;
	size_t head;

	while (len > 0 && run[len - 1] == '.')
		len--;
	if (addr_parse(run, len, a))
		return len;
	if (len > 2 && run[len - 1] == ':' && run[len - 2] != ':') {
		len--;
		if (addr_parse(run, len, a))
			return len;
	}
	head = length_before_port(run, len, a);
	if (head > 0)
		return head;
	colon = memchr(run, ':', len);
	if (colon == NULL)
		return 0;
	head = (size_t)(colon - run);
	return addr_parse(run, head, a) ? head
					: length_before_port(run, head, a);
}

#define GROUP_COLONS 7 /* of an IPv6 address that leaves nothing out */

/*
 * Returns whether a run can be an address: it has a digit, and three dots, two
 * colons in a row or seven. Most runs are words, numbers or times.
 */
static bool
is_candidate(const char *run, size_t len)
{
	size_t dots = 0;
	size_t colons = 0;
	size_t pairs = 0;
	size_t digits = 0;
	char before = '\0';

	for (size_t i = 0; i < len; i++) {
		dots += run[i] == '.';
		colons += run[i] == ':';
		pairs += run[i] == ':' && before == ':';
		digits += is_of(run + i, DIGIT);
		before = run[i];
	}
	return digits > 0 &&
	    (dots >= QUAD_DOTS || pairs > 0 || colons >= GROUP_COLONS);
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

/* Returns where the first of two dots in a row is in a run, or its end. */
static const char *
find_dots(const char *run, const char *stop)
{
	while (stop - run >= 2 && (run[0] != '.' || run[1] != '.'))
		run++;
	return stop - run >= 2 ? run : stop;
}

/* Returns whether an address is eight groups of two digits: WWN, EUI-64. */
static bool
is_hardware(struct span address)
{
	if (address.len != strlen("00:11:22:33:44:55:66:77"))
		return false;
	for (size_t i = 0; i < address.len; i++)
		if ((address.text[i] == ':') != (i % 3 == 2))
			return false;
	return true;
}

/*
 * Returns whether a run that could not be read is meant to be an address: four
 * or five dotted numbers, or what has the colons of IPv6. A time, a hardware
 * address and the like are not.
 */
static bool
means_address(const char *run, const char *stop)
{
	size_t dots = 0;
	size_t colons = 0;
	bool pair = false;

	while (stop > run && (stop[-1] == '.' || stop[-1] == ':'))
		stop--;
	for (const char *c = run; c < stop; c++) {
		dots += *c == '.';
		colons += *c == ':';
		pair |= c > run && *c == ':' && c[-1] == ':';
		if (*c != ':' && *c != '.' && !is_of(c, DIGIT) && dots > 0)
			return false;
	}
	if (colons == 0)
		return dots == QUAD_DOTS || dots == QUAD_DOTS + 1;
	return pair || colons == GROUP_COLONS || colons == GROUP_COLONS + 1;
}

/* Reads the address that may begin at `start`. Returns false if there is none. */
static bool
read_address(const char *start, const char *stop, struct span *address,
    struct addr *addr)
{
	size_t len = address_length(start, (size_t)(stop - start), addr);

	if (len == 0) {
		start = after_colons(start, stop);
		len = address_length(start, (size_t)(stop - start), addr);
	}
	*address = (struct span){ start, len };
	/* What is left of the run may be no more than colons. */
	return len > 0 && is_candidate(start, len);
}

/* What a run turned out to be. */
enum verdict {
	NONE,
	ADDRESS,
	UNREADABLE /* an address by its looks */
};

/* Returns whether the bytes beside a run cannot be joined to it. */
static bool
is_alone(struct span text, const char *run, const char *stop)
{
	return (run == text.text || !is_of(run - 1, JOINS)) &&
	    (stop == text.text + text.len || !is_of(stop, JOINS));
}

/*
 * Reads the address in a run up to *stop, which becomes the end of what may
 * belong to it.
 */
static enum verdict
read_run(struct span text, const char *run, const char **stop,
    struct span *address, struct addr *addr)
{
	struct starts starts;

	*stop = context_stop(text, run, *stop);
	if (*stop == NULL)
		return NONE;
	starts = context_starts(text, run, *stop);
	for (size_t i = 0; i < starts.count; i++)
		if (read_address(starts.at[i], *stop, address, addr))
			return ADDRESS;
	return starts.count > 0 && means_address(starts.at[0], *stop)
	    ? UNREADABLE
	    : NONE;
}

/* Finds the address in a run up to `stop`. */
static enum verdict
examine(struct span text, const char *run, const char *stop,
    enum find_place place, struct span *address, struct addr *addr)
{
	size_t len = (size_t)(stop - run);
	enum verdict verdict = ADDRESS;
	const char *after;

	/* Most runs are an address and nothing else. */
	if (is_alone(text, run, stop) && addr_parse(run, len, addr))
		*address = (struct span){ run, len };
	else
		verdict = read_run(text, run, &stop, address, addr);
	if (verdict != ADDRESS)
		return verdict;
	if (place == FIND_IN_LINE && is_hardware(*address))
		return NONE;
	after = address->text + address->len;
	if (addr->family == FAMILY_IPV4 &&
	    context_is_version(text, *address,
		stop - after >= 2 && *after == '.'))
		return NONE;
	return ADDRESS;
}

bool
find_address(struct span text, enum find_place place, size_t *at,
    struct span *address, struct addr *addr)
{
	const char *end = text.text + text.len;
	const char *p = text.text + *at;

	while (p < end) {
		struct span found;
		const char *run;
		const char *stop;
		enum verdict verdict;

		while (p < end && !is_of(p, OF_ADDRESS))
			p++;
		run = p;
		while (p < end && p - run < RUN_MAX && is_of(p, OF_ADDRESS))
			p++;
		if (!is_candidate(run, (size_t)(p - run)))
			continue;
		stop = find_dots(run, p);
		if (stop < p) {
			for (p = stop; p < end && *p == '.'; p++)
				continue;
			if (!is_candidate(run, (size_t)(stop - run)))
				continue;
		}
		verdict = examine(text, run, stop, place, &found, addr);
		if (verdict == UNREADABLE && place == FIND_IN_FIELD)
			break;
		if (verdict != ADDRESS)
			continue;
		*address = found;
		*at = (size_t)(found.text + found.len - text.text);
		return true;
	}
	*at = text.len;
	return false;
}
