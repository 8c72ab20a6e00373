#include "config.h"

#include "lookup/native-source.h"

#include "record/origin-text.h"

/* Explains which origins of a list, from one on, a source has named. */
static void
explain_origins(struct explanation *explanation, const struct origins *origins,
    size_t from, unsigned source)
{
	char prefix[PREFIX_TEXT_MAX];

	for (size_t i = from; i < origins->count; i++) {
		const struct origin *o = &origins->list[i];

		if (o->source != source)
			continue;
		explain_add(explanation, "AS%lu originates %.*s",
		    (unsigned long)o->asn,
		    (int)prefix_print(&o->prefix, prefix), prefix);
	}
}

/* --- zones --------------------------------------------------------------- */

static bool
zone_serves(const struct native_source *s, enum family family)
{
	return s->zone->serves[family];
}

static struct lookup_query *
zone_ask(const struct native_source *s, unsigned number, struct lookup *l)
{
	const struct addr *a = &l->target.net.addr;
	char owner[OWNER_MAX];

	zone_owner(s->name, a, s->grain[a->family], owner);
	return lookup_add(l, number, owner);
}

/* What a TXT record of an answer says. */
struct reading {
	enum status status;
	size_t from;	/* its first origin in the list */
	size_t dropped; /* origins that do not cover the target */
};

/* Reads one TXT record. Appends the origins that cover the target. */
static struct reading
read_record(const struct native_source *s, const struct lookup_query *query,
    const uint8_t *rdata, size_t len, struct lookup *l)
{
	struct origins *o = &l->origins;
	struct reading reading = { .from = o->count };
	size_t kept = o->count;

	reading.status = origin_text_read(rdata, len, s->zone->path,
	    query->source, &l->arena, o);
	for (size_t i = reading.from; i < o->count; i++)
		if (prefix_covers(&o->list[i].prefix, &l->target.net))
			o->list[kept++] = o->list[i];
	reading.dropped = o->count - kept;
	o->count = kept;
	if (reading.status == STATUS_OK && kept == reading.from)
		reading.status = STATUS_MISMATCH;
	return reading;
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
zone_read(const struct native_source *s, const struct lookup_query *query,
    struct lookup *l)
{
	enum status status = lookup_status(query, STATUS_MALFORMED);
	const uint8_t *rdata;
	size_t at = 0;
	size_t len;

	while (answer_next(query->answer, &at, &rdata, &len))
		status =
		    better(status, read_record(s, query, rdata, len, l).status);
	return status;
}

/* The records are read again: what each one said is not kept. */
static void
zone_explain(const struct native_source *s, const struct lookup_query *query,
    struct record *r)
{
	struct lookup again = { .target = r->target };
	const uint8_t *rdata;
	size_t at = 0;
	size_t len;

	lookup_explain(r->explanation, s->name, query);
	while (answer_next(query->answer, &at, &rdata, &len)) {
		struct reading one = read_record(s, query, rdata, len, &again);

		explain_origins(r->explanation, &again.origins, one.from,
		    query->source);
		if (one.dropped > 0)
			explain_add(r->explanation,
			    "%zu dropped, since the prefix does not cover the "
			    "address",
			    one.dropped);
		else if (one.status == STATUS_UNANNOUNCED)
			explain_add(r->explanation,
			    "this record says that nobody announces it");
		else if (one.status == STATUS_MALFORMED)
			explain_add(r->explanation,
			    "dropped, since the record has no known form");
	}
	lookup_clear(&again);
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

static enum status
database_read(const struct native_source *s, const struct lookup_query *query,
    struct lookup *l)
{
	return db_find(s->db, &l->target.net, query->source, &l->origins);
}

static void
database_explain(const struct native_source *s,
    const struct lookup_query *query, struct record *r)
{
	explain_add(r->explanation, "%s, searched: %s", s->name,
	    status_phrase(query->status));
	explain_origins(r->explanation, &r->origins, 0, query->source);
}

const struct native_source_kind native_source_database = {
	.serves = database_serves,
	.ask = database_ask,
	.read = database_read,
	.explain = database_explain,
};
