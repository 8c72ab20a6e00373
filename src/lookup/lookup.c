#include "config.h"

#include "lookup/lookup.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "db/db.h"
#include "record/target.h"

static struct lookup_query *
add(struct lookup *l, unsigned source)
{
	struct lookup_query *query;

	if (l->query_count == l->query_size) {
		l->query_size = l->query_size > 0 ? 2 * l->query_size : 1;
		l->queries = xreallocarray(l->queries, l->query_size,
		    sizeof(*l->queries));
	}
	query = &l->queries[l->query_count++];
	*query = (struct lookup_query){ .source = source, .asked = l->now };
	return query;
}

struct lookup_query *
lookup_add(struct lookup *l, unsigned source, const char *owner)
{
	struct lookup_query *query = add(l, source);

	query->owner = xstrdup(owner);
	l->unanswered++;
	return query;
}

struct lookup_query *
lookup_add_database(struct lookup *l, unsigned source, struct db *db)
{
	struct lookup_query *query = add(l, source);

	query->db = db;
	return query;
}

bool
lookup_find_asn(const struct lookup *l, uint32_t *asn)
{
	const struct origin *best = origins_best(&l->origins);

	if (l->target.kind == TARGET_AS)
		*asn = l->target.asn;
	else if (best != NULL)
		*asn = best->asn;
	return l->target.kind == TARGET_AS || best != NULL;
}

void
lookup_explain(struct explanation *explanation, const char *source,
    const struct lookup_query *query)
{
	static const char *const kinds[ANSWER_MAX] = {
		[ANSWER_TEXT] = "answered",
		[ANSWER_NONE] = "has no such record",
		[ANSWER_TIMEOUT] = "did not answer in time",
		[ANSWER_SERVFAIL] = "failed",
		[ANSWER_BOGUS] = "failed DNSSEC validation",
		[ANSWER_LATE] = "was not waited for",
		[ANSWER_SKIPPED] = "was skipped, since it is suspended",
	};
	struct buf line = { 0 };
	const uint8_t *rdata;
	size_t at = 0;
	size_t len;

	if (explanation == NULL)
		return;
	assert(query->answer != NULL);
	explain_add(explanation, "%s, asked for TXT %s, %s", source,
	    query->owner, kinds[query->answer->kind]);
	while (answer_next(query->answer, &at, &rdata, &len)) {
		buf_clear(&line);
		buf_puts(&line, "record");
		answer_put_strings(&line, rdata, len);
		explain_add_bytes(explanation, &line);
	}
	buf_free(&line);
}

void
lookup_answer(struct lookup *l, struct lookup_query *query,
    struct answer *answer)
{
	assert(answer != NULL && !lookup_query_is_answered(query));
	query->answer = answer;
	l->unanswered--;
}

enum status
lookup_status(const struct lookup_query *query, enum status text)
{
	static const enum status of_kind[ANSWER_MAX] = {
		[ANSWER_NONE] = STATUS_UNANNOUNCED,
		[ANSWER_TIMEOUT] = STATUS_TIMEOUT,
		[ANSWER_SERVFAIL] = STATUS_SERVFAIL,
		[ANSWER_BOGUS] = STATUS_BOGUS,
		[ANSWER_LATE] = STATUS_LATE,
		[ANSWER_SKIPPED] = STATUS_SKIPPED,
	};
	enum answer_kind kind;

	assert(query->answer != NULL && query->answer->kind < ANSWER_MAX);
	kind = query->answer->kind;
	return kind == ANSWER_TEXT ? text : of_kind[kind];
}

struct source_result *
lookup_add_source(struct record *r, const char *name,
    const struct lookup_query *query)
{
	const struct answer *a = query->answer;
	struct source_result *s = record_add_source(r, name);

	s->status = lookup_status(query, STATUS_UNANNOUNCED);
	s->has_ttl = a->has_ttl;
	s->ttl = a->ttl;
	s->dnssec = a->dnssec;
	s->took = a->took;
	return s;
}

void
lookup_no_address(const struct lookup *l, struct record *r)
{
	assert(
	    l->target.kind == TARGET_BLANK || l->target.kind == TARGET_INVALID);
	r->status =
	    l->target.kind == TARGET_BLANK ? STATUS_NOADDRESS : STATUS_INVALID;
	r->why = l->target.why;
}

void
lookup_sum_up(const struct lookup *l, struct span asn, struct span prefix,
    struct record *r)
{
	struct origin o = { .source = 0 };

	if (!prefix_parse(prefix.text, prefix.len, &o.prefix) ||
	    !prefix_covers(&o.prefix, &l->target.net))
		o.prefix = prefix_of(&l->target.net.addr, 0);
	if (asn_parse(asn.text, asn.len, &o.asn)) {
		assert(r->source_count > 0);
		r->sources[0].status = STATUS_OK;
		*origins_add(&r->origins) = o;
	}
	record_finish(r);
	if (asn.len > 0)
		r->status = STATUS_OK;
}

void
lookup_settle(struct lookup *l, struct lookup_query *query,
    enum answer_kind kind)
{
	assert(kind != ANSWER_TEXT);
	lookup_answer(l, query, answer_new(kind, 0));
	query->read = true;
	query->status = lookup_status(query, STATUS_MALFORMED);
}

int64_t
lookup_expires(const struct lookup *l)
{
	int64_t until = INT64_MAX;

	assert(lookup_is_answered(l));
	for (size_t i = 0; i < l->query_count; i++)
		if (l->queries[i].answer != NULL &&
		    l->queries[i].answer->expires < until)
			until = l->queries[i].answer->expires;
	return until;
}

static void
clear_queries(struct lookup *l)
{
	for (size_t i = 0; i < l->query_count; i++) {
		struct lookup_query *query = &l->queries[i];

		if (query->holds_db)
			db_release(query->db);
		if (query->db != NULL)
			continue;
		free(query->owner);
		answer_release(query->answer);
	}
	l->query_count = 0;
	l->unanswered = 0;
}

void
lookup_reset(struct lookup *l, const struct target *target)
{
	clear_queries(l);
	if (l->arena.blocks != NULL)
		arena_clear(&l->arena);
	l->target = *target;
	l->origins.count = 0;
	l->special = NULL;
	l->known = 0;
	l->wake = 0;
	l->decided = false;
}

void
lookup_clear(struct lookup *l)
{
	clear_queries(l);
	free(l->queries);
	free(l->origins.list);
	arena_free(&l->arena);
	*l = (struct lookup){ .query_count = 0 };
}
