#ifndef ASNQ_ANNOTATE_NAMES_H
#define ASNQ_ANNOTATE_NAMES_H

#include "lookup/annotator.h"

/*
 * Sets the name of a record's AS: as the file has it, else the zone, else the
 * source of its origin; and the names of its origins that the file has. Of an
 * AS as target the zone tells country, registry and date as well.
 */
extern const struct annotator annotator_names;

#endif
