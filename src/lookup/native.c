#include "config.h"

#include "lookup/native.h"

#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "record/origin-text.h"
#include "record/target.h"

/* Whether a source may be asked about a target, and could know it. */
static bool
may_ask(const struct native *n, unsigned source, const struct target *target,
    const struct special *special)
{
	const struct native_source *s = &n->sources[source];

	if (special != NULL &&
	    !(n->ask_special && (s->mirrored || s->db != NULL)))
		return false;
	if (s->db != NULL)
		return db_serves(s->db, (enum family)target->net.addr.family);
	return s->zone->serves[target->net.addr.family];
}

/* Whether a source is a database that names an origin of the target. */
static bool
database_knows(const struct native *n, unsigned source,
    const struct target *target, const struct special *special)
{
	struct origins origins = { 0 };
	bool known = n->sources[source].db != NULL &&
	    may_ask(n, source, target, special) &&
	    db_find(n->sources[source].db, &target->net, 0, &origins) ==
		STATUS_OK;

	free(origins.list);
	return known;
}

static bool
has_answered(const struct lookup *l, unsigned source)
{
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].source == source)
			return l->queries[i].answer != NULL;
	return false;
}

/* Whether a source that does not rest can still answer, or has answered. */
static bool
others_awake(const struct native *n, const struct lookup *l,
    const struct special *special)
{
	for (unsigned i = 0; i < n->source_count; i++)
		if (n->sources[i].db != NULL
			? database_knows(n, i, &l->target, special)
			: !l->suspended[i] &&
			    may_ask(n, i, &l->target, special) &&
			    !has_answered(l, i))
			return true;
	return false;
}

/* The next zone to ask, from `from` on; source_count: there is none. */
static unsigned
next_zone(const struct native *n, const struct lookup *l, unsigned from,
    const struct special *special)
{
	while (from < n->source_count &&
	    (n->sources[from].db != NULL ||
		!may_ask(n, from, &l->target, special)))
		from++;
	return from;
}

static void
ask_zone(const struct native *n, struct lookup *l, unsigned source,
    const struct special *special)
{
	const struct addr *a = &l->target.net.addr;
	char owner[OWNER_MAX];
	struct lookup_query *query;

	zone_owner(n->sources[source].name, a,
	    n->sources[source].grain[a->family], owner);
	query = lookup_add(l, source, ROLE_ORIGIN, owner);
	if (l->suspended[source] && others_awake(n, l, special))
		lookup_settle(query, ANSWER_SKIPPED);
}

/* Tells what a record of an answer came to. */
static void
tell_record(struct explanation *explanation, enum status status,
    const struct origins *origins, size_t from, size_t count, size_t dropped)
{
	char prefix[PREFIX_TEXT_MAX];

	if (explanation == NULL)
		return;
	for (size_t i = 0; i < count; i++) {
		size_t len =
		    prefix_print(&origins->list[from + i].prefix, prefix);

		explain_add(explanation, "AS%lu originates %.*s",
		    (unsigned long)origins->list[from + i].asn, (int)len,
		    prefix);
	}
	if (dropped > 0)
		explain_add(explanation,
		    "%zu dropped, since the prefix does not cover the address",
		    dropped);
	else if (status == STATUS_UNANNOUNCED)
		explain_add(explanation,
		    "this text says that nobody announces it");
	else if (status == STATUS_MALFORMED)
		explain_add(explanation,
		    "this text has none of the known forms, so it is dropped");
}

/* Reads one answer; origins that cover the target are appended. */
static enum status
read_answer(const struct native *n, const struct lookup *l,
    const struct lookup_query *query, unsigned source, struct arena *arena,
    struct explanation *explanation, struct origins *out)
{
	enum status status = lookup_status(query, STATUS_MALFORMED);
	size_t first = out->count;
	const uint8_t *rdata;
	size_t at = 0;
	size_t len;

	while (answer_next(query->answer, &at, &rdata, &len)) {
		size_t from = out->count;
		enum status one = origin_text_read(rdata, len,
		    n->sources[query->source].zone->path, source, arena, out);
		size_t kept = from;

		for (size_t i = from; i < out->count; i++)
			if (prefix_covers(&out->list[i].prefix, &l->target.net))
				out->list[kept++] = out->list[i];
		tell_record(explanation, one, out, from, kept - from,
		    out->count - kept);
		out->count = kept;
		if (one == STATUS_OK && kept == from)
			one = STATUS_MISMATCH;
		/* The best that a record says: the order does not count. */
		if (one == STATUS_OK || status == STATUS_MALFORMED ||
		    (one == STATUS_MISMATCH && status == STATUS_UNANNOUNCED))
			status = one;
	}
	return out->count > first ? STATUS_OK : status;
}

/* Whether an answer that came names an origin of the target. */
static bool
names_origin(const struct native *n, const struct lookup *l)
{
	struct origins origins = { 0 };
	struct arena arena = { 0 };
	bool found = false;

	for (size_t i = 0; i < l->query_count && !found; i++)
		found = l->queries[i].answer != NULL &&
		    l->queries[i].role == ROLE_ORIGIN &&
		    read_answer(n, l, &l->queries[i], 0, &arena, NULL,
			&origins) == STATUS_OK;
	free(origins.list);
	arena_free(&arena);
	return found;
}

/* Without those that are asked for names. */
static bool
all_sources_answered(const struct lookup *l)
{
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].answer == NULL &&
		    l->queries[i].role == ROLE_ORIGIN)
			return false;
	return true;
}

static void
cut_off_the_rest(struct lookup *l)
{
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].answer == NULL &&
		    l->queries[i].role == ROLE_ORIGIN)
			lookup_settle(&l->queries[i], ANSWER_LATE);
}

/* The source that was asked last; NULL: none was. */
static const struct lookup_query *
last_source(const struct lookup *l)
{
	for (size_t i = l->query_count; i-- > 0;)
		if (l->queries[i].role == ROLE_ORIGIN)
			return &l->queries[i];
	return NULL;
}

/* All sources at once; who is slower than others by `grace` is cut off. */
static enum step
step_all(const struct native *n, struct lookup *l,
    const struct special *special)
{
	if (l->query_count == 0)
		for (unsigned next = 0;
		     (next = next_zone(n, l, next, special)) < n->source_count;
		     next++)
			ask_zone(n, l, next, special);
	if (all_sources_answered(l))
		return STEP_DONE;
	if (l->query_count > 1 && l->known == 0 && names_origin(n, l))
		l->known = l->now;
	if (l->known == 0)
		return STEP_WAIT;
	l->wake = l->known + n->grace;
	if (l->now < l->wake)
		return STEP_WAIT;
	cut_off_the_rest(l);
	return STEP_DONE;
}

/* One source after the other, sooner when one keeps silent. */
static enum step
step_first(const struct native *n, struct lookup *l,
    const struct special *special)
{
	for (;;) {
		const struct lookup_query *last = last_source(l);
		unsigned from = last != NULL ? last->source + 1 : 0;
		unsigned next = next_zone(n, l, from, special);
		bool known = last != NULL && names_origin(n, l);

		/* Without any zone the verdict needs no steps. */
		if (last == NULL && next == n->source_count)
			return STEP_DONE;
		if (!known && last != NULL && last->answer == NULL &&
		    l->now < last->asked + n->patience) {
			l->wake = last->asked + n->patience;
			return STEP_WAIT;
		}
		while (!known && from < next)
			known = database_knows(n, from++, &l->target, special);
		if (known) {
			cut_off_the_rest(l);
			return STEP_DONE;
		}
		if (next == n->source_count)
			break;
		ask_zone(n, l, next, special);
	}
	l->wake = 0;
	return all_sources_answered(l) ? STEP_DONE : STEP_WAIT;
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
		if (strcmp(l->queries[i].owner, owner) == 0)
			return;
	lookup_add(l, n->names_source, ROLE_NAME, owner);
}

static void verdict(const void *, const struct lookup *, struct record *);

/* The AS that the origins sum up to; false: none. */
static bool
find_asn(const struct native *n, const struct lookup *l, uint32_t *asn)
{
	struct record r = { .source_count = 0 };
	bool found;

	record_start(&r, &l->target);
	verdict(n, l, &r);
	found = r.has_asn;
	*asn = r.asn;
	record_free(&r);
	return found;
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
	const struct special *special = special_find(&l->target.net.addr);
	enum step next =
	    n->first ? step_first(n, l, special) : step_all(n, l, special);
	uint32_t asn;

	if ((next == STEP_DONE || l->known > 0) && n->names && n->has_names &&
	    !l->suspended[n->names_source] && find_asn(n, l, &asn) &&
	    own_name(n, asn).text == NULL)
		ask_name(n, l, asn);
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

/* The answer of a zone; NULL: it was not asked, or has not answered yet. */
static const struct lookup_query *
slot_of(const struct lookup *l, unsigned source)
{
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].source == source &&
		    l->queries[i].role == ROLE_ORIGIN &&
		    l->queries[i].answer != NULL)
			return &l->queries[i];
	return NULL;
}

/* Reads what one source says, if it was asked or is to be looked into. */
static void
read_source(const struct native *n, const struct lookup *l, unsigned source,
    struct record *r)
{
	const struct native_source *s = &n->sources[source];
	const struct lookup_query *query = slot_of(l, source);
	unsigned place = (unsigned)r->source_count;
	size_t from = r->origins.count;
	struct source_result *result;

	if (query != NULL) {
		lookup_explain(r->explanation, s->name, query);
		result = lookup_add_source(r, s->name, query);
		result->status = read_answer(n, l, query, place, &r->arena,
		    r->explanation, &r->origins);
	} else if (s->db != NULL &&
	    may_ask(n, source, &l->target, r->special) &&
	    !(n->first && r->origins.count > 0)) {
		result = record_add_source(r, s->name);
		result->status =
		    db_find(s->db, &l->target.net, place, &r->origins);
		explain_add(r->explanation, "%s was looked into: %s", s->name,
		    status_phrase(result->status));
		if (r->origins.count > from)
			tell_record(r->explanation, result->status, &r->origins,
			    from, r->origins.count - from, 0);
	}
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

/* What is not yet answered does not count. */
static void
verdict_on_net(const struct native *n, const struct lookup *l, struct record *r)
{
	r->special = special_find(&l->target.net.addr);
	for (unsigned i = 0; i < n->source_count; i++)
		read_source(n, l, i, r);
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

	for (unsigned i = 0; i < n->source_count; i++)
		if (target->kind == TARGET_NET && n->sources[i].db != NULL)
			db_prefetch(n->sources[i].db, &target->net, round);
}

const struct view view_native = {
	.step = step,
	.verdict = verdict,
	.prefetch = prefetch_target,
};
