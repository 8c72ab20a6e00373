#ifndef ASNQ_FILTERS_H
#define ASNQ_FILTERS_H

#include <stdbool.h>

#include "base/words.h"
#include "mail/filter.h"

enum filter_kind {
	FILTER_NONE,
	FILTER_SPAMASSASSIN,
	FILTER_HARAKA,
	FILTER_RSPAMD,
	FILTER_MAX
};

/* The mail filters by enum filter_kind; that of FILTER_NONE is NULL. */
extern const struct filter *const filters[FILTER_MAX];

/* Their names, by enum filter_kind. */
extern const struct words filter_words;

/* Returns whether a configuration file is the filter's, by its name. */
bool filter_owns_file(const struct filter *f, const char *path);

/* Returns the formats that a filter prints, as bits by enum format. */
unsigned filter_formats(const struct filter *f);

#endif
