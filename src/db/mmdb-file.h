#ifndef ASNQ_MMDB_FILE_H
#define ASNQ_MMDB_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/* The bytes of an MMDB file, whose offset in the descriptor is left alone. */

/* Whether a file is a regular one that ends as an MMDB does. */
bool mmdb_file_recognize(int fd);

/*
 * Puts the metadata into `out`, which must be empty, and sets *size to the size
 * of the file. False: the file is not an MMDB, or cannot be read.
 */
bool mmdb_file_metadata(int fd, struct buf *out, size_t *size);

/*
 * Whether the metadata of a file of `size` bytes have nothing on which
 * libmaxminddb relies without checking it.
 */
bool mmdb_file_is_sound(struct span metadata, size_t size);

/* Reads `len` bytes at an offset. False: they cannot be read. */
bool mmdb_file_read(int fd, void *out, size_t len, size_t at);

#endif
