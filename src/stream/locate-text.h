#ifndef ASNQ_LOCATE_TEXT_H
#define ASNQ_LOCATE_TEXT_H

#include "stream/locate-method.h"

/* One address of a line: that of a field, by its number, or the first. */
extern const struct locate_method locate_text;

/* Every address of a line, with what is added right after it. */
extern const struct locate_method locate_inline;

#endif
