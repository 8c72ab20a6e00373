#include "config.h"

#include "mail/ucl-value.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct ucl_value *
ucl_value_new(struct arena *arena, struct span name)
{
	struct ucl_value *v = arena_alloc(arena, sizeof(*v));

	*v = (struct ucl_value){ .type = UCL_VALUE_NULL };
	if (name.text != NULL)
		v->name = arena_copy(arena, name.text, name.len);
	return v;
}

void
ucl_value_set_string(struct ucl_value *v, struct arena *arena, struct span text)
{
	v->type = UCL_VALUE_STRING;
	v->text = arena_copy(arena, text.text, text.len);
}

void
ucl_value_set_number(struct ucl_value *v, struct arena *arena, double number)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%.14g", number); /* as Lua */

	assert(len > 0 && (size_t)len < sizeof(text));
	v->type = UCL_VALUE_NUMBER;
	v->number = number;
	v->text = arena_copy(arena, text, (size_t)len);
}

void
ucl_value_set_truth(struct ucl_value *v, bool truth)
{
	v->type = UCL_VALUE_TRUTH;
	v->truth = truth;
	v->text = truth ? "true" : "false";
}

static bool
has_parts(const struct ucl_value *v)
{
	return v->type == UCL_VALUE_OBJECT || v->type == UCL_VALUE_LIST;
}

void
ucl_value_append(struct ucl_value *to, struct ucl_value *v)
{
	assert(has_parts(to) && v->next == NULL);
	if (to->last != NULL)
		to->last->next = v;
	else
		to->first = v;
	to->last = v;
}

void
ucl_value_remove(struct ucl_value *from, struct ucl_value *v)
{
	struct ucl_value *before = NULL;

	for (struct ucl_value *m = from->first; m != v; m = m->next)
		before = m;
	if (before != NULL)
		before->next = v->next;
	else
		from->first = v->next;
	if (from->last == v)
		from->last = before;
	v->next = NULL;
}

const struct ucl_value *
ucl_value_find(const struct ucl_value *v, const char *name)
{
	if (!ucl_value_is_object(v))
		return NULL;
	for (const struct ucl_value *m = v->first; m != NULL; m = m->next)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

const struct ucl_value *
ucl_value_next(const struct ucl_value *v, void **at)
{
	const struct ucl_value *last = *at;
	struct ucl_value *next;

	if (has_parts(v))
		next = last != NULL ? last->next : v->first;
	else
		next = last != NULL ? NULL : (struct ucl_value *)v;
	*at = next;
	return next;
}

bool
ucl_value_is_object(const struct ucl_value *v)
{
	return v != NULL && v->type == UCL_VALUE_OBJECT;
}

const char *
ucl_value_name(const struct ucl_value *v)
{
	return v->name;
}

const char *
ucl_value_text(const struct ucl_value *v)
{
	return v != NULL ? v->text : NULL;
}

const char *
ucl_value_string(const struct ucl_value *v)
{
	return v != NULL && v->type == UCL_VALUE_STRING ? v->text : NULL;
}

bool
ucl_value_number(const struct ucl_value *v, double *out)
{
	if (v == NULL || v->type != UCL_VALUE_NUMBER)
		return false;
	*out = v->number;
	return true;
}

bool
ucl_value_truth(const struct ucl_value *v, bool *out)
{
	if (v == NULL || v->type != UCL_VALUE_TRUTH)
		return false;
	*out = v->truth;
	return true;
}
