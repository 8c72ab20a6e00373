#ifndef ASNQ_LOCATE_JSON_H
#define ASNQ_LOCATE_JSON_H

#include "stream/locate-method.h"

/*
 * One address of a JSON object: that of a value, by its path, or the first
 * in the text.
 */
extern const struct locate_method locate_json;

#endif
