#ifndef ASNQ_AS_NAMES_H
#define ASNQ_AS_NAMES_H

#include <stdint.h>

#include "base/span.h"

/*
 * AS names from a file of lines "ASN<TAB>name". Their holders are counted,
 * as those of a database are (db.h).
 */
struct as_names;

/*
 * Reads a file, which may be compressed; bad lines are reported on stderr and
 * skipped. Returns names that the caller holds, or NULL after it has reported
 * why the file cannot be used. The path is borrowed.
 */
struct as_names *as_names_open(const char *path);

/* Adds a holder, who must call as_names_release() later. Returns `n`. */
struct as_names *as_names_hold(struct as_names *n);

/* Ends one hold; the last one frees the names. Accepts NULL. */
void as_names_release(struct as_names *n);

/*
 * Returns the name of an AS, or text NULL if it has none. The text is valid as
 * long as somebody holds the names.
 */
struct span as_names_find(const struct as_names *n, uint32_t asn);

/* Returns the path of the file. */
const char *as_names_path(const struct as_names *n);

#endif
