#include "config.h"

#include "db/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/map.h"

/*
 * The routes of a family are an array, sorted by network, then by length: a
 * route comes after those that cover it, and links to the last of them. A
 * search finds the last route that does not come after the address; what
 * covers the address is that route or some of those that cover it.
 */

#define NONE UINT32_MAX /* the number of no route */
#define EXCLUDED 0	/* the AS number of an excluded prefix */
#define NO_REG 0	/* the number of the empty registration */
#define REG_MAX ((1U << 24) - 1)

#define INDEX_BITS_MAX 20 /* leaves a few routes for each entry of the index */

/* A prefix and an origin of it, or an excluded prefix. */
struct route {
	uint32_t up;	   /* the route that covers it, or NONE */
	uint32_t asn;	   /* or EXCLUDED */
	uint32_t reg : 24; /* number of the registration */
	uint32_t len : 8;
	uint32_t net[]; /* one word or four, in host order */
};

/* The routes of one family. */
struct routes {
	size_t words;  /* of an address */
	size_t stride; /* bytes of a route */
	char *bytes;
	size_t count;
	size_t size;
	unsigned shift;	 /* leaves those bits of the first word that index */
	uint32_t *index; /* by these bits: the first route */
};

struct registration_number {
	struct map_node node; /* must be first; the key is all its bytes */
	uint32_t reg;
};

struct table {
	struct routes routes[FAMILY_MAX];
	struct registration *regs; /* one for all routes that share it */
	size_t reg_count;
	bool has_countries; /* one of these has a country */
	size_t reg_size;
	struct arena texts;
	bool built;

	/* Until the table is built: */
	uint32_t last_reg; /* of the route before; the next often has it too */
	struct map regs_by_bytes;
	struct arena keys; /* the nodes of the map, and their keys */
	struct buf key;
};

static struct span
copy_span(struct arena *arena, struct span s)
{
	char *copy;

	if (s.text == NULL || s.len == 0)
		return s;
	copy = arena_alloc(arena, s.len);
	memcpy(copy, s.text, s.len);
	return (struct span){ copy, s.len };
}

/* Adds a registration. Returns its number, or NO_REG if there are too many. */
static uint32_t
add_registration(struct table *t, const struct registration *reg)
{
	struct registration *copy;

	if (t->reg_count > REG_MAX)
		return NO_REG;
	t->regs =
	    array_grow(t->regs, &t->reg_size, t->reg_count, sizeof(*t->regs));
	copy = &t->regs[t->reg_count];
	*copy = *reg;
	copy->registry = copy_span(&t->texts, reg->registry);
	copy->allocated = copy_span(&t->texts, reg->allocated);
	copy->name = copy_span(&t->texts, reg->name);
	return (uint32_t)t->reg_count++;
}

struct table *
table_new(void)
{
	struct table *t = xcalloc(1, sizeof(*t));

	for (int f = 0; f < FAMILY_MAX; f++) {
		struct routes *routes = &t->routes[f];

		routes->words = family_bits((enum family)f) / 32;
		routes->stride =
		    sizeof(struct route) + routes->words * sizeof(uint32_t);
	}
	map_init(&t->regs_by_bytes);
	add_registration(t, &(struct registration){ .country = "" });
	return t;
}

static struct route *
route_at(const struct routes *routes, size_t i)
{
	return (struct route *)(void *)(routes->bytes + i * routes->stride);
}

/* Reads an address as words in host order. */
static void
read_net(const struct addr *a, size_t words, uint32_t *net)
{
	const uint8_t *b = a->bytes;

	for (size_t i = 0; i < words; i++, b += 4)
		net[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
		    (uint32_t)b[2] << 8 | b[3];
}

/* Sets *out, which is all zero, to the prefix of a route. */
static void
read_prefix(const struct route *route, size_t words, enum family family,
    struct prefix *out)
{
	uint8_t *b = out->addr.bytes;

	for (size_t i = 0; i < words; i++, b += 4) {
		b[0] = (uint8_t)(route->net[i] >> 24);
		b[1] = (uint8_t)(route->net[i] >> 16);
		b[2] = (uint8_t)(route->net[i] >> 8);
		b[3] = (uint8_t)route->net[i];
	}
	out->addr.family = (uint8_t)family;
	out->len = route->len;
}

/* Orders by network, then by length. */
static int
compare(const struct route *a, const uint32_t *net, uint8_t len, size_t words)
{
	for (size_t i = 0; i < words; i++)
		if (a->net[i] != net[i])
			return a->net[i] < net[i] ? -1 : 1;
	return (a->len > len) - (a->len < len);
}

static int
compare_routes(const struct route *a, const struct route *b, size_t words)
{
	int order = compare(a, b->net, b->len, words);

	if (order == 0)
		order = (a->asn > b->asn) - (a->asn < b->asn);
	return order != 0 ? order : (a->reg > b->reg) - (a->reg < b->reg);
}

static int
compare_ipv4(const void *a, const void *b)
{
	return compare_routes(a, b, 1);
}

static int
compare_ipv6(const void *a, const void *b)
{
	return compare_routes(a, b, 4);
}

static void
add_route(struct table *t, const struct prefix *p, uint32_t asn, uint32_t reg)
{
	struct routes *routes = &t->routes[p->addr.family];
	struct route *route;

	assert(!t->built);
	routes->bytes = array_grow(routes->bytes, &routes->size, routes->count,
	    routes->stride);
	route = route_at(routes, routes->count);
	*route = (struct route){
		.up = NONE,
		.asn = asn,
		.reg = reg & REG_MAX,
		.len = p->len,
	};
	read_net(&p->addr, routes->words, route->net);
	routes->count++;
}

static void
put_span(struct buf *out, struct span s)
{
	buf_put(out, &s.len, sizeof(s.len));
	buf_put(out, s.text, s.len);
}

static bool
is_empty(const struct registration *reg)
{
	return reg->country[0] == '\0' && reg->registry.len == 0 &&
	    reg->allocated.len == 0 && reg->name.len == 0;
}

/* Returns the number of a registration, which is added unless it is known. */
static uint32_t
share_registration(struct table *t, const struct registration *reg)
{
	struct registration_number *found;

	if (is_empty(reg))
		return NO_REG;
	t->has_countries |= reg->country[0] != '\0';
	if (registration_compare(&t->regs[t->last_reg], reg) == 0)
		return t->last_reg;
	buf_clear(&t->key);
	buf_put(&t->key, reg->country, sizeof(reg->country));
	put_span(&t->key, reg->registry);
	put_span(&t->key, reg->allocated);
	put_span(&t->key, reg->name);
	found = (struct registration_number *)map_find(&t->regs_by_bytes,
	    t->key.data, t->key.len);
	if (found == NULL) {
		struct span key = { t->key.data, t->key.len };

		found = arena_alloc(&t->keys, sizeof(*found));
		found->node.key = copy_span(&t->keys, key).text;
		found->node.key_len = key.len;
		found->reg = add_registration(t, reg);
		map_insert(&t->regs_by_bytes, &found->node);
	}
	t->last_reg = found->reg;
	return found->reg;
}

void
table_add(struct table *t, const struct origin *origin)
{
	add_route(t, &origin->prefix, origin->asn,
	    share_registration(t, &origin->reg));
}

void
table_exclude(struct table *t, const struct prefix *p)
{
	add_route(t, p, EXCLUDED, NO_REG);
}

/* Whether a route adds nothing to the one before, which may exclude it. */
static bool
is_duplicate(const struct route *before, const struct route *route,
    size_t words)
{
	return compare(before, route->net, route->len, words) == 0 &&
	    (before->asn == EXCLUDED ||
		(before->asn == route->asn && before->reg == route->reg));
}

/* Returns whether a prefix has so many routes that one more is left out. */
static bool
is_full(const struct routes *routes, size_t count, const struct route *route)
{
	return count >= ORIGINS_MAX &&
	    compare(route_at(routes, count - ORIGINS_MAX), route->net,
		route->len, routes->words) == 0;
}

/*
 * Drops duplicates, and what a prefix has too many of, and gives back the room
 * that is not needed. Returns how many were too many.
 */
static size_t
drop_duplicates(struct routes *routes)
{
	size_t count = 0;
	size_t left_out = 0;
	char *exact;

	for (size_t i = 0; i < routes->count; i++) {
		struct route *route = route_at(routes, i);

		if (count > 0 &&
		    is_duplicate(route_at(routes, count - 1), route,
			routes->words))
			continue;
		if (is_full(routes, count, route))
			left_out++;
		else
			memmove(route_at(routes, count++), route,
			    routes->stride);
	}
	exact = xmalloc_large(count * routes->stride);
	if (count > 0)
		memcpy(exact, routes->bytes, count * routes->stride);
	free(routes->bytes);
	routes->bytes = exact;
	routes->count = count;
	return left_out;
}

/* Whether a route covers a whole network of `len` bits. */
static bool
covers(const struct route *route, const uint32_t *net, uint8_t len)
{
	unsigned left = route->len;

	if (left > len)
		return false;
	for (size_t i = 0; left > 0; i++) {
		unsigned bits = left < 32 ? left : 32;

		if ((route->net[i] ^ net[i]) >> (32 - bits) != 0)
			return false;
		left -= bits;
	}
	return true;
}

/* Returns the first of a route and those above it that covers a network. */
static uint32_t
climb(const struct routes *routes, uint32_t i, const uint32_t *net, uint8_t len)
{
	while (i != NONE && !covers(route_at(routes, i), net, len))
		i = route_at(routes, i)->up;
	return i;
}

static size_t
build_family(struct routes *routes)
{
	unsigned bits = 1;
	uint32_t next = 0;
	size_t left_out;

	array_sort(routes->bytes, routes->count, routes->stride,
	    routes->words == 1 ? compare_ipv4 : compare_ipv6);
	left_out = drop_duplicates(routes);
	while (bits < INDEX_BITS_MAX && routes->count >> bits > 0)
		bits++;
	routes->shift = 32 - bits;
	routes->index =
	    xmalloc_large(((1U << bits) + 1) * sizeof(*routes->index));
	for (uint32_t i = 0; i < routes->count; i++) {
		struct route *route = route_at(routes, i);

		route->up =
		    climb(routes, i > 0 ? i - 1 : NONE, route->net, route->len);
		while (next <= route->net[0] >> routes->shift)
			routes->index[next++] = i;
	}
	while (next <= 1U << bits)
		routes->index[next++] = (uint32_t)routes->count;
	return left_out;
}

static void
end_filling(struct table *t)
{
	map_free(&t->regs_by_bytes);
	arena_free(&t->keys);
	buf_free(&t->key);
}

size_t
table_build(struct table *t)
{
	size_t left_out = 0;

	assert(!t->built);
	for (int f = 0; f < FAMILY_MAX; f++)
		left_out += build_family(&t->routes[f]);
	end_filling(t);
	t->built = true;
	return left_out;
}

bool
table_serves(const struct table *t, enum family family)
{
	return t->routes[family].count > 0;
}

/* Sets *out, which is all zero, to a route; AS 0 is an excluded prefix. */
static void
read_origin(const struct table *t, const struct route *route,
    enum family family, struct origin *out)
{
	read_prefix(route, t->routes[family].words, family, &out->prefix);
	if (route->asn == EXCLUDED)
		return;
	out->asn = route->asn;
	out->reg = t->regs[route->reg];
}

/* Returns the last route that does not come after a network of `len` bits. */
static uint32_t
search(const struct routes *routes, const uint32_t *net, uint8_t len)
{
	uint32_t first = net[0] >> routes->shift;
	uint32_t low = routes->index[first];
	uint32_t high = routes->index[first + 1];

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare(route_at(routes, middle), net, len,
			routes->words) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : NONE;
}

bool
table_has_countries(const struct table *t)
{
	return t->has_countries;
}

void
table_find(const struct table *t, const struct prefix *net, unsigned source,
    struct origins *out)
{
	enum family family = (enum family)net->addr.family;
	const struct routes *routes = &t->routes[family];
	uint32_t words[4] = { 0 };
	size_t from = out->count;
	uint32_t i;

	assert(t->built);
	read_net(&net->addr, routes->words, words);
	i = climb(routes, search(routes, words, net->len), words, net->len);
	for (; i != NONE; i = route_at(routes, i)->up) {
		struct origin *origin;

		if (route_at(routes, i)->asn == EXCLUDED ||
		    (out->count - from >= ORIGINS_MAX &&
			out->list[out->count - 1].prefix.len !=
			    route_at(routes, i)->len))
			break;
		origin = origins_add(out);
		read_origin(t, route_at(routes, i), family, origin);
		origin->source = source;
	}
}

void
table_prefetch(const struct table *t, const struct prefix *net, int round)
{
	const struct routes *routes = &t->routes[net->addr.family];
	const uint32_t *index;
	uint32_t words[4] = { 0 };

	assert(t->built);
	read_net(&net->addr, routes->words, words);
	index = &routes->index[words[0] >> routes->shift];
	if (round == 0)
		prefetch(index);
	else
		prefetch(
		    route_at(routes, index[0] + (index[1] - index[0]) / 2));
}

void
table_walk(const struct table *t,
    void (*each)(void *arg, const struct origin *origin), void *arg)
{
	assert(t->built);
	for (int f = 0; f < FAMILY_MAX; f++) {
		const struct routes *routes = &t->routes[f];

		for (size_t i = 0; i < routes->count; i++) {
			struct origin origin = { .asn = 0 };

			read_origin(t, route_at(routes, i), (enum family)f,
			    &origin);
			each(arg, &origin);
		}
	}
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	for (int f = 0; f < FAMILY_MAX; f++) {
		free(t->routes[f].bytes);
		free(t->routes[f].index);
	}
	end_filling(t);
	free(t->regs);
	arena_free(&t->texts);
	free(t);
}
