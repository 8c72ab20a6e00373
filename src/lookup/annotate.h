#ifndef ASNQ_ANNOTATE_H
#define ASNQ_ANNOTATE_H

#include "lookup/annotator.h"

/* Has every annotator that is wanted add its queries. */
void annotate_ask(const struct annotations *a, struct lookup *l);

/* Has every annotator that is wanted fill the record of a finished look-up. */
void annotate_record(const struct annotations *a, const struct lookup *l,
    struct record *r);

#endif
