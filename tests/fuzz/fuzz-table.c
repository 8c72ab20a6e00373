#include "config.h"

#include "db/reader.h"
#include "db/table.h"
#include "fuzz.h"

/*
 * Compares a table of prefixes, and one that is read from lines of text, with a
 * list that is searched from end to end.
 */

#define STEPS_MAX 64

struct step {
	struct prefix p;
	uint32_t asn; /* 0: excluded */
};

struct list {
	struct step steps[STEPS_MAX];
	size_t count;
};

/* Returns the length of the longest excluded prefix that covers one, or -1. */
static int
longest_excluded(const struct list *list, const struct prefix *net)
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
	int excluded = longest_excluded(list, net);
	size_t expected = 0;

	table_find(t, net, 3, &found);
	for (size_t i = 0; i < list->count; i++) {
		const struct step *s = &list->steps[i];
		bool there = false;

		if (s->asn == 0 || !prefix_covers(&s->p, net) ||
		    s->p.len <= excluded || is_listed(list, i, s))
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

static void
add(struct table *t, const struct step *s)
{
	struct origin o = { .asn = s->asn, .prefix = s->p };

	if (s->asn == 0)
		table_exclude(t, &s->p);
	else
		table_add(t, &o);
}

static void
add_line(struct reader *reader, const struct step *s)
{
	char prefix[PREFIX_TEXT_MAX];
	int len = (int)prefix_print(&s->p, prefix);
	char *line = s->asn == 0
	    ? format_text("!%.*s", len, prefix)
	    : format_text("%.*s\t%u", len, prefix, (unsigned)s->asn);

	HOLDS(reader_add(reader, (struct span){ line, strlen(line) }) ==
	    LINE_GOOD);
	free(line);
}

static void
check_table(struct table *t, const struct list *list)
{
	table_build(t);
	for (size_t i = 0; i < list->count; i++) {
		const struct prefix *p = &list->steps[i].p;
		struct prefix host =
		    prefix_of(&p->addr, family_bits(p->addr.family));

		check_find(t, list, p);
		check_find(t, list, &host);
	}
	table_free(t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	struct table *t = table_new();
	struct table *of_lines = table_new();
	struct reader *reader = reader_new(of_lines);
	struct list list = { .count = 0 };

	while (in.len > 0 && list.count < STEPS_MAX) {
		struct step *s = &list.steps[list.count++];

		s->asn = fuzz_byte(&in) % 4;
		s->p = fuzz_prefix(&in);
		add(t, s);
		add_line(reader, s);
	}
	reader_free(reader);
	check_table(t, &list);
	check_table(of_lines, &list);
	return 0;
}
