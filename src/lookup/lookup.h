#ifndef ASNQ_LOOKUP_H
#define ASNQ_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/answer.h"
#include "record/addr.h"
#include "record/field.h"
#include "record/format.h"
#include "record/record.h"
#include "record/target.h"

/*
 * A view is a way to read answers: it says what to ask next about a target,
 * and what the answers mean in sum. It does no I/O and keeps no time; what
 * it needs of both stands in the lookup.
 */

struct annotations;
struct annotator;
struct db;

/* A query of a look-up, and its answer. */
struct lookup_query {
	unsigned source;		   /* as the view numbers them */
	const struct annotator *annotator; /* that added it; NULL: the view */
	char *owner;	       /* of the TXT records; NULL: a database's */
	int64_t asked;	       /* monotonic microseconds */
	struct answer *answer; /* NULL until it comes, and of a database */
	struct db *db;	       /* that answered; NULL: a zone's */
	bool holds_db;	       /* until the look-up is cleared */

	/* Set by the native view, which reads each answer once. */
	bool read;	    /* the look-up has its origins */
	enum status status; /* how the source answered; once it is read */
};

/*
 * Everything that is asked about one target and what the answers named. All
 * zero but for the target at first.
 */
struct lookup {
	struct target target;
	struct lookup_query *queries;
	size_t query_count;
	size_t query_size; /* the room in `queries` */
	size_t unanswered; /* of the queries */

	/* Set by the driver. */
	int64_t now;	       /* of this step, monotonic microseconds */
	const bool *suspended; /* by the numbers that queries.h uses */
	bool decided;	       /* the view has returned STEP_DONE */

	/* Set by the view. */
	int64_t known; /* when an answer first named an origin; 0: not yet */
	int64_t wake;  /* when to step again without an answer; 0: never */
	const struct special *special; /* the block of the target, or NULL */
	struct origins origins; /* of all answers read; `source` is that of */
				/* the query */
	struct arena arena;	/* holds their texts */
};

enum step {
	STEP_WAIT, /* for answers, or until `wake` */
	STEP_DONE  /* the verdict can be drawn */
};

struct view {
	/*
	 * Called first without any query, then whenever an answer has come or
	 * `wake` has passed, until it returns STEP_DONE. Adds queries, or
	 * settles those that are not worth waiting for.
	 */
	enum step (*step)(const void *self, struct lookup *l);

	/*
	 * Fills the record from the answers, and explains it. It has its target
	 * already, and the origins of the look-up. It may borrow from the
	 * answers.
	 */
	void (*verdict)(const void *self, const struct lookup *l,
	    struct record *out);

	/*
	 * There will be a look-up of this: memory may be fetched meanwhile, in
	 * round 0 and in round 1, which comes a little later and may read what
	 * the one before has fetched. NULL: there is nothing to fetch.
	 */
	void (*prefetch)(const void *self, const struct target *t, int round);

	/*
	 * What follows is a mail filter's; the native view has NULL there,
	 * and is printed by its fields.
	 *
	 * Reads what it is asked about, as it would see it.
	 */
	void (*read)(const char *text, size_t len, struct target *out);

	/*
	 * Prints the record in one of its formats: as one line without its
	 * end, but as a header any number of whole lines.
	 */
	void (*print)(const void *self, const struct record *r,
	    enum format format, struct writer *out);

	/* What goes behind a line: in one line as well, without the address. */
	void (*print_added)(const void *self, const struct record *r,
	    struct writer *out);
};

/* A view at work. */
struct viewer {
	const struct view *view;
	const void *self;
	const unsigned *sources; /* how ask numbers the view's; NULL: alike */
	int64_t timeout;	 /* microseconds that one look-up may take */
	const char *name;	 /* for who reads it */
	const struct vocabulary *vocabulary;   /* NULL: the native view */
	const struct annotations *annotations; /* NULL: none */
};

/*
 * Adds a query to a zone. The owner name is copied. The result is valid until
 * the next query is added.
 */
struct lookup_query *lookup_add(struct lookup *l, unsigned source,
    const char *owner);

/* Adds a query that a database has answered; the same holds for the result. */
struct lookup_query *lookup_add_database(struct lookup *l, unsigned source,
    struct db *db);

/*
 * Gives one of the look-up's queries its answer. The look-up owns the reference
 * from then on.
 */
void lookup_answer(struct lookup *l, struct lookup_query *query,
    struct answer *answer);

/* Returns whether a query has its answer. */
static inline bool
lookup_query_is_answered(const struct lookup_query *query)
{
	return query->answer != NULL || query->db != NULL;
}

/*
 * Tells what was asked of a source and what came back, the records as they
 * stand, with their character-strings in quotes.
 */
void lookup_explain(struct explanation *explanation, const char *source,
    const struct lookup_query *query);

/*
 * Sets *asn to the AS that the record will show as far as answers have been
 * read: the target itself, or the best origin's. Returns false if there is none
 * yet.
 */
bool lookup_find_asn(const struct lookup *l, uint32_t *asn);

/* Returns whether every query has its answer. */
static inline bool
lookup_is_answered(const struct lookup *l)
{
	return l->unanswered == 0;
}

/* How a slot was answered; `text`: with text, which says more. */
enum status lookup_status(const struct lookup_query *query, enum status text);

/*
 * Adds the source that a slot asked, as it answered, and returns it; of text,
 * as if it named no origin.
 */
struct source_result *lookup_add_source(struct record *r, const char *name,
    const struct lookup_query *query);

/* The status of a record for what is no address. */
void lookup_no_address(const struct lookup *l, struct record *r);

/*
 * Draws the sum of a record of which a filter says that there is one AS and
 * one prefix, or none: as far as these texts are what they should be,
 * asnq's own fields have them.
 */
void lookup_sum_up(const struct lookup *l, struct span asn, struct span prefix,
    struct record *r);

/* Gives a slot an answer that needs no asking. */
void lookup_settle(struct lookup *l, struct lookup_query *query,
    enum answer_kind kind);

/*
 * Returns the time until which every answer holds, in monotonic microseconds;
 * INT64_MAX without any answer. Every query must have its answer.
 */
int64_t lookup_expires(const struct lookup *l);

/* Begins a look-up anew, for another target. Keeps memory. */
void lookup_reset(struct lookup *l, const struct target *target);

/* Frees all that a look-up holds, and makes it all zero. */
void lookup_clear(struct lookup *l);

#endif
