#ifndef ASNQ_UCL_FILE_H
#define ASNQ_UCL_FILE_H

#include <stdbool.h>

/* A file in UCL, rspamd's configuration language, and a value in it. */
struct ucl_file;
struct ucl_value;

/*
 * Reads a file with all that it includes. Returns NULL after a message on
 * stderr if it cannot be read. The caller passes the result to
 * ucl_file_free().
 */
struct ucl_file *ucl_file_read(const char *path);

/* Returns the object that is the whole file. Values belong to the file. */
const struct ucl_value *ucl_file_top(const struct ucl_file *f);

/* Accepts NULL. */
void ucl_file_free(struct ucl_file *f);

/* Returns a member of an object; NULL if `v` has none, is none or is NULL. */
const struct ucl_value *ucl_value_find(const struct ucl_value *v,
    const char *name);

/*
 * Returns the next member of an object or element of a list, or once a single
 * value itself; NULL at the end. *at is NULL at first and after the end, which
 * must be reached: it is an iterator that libucl frees there.
 */
const struct ucl_value *ucl_value_next(const struct ucl_value *v, void **at);

/* Returns whether a value, which may be NULL, is an object. */
bool ucl_value_is_object(const struct ucl_value *v);

/* Returns the name of a member. */
const char *ucl_value_name(const struct ucl_value *v);

/* Returns the text of a string, number or boolean; else NULL. */
const char *ucl_value_text(const struct ucl_value *v);

/* Returns the text of a string; else NULL. */
const char *ucl_value_string(const struct ucl_value *v);

/* Set *out and return true if a value, which may be NULL, can be that. */
bool ucl_value_number(const struct ucl_value *v, double *out);
bool ucl_value_truth(const struct ucl_value *v, bool *out);

/* Returns whether libucl is built in. */
bool ucl_file_is_built_in(void);

#endif
