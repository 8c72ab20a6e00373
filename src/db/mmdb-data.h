#ifndef ASNQ_MMDB_DATA_H
#define ASNQ_MMDB_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * Reads values of a data section or metadata of MMDB, format 2.0, from bytes
 * that need not be what they claim: nothing outside of them is looked at, and
 * no value takes long.
 */

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
	struct span bytes; /* of a string; of anything else as it stands */
	uint64_t number;   /* of an unsigned integer of up to 64 bits */
	uint32_t count;	   /* of the pairs of a map, the values of an array */
};

enum mmdb_found {
	MMDB_FOUND,
	MMDB_ABSENT, /* there is no such key, or no map to look into */
	MMDB_CORRUPT
};

/*
 * Finds a value inside of the map at `at`, by one key or several, one inside
 * of the other; NULL ends them.
 */
enum mmdb_found mmdb_data_find(struct span data, size_t at,
    const char *const *path, struct mmdb_value *out);

/*
 * Whether the value at `at` is sound, and everything that it points to, and
 * neither deep nor large.
 */
bool mmdb_data_is_sound(struct span data, size_t at);

#endif
