#ifndef ASNQ_MMDB_DATA_H
#define ASNQ_MMDB_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * Values of the data section or the metadata of an MMDB (MaxMind DB File
 * Format Specification 2.0). The bytes may be hostile: nothing outside of them
 * is read, and the number and depth of values are limited.
 */

/* What precedes the metadata, at the end of the file. */
#define MMDB_MARKER "\xab\xcd\xefMaxMind.com"

/* Zeros between the search tree and the data section. */
#define MMDB_SEPARATOR 16

enum mmdb_type {
	MMDB_TYPE_POINTER = 1,
	MMDB_TYPE_STRING,
	MMDB_TYPE_DOUBLE,
	MMDB_TYPE_BYTES,
	MMDB_TYPE_UINT16,
	MMDB_TYPE_UINT32,
	MMDB_TYPE_MAP,
	MMDB_TYPE_INT32,
	MMDB_TYPE_UINT64,
	MMDB_TYPE_UINT128,
	MMDB_TYPE_ARRAY,
	MMDB_TYPE_CONTAINER,
	MMDB_TYPE_END,
	MMDB_TYPE_BOOLEAN,
	MMDB_TYPE_FLOAT,
	MMDB_TYPE_MAX
};

struct mmdb_value {
	enum mmdb_type type;
	struct span bytes; /* a string, or any other scalar as it is stored */
	uint64_t number;   /* an unsigned integer of up to 64 bits */
	uint32_t count;	   /* pairs of a map, values of an array */
};

enum mmdb_found {
	MMDB_FOUND,
	MMDB_ABSENT, /* no such key, or not a map */
	MMDB_CORRUPT
};

/*
 * Finds a value in the map at offset `at` by a path of keys that NULL ends:
 * each but the first is looked up in the map that the one before it led to.
 * Bytes of the value belong to `data`.
 */
enum mmdb_found mmdb_data_find(struct span data, size_t at,
    const char *const *path, struct mmdb_value *out);

/*
 * Whether the value at offset `at` and everything that it points to is well
 * formed, and neither too deep nor too large.
 */
bool mmdb_data_is_sound(struct span data, size_t at);

#endif
