#ifndef ASNQ_FOLDER_H
#define ASNQ_FOLDER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/array.h"

/* Returns whether a path names a directory. */
bool folder_is(const char *path);

/*
 * Adds the regular files of a directory whose names end in `suffix`, ignoring
 * case, in the order of their bytes. The texts live in the arena. Returns false
 * after a message on stderr if the directory cannot be read.
 */
bool folder_add_files(const char *path, const char *suffix, struct arena *arena,
    struct texts *out);

#endif
