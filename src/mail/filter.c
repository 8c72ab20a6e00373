#include "config.h"

#include "mail/filter.h"

enum step
filter_step(const void *self, struct lookup *l,
    const char *(*why_not)(const void *self, const struct target *target),
    void (*ask)(const void *self, struct lookup *l))
{
	if (l->target.kind != TARGET_NET || why_not(self, &l->target) != NULL)
		return STEP_DONE;
	if (l->query_count == 0)
		ask(self, l);
	return lookup_is_answered(l) ? STEP_DONE : STEP_WAIT;
}

bool
filter_first_record(const struct answer *a, struct explanation *explanation,
    const uint8_t **rdata, size_t *len)
{
	size_t at = 0;

	if (!answer_next(a, &at, rdata, len))
		return false;
	if (at < a->size)
		explain_add_bug(explanation, "only the first record is read");
	return true;
}
