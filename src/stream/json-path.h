#ifndef ASNQ_JSON_PATH_H
#define ASNQ_JSON_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* Where in a JSON object a value is, as .client.ip or .ips[0]. */
struct json_path;

/*
 * NULL, and *why is set to what is wrong in words, which the caller frees,
 * where the text is no path or jsmn is not built in. The empty path is good
 * for finding the object only.
 */
struct json_path *json_path_new(const char *path, char **why);

/* What a path finds in one object. Spans and offsets are of the line. */
struct json_place {
	struct span value; /* a string without its quotes, or a bare value; */
			   /* text NULL: there is none */
	size_t end;	   /* of the closing brace where a member can go in */
	bool empty;	   /* that object has no members yet */
	bool has_member;   /* it has a member of that name already */
};

/*
 * Looks the path up in a line. The member is to go into the whole object, or,
 * with `near`, into the one that holds the value. False: the line is no JSON
 * object.
 */
bool json_path_find(struct json_path *p, struct span line, bool near,
    const char *member, struct json_place *out);

/* Whether this can be done at all: jsmn is optional. */
bool json_path_is_built_in(void);

/* Accepts NULL. */
void json_path_free(struct json_path *p);

#endif
