#include "config.h"

#include "record/addr.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "base/span.h"

#define ADDR_TEXT_MAX 45 /* ::ffff:255.255.255.255 in its longest form */

uint8_t
family_bits(enum family family)
{
	return family == FAMILY_IPV4 ? 32 : 128;
}

/* Reads a dotted quad; inet_pton() takes the same texts, but is slower. */
static bool
parse_quad(const char *text, size_t len, uint8_t *out)
{
	const char *end = text + len;

	for (int part = 0; part < 4; part++) {
		unsigned value;
		unsigned digit;

		if (part > 0 && (text == end || *text++ != '.'))
			return false;
		if (text == end || (value = (unsigned)(*text++ - '0')) > 9)
			return false;
		/* No digit follows a zero: some programs read that as octal. */
		while (value > 0 && text < end &&
		    (digit = (unsigned)(*text - '0')) <= 9) {
			value = value * 10 + digit;
			if (value > 255)
				return false;
			text++;
		}
		out[part] = (uint8_t)value;
	}
	return text == end;
}

bool
addr_parse(const char *text, size_t len, struct addr *out)
{
	struct addr a = { .family = FAMILY_IPV4 };
	char copy[ADDR_TEXT_MAX + 1];

	if (!parse_quad(text, len, a.bytes)) {
		if (len == 0 || len > ADDR_TEXT_MAX ||
		    memchr(text, '\0', len) != NULL)
			return false;
		memcpy(copy, text, len);
		copy[len] = '\0';
		a.family = FAMILY_IPV6;
		if (inet_pton(AF_INET6, copy, a.bytes) != 1)
			return false;
	}
	*out = a;
	return true;
}

struct prefix
prefix_of(const struct addr *a, uint8_t len)
{
	struct prefix p = { .addr = *a, .len = len };
	size_t at = len / 8;

	if (len == family_bits((enum family)a->family))
		return p;
	p.addr.bytes[at] &= (uint8_t)(0xff00 >> len % 8);
	memset(p.addr.bytes + at + 1, 0, sizeof(p.addr.bytes) - at - 1);
	return p;
}

bool
prefix_parse(const char *text, size_t len, struct prefix *out)
{
	const char *slash = len > 0 ? memchr(text, '/', len) : NULL;
	struct addr a;
	size_t head;
	uint64_t bits;

	if (slash == NULL)
		return false;
	head = (size_t)(slash - text);
	if (!addr_parse(text, head, &a) ||
	    !number_parse(slash + 1, len - head - 1, family_bits(a.family),
		&bits))
		return false;
	*out = prefix_of(&a, (uint8_t)bits);
	return true;
}

bool
prefix_covers(const struct prefix *outer, const struct prefix *inner)
{
	const uint8_t *a = outer->addr.bytes;
	const uint8_t *b = inner->addr.bytes;
	size_t whole = outer->len / 8;

	if (outer->addr.family != inner->addr.family ||
	    outer->len > inner->len || memcmp(a, b, whole) != 0)
		return false;
	return outer->len % 8 == 0 ||
	    (a[whole] ^ b[whole]) >> (8 - outer->len % 8) == 0;
}

bool
addr_is_in(const struct addr *a, const struct prefix *list, size_t count)
{
	struct prefix whole = prefix_of(a, family_bits(a->family));

	for (size_t i = 0; i < count; i++)
		if (prefix_covers(&list[i], &whole))
			return true;
	return false;
}

bool
addr_is_range(const struct addr *first, const struct addr *last)
{
	return first->family == last->family &&
	    memcmp(first->bytes, last->bytes, sizeof(first->bytes)) <= 0;
}

struct addr
prefix_last(const struct prefix *p)
{
	struct addr a = p->addr;

	for (unsigned i = p->len; i < family_bits((enum family)a.family); i++)
		a.bytes[i / 8] |= (uint8_t)(0x80 >> i % 8);
	return a;
}

struct prefix
prefix_of_range(const struct addr *first, const struct addr *last)
{
	struct prefix p = {
		.addr = *first,
		.len = family_bits((enum family)first->family),
	};

	while (p.len > 0) {
		struct prefix wider = prefix_of(first, (uint8_t)(p.len - 1));
		struct addr end = prefix_last(&wider);

		if (memcmp(wider.addr.bytes, first->bytes,
			sizeof(first->bytes)) != 0 ||
		    !addr_is_range(&end, last))
			break;
		p = wider;
	}
	return p;
}

bool
addr_step(struct addr *a, const struct prefix *p)
{
	unsigned i = p->len;

	*a = p->addr;
	while (i-- > 0) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);

		a->bytes[i / 8] ^= bit;
		if ((a->bytes[i / 8] & bit) != 0)
			return true;
	}
	return false;
}

bool
prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return a->len == b->len && prefix_covers(a, b);
}

#define TEN(tens)                                                              \
	tens "0", tens "1", tens "2", tens "3", tens "4", tens "5", tens "6",  \
	    tens "7", tens "8", tens "9"
#define HUNDRED(hundreds)                                                      \
	TEN(hundreds "0"), TEN(hundreds "1"), TEN(hundreds "2"),               \
	    TEN(hundreds "3"), TEN(hundreds "4"), TEN(hundreds "5"),           \
	    TEN(hundreds "6"), TEN(hundreds "7"), TEN(hundreds "8"),           \
	    TEN(hundreds "9")

static const char octets[256][4] = { TEN(""), TEN("1"), TEN("2"), TEN("3"),
	TEN("4"), TEN("5"), TEN("6"), TEN("7"), TEN("8"), TEN("9"),
	HUNDRED("1"), TEN("20"), TEN("21"), TEN("22"), TEN("23"), TEN("24"),
	"250", "251", "252", "253", "254", "255" };

/* Writes four bytes and returns how many of them are the number. */
static size_t
print_octet(uint8_t value, char *out)
{
	memcpy(out, octets[value], sizeof(octets[value]));
	return value >= 100 ? 3 : value >= 10 ? 2 : 1;
}

static size_t
print_quad(const uint8_t *bytes, char *out)
{
	size_t len = 0;

	for (int i = 0; i < 4; i++) {
		if (i > 0)
			out[len++] = '.';
		len += print_octet(bytes[i], out + len);
	}
	return len;
}

static size_t
print_group(unsigned group, char *out)
{
	size_t len = 0;

	for (int shift = 12; shift >= 0; shift -= 4)
		if (group >> shift != 0 || shift == 0)
			out[len++] = "0123456789abcdef"[group >> shift & 15];
	return len;
}

/* RFC 5952 4: the first longest run of two or more zero groups is "::". */
static size_t
print_ipv6(const uint8_t *bytes, char *out)
{
	unsigned group[8];
	int zeros = -1;
	int most = 1;
	size_t len = 0;

	for (int i = 0; i < 8; i++)
		group[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
	for (int i = 0; i < 8; i++) {
		int run = 0;

		while (i + run < 8 && group[i + run] == 0)
			run++;
		if (run > most) {
			zeros = i;
			most = run;
		}
	}
	for (int i = 0; i < 8; i++) {
		if (i == zeros) {
			out[len++] = ':';
			out[len++] = ':';
			i += most - 1;
			continue;
		}
		if (i > 0 && out[len - 1] != ':')
			out[len++] = ':';
		len += print_group(group[i], out + len);
	}
	return len;
}

size_t
addr_print(const struct addr *a, char *out)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (a->family == FAMILY_IPV4)
		return print_quad(a->bytes, out);
	if (memcmp(a->bytes, mapped, sizeof(mapped)) == 0) {
		memcpy(out, "::ffff:", 7); /* RFC 5952 5 */
		return 7 + print_quad(a->bytes + 12, out + 7);
	}
	return print_ipv6(a->bytes, out);
}

size_t
prefix_print(const struct prefix *p, char *out)
{
	size_t len = addr_print(&p->addr, out);

	out[len++] = '/';
	return len + print_octet(p->len, out + len);
}

bool
asn_has_prefix(const char *text, size_t len)
{
	return len > 2 && (text[0] | 0x20) == 'a' && (text[1] | 0x20) == 's';
}

/* Reads two numbers of 16 bits with a dot between. */
static bool
parse_asdot(const char *text, size_t len, uint32_t *out)
{
	const char *dot = memchr(text, '.', len);
	uint64_t high;
	uint64_t low;
	size_t head;

	if (dot == NULL)
		return false;
	head = (size_t)(dot - text);
	if (!number_parse(text, head, UINT16_MAX, &high) ||
	    !number_parse(dot + 1, len - head - 1, UINT16_MAX, &low))
		return false;
	*out = (uint32_t)(high << 16 | low);
	return true;
}

bool
asn_parse(const char *text, size_t len, uint32_t *out)
{
	bool prefixed = asn_has_prefix(text, len);
	uint64_t value;

	if (prefixed) {
		text += 2;
		len -= 2;
	}
	if (!number_parse(text, len, UINT32_MAX, &value))
		return prefixed && parse_asdot(text, len, out);
	*out = (uint32_t)value;
	return true;
}
