#ifndef ASNQ_DECOMPRESS_H
#define ASNQ_DECOMPRESS_H

#include <stdbool.h>

#include "base/span.h"

/*
 * Reads the bytes of a file, by libarchive where that is built in: what was
 * compressed by gzip, bzip2, xz, zstd and the like comes out as it was. It is
 * loaded when a file is no text.
 */
struct decompress;

/*
 * Takes over the descriptor, which may be a pipe. NULL, and *why is set to
 * what is wrong in words, which the caller frees.
 */
struct decompress *decompress_new(int fd, char **why);

/*
 * Gives bytes that hold until the next call. False at the end, or, with
 * *why set, where the file is broken or cannot be read.
 */
bool decompress_next(struct decompress *u, struct span *bytes, char **why);

/* Closes the descriptor; accepts NULL. */
void decompress_free(struct decompress *u);

/* The version of libarchive that is in use, "none", or "missing" where it cannot be loaded. */
const char *decompress_version(void);

#endif
