#ifndef ASNQ_DECOMPRESS_H
#define ASNQ_DECOMPRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * A file that is read from its start to its end. What gzip, bzip2, xz, zstd
 * and the like have compressed is decompressed with libarchive, where that is
 * built in; it is loaded when the file turns out not to be text.
 */
struct decompress;

/*
 * Opens a file, which may be a pipe; "-" is stdin. Nothing is read yet. Returns
 * NULL after it has reported why on stderr. The path is borrowed.
 */
struct decompress *decompress_open(const char *path);

const char *decompress_path(const struct decompress *d);

/*
 * Returns the descriptor, which is closed with the file. Its offset is 0, where
 * it has one, until decompress_peek() is called.
 */
int decompress_fd(const struct decompress *d);

/*
 * Sets *bytes to all bytes that were read and not yet dropped, after it has read
 * more if these are less than `least`. They are valid until the next call.
 * Returns false if there are less: the file ends, or, with *why set to a
 * reason, which the caller frees, it is broken.
 */
bool decompress_peek(struct decompress *d, size_t least, struct span *bytes,
    char **why);

/* Drops the first `len` of the bytes that were peeked at. */
void decompress_drop(struct decompress *d, size_t len);

/* Closes the file. Accepts NULL. */
void decompress_close(struct decompress *d);

/*
 * Returns the version of libarchive in use; "none" if it is not built in,
 * "missing" if it cannot be loaded.
 */
const char *decompress_version(void);

#endif
