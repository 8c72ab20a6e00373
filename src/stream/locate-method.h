#ifndef ASNQ_LOCATE_METHOD_H
#define ASNQ_LOCATE_METHOD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "record/format.h"
#include "stream/located.h"

/* What locator_new() is told. */
struct locator_config {
	enum enrich_format format; /* not ENRICH_NONE */
	const char *key;	   /* the field, with :first-public at its */
				   /* end; NULL: the first address */
	const char *member;	   /* JSON: the name of the added member */
	bool elastic;	/* JSON: add to the object that holds the key */
	bool header;	/* CSV: the first record has column names */
	char separator; /* CSV: between cells; 0: as the first record has it */
	bool in_pieces; /* inline: find LOCATED_MANY keys at a time */
	bool reply;	/* what is added is printed without the record */
};

/* A key, read. */
struct locator_key {
	const char *name;  /* as it is, for a column of that name; or NULL */
	const char *field; /* without what comes after it; NULL: the line */
	long column;	   /* the field as a number; negative: from the last */
			   /* one, which is -1; 0: it is no number */
	enum located_choice choice;
};

/* The keys of an inline record that are found at a time, with `in_pieces`. */
#define LOCATED_MANY 64

/* What locator_find() found a record to be. */
enum located_kind {
	LOCATED_RECORD, /* a record to add to: the list has its keys */
	LOCATED_ODD, /* the same, a CSV record whose number of cells is not */
		     /* that of the first: its key has no address */
	LOCATED_HEADER,	 /* column names: add names at the end */
	LOCATED_TYPES,	 /* of a Zeek log: add the types of the names */
	LOCATED_COMMENT, /* no record: add nothing, and never leave it out */
	LOCATED_NOTHING, /* add nothing: no JSON object, a CSV record that the */
			 /* end of its file cuts off, inline without address */
	LOCATED_ERROR	 /* stop: see locator_error() */
};

/*
 * Finds the keys of a record, as locator_find() does. *out is empty. With
 * out->rest, goes on there, as locator_continue() does.
 */
typedef enum located_kind locate_find(void *self, struct span record,
    struct located_list *out);

/*
 * How addresses are found in records of one format. `self` is what new()
 * returned.
 */
struct locate_method {
	/*
	 * Returns the method's state. The key is borrowed. If it is bad, sets
	 * *why as locator_new() does; what it returns then is passed to free()
	 * all the same.
	 */
	void *(*new)(const struct locator_config *config,
	    const struct locator_key *key, char **why);

	locate_find *find;

	/* As locator_begin_file() does. NULL: files do not matter. */
	void (*begin_file)(void *self);

	/* As locator_skip() does. NULL: any record may be skipped. */
	void (*skip)(void *self);

	/* As locator_error() does. NULL: nothing can fail. */
	const char *(*error)(const void *self);

	void (*free)(void *self);
};

#endif
