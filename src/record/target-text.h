#ifndef ASNQ_TARGET_TEXT_H
#define ASNQ_TARGET_TEXT_H

#include <stdbool.h>

#include "base/span.h"
#include "record/addr.h"

/*
 * Returns a record's text without what people and lists put around an address:
 * quotes and brackets, a comma or semicolon after it, a note after a blank and
 * "#" or ";", and all of a URL but its host and port.
 */
struct span target_text_bare(struct span text);

/*
 * Reads FIRST-LAST, with blanks around the hyphen or without. Returns false if
 * that is not what the text is. The addresses may be in the wrong order, or of
 * two families.
 */
bool target_text_range(struct span text, struct addr *first, struct addr *last);

#endif
