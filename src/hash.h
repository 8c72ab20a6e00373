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

/* All of its bits are as good as any. */
uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t len);

#endif
