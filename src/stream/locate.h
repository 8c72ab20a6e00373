#ifndef ASNQ_LOCATE_H
#define ASNQ_LOCATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "record/addr.h"
#include "record/format.h"
#include "record/target.h"

struct locator_config {
	enum enrich_format format;
	const char *key;    /* which field; NULL: the first address found */
	const char *member; /* JSON: the member that is added */
	bool elastic;	    /* JSON: add it beside the key */
	bool header;	    /* CSV: the first line has names */
	bool reply;	    /* what is added is printed without the line */
};

/* Finds addresses in lines. It looks nothing up, and prints nothing. */
struct locator;

/*
 * NULL, and *why is set to what is wrong in words, which the caller frees.
 * Texts of the configuration must outlive the result.
 */
struct locator *locator_new(const struct locator_config *config, char **why);

enum located_kind {
	LOCATED_ONE,	/* something is added in one place */
	LOCATED_EACH,	/* for each address: see locator_find_each() */
	LOCATED_HEADER, /* names of columns are added at the place */
	LOCATED_NONE /* nothing is: no JSON object, or a CSV record cut off */
};

/* Where something is added, and about which address. */
struct place {
	struct target target; /* TARGET_BLANK: there is no address */
	struct span address;  /* its text, of the line */
	size_t at;	      /* offset in the line */
	bool comma;	      /* JSON: another member stands before */
	bool silent;	      /* look it up, but add nothing */
	bool odd;	      /* of a CSV row of another width than the first */
	bool unread; /* whether the text is an address shows place_read() */
};

/* What locator_find_each() found; kept from line to line. */
struct places {
	struct place *list;
	size_t count;
	size_t size;
};

/* Finds out what a place is about, where that was left open. */
void place_read(struct place *place);

/* Another file begins, which has a header and a width of its own. */
void locator_begin_file(struct locator *e);

/*
 * Finds the place of a line, which comes without its ending. The place counts
 * where the kind is LOCATED_ONE or LOCATED_HEADER.
 */
enum located_kind locator_find(struct locator *e, struct span line,
    struct place *out);

/* Finds a place behind each address of a line. */
void locator_find_each(struct span line, struct places *out);

/* A column is named that the header does not have; said in words, or NULL. */
const char *locator_error(const struct locator *e);

void places_free(struct places *places);

/* Accepts NULL. */
void locator_free(struct locator *e);

#endif
