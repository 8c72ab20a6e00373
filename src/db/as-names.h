#ifndef ASNQ_NAMES_H
#define ASNQ_NAMES_H

#include <stdint.h>

#include "base/span.h"

/* AS names out of a file of lines "ASN<TAB>name". */
struct names;

/*
 * Reads a file, which may be compressed. Bad lines are said on stderr and
 * left out. NULL, once it is said why, where there is no good one.
 */
struct names *names_open(const char *path);

/* The name of an AS; text NULL: there is none. It belongs to the names. */
struct span names_find(const struct names *n, uint32_t asn);

/* Where they come from. */
const char *names_path(const struct names *n);

/* Accepts NULL. */
void names_free(struct names *n);

#endif
