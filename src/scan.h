#ifndef ASNQ_SCAN_H
#define ASNQ_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

/*
 * Cuts the next record off bytes of input, from *at on, which is moved behind
 * it. *searched, at first 0, remembers how far no end was found, so that a
 * long record that comes in pieces is not searched again. Records end in `end`; before a newline, a carriage return belongs to
 * it. With `last`, bytes without an end are a record as well. False: there
 * is no whole record.
 */
bool scan_record(const char *bytes, size_t len, char end, bool last, size_t *at,
    size_t *searched, struct span *record);

#endif
