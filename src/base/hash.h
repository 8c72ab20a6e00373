#ifndef ASNQ_HASH_H
#define ASNQ_HASH_H

#include <stddef.h>
#include <stdint.h>

/* A secret that one table hashes by. */
struct hash_key {
	uint64_t words[3];
};

/* Fills a key at random, so that nobody can choose texts that collide. */
void hash_key_init(struct hash_key *key);

/*
 * Returns the hash of the bytes. Any of its bits can index a table. `bytes`
 * may be NULL when `len` is 0.
 */
uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t len);

#endif
