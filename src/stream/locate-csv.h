#ifndef ASNQ_LOCATE_CSV_H
#define ASNQ_LOCATE_CSV_H

#include "stream/locate-method.h"

/*
 * One address of a CSV or TSV record: that of a column, by its number or its
 * name in the header, or the first. CSV is RFC 4180; in TSV, quotes are text.
 */
extern const struct locate_method locate_csv;

#endif
