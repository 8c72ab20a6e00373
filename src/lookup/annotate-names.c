#include "config.h"

#include "lookup/annotate-names.h"

#include <string.h>

#include "dns/zone.h"
#include "record/origin-text.h"

static bool
is_wanted(const struct annotations *a, enum target_kind kind)
{
	return kind == TARGET_NET ? a->names.for_addresses : kind == TARGET_AS;
}

/* Returns the name that the file has for an AS; text NULL: none. */
static struct span
name_in_file(const struct names *names, uint32_t asn)
{
	if (names->file == NULL)
		return (struct span){ NULL, 0 };
	return as_names_find(names->file, asn);
}

/* Returns the query to the zone after one, or the first; NULL: no more. */
static const struct lookup_query *
next_query(const struct lookup *l, const struct lookup_query *after)
{
	size_t i = after != NULL ? (size_t)(after - l->queries) + 1 : 0;

	for (; i < l->query_count; i++)
		if (l->queries[i].annotator == &annotator_names)
			return &l->queries[i];
	return NULL;
}

/* A zone that is suspended is asked about a target, but not for a mere name. */
static bool
may_ask_zone(const struct names *names, const struct lookup *l)
{
	return names->has_zone &&
	    (l->target.kind == TARGET_AS || !l->suspended[names->zone]);
}

static void
ask(const struct annotations *a, struct lookup *l)
{
	const struct lookup_query *query;
	char owner[OWNER_MAX];
	uint32_t asn;

	if ((l->target.kind == TARGET_AS && l->special != NULL) ||
	    !may_ask_zone(&a->names, l) || !lookup_find_asn(l, &asn) ||
	    name_in_file(&a->names, asn).text != NULL)
		return;
	zone_owner_of_as(asn, owner);
	for (query = next_query(l, NULL); query != NULL;
	     query = next_query(l, query))
		if (strcmp(query->owner, owner) == 0)
			return;
	lookup_add(l, a->names.zone, owner)->annotator = &annotator_names;
}

/* Reads the zone's answer about an AS: of several records the first by bytes. */
static enum status
read_answer(const struct lookup_query *query, uint32_t asn, struct arena *arena,
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

/* Returns the name that an origin of the record's AS and prefix came with. */
static struct span
name_of_origin(const struct record *r)
{
	for (size_t i = 0; r->has_asn && i < r->origins.count; i++) {
		const struct origin *o = &r->origins.list[i];

		if (o->asn == r->asn && o->reg.name.text != NULL &&
		    o->prefix.len == r->prefixes[0].len)
			return o->reg.name;
	}
	return (struct span){ NULL, 0 };
}

/* Names the origins as the file does, where their source did not. */
static void
name_origins(const struct names *names, struct origins *origins)
{
	for (size_t i = 0; names->file != NULL && i < origins->count; i++) {
		struct origin *o = &origins->list[i];

		if (o->reg.name.text == NULL)
			o->reg.name = name_in_file(names, o->asn);
	}
}

/* Reads a name out of the zone's answer into the record. */
static void
read_name(const struct lookup_query *query, struct record *r)
{
	struct registration reg;
	enum status status;

	lookup_explain(r->explanation, NAMES_ZONE, query);
	status = read_answer(query, r->asn, &r->arena, &reg);
	r->nameless = status == STATUS_UNANNOUNCED;
	if (status == STATUS_OK)
		r->reg.name = reg.name;
}

static void
annotate_net(const struct names *names, const struct lookup *l,
    struct record *r)
{
	const struct lookup_query *query;

	if (r->has_asn)
		r->reg.name = name_in_file(names, r->asn);
	if (r->reg.name.text == NULL)
		r->reg.name = name_of_origin(r);
	name_origins(names, &r->origins);
	for (query = next_query(l, NULL); query != NULL;
	     query = next_query(l, query))
		read_name(query, r);
}

/* What the zone has of an AS as target. */
static void
read_zone(const struct lookup_query *query, struct record *r)
{
	lookup_explain(r->explanation, NAMES_ZONE, query);
	r->status = read_answer(query, r->target.asn, &r->arena, &r->reg);
	lookup_add_source(r, NAMES_ZONE, query)->status = r->status;
	if (r->status == STATUS_UNANNOUNCED)
		r->why = "no such AS";
	else if (r->status == STATUS_MALFORMED)
		r->why = "answer without a name";
}

/* What the file has of an AS as target. */
static void
read_file(const struct names *names, struct record *r)
{
	r->reg.name = name_in_file(names, r->target.asn);
	r->status = r->reg.name.text != NULL ? STATUS_OK : STATUS_UNANNOUNCED;
	if (r->status == STATUS_UNANNOUNCED)
		r->why = "no such AS in the file of names";
	record_add_source(r, as_names_path(names->file))->status = r->status;
}

static void
annotate_as(const struct names *names, const struct lookup *l, struct record *r)
{
	const struct lookup_query *query = next_query(l, NULL);

	if (r->special != NULL)
		r->reg.name = name_in_file(names, r->target.asn);
	else if (query != NULL)
		read_zone(query, r);
	else if (names->file != NULL)
		read_file(names, r);
	if (r->status != STATUS_OK && r->special == NULL)
		return;
	r->has_asn = true;
	r->asn = r->target.asn;
	r->all_asns = &r->asn;
	r->all_asn_count = 1;
}

static void
annotate(const struct annotations *a, const struct lookup *l, struct record *r)
{
	if (r->target.kind == TARGET_AS)
		annotate_as(&a->names, l, r);
	else
		annotate_net(&a->names, l, r);
}

const struct annotator annotator_names = {
	.is_wanted = is_wanted,
	.ask = ask,
	.annotate = annotate,
};
