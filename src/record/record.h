#ifndef ASNQ_RECORD_H
#define ASNQ_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "record/addr.h"
#include "record/explain.h"
#include "record/origin.h"
#include "record/special-purpose.h"
#include "record/status.h"
#include "record/target.h"

/* The answer of one source, in sum. */
struct source_result {
	const char *name;
	enum status status;
	bool has_ttl;
	uint32_t ttl; /* seconds, as received */
	enum dnssec dnssec;
	int64_t took;	/* microseconds from query to answer */
	bool truncated; /* it named more than ORIGINS_MAX origins */
};

/* A tag or variable that a mail filter sets. */
struct value {
	const char *name;
	struct span text; /* text NULL: it has none */
};

/*
 * What is known of one target. record_start() empties it, origins and sources
 * are added, and record_finish() sums them up. Its texts are in the arena, in
 * the answers that they were read from, or in a database.
 */
struct record {
	struct target target;
	enum status status;
	const char *why; /* in place of the status's phrase, or NULL */
	bool has_asn;
	uint32_t asn;
	uint32_t *asns; /* ascending */
	size_t asn_count;
	uint32_t *all_asns; /* of every prefix, the most specific first */
	size_t all_asn_count;
	struct prefix *prefixes; /* the most specific first */
	size_t prefix_count;
	struct registration reg;
	bool nameless; /* the source of names says that the AS has none */
	bool moas;
	bool conflict;
	const struct special *special;
	const void *own; /* what the view needs to print, in the arena */

	/* These keep their memory from one target to the next. */
	struct origins origins;
	struct source_result *sources;
	size_t source_count;
	size_t source_size;
	struct value *values; /* of a mail filter, in its order */
	size_t value_count;
	size_t value_size;
	struct arena arena;
	struct explanation
	    *explanation; /* how it came about; NULL: nobody asks */
};

/* Empties the record for the next target; memory and the story's place stay. */
void record_start(struct record *r, const struct target *target);

/*
 * Adds a source, which counts before those added later; returns it, to be
 * filled. The pointer holds until the next call.
 */
struct source_result *record_add_source(struct record *r, const char *name);

/* Adds a value; the text is copied, the name is not. */
void record_add_value(struct record *r, const char *name, struct span text);

/* NULL where there is no such value. */
const struct value *record_find_value(const struct record *r, const char *name);

/*
 * Draws the sum of sources and origins: status, ASNs, prefixes, country and
 * the rest. Origins must all cover the target.
 */
void record_finish(struct record *r);

/* Gives back what the record holds; it is all zero again. */
void record_free(struct record *r);

#endif
