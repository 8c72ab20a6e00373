#ifndef ASNQ_UCL_READ_H
#define ASNQ_UCL_READ_H

#include "mail/ucl-value.h"

/*
 * Reads the text of a file in UCL, rspamd's configuration language, or in JSON,
 * with all that it includes. `path` names the file in messages. Returns an
 * object, or a list of objects if the text is several objects in braces; NULL
 * after a message on stderr, with file and line, about what cannot be read: the
 * language has more than its reader knows. Objects of one name are merged at the
 * top, and refused elsewhere. The result lives in the arena.
 */
const struct ucl_value *ucl_read(struct arena *arena, const char *path,
    struct span text);

#endif
