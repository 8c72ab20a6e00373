#include "config.h"

#include "record/format.h"

#include <stddef.h>

static const char *const formats[] = {
	[FORMAT_TEXT] = "text",
	[FORMAT_JSON] = "json",
	[FORMAT_CSV] = "csv",
	[FORMAT_TSV] = "tsv",
	[FORMAT_TAGS] = "tags",
	[FORMAT_HEADER] = "header",
};

static const char *const enrich_formats[] = {
	[ENRICH_NONE] = NULL,
	[ENRICH_TEXT] = "text",
	[ENRICH_INLINE] = "inline",
	[ENRICH_CSV] = "csv",
	[ENRICH_TSV] = "tsv",
	[ENRICH_JSON] = "json",
	[ENRICH_W3C] = "w3c",
};

_Static_assert(LENGTH(formats) == FORMAT_MAX, "every format has its word");
_Static_assert(LENGTH(enrich_formats) == ENRICH_MAX,
    "every format of lines has its word");

const struct words format_words = WORDS(formats);
const struct words enrich_words = WORDS(enrich_formats);
