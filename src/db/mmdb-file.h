#ifndef ASNQ_MMDB_FILE_H
#define ASNQ_MMDB_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * Returns whether a file is a regular one that ends as an MMDB does. Leaves the
 * descriptor's offset alone.
 */
bool mmdb_file_recognize(int fd);

/* What the metadata say (MaxMind DB File Format Specification 2.0). */
struct mmdb_about_file {
	uint32_t nodes;	  /* of the search tree */
	unsigned bits;	  /* of a record: 24, 28 or 32; a node has two */
	unsigned depth;	  /* of the tree, in bits of an address: 32 or 128 */
	size_t data;	  /* offset of the data section in the file */
	struct span type; /* in the file, as the next */
	struct span description;
	uint64_t built; /* seconds since 1970 */
};

/*
 * Reads the metadata of a file with these hostile bytes. Returns NULL, or what
 * is wrong. After that the whole tree lies in the file.
 */
const char *mmdb_file_read(struct span file, struct mmdb_about_file *out);

#endif
