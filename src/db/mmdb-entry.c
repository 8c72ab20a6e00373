#include "config.h"

#include "db/mmdb-entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "db/mmdb-data.h"
#include "record/addr.h"
#include "record/origin.h"

#define SLOTS_MIN 1024 /* a power of two, as all counts of slots */

/*
 * How vendors name what is of interest here. GeoLite2-ASN, GeoIP2-ISP and
 * DB-IP have the first, and so have the files of sapics/ip-location-db;
 * GeoIP2-Enterprise the second; IPinfo and IPLocate the third.
 */
#define NAMES_MAX 3

static const struct {
	const char *number[3];
	const char *names[NAMES_MAX][3];
} vendors[] = {
	{ { "autonomous_system_number" },
	    { { "autonomous_system_organization" } } },
	{ { "traits", "autonomous_system_number" },
	    { { "traits", "autonomous_system_organization" } } },
	{ { "asn" }, { { "as_name" }, { "name" }, { "as_organization" } } },
};

/* The AS number of an entry: a number, or text as "AS15169". */
static enum status
read_asn(const struct mmdb_value *v, uint32_t *asn)
{
	bool good = v->type == MMDB_TYPE_STRING
	    ? asn_parse(v->bytes.text, v->bytes.len, asn)
	    : v->number <= UINT32_MAX;

	if (v->type == MMDB_TYPE_STRING && v->bytes.len == 0)
		return STATUS_UNANNOUNCED;
	if (!good)
		return STATUS_MALFORMED;
	if (v->type != MMDB_TYPE_STRING)
		*asn = (uint32_t)v->number;
	return asn_is_none(*asn) ? STATUS_UNANNOUNCED : STATUS_OK;
}

static bool
can_be_asn(const struct mmdb_value *v)
{
	return v->type == MMDB_TYPE_STRING || v->type == MMDB_TYPE_UINT16 ||
	    v->type == MMDB_TYPE_UINT32 || v->type == MMDB_TYPE_UINT64;
}

static enum status
read_name(const struct mmdb_entries *es, size_t offset, size_t vendor,
    struct span *name)
{
	for (size_t i = 0; i < NAMES_MAX; i++) {
		const char *const *path = vendors[vendor].names[i];
		struct mmdb_value v;
		enum mmdb_found found;

		if (path[0] == NULL)
			break;
		found = mmdb_data_find(es->data, offset, path, &v);
		if (found == MMDB_CORRUPT)
			return STATUS_MALFORMED;
		if (found == MMDB_FOUND && v.type == MMDB_TYPE_STRING &&
		    v.bytes.len > 0) {
			*name = v.bytes;
			break;
		}
	}
	return STATUS_OK;
}

static void
read_entry(struct mmdb_entries *es, size_t offset, struct mmdb_entry *e)
{
	e->status = STATUS_UNANNOUNCED;
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		struct mmdb_value v;
		enum mmdb_found found =
		    mmdb_data_find(es->data, offset, vendors[i].number, &v);

		if (found == MMDB_CORRUPT) {
			e->status = STATUS_MALFORMED;
			return;
		}
		if (found == MMDB_ABSENT || !can_be_asn(&v))
			continue;
		es->known = true;
		e->status = read_asn(&v, &e->asn);
		if (e->status == STATUS_OK)
			e->status = read_name(es, offset, i, &e->name);
		return;
	}
}

/* The slot that holds a key, or the free one where it would stand. */
static struct mmdb_entry *
slot_of(const struct mmdb_entries *es, uint32_t key)
{
	size_t mask = es->query_count - 1;
	size_t i = key * UINT32_C(2654435769) >> 7 & mask; /* Knuth 6.4 */

	while (es->slots[i].key != 0 && es->slots[i].key != key)
		i = (i + 1) & mask;
	return &es->slots[i];
}

static void
grow(struct mmdb_entries *es)
{
	struct mmdb_entry *old = es->slots;
	size_t count = es->query_count;

	es->query_count = count > 0 ? 2 * count : SLOTS_MIN;
	es->slots = xmalloc_large(es->query_count * sizeof(*es->slots));
	memset(es->slots, 0, es->query_count * sizeof(*es->slots));
	for (size_t i = 0; i < count; i++)
		if (old[i].key != 0)
			*slot_of(es, old[i].key) = old[i];
	free(old);
}

const struct mmdb_entry *
mmdb_entries_at(struct mmdb_entries *es, uint32_t offset)
{
	static const struct mmdb_entry corrupt = { .status = STATUS_MALFORMED };
	uint32_t key = offset + 1;
	struct mmdb_entry *e;

	if (offset >= es->data.len)
		return &corrupt;
	e = slot_of(es, key);
	if (e->key == key)
		return e;
	if (2 * ++es->used > es->query_count) {
		grow(es);
		e = slot_of(es, key);
	}
	e->key = key;
	read_entry(es, offset, e);
	return e;
}

void
mmdb_entries_init(struct mmdb_entries *es, struct span data)
{
	*es = (struct mmdb_entries){ .data = data };
	grow(es);
}

void
mmdb_entries_free(struct mmdb_entries *es)
{
	free(es->slots);
	*es = (struct mmdb_entries){ .slots = NULL };
}
