#include "config.h"

#include "fuzz.h"
#include "table.h"

/*
 * Prefixes of a small world, so that they meet, in a table and in a list that
 * is searched from end to end.
 */

#define STEPS_MAX 64

struct step {
	struct prefix p;
	uint32_t asn; /* 0: a hole */
};

struct list {
	struct step steps[STEPS_MAX];
	size_t count;
};

static struct prefix
read_prefix(struct span *in)
{
	uint8_t how = fuzz_byte(in);
	struct addr a = { .family = how & 1 };
	uint8_t bits = family_bits(a.family);
	uint8_t ends[] = { 0, 8, 12, 16, 17, 24, 31, 32 };
	uint8_t len = (uint8_t)(ends[how / 2 % 8] * (bits / 32));

	a.bytes[0] = 10 + (how >> 7);
	a.bytes[1] = fuzz_byte(in);
	a.bytes[bits / 8 - 1] = fuzz_byte(in);
	return prefix_of(&a, len > 0 ? len : 1);
}

/* The longest hole around a prefix; what it hides does not count. */
static int
hidden_up_to(const struct list *list, const struct prefix *net)
{
	int len = -1;

	for (size_t i = 0; i < list->count; i++)
		if (list->steps[i].asn == 0 &&
		    prefix_covers(&list->steps[i].p, net) &&
		    list->steps[i].p.len > len)
			len = list->steps[i].p.len;
	return len;
}

static bool
is_listed(const struct list *list, size_t before, const struct step *s)
{
	for (size_t i = 0; i < before; i++)
		if (list->steps[i].asn == s->asn &&
		    prefix_equal(&list->steps[i].p, &s->p))
			return true;
	return false;
}

static void
check_find(const struct table *t, const struct list *list,
    const struct prefix *net)
{
	struct origins found = { .count = 0 };
	int hidden = hidden_up_to(list, net);
	size_t expected = 0;

	table_find(t, net, 3, &found);
	for (size_t i = 0; i < list->count; i++) {
		const struct step *s = &list->steps[i];
		bool there = false;

		if (s->asn == 0 || !prefix_covers(&s->p, net) ||
		    s->p.len <= hidden || is_listed(list, i, s))
			continue;
		for (size_t k = 0; k < found.count; k++)
			there |= found.list[k].asn == s->asn &&
			    prefix_equal(&found.list[k].prefix, &s->p);
		HOLDS(there);
		expected++;
	}
	HOLDS(found.count == expected);
	for (size_t i = 0; i < found.count; i++) {
		HOLDS(found.list[i].source == 3);
		HOLDS(prefix_covers(&found.list[i].prefix, net));
		HOLDS(i == 0 ||
		    found.list[i].prefix.len <= found.list[i - 1].prefix.len);
	}
	free(found.list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	struct table *t = table_new();
	struct list list = { .count = 0 };

	while (in.len > 0 && list.count < STEPS_MAX) {
		struct step *s = &list.steps[list.count++];
		struct origin o = { .source = 0 };

		s->asn = fuzz_byte(&in) % 4;
		s->p = read_prefix(&in);
		o.asn = s->asn;
		o.prefix = s->p;
		if (s->asn == 0)
			table_exclude(t, &s->p);
		else
			table_add(t, &o);
	}
	table_build(t);
	for (size_t i = 0; i < list.count; i++) {
		struct prefix host = prefix_of(&list.steps[i].p.addr,
		    family_bits(list.steps[i].p.addr.family));

		check_find(t, &list, &list.steps[i].p);
		check_find(t, &list, &host);
	}
	table_free(t);
	return 0;
}
