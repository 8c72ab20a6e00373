#ifndef ASNQ_RSPAMD_MAP_READ_H
#define ASNQ_RSPAMD_MAP_READ_H

#include "mail/rspamd-map.h"
#include "mail/ucl-file.h"

/*
 * Adds the entries of the value that a configuration has for a map: the name
 * of a file, several names, or the entries themselves. Returns false after a
 * message on stderr, which names the configuration's `path`, if that cannot be
 * read or used.
 */
bool rspamd_map_read(struct rspamd_map *map, const struct ucl_value *v,
    const char *path);

#endif
