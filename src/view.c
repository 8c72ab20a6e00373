#include "config.h"

#include "view.h"

#include <stdlib.h>

#include "mem.h"

struct slot *
lookup_add(struct lookup *l, unsigned source, enum role role, const char *owner)
{
	struct slot *slot;

	l->slots = xrealloc(l->slots, (l->slot_count + 1) * sizeof(*l->slots));
	slot = &l->slots[l->slot_count++];
	*slot = (struct slot){
		.source = source,
		.role = role,
		.owner = xstrdup(owner),
		.asked = l->now,
	};
	return slot;
}

void
lookup_settle(struct slot *slot, enum answer_kind kind)
{
	slot->answer = answer_new(kind, 0);
}

void
lookup_clear(struct lookup *l)
{
	for (size_t i = 0; i < l->slot_count; i++) {
		free(l->slots[i].owner);
		answer_release(l->slots[i].answer);
	}
	free(l->slots);
	l->slots = NULL;
	l->slot_count = 0;
}
