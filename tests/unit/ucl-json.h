#ifndef ASNQ_UCL_JSON_H
#define ASNQ_UCL_JSON_H

#include <string.h>

#include "base/json-writer.h"
#include "mail/ucl-value.h"

/* Appends a value of UCL as JSON; a number as Lua has it. */
static inline void
ucl_json_put(struct json *j, const struct ucl_value *v)
{
	bool object = v->type == UCL_VALUE_OBJECT;

	switch (v->type) {
	case UCL_VALUE_OBJECT:
	case UCL_VALUE_LIST:
		(object ? json_object : json_array)(j, v->name);
		for (const struct ucl_value *p = v->first; p; p = p->next)
			ucl_json_put(j, p);
		(object ? json_object_end : json_array_end)(j);
		break;
	case UCL_VALUE_STRING:
		json_string(j, v->name, v->text, strlen(v->text));
		break;
	case UCL_VALUE_TRUTH:
		json_bool(j, v->name, v->truth);
		break;
	case UCL_VALUE_NUMBER:
		json_null(j, v->name);
		j->out->len -= strlen("null");
		buf_puts(j->out, v->text);
		break;
	case UCL_VALUE_NULL:
		json_null(j, v->name);
		break;
	}
}

#endif
