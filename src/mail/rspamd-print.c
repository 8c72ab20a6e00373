#include "config.h"

#include "mail/rspamd-print.h"

#include <string.h>

#include "base/buf.h"
#include "base/escape.h"

/* Prints a member whose text may be NULL. */
static void
print_member(struct json *j, const char *name, const char *text)
{
	json_string(j, name, text, text != NULL ? strlen(text) : 0);
}

/* Returns a symbol's description; NULL if its own map has none or no score. */
static const char *
description_of(const struct rspamd_hit *hit)
{
	return hit->of != NULL && hit->of->has_score &&
		span_is_exactly(hit->symbol, hit->of->symbol)
	    ? hit->of->description
	    : NULL;
}

static void
print_hit(const struct rspamd_hit *hit, struct json *j)
{
	double score = hit->of != NULL ? hit->of->score : 1;

	json_object(j, NULL);
	json_string(j, "symbol", hit->symbol.text, hit->symbol.len);
	json_decimal(j, "score", hit->factors * score);
	print_member(j, "description", description_of(hit));
	json_object_end(j);
}

void
rspamd_print_json(const struct rspamd_result *result, const struct record *r,
    struct writer *w)
{
	struct json *j = &w->json;

	json_object(j, w->name);
	if (w->name == NULL)
		field_write_named("ip", w, r);
	print_member(j, "symbol", result->symbol);
	json_array(j, "options");
	if (result->option.text != NULL)
		json_string(j, NULL, result->option.text, result->option.len);
	json_array_end(j);
	for (size_t i = 0; i < RSPAMD_VARIABLE_MAX; i++)
		json_string(j, words_get(&rspamd_variables, i),
		    result->answer.parts[i].text, result->answer.parts[i].len);
	json_array(j, "maps");
	for (size_t i = 0; i < result->hit_count; i++)
		print_hit(&result->hits[i], j);
	json_array_end(j);
	json_object_end(j);
}

void
rspamd_print_text(const struct rspamd_result *result, const struct record *r,
    struct writer *w)
{
	const struct field *ip = field_find("ip", strlen("ip"));

	field_write(field_for_first_column(ip, r), w, r);
	buf_putc(w->out, '\t');
	rspamd_print_added(result, w);
}

void
rspamd_print_added(const struct rspamd_result *result, struct writer *w)
{
	if (result->symbol == NULL) {
		buf_putc(w->out, '-');
		return;
	}
	escape_flat(w->out, result->symbol, strlen(result->symbol));
	buf_puts(w->out, "(0.00)["); /* both symbols have the score 0 */
	escape_flat(w->out, result->option.text, result->option.len);
	buf_putc(w->out, ']');
}
