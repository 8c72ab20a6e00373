#ifndef ASNQ_AS_NAMES_H
#define ASNQ_AS_NAMES_H

#include <stdint.h>

#include "base/span.h"

/* AS names out of a file of lines "ASN<TAB>name". */
struct as_names;

/*
 * Reads a file, which may be compressed. Bad lines are said on stderr and
 * left out. NULL, once it is said why, where there is no good one.
 */
struct as_names *as_names_open(const char *path);

/* The name of an AS; text NULL: there is none. It belongs to the names. */
struct span as_names_find(const struct as_names *n, uint32_t asn);

/* Where they come from. */
const char *as_names_path(const struct as_names *n);

/* Accepts NULL. */
void as_names_free(struct as_names *n);

#endif
