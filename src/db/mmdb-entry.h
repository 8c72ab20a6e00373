#ifndef ASNQ_MMDB_ENTRY_H
#define ASNQ_MMDB_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "record/status.h"

/* What an entry of an MMDB says of the AS. */
struct mmdb_entry {
	uint32_t key; /* its offset and 1; 0 for a free slot */
	uint32_t asn;
	enum status status; /* STATUS_OK, _UNANNOUNCED or _MALFORMED */
	struct span name;   /* in the data */
};

/* The entries of a data section, each of which is read once. */
struct mmdb_entries {
	struct span data;
	struct mmdb_entry *slots; /* open addressing */
	size_t query_count;
	size_t used;
	bool known; /* a field for AS numbers was seen */
};

/* The data are borrowed, and may hold anything. */
void mmdb_entries_init(struct mmdb_entries *es, struct span data);

/*
 * The entry at an offset; it holds until the next call. A record of the tree
 * may lead in front of the data, and the offset be what is less than zero.
 */
const struct mmdb_entry *mmdb_entries_at(struct mmdb_entries *es,
    uint32_t offset);

void mmdb_entries_free(struct mmdb_entries *es);

#endif
