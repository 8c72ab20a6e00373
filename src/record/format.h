#ifndef ASNQ_FORMAT_H
#define ASNQ_FORMAT_H

#include "base/words.h"

/* How records are printed. */
enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_CSV,
	FORMAT_TSV,
	FORMAT_TAGS,
	FORMAT_HEADER,
	FORMAT_MAX
};

/* Their words, by enum format. */
extern const struct words format_words;

/* How an input line is kept, and how something is added to it. */
enum enrich_format {
	ENRICH_NONE,
	ENRICH_TEXT,
	ENRICH_INLINE,
	ENRICH_CSV,
	ENRICH_TSV,
	ENRICH_JSON,
	ENRICH_W3C,
	ENRICH_MAX
};

/* Their words, by enum enrich_format. */
extern const struct words enrich_words;

#endif
