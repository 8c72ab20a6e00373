#ifndef ASNQ_MAPPING_H
#define ASNQ_MAPPING_H

#include <sys/stat.h>

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* The bytes of a regular file in memory. */
struct mapping {
	struct span bytes;
	int fd;		      /* of a view; -1: it is a copy */
	struct stat was;      /* of a view: the file when it was mapped */
	struct mapping *next; /* among the views */
};

/*
 * Reads a file into memory, so that it can be changed or cut later. The
 * descriptor is borrowed, and its offset is left alone. Returns false if that
 * fails, or if the file is changed meanwhile.
 */
bool mapping_copy(struct mapping *m, int fd);

/*
 * Maps a file, of which only the parts that are used will be read. What is used
 * counts only if mapping_is_intact() afterwards. Where the file is cut, zeros
 * are read instead of a SIGBUS. `m` must stay where it is until mapping_free().
 * Otherwise as mapping_copy().
 */
bool mapping_view(struct mapping *m, int fd);

/* Returns whether the file is still as it was mapped. A copy always is. */
bool mapping_is_intact(const struct mapping *m);

/* Frees what the functions above made; all zero but for `fd` -1 is nothing. */
void mapping_free(struct mapping *m);

#endif
