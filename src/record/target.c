#include "config.h"

#include "record/target.h"

#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/number.h"
#include "base/span.h"
#include "record/target-text.h"

#define PREFIXES_SHOWN 8 /* of a range, in a message */

/* Cuts ":port" off an address, whose length *len becomes. */
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

/* Removes brackets, zone and port around an address. */
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
	/* RFC 4007 11: a zone follows the address. */
	zone = memchr(*text, '%', *len);
	if (zone != NULL) {
		if (zone + 1 == *text + *len ||
		    memchr(*text, ':', (size_t)(zone - *text)) == NULL)
			return false;
		*len = (size_t)(zone - *text);
	}
	return true;
}

/* IPv6 prefixes whose last 32 bits are an IPv4 address. */
static const struct prefix around_ipv4[] = {
	{ { { [10] = 0xff, [11] = 0xff }, FAMILY_IPV6 }, 96 },
	{ { { 0x00, 0x64, 0xff, 0x9b }, FAMILY_IPV6 }, 96 },
};

/* Replaces an IPv6 net in one of the first `count` prefixes above. */
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

	/* Most texts are an address and nothing else. */
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

/* Reads a range of addresses that is one prefix. */
static void
parse_range(struct span s, struct target *out)
{
	struct addr first;
	struct addr last;
	struct addr end;

	*out = (struct target){ .kind = TARGET_INVALID };
	if (!target_text_range(s, &first, &last) ||
	    !addr_is_range(&first, &last))
		return;
	out->net = prefix_of_range(&first, &last);
	end = prefix_last(&out->net);
	if (memcmp(end.bytes, last.bytes, sizeof(end.bytes)) != 0)
		return;
	out->kind = TARGET_NET;
	take_ipv4_out(&out->net, LENGTH(around_ipv4));
}

static void
parse(struct span s, struct target *out)
{
	*out = (struct target){ .kind = TARGET_NET };
	if (asn_has_prefix(s.text, s.len)) {
		out->kind = TARGET_AS;
		if (!asn_parse(s.text, s.len, &out->asn))
			out->why = "not an AS number";
	} else {
		out->why = parse_net(s.text, s.len, out);
	}
	if (out->why != NULL)
		out->kind = TARGET_INVALID;
}

void
target_parse(const char *text, size_t len, struct target *out)
{
	struct span s = span_trim((struct span){ text, len });
	struct span bare;
	struct target other;

	*out = (struct target){ .kind = TARGET_BLANK };
	if (s.len == 0 || s.text[0] == '#')
		return;
	parse(s, out);
	if (out->kind != TARGET_INVALID)
		return;
	bare = target_text_bare(s);
	if (bare.len < s.len && bare.len > 0)
		parse(bare, &other);
	else
		other.kind = TARGET_INVALID;
	if (other.kind == TARGET_INVALID)
		parse_range(bare, &other);
	if (other.kind != TARGET_INVALID)
		*out = other;
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

/* Appends the prefixes that a range takes, the first ones and their number. */
static void
put_prefixes(struct addr first, const struct addr *last, struct buf *out)
{
	size_t count = 0;
	char text[PREFIX_TEXT_MAX];
	struct addr end;

	do {
		struct prefix p = prefix_of_range(&first, last);

		if (count < PREFIXES_SHOWN) {
			buf_puts(out, count > 0 ? " " : "");
			buf_put(out, text, prefix_print(&p, text));
		}
		count++;
		end = prefix_last(&p);
		addr_step(&first, &p);
	} while (memcmp(end.bytes, last->bytes, sizeof(end.bytes)) != 0);
	if (count > PREFIXES_SHOWN)
		buf_printf(out, " and %zu more", count - PREFIXES_SHOWN);
}

void
target_explain(struct span text, struct arena *arena, struct target *out)
{
	struct span bare = target_text_bare(span_trim(text));
	struct buf why = { 0 };
	struct addr first;
	struct addr last;

	if (out->kind != TARGET_INVALID ||
	    !target_text_range(bare, &first, &last))
		return;
	if (first.family != last.family) {
		out->why = "a range from one family into the other";
	} else if (!addr_is_range(&first, &last)) {
		out->why = "a range that ends before it begins";
	} else {
		buf_puts(&why, "a range, not a prefix; it takes ");
		put_prefixes(first, &last, &why);
		out->why = arena_copy(arena, why.data, why.len);
		buf_free(&why);
	}
}

void
target_refuse_blank(struct span text, struct target *target)
{
	if (target->kind != TARGET_BLANK ||
	    (text.len > 0 && memchr(text.text, '#', text.len) != NULL))
		return;
	target->kind = TARGET_INVALID;
	target->why = "empty";
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
