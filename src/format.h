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

#endif
