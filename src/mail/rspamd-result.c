#include "config.h"

#include "mail/rspamd-result.h"

#include <string.h>

#include "base/buf.h"
#include "mail/text.h"

#define FAIL_SYMBOL "ASN" /* of failures, without a symbol of one's own */

void
rspamd_result_fail(struct rspamd_result *result, const struct rspamd_config *c,
    const char *name, const char *why, struct arena *arena)
{
	struct buf symbol = { 0 };
	struct buf option = { 0 };

	buf_printf(&symbol, "%s_FAIL",
	    c->symbol != NULL ? c->symbol : FAIL_SYMBOL);
	buf_printf(&option, "%s:%s", name, why);
	result->symbol = text_keep(arena, &symbol).text;
	result->option = text_keep(arena, &option);
}

void
rspamd_result_succeed(struct rspamd_result *result,
    const struct rspamd_config *c, struct arena *arena)
{
	struct buf option = { 0 };

	rspamd_put_option(&option, &result->answer);
	result->symbol = c->symbol;
	result->option = text_keep(arena, &option);
}

/* Returns the number of the first hit that does not come before a symbol. */
static size_t
find_hit(const struct rspamd_result *result, struct span symbol)
{
	size_t low = 0;
	size_t high = result->hit_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (span_compare(result->hits[middle].symbol, symbol) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Makes room for one more hit. */
static void
grow_hits(struct rspamd_result *result, struct arena *arena)
{
	struct rspamd_hit *hits;

	if (result->hit_count < result->hit_size)
		return;
	result->hit_size = result->hit_size > 0 ? 2 * result->hit_size : 4;
	hits = arena_alloc(arena, result->hit_size * sizeof(*hits));
	for (size_t i = 0; i < result->hit_count; i++)
		hits[i] = result->hits[i];
	result->hits = hits;
}

/* Inserts a symbol, or adds to its factors. */
static void
add_hit(struct rspamd_result *result, const struct rspamd_hit *hit,
    struct arena *arena)
{
	size_t at = find_hit(result, hit->symbol);

	if (at < result->hit_count &&
	    span_compare(result->hits[at].symbol, hit->symbol) == 0) {
		result->hits[at].factors += hit->factors;
		return;
	}
	grow_hits(result, arena);
	memmove(&result->hits[at + 1], &result->hits[at],
	    (result->hit_count - at) * sizeof(*result->hits));
	result->hits[at] = *hit;
	result->hit_count++;
}

/* Returns whether a symbol is in the result so far. */
static bool
has_symbol(const void *arg, struct span symbol)
{
	const struct rspamd_result *result = arg;
	size_t at = find_hit(result, symbol);

	return (result->symbol != NULL &&
		   span_is_exactly(symbol, result->symbol)) ||
	    (at < result->hit_count &&
		span_compare(result->hits[at].symbol, symbol) == 0);
}

/* Inserts the symbols of a map's entries that match the answer. */
static void
find_hits(struct rspamd_result *result, const struct rspamd_config *c,
    const struct rspamd_map *map, struct arena *arena,
    struct explanation *explanation)
{
	struct span value = result->answer.parts[map->variable];
	const struct rspamd_entry *entry = NULL;

	while (value.text != NULL &&
	    (entry = rspamd_map_next(map, value, entry)) != NULL) {
		struct rspamd_hit hit;

		hit.symbol = rspamd_hit_symbol(map, entry, &hit.factors);
		hit.of = rspamd_config_find_symbol(c, hit.symbol);
		explain_add(explanation, "the map of %s has %.*s", map->symbol,
		    (int)value.len, value.text);
		add_hit(result, &hit, arena);
	}
}

void
rspamd_result_find_hits(struct rspamd_result *result,
    const struct rspamd_config *c, struct arena *arena,
    struct explanation *explanation)
{
	for (size_t i = 0; i < c->map_count && !c->multimap_off; i++) {
		const struct rspamd_map *map = &c->maps[c->order[i]];

		if (map->condition == NULL ||
		    rspamd_condition_holds(map->condition, has_symbol, result))
			find_hits(result, c, map, arena, explanation);
		else
			explain_add(explanation,
			    "require_symbols of %s does not hold", map->symbol);
	}
}
