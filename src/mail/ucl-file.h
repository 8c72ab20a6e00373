#ifndef ASNQ_UCL_FILE_H
#define ASNQ_UCL_FILE_H

#include <stdbool.h>

/* A file in rspamd's language, and a value in it. */
struct ucl_file;
struct ucl_value;

/* NULL, after a message on stderr, when it cannot be read. */
struct ucl_file *ucl_file_read(const char *path);

/* The object that the file is. */
const struct ucl_value *ucl_file_top(const struct ucl_file *f);

/* Accepts NULL. */
void ucl_file_free(struct ucl_file *f);

/* A member of an object; NULL: there is none, or it is no object. */
const struct ucl_value *ucl_value_find(const struct ucl_value *v,
    const char *name);

/*
 * Steps through members, elements, or the one value: *at starts at NULL and
 * comes back so at the end, when NULL is returned.
 */
const struct ucl_value *ucl_value_next(const struct ucl_value *v, void **at);

bool ucl_value_is_object(const struct ucl_value *v);

/* The name of a member. */
const char *ucl_value_name(const struct ucl_value *v);

/* The text of a string, a number, or a truth; NULL for others, and for NULL. */
const char *ucl_value_text(const struct ucl_value *v);

/* The text of a string alone; NULL for all others. */
const char *ucl_value_string(const struct ucl_value *v);

/* False where there is none. */
bool ucl_value_number(const struct ucl_value *v, double *out);
bool ucl_value_truth(const struct ucl_value *v, bool *out);

/* Whether libucl is built in. */
bool ucl_file_is_built_in(void);

#endif
