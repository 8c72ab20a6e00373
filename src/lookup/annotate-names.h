#ifndef ASNQ_ANNOTATE_NAMES_H
#define ASNQ_ANNOTATE_NAMES_H

#include <stdbool.h>

#include "db/as-names.h"

struct annotator;

/* Where AS names come from. */
struct names {
	const struct as_names *file; /* comes first; NULL: there is none */
	bool has_zone;		     /* NAMES_ZONE may be asked */
	unsigned zone;		     /* its number among the sources */
	bool for_addresses;	     /* not only for an AS as target */
};

/*
 * Sets the name of a record's AS: as the file has it, else the zone, else the
 * source of its origin; and the names of its origins that the file has. Of an
 * AS as target the zone tells country, registry and date as well.
 */
extern const struct annotator annotator_names;

#endif
