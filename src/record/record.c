#include "config.h"

#include "record/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "record/target.h"

void
record_start(struct record *r, const struct target *target)
{
	memset(r, 0, offsetof(struct record, origins));
	r->target = *target;
	r->origins.count = 0;
	r->source_count = 0;
	r->value_count = 0;
	arena_clear(&r->arena);
}

struct source_result *
record_add_source(struct record *r, const char *name)
{
	struct source_result *s;

	r->sources = array_grow(r->sources, &r->source_size, r->source_count,
	    sizeof(*r->sources));
	s = &r->sources[r->source_count++];
	*s = (struct source_result){ .name = name };
	return s;
}

void
record_add_value(struct record *r, const char *name, struct span text)
{
	struct value *v;

	r->values = array_grow(r->values, &r->value_size, r->value_count,
	    sizeof(*r->values));
	v = &r->values[r->value_count++];
	*v = (struct value){ .name = name };
	if (text.text == NULL)
		return;
	v->text.text = arena_copy(&r->arena, text.text, text.len);
	v->text.len = text.len;
}

const struct value *
record_find_value(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->value_count; i++)
		if (strcmp(r->values[i].name, name) == 0)
			return &r->values[i];
	return NULL;
}

/*
 * Returns STATUS_OK if there is any origin, STATUS_UNANNOUNCED if every source
 * that was asked says so, else the first failure.
 */
static enum status
sum_status(const struct record *r)
{
	enum status status = STATUS_NOSOURCE;

	if (r->origins.count > 0)
		return STATUS_OK;
	for (size_t i = 0; i < r->source_count; i++) {
		if (status_failed(r->sources[i].status))
			return r->sources[i].status;
		if (r->sources[i].status == STATUS_UNANNOUNCED)
			status = STATUS_UNANNOUNCED;
	}
	return status;
}

static int
compare_prefixes(const void *left, const void *right)
{
	const struct prefix *a = left;
	const struct prefix *b = right;

	return (a->len < b->len) - (a->len > b->len);
}

static bool
has_prefix(const struct record *r, const struct prefix *p)
{
	for (size_t i = r->prefix_count; i-- > 0;)
		if (r->prefixes[i].len == p->len)
			return true;
	return false;
}

/*
 * Lists the prefixes of the origins. All cover one address, so equal lengths
 * are equal prefixes. Routed ones come before an MMDB's networks.
 */
static void
list_prefixes(struct record *r)
{
	const struct origins *o = &r->origins;
	size_t announced = 0;

	r->prefixes = arena_alloc(&r->arena, o->count * sizeof(*r->prefixes));
	for (size_t i = 0; i < o->count; i++) {
		if (!has_prefix(r, &o->list[i].prefix))
			r->prefixes[r->prefix_count++] = o->list[i].prefix;
		if (!o->list[i].unrouted)
			announced = r->prefix_count;
	}
	array_sort(r->prefixes, announced, sizeof(*r->prefixes),
	    compare_prefixes);
	array_sort(r->prefixes + announced, r->prefix_count - announced,
	    sizeof(*r->prefixes), compare_prefixes);
}

static int
compare_asns(const void *left, const void *right)
{
	const uint32_t *a = left;
	const uint32_t *b = right;

	return (*a > *b) - (*a < *b);
}

/* Appends the origins of one prefix, ascending, unless they are listed. */
static void
list_asns_of(struct record *r, const struct prefix *p)
{
	const struct origins *o = &r->origins;
	size_t from = r->all_asn_count;

	for (size_t i = 0; i < o->count; i++) {
		bool known = o->list[i].prefix.len != p->len;

		for (size_t k = 0; k < r->all_asn_count && !known; k++)
			known = r->all_asns[k] == o->list[i].asn;
		if (!known)
			r->all_asns[r->all_asn_count++] = o->list[i].asn;
	}
	array_sort(r->all_asns + from, r->all_asn_count - from,
	    sizeof(*r->all_asns), compare_asns);
}

static void
list_asns(struct record *r)
{
	r->all_asns =
	    arena_alloc(&r->arena, r->origins.count * sizeof(*r->all_asns));
	r->asns = r->all_asns;
	for (size_t i = 0; i < r->prefix_count; i++) {
		list_asns_of(r, &r->prefixes[i]);
		if (i == 0)
			r->asn_count = r->all_asn_count;
	}
}

/*
 * Sets registry and date as the first source has them for the most specific
 * prefix, and the country of the longest prefix that has one.
 */
static void
set_registration(struct record *r)
{
	const struct origins *o = &r->origins;
	int country_len = -1;

	for (size_t i = 0; i < o->count; i++) {
		const struct origin *one = &o->list[i];

		if (one->reg.country[0] != '\0' &&
		    one->prefix.len > country_len) {
			country_len = one->prefix.len;
			memcpy(r->reg.country, one->reg.country,
			    sizeof(r->reg.country));
		}
		if (one->prefix.len != r->prefixes[0].len)
			continue;
		if (r->reg.registry.text == NULL)
			r->reg.registry = one->reg.registry;
		if (r->reg.allocated.text == NULL)
			r->reg.allocated = one->reg.allocated;
	}
}

/*
 * Returns how many origins from `from` on are of one source's most specific
 * prefix. They are sorted: those of one source are adjacent, the most specific
 * prefix first.
 */
static size_t
origins_of_best(const struct origins *o, size_t from)
{
	size_t n = 1;

	while (from + n < o->count &&
	    o->list[from + n].source == o->list[from].source &&
	    o->list[from + n].prefix.len == o->list[from].prefix.len)
		n++;
	return n;
}

/* Returns whether two sources agree on their most specific prefix. */
static bool
agree(const struct origin *a, size_t a_count, const struct origin *b,
    size_t b_count)
{
	if (a_count != b_count || a->prefix.len != b->prefix.len)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (a[i].asn != b[i].asn)
			return false;
	return true;
}

static void
find_disagreement(struct record *r)
{
	const struct origins *o = &r->origins;
	size_t first = origins_of_best(o, 0);

	for (size_t i = 0; i < o->count;) {
		size_t count = origins_of_best(o, i);
		unsigned source = o->list[i].source;

		if (o->list[i].unrouted)
			break;
		if (o->list[i].prefix.len == r->prefixes[0].len && count > 1)
			r->moas = true;
		if (!agree(&o->list[0], first, &o->list[i], count))
			r->conflict = true;
		while (i < o->count && o->list[i].source == source)
			i++;
	}
}

void
record_finish(struct record *r)
{
	origins_sort(&r->origins);
	r->status = sum_status(r);
	if (r->origins.count == 0)
		return;
	list_prefixes(r);
	list_asns(r);
	r->has_asn = true;
	r->asn = origins_best(&r->origins)->asn;
	set_registration(r);
	find_disagreement(r);
}

void
record_free(struct record *r)
{
	free(r->origins.list);
	free(r->sources);
	free(r->values);
	arena_free(&r->arena);
	*r = (struct record){ .source_count = 0 };
}
