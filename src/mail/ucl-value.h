#ifndef ASNQ_UCL_VALUE_H
#define ASNQ_UCL_VALUE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

enum ucl_kind {
	UCL_VALUE_NULL,
	UCL_VALUE_OBJECT,
	UCL_VALUE_LIST,
	UCL_VALUE_STRING,
	UCL_VALUE_NUMBER,
	UCL_VALUE_TRUTH
};

/* A value of UCL, rspamd's configuration language. It lives in an arena. */
struct ucl_value {
	const char *name; /* of a member; NULL: an element */
	enum ucl_kind type;
	unsigned priority; /* of a member: the highest of equal names wins */
	bool merged;	   /* several objects of this name were merged */
	const char *text;  /* of a string, a number or a truth */
	double number;
	bool truth;
	struct ucl_value *first; /* member or element */
	struct ucl_value *last;
	struct ucl_value *next; /* member or element beside it */
};

/* Returns a new value, null, whose name, text NULL for none, is copied. */
struct ucl_value *ucl_value_new(struct arena *arena, struct span name);

/* Make a value a string, a number, a truth; texts are copied. */
void ucl_value_set_string(struct ucl_value *v, struct arena *arena,
    struct span text);
void ucl_value_set_number(struct ucl_value *v, struct arena *arena,
    double number);
void ucl_value_set_truth(struct ucl_value *v, bool truth);

/* Adds a value at the end of an object or a list. */
void ucl_value_append(struct ucl_value *to, struct ucl_value *v);

/* Removes a value from the object that it is a member of. */
void ucl_value_remove(struct ucl_value *from, struct ucl_value *v);

/* Returns a member of an object; NULL if `v` has none, is none or is NULL. */
const struct ucl_value *ucl_value_find(const struct ucl_value *v,
    const char *name);

/*
 * Returns the next member of an object or element of a list, or once a single
 * value itself; NULL at the end. *at is NULL at first and after the end.
 */
const struct ucl_value *ucl_value_next(const struct ucl_value *v, void **at);

/* Returns whether a value, which may be NULL, is an object. */
bool ucl_value_is_object(const struct ucl_value *v);

/* Returns the name of a member. */
const char *ucl_value_name(const struct ucl_value *v);

/* Returns the text of a string, number or truth; else NULL. */
const char *ucl_value_text(const struct ucl_value *v);

/* Returns the text of a string; else NULL. */
const char *ucl_value_string(const struct ucl_value *v);

/* Set *out and return true if a value, which may be NULL, can be that. */
bool ucl_value_number(const struct ucl_value *v, double *out);
bool ucl_value_truth(const struct ucl_value *v, bool *out);

#endif
