#ifndef ASNQ_SUMMARY_H
#define ASNQ_SUMMARY_H

#include "base/buf.h"
#include "base/words.h"
#include "record/record.h"

enum summary_by {
	SUMMARY_NONE,
	SUMMARY_ASN,
	SUMMARY_PREFIX,
	SUMMARY_COUNTRY,
	SUMMARY_MAX
};

/* Their words, by enum summary_by. */
extern const struct words summary_words;

/* A ranked table of how often each key occurs. It grows with distinct keys. */
struct summary;

struct summary *summary_new(enum summary_by by);

/*
 * Writes, in place of the record, what summary_count() is to count: its key
 * and the AS name. A record without an origin has its status as key.
 */
void summary_write(const struct summary *s, const struct record *r,
    const char *asn_prefix, struct buf *out);

/* Counts what summary_write() wrote. */
void summary_count(struct summary *s, const char *bytes, size_t len);

/* The table, the most frequent key first. */
void summary_print_json(const struct summary *s, struct buf *out);

/* The same in columns: with TABs between, or, with `width`, as wide as that. */
void summary_print_text(const struct summary *s, int width, struct buf *out);

/* Accepts NULL. */
void summary_free(struct summary *s);

#endif
