#ifndef ASNQ_MMDB_WRITER_DATA_H
#define ASNQ_MMDB_WRITER_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/span.h"
#include "record/origin.h"

/*
 * The data section of an MMDB that is being made. Networks with the same data
 * share an entry, and each text is written once.
 */
struct mmdb_writer_data;

struct mmdb_writer_data *mmdb_writer_data_new(void);

/*
 * Returns the number of the entry with an origin's AS number, country and
 * name, which is added unless there is one. Texts are copied.
 */
uint32_t mmdb_writer_data_add(struct mmdb_writer_data *d,
    const struct origin *o);

/* Writes an entry to the section, unless that was done. */
void mmdb_writer_data_put(struct mmdb_writer_data *d, uint32_t number);

/* Returns where an entry begins that was written. */
uint32_t mmdb_writer_data_offset(const struct mmdb_writer_data *d,
    uint32_t number);

/* Returns the bytes of the section so far; they belong to it. */
struct span mmdb_writer_data_bytes(const struct mmdb_writer_data *d);

/* Accepts NULL. */
void mmdb_writer_data_free(struct mmdb_writer_data *d);

/* What a database says of itself. */
struct mmdb_about {
	const char *type;
	const char *description; /* in English */
	time_t built;
};

/* What the metadata say of the search tree. */
struct mmdb_tree_size {
	uint32_t nodes;
	unsigned record_bits; /* 24, 28 or 32; a node has two records */
	bool ipv6;
};

/* Appends the marker of the metadata, and the metadata. */
void mmdb_put_metadata(struct buf *out, const struct mmdb_about *about,
    const struct mmdb_tree_size *tree);

/* Appends a big-endian number of so many bytes. */
void mmdb_put_big_endian(struct buf *out, uint64_t number, unsigned bytes);

#endif
