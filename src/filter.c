#include "config.h"

#include "filter.h"

#include "view-haraka.h"
#include "view-rspamd.h"

const struct filter filters[FILTER_MAX] = {
	[FILTER_NONE] = { .name = NULL },
	[FILTER_HARAKA] = {
		.name = "Haraka",
		.files = ".ini",
		.formats = 1 << FORMAT_HEADER | 1 << FORMAT_JSON,
		.format_names = "json header",
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
		.format_names = "text json",
		.usual = FORMAT_TEXT,
		.view = &view_rspamd,
		.open = rspamd_open,
		.free = rspamd_free,
	},
};
