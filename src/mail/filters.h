#ifndef ASNQ_FILTERS_H
#define ASNQ_FILTERS_H

#include <stdbool.h>

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

/* Returns whether the filter prints this format. */
bool filter_has_format(const struct filter *f, enum format format);

/*
 * Returns the names of the formats that a filter prints, for messages: "tags,
 * header and json". The caller frees the result.
 */
char *filter_format_names(const struct filter *f);

#endif
