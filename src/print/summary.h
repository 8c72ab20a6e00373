#ifndef ASNQ_SUMMARY_H
#define ASNQ_SUMMARY_H

#include "base/buf.h"
#include "base/words.h"
#include "record/record.h"

/* What records are counted by. */
enum summary_by {
	SUMMARY_NONE,
	SUMMARY_ASN,
	SUMMARY_PREFIX,
	SUMMARY_COUNTRY,
	SUMMARY_MAX
};

/* Their words, by enum summary_by. */
extern const struct words summary_words;

/*
 * A ranked table of how often each key occurs. Its memory grows with the
 * number of distinct keys.
 */
struct summary;

/* `by` must not be SUMMARY_NONE. */
struct summary *summary_new(enum summary_by by);

/*
 * Appends what summary_count() counts of a record: its key and the AS name.
 * The key of a record without an origin is its status.
 */
void summary_write(const struct summary *s, const struct record *r,
    const char *asn_prefix, struct buf *out);

/* Counts what summary_write() appended. */
void summary_count(struct summary *s, const char *bytes, size_t len);

/* Appends the table as JSON, an object per line, the most frequent key first. */
void summary_print_json(const struct summary *s, struct buf *out);

/*
 * Appends the table as text in the same order: aligned, with bars, and as
 * wide as a terminal of `width` columns, or for 0 with TABs between columns.
 */
void summary_print_text(const struct summary *s, int width, struct buf *out);

/* Accepts NULL. */
void summary_free(struct summary *s);

#endif
