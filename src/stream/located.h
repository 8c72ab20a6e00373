#ifndef ASNQ_LOCATED_H
#define ASNQ_LOCATED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "record/target.h"
#include "stream/cells.h"

/* Whether the text of an address was parsed. */
enum located_state {
	LOCATED_PARSED,		/* `target` says what the text is */
	LOCATED_UNPARSED,	/* a field, which is very likely an address */
	LOCATED_UNPARSED_RECORD /* a record that is one target and no more */
};

/* One key of a record: its address, and what is to be added for it. */
struct located {
	struct target target; /* TARGET_BLANK: the key has no address */
	struct span text;     /* of the address, in the record; NULL: none */
	enum located_state state;
	uint64_t hash;	  /* of `text`, by recall.h; the locators leave it 0 */
	size_t insert_at; /* offset in the record of what is added */
	bool too_long;	  /* `text` is the start of a record above the limit */
	bool needs_comma; /* JSON: what is added begins with a comma */
	bool has_member;  /* JSON: nothing is added: the member exists */
	bool typed;	  /* an operand, which must not be blank */
};

/*
 * The keys of one record, or the next few of them. All zero is empty; reused
 * for every record.
 */
struct located_list {
	struct located *list;
	size_t count;
	size_t size; /* the room in `list` */
	size_t rest; /* offset in the record where the search for more keys */
		     /* goes on; 0: these are the last */
	struct cells cells; /* how cells are added, also names */
};

/*
 * Adds a key without an address, whose addition goes to an offset, and returns
 * it. The result is valid until the next call.
 */
struct located *located_add(struct located_list *list, size_t insert_at);

/* Frees the list's memory and empties it. */
void located_free(struct located_list *list);

/*
 * Sets the address to the first one in a line from *at on, and moves *at past
 * it. Returns false, with the address unchanged, if there is none.
 */
bool located_find(struct located *l, struct span line, size_t *at);

/* Which address of a text counts. */
enum located_choice {
	LOCATED_FIRST,
	LOCATED_FIRST_PUBLIC /* the first that is not special-purpose */
};

/*
 * Sets the address to that of a line, or of a field, if it has one. Where a
 * field has something that looks like an address and cannot be read, none after
 * it counts. Parsing is left to located_parse() where the text looks like an
 * address and nothing else: most of those are cached by their text and never
 * need it.
 */
void located_set_line(struct located *l, struct span line,
    enum located_choice choice);
void located_set_field(struct located *l, struct span field,
    enum located_choice choice);

/*
 * Parses the text, unless that is done. Afterwards the text is the part of it
 * that is an address, if there is one.
 */
void located_parse(struct located *l);

#endif
