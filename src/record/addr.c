#include "config.h"

#include "record/addr.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/number.h"
#include "base/span.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define ADDR_TEXT_MAX 45 /* ::ffff:255.255.255.255 in its longest form */

uint8_t
family_bits(enum family family)
{
	return family == FAMILY_IPV4 ? 32 : 128;
}

/* Four decimal numbers; inet_pton() takes the same, but more slowly. */
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
		/* Nothing follows a zero: octal to some. */
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

static struct addr
last_of(const struct prefix *p)
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
		struct addr end = last_of(&wider);

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

/* Writes four bytes, of which as many count as it returns. */
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

/* "AS" in any case, and more behind it. */
static bool
begins_with_as(const char *text, size_t len)
{
	return len > 2 && (text[0] | 0x20) == 'a' && (text[1] | 0x20) == 's';
}

bool
asn_parse(const char *text, size_t len, uint32_t *out)
{
	uint64_t value;

	if (begins_with_as(text, len)) {
		text += 2;
		len -= 2;
	}
	if (!number_parse(text, len, UINT32_MAX, &value))
		return false;
	*out = (uint32_t)value;
	return true;
}

/* Cuts ":port" off an address; *len is what stands before it. */
static bool
cut_port(const char *text, size_t *len)
{
	const char *colon = memchr(text, ':', *len);
	uint64_t port;

	if (colon == NULL)
		return false;
	if (!number_parse(colon + 1, (size_t)(text + *len - colon - 1), 65535,
		&port))
		return false;
	*len = (size_t)(colon - text);
	return true;
}

/* Brackets, zone and port around an address, which is what is left. */
static bool
unwrap(const char **text, size_t *len)
{
	const char *end;
	const char *zone;
	bool bracketed = *len > 0 && (*text)[0] == '[';

	if (bracketed) {
		size_t rest;

		end = memchr(*text, ']', *len);
		if (end == NULL)
			return false;
		rest = (size_t)(*text + *len - end - 1);
		if (rest > 0 && (!cut_port(end + 1, &rest) || rest != 0))
			return false;
		*len = (size_t)(end - *text - 1);
		(*text)++;
	} else if (memchr(*text, '.', *len) != NULL) {
		const char *colon = memchr(*text, ':', *len);

		/* One colon: v4:port. More: IPv6 with a dotted tail. */
		if (colon != NULL &&
		    memchr(colon + 1, ':',
			(size_t)(*text + *len - colon - 1)) == NULL)
			return cut_port(*text, len);
	}
	/* RFC 4007 11: the zone stands behind the address. */
	zone = memchr(*text, '%', *len);
	if (zone != NULL) {
		if (zone + 1 == *text + *len ||
		    memchr(*text, ':', (size_t)(zone - *text)) == NULL)
			return false;
		*len = (size_t)(zone - *text);
	}
	return true;
}

/* By what stands before the IPv4 address that is meant. */
static const struct prefix around_ipv4[] = {
	{ { { [10] = 0xff, [11] = 0xff }, FAMILY_IPV6 }, 96 },
	{ { { 0x00, 0x64, 0xff, 0x9b }, FAMILY_IPV6 }, 96 },
};

/* The first `count` of them. */
static void
take_ipv4_out(struct prefix *net, size_t count)
{
	if (net->addr.family != FAMILY_IPV6)
		return;
	for (size_t i = 0; i < count; i++) {
		struct prefix in = { .len = (uint8_t)(net->len - 96) };

		if (!prefix_covers(&around_ipv4[i], net))
			continue;
		memcpy(in.addr.bytes, net->addr.bytes + 12, 4);
		*net = in;
		return;
	}
}

static const char *
parse_address(const char *text, size_t len, struct target *out)
{
	struct addr a;
	bool zoned = memchr(text, '%', len) != NULL;

	if (!unwrap(&text, &len) || !addr_parse(text, len, &a))
		return "not an address";
	out->net = prefix_of(&a, family_bits(a.family));
	out->dotted = a.family == FAMILY_IPV6 && memchr(text, '.', len) != NULL;
	out->zoned = zoned;
	return NULL;
}

static const char *
parse_net(const char *text, size_t len, struct target *out)
{
	const char *why = NULL;
	struct addr a;

	/* Most have nothing around them. */
	if (addr_parse(text, len, &a))
		out->net = prefix_of(&a, family_bits(a.family));
	else if (memchr(text, '/', len) == NULL)
		why = parse_address(text, len, out);
	else if (!prefix_parse(text, len, &out->net))
		why = "not a prefix";
	out->dotted = false;
	out->zoned = false;
	if (why == NULL)
		take_ipv4_out(&out->net, LENGTH(around_ipv4));
	return why;
}

void
target_parse(const char *text, size_t len, struct target *out)
{
	struct span s = span_trim((struct span){ text, len });

	*out = (struct target){ .kind = TARGET_BLANK };
	if (s.len == 0 || s.text[0] == '#')
		return;
	if (begins_with_as(s.text, s.len)) {
		out->kind = TARGET_AS;
		if (asn_parse(s.text, s.len, &out->asn))
			return;
		out->why = "not an AS number";
	} else {
		out->kind = TARGET_NET;
		out->why = parse_net(s.text, s.len, out);
		if (out->why == NULL)
			return;
	}
	out->kind = TARGET_INVALID;
}

void
target_parse_address(const char *text, size_t len, struct target *out)
{
	struct span s = span_trim((struct span){ text, len });

	*out = (struct target){ .kind = TARGET_BLANK };
	if (s.len == 0 || s.text[0] == '#')
		return;
	out->why = parse_address(s.text, s.len, out);
	out->kind = out->why == NULL ? TARGET_NET : TARGET_INVALID;
}

void
target_take_mapped(struct target *target)
{
	if (target->kind == TARGET_NET)
		take_ipv4_out(&target->net, 1);
}

struct target
target_of(const struct addr *a)
{
	struct target target = {
		.kind = TARGET_NET,
		.net = prefix_of(a, family_bits(a->family)),
	};

	take_ipv4_out(&target.net, LENGTH(around_ipv4));
	return target;
}
