#ifndef ASNQ_JSON_WRITER_H
#define ASNQ_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * A writer of one JSON value (RFC 8259), without blanks; it knows where commas
 * go. All zero but for `out`, it is at the start of a value.
 */
struct json {
	struct buf *out;
	bool comma; /* the next member or element needs one */
};

/*
 * Append the start or end of an object or array, or a value. `name` is that of
 * a member; NULL for an element of an array or a value on its own.
 */
void json_object(struct json *j, const char *name);
void json_object_end(struct json *j);
void json_array(struct json *j, const char *name);
void json_array_end(struct json *j);
void json_string(struct json *j, const char *name, const char *text,
    size_t len); /* text NULL: null */
void json_number(struct json *j, const char *name, uint64_t number);
void json_decimal(struct json *j, const char *name, double number);
void json_bool(struct json *j, const char *name, bool value);
void json_null(struct json *j, const char *name);

#endif
