#include "config.h"

#include "stream/located.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/array.h"
#include "record/addr.h"
#include "record/special-purpose.h"
#include "stream/find-address.h"

#define PLAIN_MAX 15 /* bytes of 255.255.255.255 */

static SELDOM void
grow(struct located_list *list)
{
	list->list = array_grow(list->list, &list->size, list->count,
	    sizeof(*list->list));
}

struct located *
located_add(struct located_list *list, size_t insert_at)
{
	/* Copied, since that takes less than to zero each member. */
	static const struct located empty;
	struct located *l;

	if (list->count == list->size)
		grow(list);
	l = &list->list[list->count++];
	*l = empty;
	l->insert_at = insert_at;
	return l;
}

void
located_free(struct located_list *list)
{
	free(list->list);
	*list = (struct located_list){ .count = 0 };
}

bool
located_find(struct located *l, struct span line, size_t *at)
{
	struct addr a;

	if (!find_address(line, FIND_IN_LINE, at, &l->text, &a))
		return false;
	l->target = target_of(&a);
	return true;
}

static SELDOM void
find_first(struct located *l, struct span text, enum find_place place)
{
	struct addr a;
	size_t at = 0;

	if (find_address(text, place, &at, &l->text, &a))
		l->target = target_of(&a);
}

/* Sets the address to the first public one. Most texts have only a few. */
static SELDOM void
find_public(struct located *l, struct span text, enum find_place place)
{
	struct span found;
	struct addr a;
	size_t at = 0;

	while (find_address(text, place, &at, &found, &a)) {
		struct target target = target_of(&a);

		if (special_find(&target.net.addr) != NULL)
			continue;
		l->target = target;
		l->text = found;
		return;
	}
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Returns whether a text is very likely one IPv4 address and nothing else. */
static bool
looks_plain(struct span text)
{
	return text.len > 0 && text.len <= PLAIN_MAX &&
	    is_digit(text.text[0]) && is_digit(text.text[text.len - 1]);
}

static void
set(struct located *l, struct span text, enum find_place place,
    enum located_choice choice)
{
	if (choice == LOCATED_FIRST_PUBLIC) {
		find_public(l, text, place);
	} else if (looks_plain(text)) {
		l->text = text;
		l->state = LOCATED_UNPARSED;
	} else {
		find_first(l, text, place);
	}
}

void
located_set_line(struct located *l, struct span line,
    enum located_choice choice)
{
	set(l, line, FIND_IN_LINE, choice);
}

void
located_set_field(struct located *l, struct span field,
    enum located_choice choice)
{
	set(l, field, FIND_IN_FIELD, choice);
}

static void
parse_field(struct located *l)
{
	struct span field = l->text;
	struct addr a;

	if (addr_parse(field.text, field.len, &a)) {
		l->target = target_of(&a);
		return;
	}
	l->text = (struct span){ NULL, 0 };
	/* So short a text has one address at most: its place does not count. */
	find_first(l, field, FIND_IN_FIELD);
}

void
located_parse(struct located *l)
{
	if (l->state == LOCATED_UNPARSED)
		parse_field(l);
	else if (l->state == LOCATED_UNPARSED_RECORD)
		target_parse(l->text.text, l->text.len, &l->target);
	l->state = LOCATED_PARSED;
}
