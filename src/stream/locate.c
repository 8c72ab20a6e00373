#include "config.h"

#include "stream/locate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/number.h"
#include "stream/locate-csv.h"
#include "stream/locate-json.h"
#include "stream/locate-text.h"

/* No record has so many columns. */
#define COLUMNS_MAX 1000000

static const struct locate_method *const methods[] = {
	[ENRICH_NONE] = NULL,
	[ENRICH_TEXT] = &locate_text,
	[ENRICH_INLINE] = &locate_inline,
	[ENRICH_CSV] = &locate_csv,
	[ENRICH_TSV] = &locate_csv,
	[ENRICH_JSON] = &locate_json,
	[ENRICH_W3C] = &locate_csv,
};
static_assert(LENGTH(methods) == ENRICH_MAX, "each format has its method");

#define FIRST_PUBLIC "first-public"

struct locator {
	const struct locate_method *method;
	void *state;
	struct locator_key key;
	char *field; /* that of the key, where it is a part of it */
};

/* Returns whether a name needs no escapes as a JSON string. */
static bool
is_plain(const char *name)
{
	for (const char *c = name; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == '"' || *c == '\\')
			return false;
	return name[0] != '\0';
}

/* Returns a field as a column's number, or 0 if it is none. */
static long
column_of(const char *field)
{
	bool from_last = field != NULL && field[0] == '-';
	uint64_t column;

	if (field == NULL ||
	    !number_parse(field + from_last, strlen(field + from_last),
		COLUMNS_MAX, &column))
		return 0;
	return from_last ? -(long)column : (long)column;
}

/* Reads "FIELD", "first-public" or "FIELD:first-public". */
static void
read_key(struct locator *l, const char *key)
{
	struct locator_key *k = &l->key;
	size_t tail = strlen(":" FIRST_PUBLIC);
	size_t len;

	k->name = key;
	k->field = key;
	if (key != NULL && strcmp(key, FIRST_PUBLIC) == 0) {
		k->choice = LOCATED_FIRST_PUBLIC;
		k->field = NULL;
	} else if (key != NULL && (len = strlen(key)) > tail &&
	    strcmp(key + len - tail, ":" FIRST_PUBLIC) == 0) {
		k->choice = LOCATED_FIRST_PUBLIC;
		l->field = xmemdup(key, len - tail);
		k->field = l->field;
	}
	k->column = column_of(k->field);
}

struct locator *
locator_new(const struct locator_config *config, char **why)
{
	struct locator *l;

	assert(config->format > ENRICH_NONE && config->format < ENRICH_MAX);
	*why = NULL;
	if (config->key != NULL && config->key[0] == '\0') {
		*why = xstrdup("the key is empty");
		return NULL;
	}
	if (!is_plain(config->member)) {
		*why = format_text("--member: '%s' is no plain name",
		    config->member);
		return NULL;
	}
	l = xcalloc(1, sizeof(*l));
	l->method = methods[config->format];
	read_key(l, config->key);
	l->state = l->method->new (config, &l->key, why);
	if (*why != NULL) {
		locator_free(l);
		return NULL;
	}
	locator_begin_file(l);
	return l;
}

void
locator_begin_file(struct locator *l)
{
	if (l->method->begin_file != NULL)
		l->method->begin_file(l->state);
}

enum located_kind
locator_find(struct locator *l, struct span record, struct located_list *out)
{
	out->count = 0;
	out->rest = 0;
	out->cells = (struct cells){ .form = CELLS_RENDERED };
	return l->method->find(l->state, record, out);
}

void
locator_continue(struct locator *l, struct span record,
    struct located_list *out)
{
	assert(out->rest > 0);
	out->count = 0;
	l->method->find(l->state, record, out);
}

void
locator_skip(struct locator *l)
{
	if (l->method->skip != NULL)
		l->method->skip(l->state);
}

const char *
locator_error(const struct locator *l)
{
	return l->method->error != NULL ? l->method->error(l->state) : NULL;
}

void
locator_free(struct locator *l)
{
	if (l == NULL)
		return;
	l->method->free(l->state);
	free(l->field);
	free(l);
}
