#ifndef ASNQ_RSPAMD_RESULT_H
#define ASNQ_RSPAMD_RESULT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"
#include "mail/rspamd-answer.h"
#include "mail/rspamd-config.h"
#include "record/explain.h"

/* A symbol that maps insert. */
struct rspamd_hit {
	struct span symbol;
	double factors;		     /* their sum, to multiply the score */
	const struct rspamd_map *of; /* declares the score; NULL: score 1 */
};

/* The modules' result for one address. All zero is an empty one. */
struct rspamd_result {
	struct rspamd_answer answer;
	const char *symbol; /* NULL: none */
	struct span option;
	struct rspamd_hit *hits; /* ascending by symbol */
	size_t hit_count;
	size_t hit_size; /* the room in `hits` */
};

/*
 * Inserts the symbol of a query that failed, whose option is the name and why,
 * or of one that set the answer. The texts live in the arena.
 */
void rspamd_result_fail(struct rspamd_result *result,
    const struct rspamd_config *c, const char *name, const char *why,
    struct arena *arena);
void rspamd_result_succeed(struct rspamd_result *result,
    const struct rspamd_config *c, struct arena *arena);

/* Inserts the symbols of the maps that the answer hits, and explains them. */
void rspamd_result_find_hits(struct rspamd_result *result,
    const struct rspamd_config *c, struct arena *arena,
    struct explanation *explanation);

#endif
