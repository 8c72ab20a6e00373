#ifndef ASNQ_FORMAT_H
#define ASNQ_FORMAT_H

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

/* Their names, in their order, for messages. */
#define FORMATS "text json csv tsv tags header"

/* How lines are kept and added to. */
enum enrich_format {
	ENRICH_NONE,
	ENRICH_TEXT,
	ENRICH_INLINE,
	ENRICH_CSV,
	ENRICH_TSV,
	ENRICH_JSON
};

#endif
