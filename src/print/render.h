#ifndef ASNQ_RENDER_H
#define ASNQ_RENDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "lookup/lookup.h"
#include "record/field.h"
#include "record/format.h"
#include "record/record.h"

/* The fields of text, where none are chosen. */
#define TEXT_FIELDS "ip,asn,prefix,country,info"

struct render_config {
	enum format format;
	const char *fields;	   /* "ip,asn", or NULL: as the format has it */
	const char *template;	   /* in place of a format, or NULL */
	enum enrich_format enrich; /* what is added to lines, not records */
	const char *member;	   /* JSON: the name of what is added */
	bool reply;		   /* JSON: as a change of rsyslog's message */
	const char *asn_prefix;
	bool elastic; /* JSON: Elastic Common Schema names */
	bool header;  /* CSV: begin with the names of the fields */
	bool null;    /* records end in a NUL, not a newline */
	const struct viewer *filter; /* a mail filter, which prints itself; */
				     /* NULL: fields and tags are asnq's */
};

/* How records are printed, compiled once. */
struct render;

/*
 * NULL, and *why is set to what is wrong in words, which the caller frees,
 * where fields or template are not as they should be. Texts in the
 * configuration must outlive the result.
 */
struct render *render_new(const struct render_config *config, char **why);

/* What is added to a line of names of columns. */
void render_names(const struct render *r, struct buf *out);

/* Appends what comes before the first record; nothing where lines are kept. */
void render_head(const struct render *r, struct buf *out);

/*
 * One record as bytes that can be printed again for other inputs of the same
 * meaning: `count` places, offsets into `bytes`, where the input belongs.
 */
struct render_output {
	struct buf bytes;
	size_t *holes;
	size_t count;
	size_t size;
};

/* Replaces what `out` holds. */
void render_record(const struct render *r, const struct record *record,
    struct render_output *out);

/* Appends a rendering with what the user typed in its places. */
void render_fill(const struct render *r, const char *bytes, size_t len,
    const size_t *holes, size_t count, struct span input, struct buf *out);

void render_output_free(struct render_output *r);

/* Accepts NULL. */
void render_free(struct render *r);

#endif
