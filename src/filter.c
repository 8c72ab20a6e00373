#include "config.h"

#include "filter.h"

#include "view-spamassassin.h"

const struct filter filters[FILTER_MAX] = {
	[FILTER_SPAMASSASSIN] = {
		.name = "spamassassin",
		.files = ".cf",
		.formats = 1 << FORMAT_TAGS | 1 << FORMAT_HEADER |
		    1 << FORMAT_JSON,
		.format_names = "tags, header and json",
		.usual = FORMAT_TAGS,
		.view = &view_spamassassin,
		.open = spamassassin_open,
		.free = spamassassin_free,
	},
};
