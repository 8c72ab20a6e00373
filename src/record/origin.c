#include "config.h"

#include "record/origin.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/span.h"

void
country_read(struct span text, struct span registry, char country[3])
{
	memset(country, 0, 3);
	if (!span_is_two_letters(text) || span_is(text, "ZZ") ||
	    span_is(text, "UN") ||
	    (span_is(text, "NA") && span_is(registry, "NA")))
		return;
	country[0] = (char)toupper((unsigned char)text.text[0]);
	country[1] = (char)toupper((unsigned char)text.text[1]);
}

struct origin *
origins_add(struct origins *o)
{
	struct origin *origin;

	o->list = array_grow(o->list, &o->size, o->count, sizeof(*o->list));
	origin = &o->list[o->count++];
	*origin = (struct origin){ .asn = 0 };
	return origin;
}

static int
compare_identity(const struct origin *a, const struct origin *b)
{
	int order;

	if (a->unrouted != b->unrouted)
		return a->unrouted ? 1 : -1;
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	if (a->prefix.len != b->prefix.len)
		return a->prefix.len > b->prefix.len ? -1 : 1;
	order = memcmp(a->prefix.addr.bytes, b->prefix.addr.bytes,
	    sizeof(a->prefix.addr.bytes));
	if (order != 0)
		return order;
	return (a->asn > b->asn) - (a->asn < b->asn);
}

int
registration_compare(const struct registration *a, const struct registration *b)
{
	int order = span_compare(a->name, b->name);

	if (order == 0)
		order = strcmp(a->country, b->country);
	if (order == 0)
		order = span_compare(a->registry, b->registry);
	if (order == 0)
		order = span_compare(a->allocated, b->allocated);
	return order;
}

/* Larger registrations first, so that of two duplicates the fuller one stays. */
static int
compare(const void *left, const void *right)
{
	const struct origin *a = left;
	const struct origin *b = right;
	int order = compare_identity(a, b);

	return order != 0 ? order : registration_compare(&b->reg, &a->reg);
}

/* Sorts the origins from index `from` on, and drops duplicates there. */
static void
sort_from(struct origins *o, size_t from)
{
	struct origin *list = o->list + from;
	size_t count = o->count - from;
	size_t kept = 0;

	array_sort(list, count, sizeof(*list), compare);
	for (size_t i = 1; i < count; i++)
		if (compare_identity(&list[kept], &list[i]) != 0)
			list[++kept] = list[i];
	o->count = from + kept + 1;
}

void
origins_sort(struct origins *o)
{
	if (o->count > 1)
		sort_from(o, 0);
}

bool
origins_limit(struct origins *o, size_t from)
{
	assert(from <= o->count);
	if (o->count - from <= ORIGINS_MAX)
		return false;
	sort_from(o, from);
	if (o->count - from <= ORIGINS_MAX)
		return false;
	o->count = from + ORIGINS_MAX;
	return true;
}

/* Returns whether a record shows the AS of `a` rather than that of `b`. */
static bool
is_better(const struct origin *a, const struct origin *b)
{
	bool reserved = asn_is_reserved(a->asn);

	if (a->unrouted != b->unrouted)
		return b->unrouted;
	if (a->prefix.len != b->prefix.len)
		return a->prefix.len > b->prefix.len;
	if (a->source != b->source)
		return a->source < b->source;
	if (reserved != asn_is_reserved(b->asn))
		return !reserved;
	return a->asn < b->asn;
}

const struct origin *
origins_best(const struct origins *o)
{
	const struct origin *best = o->list;

	if (o->count == 0)
		return NULL;
	for (size_t i = 1; i < o->count; i++)
		if (is_better(&o->list[i], best))
			best = &o->list[i];
	return best;
}

bool
asn_is_none(uint32_t asn)
{
	return asn == 0 || asn == UINT32_MAX;
}

bool
asn_is_reserved(uint32_t asn)
{
	return asn == 0 || asn == 23456 || (asn >= 64496 && asn <= 65551) ||
	    asn >= 4200000000;
}
