#include "config.h"

#include "lookup/native.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "record/special-purpose.h"

/* Returns whether a source may be asked about the target and could know it. */
static bool
may_ask(const struct native *n, unsigned number, const struct lookup *l)
{
	const struct native_source *s = &n->sources[number];

	if (l->special != NULL &&
	    !(n->ask_special && native_source_is_local(s, &l->target.net.addr)))
		return false;
	return s->kind->serves(s, (enum family)l->target.net.addr.family);
}

/* Returns the query to a source; NULL: it was not asked. */
static struct lookup_query *
query_to(const struct lookup *l, unsigned number)
{
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].source == number &&
		    l->queries[i].annotator == NULL)
			return &l->queries[i];
	return NULL;
}

/*
 * Reads the answer to a query, once it is there. A database's origin does not
 * start the grace of the zones: it is known before their queries are sent, and
 * a rate cap may delay these for longer.
 */
static void
read_answer(const struct native *n, struct lookup *l,
    struct lookup_query *query)
{
	const struct native_source *s = &n->sources[query->source];

	if (query->read || !lookup_query_is_answered(query))
		return;
	query->status = s->kind->read(s, query, l);
	query->read = true;
	if (query->status == STATUS_OK && s->db == NULL && l->known == 0)
		l->known = l->now;
}

static void
read_answers(const struct native *n, struct lookup *l)
{
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].annotator == NULL)
			read_answer(n, l, &l->queries[i]);
}

/* Asks a source, and reads the answer of one that answers at once. */
static struct lookup_query *
ask(const struct native *n, struct lookup *l, unsigned number)
{
	const struct native_source *s = &n->sources[number];
	struct lookup_query *query = s->kind->ask(s, number, l);

	read_answer(n, l, query);
	return query;
}

/* Returns whether a database has an origin. Asks it, if it is not asked yet. */
static bool
has_origin(const struct native *n, struct lookup *l, unsigned number)
{
	const struct lookup_query *query = query_to(l, number);

	if (query == NULL)
		query = ask(n, l, number);
	return query != NULL && query->status == STATUS_OK;
}

/* Returns whether a zone is not suspended and has not answered yet. */
static bool
may_answer(const struct lookup *l, unsigned number)
{
	const struct lookup_query *query = query_to(l, number);

	return !l->suspended[number] &&
	    (query == NULL || query->answer == NULL);
}

/* Returns whether a database has an origin, or a zone may have one. */
static bool
others_can_answer(const struct native *n, struct lookup *l)
{
	for (unsigned i = 0; i < n->source_count; i++) {
		if (!may_ask(n, i, l))
			continue;
		if (n->sources[i].db != NULL ? has_origin(n, l, i)
					     : may_answer(l, i))
			return true;
	}
	return false;
}

/* Settles the query to a suspended zone if another source can answer. */
static void
skip(const struct native *n, struct lookup *l, unsigned number)
{
	if (query_to(l, number) != NULL && others_can_answer(n, l))
		lookup_settle(l, query_to(l, number), ANSWER_SKIPPED);
}

/* Returns the latest query to a zone without an answer; NULL: none. */
static struct lookup_query *
last_unanswered(const struct lookup *l)
{
	if (lookup_is_answered(l))
		return NULL;
	for (size_t i = l->query_count; i-- > 0;)
		if (l->queries[i].annotator == NULL &&
		    !lookup_query_is_answered(&l->queries[i]))
			return &l->queries[i];
	return NULL;
}

/* Settles all queries that have no answer: they are late. */
static void
cut_off_the_rest(struct lookup *l)
{
	struct lookup_query *query;

	while ((query = last_unanswered(l)) != NULL)
		lookup_settle(l, query, ANSWER_LATE);
}

/* Asks all sources at once. Zones are cut off a grace after the first origin. */
static enum step
step_all(const struct native *n, struct lookup *l)
{
	if (l->query_count == 0) {
		for (unsigned i = 0; i < n->source_count; i++)
			if (may_ask(n, i, l))
				ask(n, l, i);
		for (unsigned i = 0; i < n->source_count; i++)
			if (l->suspended[i])
				skip(n, l, i);
	}
	if (last_unanswered(l) == NULL)
		return STEP_DONE;
	if (l->known == 0)
		return STEP_WAIT;
	l->wake = l->known + n->grace;
	if (l->now < l->wake)
		return STEP_WAIT;
	cut_off_the_rest(l);
	return STEP_DONE;
}

/* Returns the next source to ask; source_count: there is none. */
static unsigned
next_source(const struct native *n, const struct lookup *l)
{
	unsigned next = 0;

	while (next < n->source_count &&
	    (query_to(l, next) != NULL || !may_ask(n, next, l)))
		next++;
	return next;
}

/* Asks one source after another; a silent one delays the next by `patience`. */
static enum step
step_first(const struct native *n, struct lookup *l)
{
	while (l->origins.count == 0) {
		const struct lookup_query *last = last_unanswered(l);
		unsigned next;

		if (last != NULL && l->now < last->asked + n->patience) {
			l->wake = last->asked + n->patience;
			return STEP_WAIT;
		}
		next = next_source(n, l);
		if (next == n->source_count) {
			l->wake = 0;
			return last == NULL ? STEP_DONE : STEP_WAIT;
		}
		ask(n, l, next);
		if (l->suspended[next])
			skip(n, l, next);
	}
	cut_off_the_rest(l);
	return STEP_DONE;
}

static enum step
step(const void *self, struct lookup *l)
{
	const struct native *n = self;

	if (l->target.kind == TARGET_AS)
		l->special = special_find_asn(l->target.asn);
	if (l->target.kind != TARGET_NET)
		return STEP_DONE;
	if (l->query_count == 0)
		l->special = special_find(&l->target.net.addr);
	read_answers(n, l);
	return n->first ? step_first(n, l) : step_all(n, l);
}

/* Makes origins of source `from` origins of source `to`. */
static void
renumber(struct origins *o, unsigned from, unsigned to)
{
	for (size_t i = 0; from != to && i < o->count; i++)
		if (o->list[i].source == from)
			o->list[i].source = to;
}

/* Adds a source that was asked, and moves its origins to its place there. */
static void
add_source(const struct native_source *s, const struct lookup_query *query,
    struct record *r)
{
	unsigned place = (unsigned)r->source_count;
	struct source_result *result;

	if (r->explanation != NULL)
		s->kind->explain(s, query, r);
	if (query->answer != NULL)
		result = lookup_add_source(r, s->name, query);
	else
		result = record_add_source(r, s->name);
	result->status = query->status;
	result->truncated = query->reading.truncated;
	/* Sources come in ascending order: `place` is not used yet. */
	renumber(&r->origins, query->source, place);
}

/* Says what is announced inside of a prefix that no route covers. */
static void
explain_mismatch(const struct lookup *l, struct record *r)
{
	const struct prefix *net = &l->target.net;
	const struct inside *in = NULL;
	char outer[PREFIX_TEXT_MAX];
	char inner[PREFIX_TEXT_MAX];
	char *why;

	for (size_t i = 0; i < l->query_count && in == NULL; i++)
		if (l->queries[i].reading.inside.found)
			in = &l->queries[i].reading.inside;
	if (in == NULL)
		return;
	why = format_text("no route covers %.*s; AS%lu announces %.*s inside "
			  "it",
	    (int)prefix_print(net, outer), outer, (unsigned long)in->asn,
	    (int)prefix_print(&in->prefix, inner), inner);
	r->why = arena_copy(&r->arena, why, strlen(why) + 1);
	free(why);
}

static void
verdict_on_net(const struct native *n, const struct lookup *l, struct record *r)
{
	r->special = l->special;
	for (unsigned i = 0; i < n->source_count; i++) {
		const struct lookup_query *query = query_to(l, i);

		if (query != NULL)
			add_source(&n->sources[i], query, r);
	}
	record_finish(r);
	if (r->status == STATUS_MISMATCH)
		explain_mismatch(l, r);
	if (r->special != NULL && r->source_count == 0) {
		r->status = STATUS_SPECIAL;
		explain_add(r->explanation,
		    "in a special-purpose block, %s (%s), so nobody was asked",
		    r->special->name, r->special->rfc);
	}
}

/* Whatever else is known of an AS comes from annotators. */
static void
verdict_on_as(const struct lookup *l, struct record *r)
{
	r->special = l->special;
	r->status = r->special != NULL ? STATUS_SPECIAL : STATUS_NOSOURCE;
	if (r->special != NULL)
		explain_add(r->explanation,
		    "a special-purpose AS number, %s (%s), so nobody was asked",
		    r->special->name, r->special->rfc);
}

static void
verdict(const void *self, const struct lookup *l, struct record *r)
{
	switch (l->target.kind) {
	case TARGET_BLANK:
		r->status = STATUS_NOADDRESS;
		break;
	case TARGET_INVALID:
		r->status = STATUS_INVALID;
		r->why = l->target.why;
		break;
	case TARGET_AS:
		verdict_on_as(l, r);
		break;
	case TARGET_NET:
		verdict_on_net(self, l, r);
		break;
	}
}

static void
prefetch_target(const void *self, const struct target *target, int round)
{
	const struct native *n = self;

	if (target->kind != TARGET_NET)
		return;
	for (unsigned i = 0; i < n->source_count; i++)
		if (n->sources[i].db != NULL)
			db_prefetch(n->sources[i].db, &target->net, round);
}

const struct view view_native = {
	.step = step,
	.verdict = verdict,
	.prefetch = prefetch_target,
};
