#include "config.h"

#include "lookup/annotate.h"

#include <stddef.h>

#include "base/array.h"
#include "lookup/annotate-names.h"

static const struct annotator *const annotators[] = {
	&annotator_names,
};

void
annotate_ask(const struct annotations *a, struct lookup *l)
{
	for (size_t i = 0; i < LENGTH(annotators); i++)
		if (annotators[i]->ask != NULL &&
		    annotators[i]->is_wanted(a, l->target.kind))
			annotators[i]->ask(a, l);
}

void
annotate_record(const struct annotations *a, const struct lookup *l,
    struct record *r)
{
	for (size_t i = 0; i < LENGTH(annotators); i++)
		if (annotators[i]->is_wanted(a, r->target.kind))
			annotators[i]->annotate(a, l, r);
}
