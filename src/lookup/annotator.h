#ifndef ASNQ_ANNOTATOR_H
#define ASNQ_ANNOTATOR_H

#include <stdbool.h>

#include "db/as-names.h"
#include "lookup/lookup.h"
#include "record/record.h"
#include "record/target.h"

/*
 * Annotators add to a record what is known of its prefix and AS beyond its
 * origins. They run in the order of the table in annotate.c, after the record
 * is summed up and before it is selected and printed.
 */

/* Where AS names come from. */
struct names {
	const struct as_names *file; /* comes first; NULL: there is none */
	bool has_zone;		     /* NAMES_ZONE may be asked */
	unsigned zone;		     /* its number among the sources */
	bool for_addresses;	     /* not only for an AS as target */
};

/* The data of all annotators: a member for each. */
struct annotations {
	struct names names;
};

struct annotator {
	/* Returns whether its data are wanted for targets of a kind. */
	bool (*is_wanted)(const struct annotations *a, enum target_kind kind);

	/*
	 * Adds the queries that it needs to a look-up whose AS or origin is
	 * known. Called at each step from then on, so that it must not ask
	 * twice. NULL: it needs none.
	 */
	void (*ask)(const struct annotations *a, struct lookup *l);

	/*
	 * Fills fields of a record, and explains them. An AS as target has no
	 * origins: it comes as STATUS_NOSOURCE, and an annotator that is asked
	 * about it adds itself to its sources and sets its status.
	 */
	void (*annotate)(const struct annotations *a, const struct lookup *l,
	    struct record *r);
};

#endif
