#ifndef ASNQ_MMDB_ENTRY_H
#define ASNQ_MMDB_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "record/status.h"

/* What an entry of an MMDB says about the AS of its networks. */
struct mmdb_entry {
	uint32_t key; /* its offset plus 1; 0: free in the hash table */
	uint32_t asn;
	enum status status; /* STATUS_OK, _UNANNOUNCED or _MALFORMED */
	char country[3];    /* of the registry; "" if there is none */
	struct span name;   /* in the data */
};

/* The entries of a data section, each of which is decoded once. */
struct mmdb_entries {
	struct span data;
	struct mmdb_entry *table; /* by offset; open addressing */
	size_t table_size;	  /* a power of two */
	size_t decoded;		  /* entries in the table */
	bool has_asn_field;	  /* one of these had a field for AS numbers */
	bool has_countries;	  /* country.iso_code is the registry's, not */
				  /* a location; set by the owner */
};

/* Sets up a section of hostile bytes, which are borrowed. */
void mmdb_entries_init(struct mmdb_entries *es, struct span data);

/*
 * Returns the entry at an offset, which may lie outside of the data: it is
 * then STATUS_MALFORMED. It is valid until the next call.
 */
const struct mmdb_entry *mmdb_entries_at(struct mmdb_entries *es,
    uint32_t offset);

void mmdb_entries_free(struct mmdb_entries *es);

#endif
