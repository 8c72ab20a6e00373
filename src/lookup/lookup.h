#ifndef ASNQ_LOOKUP_H
#define ASNQ_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/answer.h"
#include "record/addr.h"
#include "record/format.h"
#include "record/origin-text.h"
#include "record/record.h"
#include "record/tag.h"
#include "record/target.h"

struct annotations;
struct annotator;
struct db;

/* What an answer said besides the origins that the look-up has of it. */
struct reading {
	size_t dropped;	      /* prefixes that do not cover the target */
	size_t unannounced;   /* records that say so */
	size_t malformed;     /* records without a known form */
	bool truncated;	      /* there were more than ORIGINS_MAX origins */
	struct inside inside; /* what is announced inside of a prefix */
};

/* A query of a look-up, and its answer. */
struct lookup_query {
	unsigned source;		   /* as the view numbers them */
	const struct annotator *annotator; /* that added it; NULL: the view */
	int64_t asked;			   /* monotonic microseconds */

	/* To a zone: the TXT records at an owner name, which is owned. */
	char *owner;
	struct answer *answer; /* NULL until it comes; a reference is held */

	/* To a database, which answers at once: NULL for a zone. */
	struct db *db;
	bool holds_db; /* until the look-up is cleared */

	/* Set by the native view, which reads each answer once. */
	bool read;	    /* the look-up has its origins */
	enum status status; /* how the source answered, once it is read */
	struct reading reading;
};

/*
 * Everything that is asked about one target, and what the answers named. It is
 * all zero at first, but for the target. Its owner passes it to lookup_clear().
 */
struct lookup {
	struct target target;
	struct lookup_query *queries;
	size_t query_count;
	size_t query_size; /* the room in `queries` */
	size_t unanswered; /* number of queries without an answer */

	/* Set by the driver. */
	int64_t now;	       /* of this step, monotonic microseconds */
	const bool *suspended; /* by the numbers that queries.h uses */
	bool decided;	       /* the view has returned STEP_DONE */

	/* Set by the view. */
	int64_t known; /* when a zone first named an origin; 0: not yet */
	int64_t wake;  /* when to step again without an answer; 0: never */
	const struct special *special; /* the target's block, or NULL */
	struct origins origins; /* of the answers read; their `source` is the */
				/* query's */
	struct arena arena;	/* holds their texts */
};

enum step {
	STEP_WAIT, /* for answers, or until `wake` */
	STEP_DONE  /* the answers are enough for a verdict */
};

/*
 * A way to ask and to read answers: asnq's own, or that of a mail filter. Its
 * functions do no I/O and read no clock: time is in the look-up, and queries
 * are sent by the driver (lookup-run.h), which alone calls step() and
 * verdict().
 */
struct view {
	/*
	 * Adds queries, or settles those that are not worth waiting for. Called
	 * first without any query, then whenever an answer has come or `wake`
	 * has passed, until it returns STEP_DONE.
	 */
	enum step (*step)(const void *self, struct lookup *l);

	/*
	 * Fills the record from the answers, and explains it. The record has
	 * its target already, and the origins of the look-up. It may borrow
	 * from the answers.
	 */
	void (*verdict)(const void *self, const struct lookup *l,
	    struct record *out);

	/*
	 * Prefetches the memory that a look-up of the target will read: in
	 * round 0, and in round 1 a little later, which may read what round 0
	 * has prefetched. NULL: nothing to prefetch.
	 */
	void (*prefetch)(const void *self, const struct target *t, int round);

	/*
	 * The rest is a mail filter's. It is NULL in the native view, whose
	 * records are printed by their fields.
	 *
	 * Reads the text of a record as the filter would.
	 */
	void (*read)(const char *text, size_t len, struct target *out);

	/*
	 * Prints the record in one of the filter's formats: on one line without
	 * a newline, but as a header on any number of whole lines.
	 */
	void (*print)(const void *self, const struct record *r,
	    enum format format, struct writer *out);

	/* Prints what --enrich adds to a line: on one line, no address. */
	void (*print_added)(const void *self, const struct record *r,
	    struct writer *out);
};

/* A view at work, with its state and its sources. Everything is borrowed. */
struct viewer {
	const struct view *view;
	const void *self;	 /* the state, passed to the view's functions */
	const unsigned *sources; /* the numbers that queries.h uses, by the */
				 /* view's; NULL: they are the same */
	int64_t timeout;	 /* microseconds that one look-up may take */
	const char *name;	 /* for people */
	const struct vocabulary *vocabulary;   /* NULL: the native view */
	const struct annotations *annotations; /* NULL: none */
};

/*
 * Adds a query to a zone. The owner name is copied. The result is valid until
 * the next query is added.
 */
struct lookup_query *lookup_add(struct lookup *l, unsigned source,
    const char *owner);

/*
 * Adds a query to a database, which has its answer at once. The same holds for
 * the result.
 */
struct lookup_query *lookup_add_database(struct lookup *l, unsigned source,
    struct db *db);

/* Gives a query of the look-up its answer. The look-up owns the reference. */
void lookup_answer(struct lookup *l, struct lookup_query *query,
    struct answer *answer);

/*
 * Gives a query that nobody waits for an answer without text, as from a server:
 * ANSWER_LATE, for example.
 */
void lookup_settle(struct lookup *l, struct lookup_query *query,
    enum answer_kind kind);

/* Returns whether a query has its answer. */
static inline bool
lookup_query_is_answered(const struct lookup_query *query)
{
	return query->answer != NULL || query->db != NULL;
}

/* Returns whether every query has its answer. */
static inline bool
lookup_is_answered(const struct lookup *l)
{
	return l->unanswered == 0;
}

/*
 * Sets *asn to the AS that the record would show with the answers that have
 * been read: the target itself, or the best origin's. Returns false if there is
 * none yet.
 */
bool lookup_find_asn(const struct lookup *l, uint32_t *asn);

/*
 * Returns the time until which every answer holds, in monotonic microseconds;
 * 0 if one must not be kept, INT64_MAX if there is none but from databases.
 * Every query must have its answer.
 */
int64_t lookup_expires(const struct lookup *l);

/*
 * Returns how a zone answered: `text` for TXT records, of which the caller
 * knows more. The query must have its answer.
 */
enum status lookup_status(const struct lookup_query *query, enum status text);

/*
 * Adds the zone of an answered query to the record's sources, and returns it.
 * Its status is STATUS_UNANNOUNCED for TXT records, until the caller reads
 * them.
 */
struct source_result *lookup_add_source(struct record *r, const char *name,
    const struct lookup_query *query);

/*
 * Explains what a zone was asked and what it answered: each record with its
 * character-strings in quotes. Does nothing if `explanation` is NULL.
 */
void lookup_explain(struct explanation *explanation, const char *source,
    const struct lookup_query *query);

/* Sets the status of a record whose target is blank or invalid. */
void lookup_no_address(const struct lookup *l, struct record *r);

/*
 * Sums up a record for a mail filter that has found an AS and a prefix, or ""
 * for none. Texts that cannot be read, and a prefix that does not cover the
 * target, do not get into the record's fields. The record must have a source if
 * `asn` is an AS number.
 */
void lookup_sum_up(const struct lookup *l, struct span asn, struct span prefix,
    struct record *r);

/* Begins a look-up anew for another target. Its memory is used again. */
void lookup_reset(struct lookup *l, const struct target *target);

/* Frees what a look-up holds, and makes it all zero. */
void lookup_clear(struct lookup *l);

#endif
