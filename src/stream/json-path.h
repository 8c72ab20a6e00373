#ifndef ASNQ_JSON_PATH_H
#define ASNQ_JSON_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * A path to a value in a JSON object, as jq writes it: .client.ip,
 * ."id.orig_h", .["id.orig_h"] or .ips[0]. Names without quotes also match as
 * one member, "client.ip", where the path finds nothing. A text that begins with
 * neither a dot, a bracket nor a quote is the name of a member or, where there
 * is no such member, a path without its first dot; digits alone are neither.
 */
struct json_path;

/*
 * Returns a path; the empty one only finds the object. If the text is no path,
 * or jsmn is not built in, returns NULL and sets *why to the reason, which the
 * caller frees.
 */
struct json_path *json_path_new(const char *path, char **why);

/* What a path finds in one object, by spans and offsets of the line. */
struct json_place {
	struct span value; /* a string without its quotes, a number, true, */
			   /* false or null; text NULL: there is none */
	size_t end;	   /* offset of the brace before which a member goes */
	bool empty;	   /* that object has no members yet */
	bool has_member;   /* that object has a member of the same name */
};

/*
 * Looks the path up in a line. The member is to go into the whole object or,
 * with `near`, into the one that holds the value, if there is a value. Of
 * several members of the same name, the last counts. Returns false if the line is no JSON object (RFC 8259).
 */
bool json_path_find(struct json_path *p, struct span line, bool near,
    const char *member, struct json_place *out);

/* Returns whether jsmn is built in. */
bool json_path_is_built_in(void);

/* Frees a path. Accepts NULL. */
void json_path_free(struct json_path *p);

#endif
