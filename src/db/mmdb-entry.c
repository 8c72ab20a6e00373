#include "config.h"

#include "db/mmdb-entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"
#include "db/mmdb-data.h"
#include "record/addr.h"
#include "record/origin.h"

#define TABLE_MIN 1024 /* a power of two */

#define NAMES_MAX 3

/*
 * The paths of AS number and name in the entries of vendors: GeoLite2-ASN,
 * GeoIP2-ISP, DB-IP and sapics/ip-location-db; GeoIP2-Enterprise; IPinfo and
 * IPLocate.
 */
static const struct {
	const char *number[3];
	const char *names[NAMES_MAX][3]; /* the first that has text counts */
} vendors[] = {
	{ { "autonomous_system_number" },
	    { { "autonomous_system_organization" } } },
	{ { "traits", "autonomous_system_number" },
	    { { "traits", "autonomous_system_organization" } } },
	{ { "asn" }, { { "as_name" }, { "name" }, { "as_organization" } } },
};

/* Reads an AS number, which is a number, or text such as "AS15169". */
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

static enum status
read_country(const struct mmdb_entries *es, size_t offset, char country[3])
{
	static const char *const path[] = { "country", "iso_code", NULL };
	struct mmdb_value v;
	enum mmdb_found found;

	if (!es->has_countries)
		return STATUS_OK;
	found = mmdb_data_find(es->data, offset, path, &v);
	if (found == MMDB_CORRUPT)
		return STATUS_MALFORMED;
	if (found == MMDB_FOUND && v.type == MMDB_TYPE_STRING)
		country_read(v.bytes, (struct span){ NULL, 0 }, country);
	return STATUS_OK;
}

static void
read_entry(struct mmdb_entries *es, size_t offset, struct mmdb_entry *e)
{
	e->status = STATUS_UNANNOUNCED;
	for (size_t i = 0; i < LENGTH(vendors); i++) {
		struct mmdb_value v;
		enum mmdb_found found =
		    mmdb_data_find(es->data, offset, vendors[i].number, &v);

		if (found == MMDB_CORRUPT) {
			e->status = STATUS_MALFORMED;
			return;
		}
		if (found == MMDB_ABSENT || !can_be_asn(&v))
			continue;
		es->has_asn_field = true;
		e->status = read_asn(&v, &e->asn);
		if (e->status == STATUS_OK)
			e->status = read_name(es, offset, i, &e->name);
		if (e->status == STATUS_OK)
			e->status = read_country(es, offset, e->country);
		return;
	}
}

/* Returns where the table has a key, or has room for it. */
static struct mmdb_entry *
find_in_table(const struct mmdb_entries *es, uint32_t key)
{
	size_t mask = es->table_size - 1;
	size_t i = key * UINT32_C(2654435769) >> 7 & mask; /* Knuth 6.4 */

	while (es->table[i].key != 0 && es->table[i].key != key)
		i = (i + 1) & mask;
	return &es->table[i];
}

static void
grow_table(struct mmdb_entries *es)
{
	struct mmdb_entry *old = es->table;
	size_t count = es->table_size;

	es->table_size = count > 0 ? 2 * count : TABLE_MIN;
	es->table = xmalloc_large(es->table_size * sizeof(*es->table));
	memset(es->table, 0, es->table_size * sizeof(*es->table));
	for (size_t i = 0; i < count; i++)
		if (old[i].key != 0)
			*find_in_table(es, old[i].key) = old[i];
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
	e = find_in_table(es, key);
	if (e->key == key)
		return e;
	if (2 * ++es->decoded > es->table_size) {
		grow_table(es);
		e = find_in_table(es, key);
	}
	e->key = key;
	read_entry(es, offset, e);
	return e;
}

void
mmdb_entries_init(struct mmdb_entries *es, struct span data)
{
	*es = (struct mmdb_entries){ .data = data };
	grow_table(es);
}

void
mmdb_entries_free(struct mmdb_entries *es)
{
	free(es->table);
	*es = (struct mmdb_entries){ .table = NULL };
}
