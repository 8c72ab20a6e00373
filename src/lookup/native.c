#include "config.h"

#include "lookup/native.h"

#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "record/origin-text.h"
#include "record/target.h"

/* Returns whether a source may be asked about the target and could know it. */
static bool
may_ask(const struct native *n, unsigned number, const struct lookup *l)
{
	const struct native_source *s = &n->sources[number];

	if (l->special != NULL && !(n->ask_special && s->local))
		return false;
	return s->kind->serves(s, (enum family)l->target.net.addr.family);
}

/* Returns the query to a source; NULL: it was not asked. */
static struct lookup_query *
query_to(const struct lookup *l, unsigned number)
{
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].source == number &&
		    l->queries[i].role == ROLE_ORIGIN)
			return &l->queries[i];
	return NULL;
}

/*
 * Reads the answer to a query, once it is there. A database's origins do not
 * count as known: its answer precedes every query, and would cut off a zone
 * whose turn has not come.
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
	if (query->status == STATUS_OK && !s->kind->instant && l->known == 0)
		l->known = l->now;
}

static void
read_answers(const struct native *n, struct lookup *l)
{
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].role == ROLE_ORIGIN)
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

/*
 * Returns whether some source has an origin at once, or is not suspended and
 * has not answered yet.
 */
static bool
others_can_answer(const struct native *n, struct lookup *l)
{
	for (unsigned i = 0; i < n->source_count; i++) {
		const struct lookup_query *query = query_to(l, i);
		bool instant = n->sources[i].kind->instant;

		if (!may_ask(n, i, l))
			continue;
		if (instant && query == NULL)
			query = ask(n, l, i);
		if (instant ? query->status == STATUS_OK
			    : !l->suspended[i] &&
			    (query == NULL || query->answer == NULL))
			return true;
	}
	return false;
}

/* Does not wait for a suspended zone while another source can answer. */
static void
skip_suspended(const struct native *n, struct lookup *l, unsigned number)
{
	if (l->suspended[number] && others_can_answer(n, l))
		lookup_settle(query_to(l, number), ANSWER_SKIPPED);
}

/* Returns whether every source that was asked has answered. */
static bool
sources_have_answered(const struct lookup *l)
{
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].role == ROLE_ORIGIN &&
		    !lookup_query_is_answered(&l->queries[i]))
			return false;
	return true;
}

static void
cut_off_the_rest(struct lookup *l)
{
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].role == ROLE_ORIGIN &&
		    !lookup_query_is_answered(&l->queries[i]))
			lookup_settle(&l->queries[i], ANSWER_LATE);
}

/* All sources at once. The slower ones have `grace` once one has an origin. */
static enum step
step_all(const struct native *n, struct lookup *l)
{
	if (l->query_count == 0) {
		for (unsigned i = 0; i < n->source_count; i++)
			if (may_ask(n, i, l))
				ask(n, l, i);
		for (unsigned i = 0; i < n->source_count; i++)
			if (query_to(l, i) != NULL)
				skip_suspended(n, l, i);
	}
	if (sources_have_answered(l))
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

/* Returns the query that was sent last and has no answer; NULL: none. */
static const struct lookup_query *
last_unanswered(const struct lookup *l)
{
	for (size_t i = l->query_count; i-- > 0;)
		if (l->queries[i].role == ROLE_ORIGIN &&
		    !lookup_query_is_answered(&l->queries[i]))
			return &l->queries[i];
	return NULL;
}

/* One source after the other, but no longer than `patience` for each. */
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
		skip_suspended(n, l, next);
	}
	cut_off_the_rest(l);
	return STEP_DONE;
}

/* The name of an AS, as far as it is known without asking. */
static struct span
own_name(const struct native *n, uint32_t asn)
{
	if (n->own_names == NULL)
		return (struct span){ NULL, 0 };
	return as_names_find(n->own_names, asn);
}

/* Asks the name zone about an AS, unless that was done. */
static void
ask_name(const struct native *n, struct lookup *l, uint32_t asn)
{
	char owner[OWNER_MAX];

	zone_owner_of_as(asn, owner);
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].role == ROLE_NAME &&
		    strcmp(l->queries[i].owner, owner) == 0)
			return;
	lookup_add(l, n->names_source, ROLE_NAME, owner);
}

static enum step
step_as(const struct native *n, struct lookup *l)
{
	if (n->has_names && own_name(n, l->target.asn).text == NULL)
		ask_name(n, l, l->target.asn);
	return lookup_is_answered(l) ? STEP_DONE : STEP_WAIT;
}

/*
 * The name of an origin is asked for as soon as there is one; but an origin
 * is an answer without its name, too.
 */
static enum step
step_net(const struct native *n, struct lookup *l)
{
	const struct origin *best;
	enum step next;

	if (l->query_count == 0)
		l->special = special_find(&l->target.net.addr);
	read_answers(n, l);
	next = n->first ? step_first(n, l) : step_all(n, l);
	best = origins_best(&l->origins);
	if ((next == STEP_DONE || l->known > 0) && n->names && n->has_names &&
	    !l->suspended[n->names_source] && best != NULL &&
	    own_name(n, best->asn).text == NULL)
		ask_name(n, l, best->asn);
	if (next == STEP_DONE)
		l->wake = 0;
	return next == STEP_DONE && lookup_is_answered(l) ? STEP_DONE
							  : STEP_WAIT;
}

static enum step
step(const void *self, struct lookup *l)
{
	switch (l->target.kind) {
	case TARGET_AS:
		return step_as(self, l);
	case TARGET_NET:
		return step_net(self, l);
	default:
		return STEP_DONE;
	}
}

/* Reads what the name zone says of an AS; the first in order of bytes. */
static enum status
read_name(const struct lookup_query *query, uint32_t asn, struct arena *arena,
    struct registration *out)
{
	enum status status = lookup_status(query, STATUS_MALFORMED);
	const uint8_t *rdata;
	size_t at = 0;
	size_t len;

	while (answer_next(query->answer, &at, &rdata, &len)) {
		struct registration reg;

		if (origin_text_read_name(rdata, len, asn, arena, &reg) !=
		    STATUS_OK)
			continue;
		if (status != STATUS_OK || registration_compare(&reg, out) < 0)
			*out = reg;
		status = STATUS_OK;
	}
	return status;
}

/* What the name zone says of an AS that was asked about. */
static void
read_as(const struct lookup_query *query, struct record *r)
{
	lookup_explain(r->explanation, NAMES_ZONE, query);
	r->status = read_name(query, r->target.asn, &r->arena, &r->reg);
	lookup_add_source(r, NAMES_ZONE, query)->status = r->status;
	if (r->status == STATUS_UNANNOUNCED)
		r->why = "no such AS";
	else if (r->status == STATUS_MALFORMED)
		r->why = "answer without a name";
}

/* What the file of names says of it. */
static void
read_own_as(const struct native *n, struct record *r)
{
	r->reg.name = own_name(n, r->target.asn);
	r->status = r->reg.name.text != NULL ? STATUS_OK : STATUS_UNANNOUNCED;
	r->why = "no such AS in the file of names";
	record_add_source(r, as_names_path(n->own_names))->status = r->status;
}

static void
verdict_on_as(const struct native *n, const struct lookup *l, struct record *r)
{
	r->status = STATUS_NOSOURCE;
	if (l->query_count > 0)
		read_as(l->queries, r);
	else if (n->own_names != NULL)
		read_own_as(n, r);
	if (r->status != STATUS_OK)
		return;
	r->why = NULL;
	r->has_asn = true;
	r->asn = l->target.asn;
	r->all_asns = &r->asn;
	r->all_asn_count = 1;
}

/* Has the origins of one source refer to it by its place in the record. */
static void
renumber(struct origins *o, unsigned from, unsigned to)
{
	for (size_t i = 0; from != to && i < o->count; i++)
		if (o->list[i].source == from)
			o->list[i].source = to;
}

static void
add_source(const struct native_source *s, const struct lookup_query *query,
    struct record *r)
{
	unsigned place = (unsigned)r->source_count;

	if (r->explanation != NULL)
		s->kind->explain(s, query, r);
	if (query->answer != NULL)
		lookup_add_source(r, s->name, query)->status = query->status;
	else
		record_add_source(r, s->name)->status = query->status;
	/* Sources are added in order, so that no place is in use yet. */
	renumber(&r->origins, query->source, place);
}

/* Gives the AS its name, and each origin where that costs no question. */
static void
read_names(const struct native *n, const struct lookup *l, struct record *r)
{
	if (!n->names)
		r->reg.name = (struct span){ NULL, 0 };
	else if (r->has_asn && own_name(n, r->asn).text != NULL)
		r->reg.name = own_name(n, r->asn);
	for (size_t i = 0; n->own_names != NULL && i < r->origins.count; i++) {
		struct origin *o = &r->origins.list[i];

		if (o->reg.name.text == NULL)
			o->reg.name = own_name(n, o->asn);
	}
	for (size_t i = 0; i < l->query_count; i++) {
		const struct lookup_query *query = &l->queries[i];
		struct registration reg;
		enum status status;

		if (query->role != ROLE_NAME || query->answer == NULL)
			continue;
		lookup_explain(r->explanation, NAMES_ZONE, query);
		status = read_name(query, r->asn, &r->arena, &reg);
		r->nameless = status == STATUS_UNANNOUNCED;
		if (status == STATUS_OK)
			r->reg.name = reg.name;
	}
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
	if (r->special != NULL && r->source_count == 0) {
		r->status = STATUS_SPECIAL;
		explain_add(r->explanation,
		    "in a special-purpose block, %s (%s), so nobody was asked",
		    r->special->name, r->special->rfc);
	}
	read_names(n, l, r);
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
		verdict_on_as(self, l, r);
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
	for (unsigned i = 0; i < n->source_count; i++) {
		const struct native_source *s = &n->sources[i];

		if (s->kind->prefetch != NULL)
			s->kind->prefetch(s, &target->net, round);
	}
}

const struct view view_native = {
	.step = step,
	.verdict = verdict,
	.prefetch = prefetch_target,
};
