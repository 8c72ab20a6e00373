#ifndef ASNQ_HASH_H
#define ASNQ_HASH_H

#include <stddef.h>
#include <stdint.h>

/* What makes a table's hashes its own; they mean nothing outside of it. */
struct hash_key {
	uint64_t words[3];
};

/* Random, so that nobody can choose texts that collide. */
void hash_key_init(struct hash_key *key);

/* Any bits of it do for a table. Of no bytes `bytes` may be NULL. */
uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t len);

#endif
