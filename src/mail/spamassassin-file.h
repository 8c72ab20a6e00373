#ifndef ASNQ_SPAMASSASSIN_FILE_H
#define ASNQ_SPAMASSASSIN_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/spamassassin-config.h"

/*
 * Reads files in the syntax of SpamAssassin 4.0, with all that they include,
 * into a configuration that it sets up. Lines that SpamAssassin would refuse
 * are reported on stderr in its words and skipped; it returns false then.
 */
bool sa_file_read(struct sa_config *c, const char *const *files, size_t count);

/* Sets up the example of SpamAssassin's manual, which serves without files. */
void sa_file_read_none(struct sa_config *c);

#endif
