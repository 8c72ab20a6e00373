#ifndef ASNQ_RSPAMD_MAP_TEXT_H
#define ASNQ_RSPAMD_MAP_TEXT_H

#include "mail/rspamd-map.h"

/*
 * Adds the entries in the text of a map: lines of a key, perhaps a value, and
 * perhaps a comment. Returns NULL, or a message about the first bad one, which
 * the caller frees, with the number of its line in *line.
 */
char *rspamd_map_read_text(struct rspamd_map *map, const char *text,
    unsigned long *line);

#endif
