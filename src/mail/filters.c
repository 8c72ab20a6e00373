#include "config.h"

#include "mail/filters.h"

#include "mail/haraka.h"
#include "mail/rspamd.h"
#include "mail/spamassassin.h"

const struct filter filters[FILTER_MAX] = {
	[FILTER_NONE] = { .name = NULL },
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
	[FILTER_HARAKA] = {
		.name = "haraka",
		.files = ".ini",
		.formats = 1 << FORMAT_HEADER | 1 << FORMAT_JSON,
		.format_names = "header and json",
		.usual = FORMAT_HEADER,
		.view = &view_haraka,
		.open = haraka_open,
		.free = haraka_free,
		.test = &view_haraka_test,
		.tested = haraka_tested,
	},
	[FILTER_RSPAMD] = {
		.name = "rspamd",
		.files = ".conf",
		.formats = 1 << FORMAT_TEXT | 1 << FORMAT_JSON,
		.format_names = "text and json",
		.usual = FORMAT_TEXT,
		.view = &view_rspamd,
		.open = rspamd_open,
		.free = rspamd_free,
	},
};
