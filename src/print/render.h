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

/* The default fields of text. */
#define TEXT_FIELDS "ip,asn,prefix,country,info"

struct render_config {
	enum format format;
	const char *fields;	   /* "ip,asn"; NULL: the format's own */
	const char *template;	   /* in place of a format, or NULL */
	enum enrich_format enrich; /* add to lines instead of the format */
	const char *member;	   /* JSON: the name of what is added */
	bool reply;		   /* JSON: a change of rsyslog's message */
	const char *asn_prefix;
	bool elastic; /* JSON: names of the Elastic Common Schema */
	bool header;  /* CSV: begin with the names of the fields */
	bool null;    /* a NUL ends records, not a newline */
	const struct viewer *filter; /* a mail filter, whose tags these are */
				     /* and which prints itself; or NULL */
};

/* A format, fields or a template, compiled once to print any record. */
struct render;

/*
 * Returns NULL, and sets *why to a message that the caller frees, if there is
 * something wrong with the fields or the template; a template goes with
 * records, and with ENRICH_TEXT and ENRICH_INLINE only. Texts in the
 * configuration must outlive the result.
 */
struct render *render_new(const struct render_config *config, char **why);

/* Appends what is added to a line that has the names of columns. */
void render_names(const struct render *r, struct buf *out);

/* Appends what comes before the first record; nothing if lines are kept. */
void render_head(const struct render *r, struct buf *out);

/*
 * A record as bytes that serve every input with the same target: the input
 * belongs at `count` holes, which are ascending offsets into the bytes. All
 * zero is an empty one.
 */
struct render_output {
	struct buf bytes;
	size_t *holes;
	size_t count;
	size_t size; /* the room in `holes` */
};

/* Renders a record, in place of what `out` holds. */
void render_record(const struct render *r, const struct record *record,
    struct render_output *out);

/* Appends rendered bytes with the input in their holes. */
void render_fill(const struct render *r, const char *bytes, size_t len,
    const size_t *holes, size_t count, struct span input, struct buf *out);

void render_output_free(struct render_output *r);

/* Accepts NULL. */
void render_free(struct render *r);

#endif
