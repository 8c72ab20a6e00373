#include "config.h"

#include "lookup/native-source.h"

#include <stdlib.h>

#include "record/origin-text.h"

/* Explains which origins a source has named. */
static void
explain_origins(const struct lookup_query *query, struct record *r)
{
	const struct origins *origins = &r->origins;
	char prefix[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < origins->count; i++) {
		const struct origin *o = &origins->list[i];

		if (o->source != query->source)
			continue;
		explain_add(r->explanation, "AS%lu originates %.*s",
		    (unsigned long)o->asn,
		    (int)prefix_print(&o->prefix, prefix), prefix);
	}
	if (query->reading.truncated)
		explain_add(r->explanation,
		    "there are more origins: only the first %d count, of the "
		    "most specific prefixes and the lowest AS numbers",
		    ORIGINS_MAX);
}

/* --- zones --------------------------------------------------------------- */

static bool
zone_serves(const struct native_source *s, enum family family)
{
	return s->zone->serves[family];
}

/*
 * Writes the owner name that a zone is asked about. Of a part that has mirrors
 * more of the address may be shown. Returns whether that is such a part.
 */
static bool
choose_owner(const struct native_source *s, const struct addr *a,
    char owner[OWNER_MAX])
{
	if (s->mirrors != NULL) {
		zone_owner(s->name, a, s->mirror_grain[a->family], owner);
		if (mirrors_find(s->mirrors, owner) != NULL)
			return true;
	}
	zone_owner(s->name, a, s->grain[a->family], owner);
	return false;
}

bool
native_source_is_local(const struct native_source *s, const struct addr *a)
{
	char owner[OWNER_MAX];

	return s->local || (s->mirrors != NULL && choose_owner(s, a, owner));
}

static struct lookup_query *
zone_ask(const struct native_source *s, unsigned number, struct lookup *l)
{
	char owner[OWNER_MAX];

	choose_owner(s, &l->target.net.addr, owner);
	return lookup_add(l, number, owner);
}

/* Returns the better status of two records. Their order does not count. */
static enum status
better(enum status a, enum status b)
{
	static const enum status best_first[] = { STATUS_OK, STATUS_MISMATCH,
		STATUS_UNANNOUNCED, STATUS_MALFORMED };
	size_t i = 0;

	while (best_first[i] != a && best_first[i] != b)
		i++;
	return best_first[i];
}

static enum status
zone_read(const struct native_source *s, struct lookup_query *query,
    struct lookup *l)
{
	enum status status = lookup_status(query, STATUS_MALFORMED);
	struct origin_reader reader = {
		.path = s->zone->path,
		.source = query->source,
		.net = &l->target.net,
		.arena = &l->arena,
		.out = &l->origins,
		.from = l->origins.count,
	};
	const uint8_t *rdata;
	size_t at = 0;
	size_t len;

	while (answer_next(query->answer, &at, &rdata, &len)) {
		enum status one = origin_text_read(&reader, rdata, len);

		query->reading.unannounced += one == STATUS_UNANNOUNCED;
		query->reading.malformed += one == STATUS_MALFORMED;
		status = better(status, one);
	}
	query->reading.dropped = reader.dropped;
	query->reading.truncated = reader.truncated;
	query->reading.inside = reader.inside;
	return status;
}

/* Explains how many of something an answer had, if any. */
static void
explain_count(struct explanation *explanation, size_t count, const char *what)
{
	if (count > 0)
		explain_add(explanation, "%zu %s", count, what);
}

static void
zone_explain(const struct native_source *s, const struct lookup_query *query,
    struct record *r)
{
	const struct reading *reading = &query->reading;

	lookup_explain(r->explanation, s->name, query);
	explain_origins(query, r);
	explain_count(r->explanation, reading->dropped,
	    "dropped, since the prefix does not cover the address");
	explain_count(r->explanation, reading->unannounced,
	    "of the records said that nobody announces it");
	explain_count(r->explanation, reading->malformed,
	    "dropped, since the record has no known form");
}

const struct native_source_kind native_source_zone = {
	.serves = zone_serves,
	.ask = zone_ask,
	.read = zone_read,
	.explain = zone_explain,
};

/* --- databases ----------------------------------------------------------- */

static bool
database_serves(const struct native_source *s, enum family family)
{
	return db_serves(s->db, family);
}

static struct lookup_query *
database_ask(const struct native_source *s, unsigned number, struct lookup *l)
{
	return lookup_add_database(l, number, s->db);
}

/*
 * Finds what covers the first address of a prefix that nothing covers, as a
 * zone would name it.
 */
static enum status
read_inside(const struct native_source *s, struct lookup_query *query,
    const struct prefix *net)
{
	struct prefix host =
	    prefix_of(&net->addr, family_bits(net->addr.family));
	struct origins found = { .count = 0 };
	enum status status = db_find(s->db, &host, query->source, &found);

	for (size_t i = 0; i < found.count; i++)
		inside_take(&query->reading.inside, net, &found.list[i].prefix,
		    found.list[i].asn);
	free(found.list);
	return status == STATUS_OK ? STATUS_MISMATCH : status;
}

static enum status
database_read(const struct native_source *s, struct lookup_query *query,
    struct lookup *l)
{
	size_t from = l->origins.count;
	enum status status =
	    db_find(s->db, &l->target.net, query->source, &l->origins);

	query->reading.truncated = origins_limit(&l->origins, from);
	if (status == STATUS_UNANNOUNCED &&
	    l->target.net.len < family_bits(l->target.net.addr.family))
		status = read_inside(s, query, &l->target.net);
	return status;
}

static void
database_explain(const struct native_source *s,
    const struct lookup_query *query, struct record *r)
{
	explain_add(r->explanation, "%s, searched: %s", s->name,
	    status_phrase(query->status));
	explain_origins(query, r);
}

const struct native_source_kind native_source_database = {
	.serves = database_serves,
	.ask = database_ask,
	.read = database_read,
	.explain = database_explain,
};
