#include "config.h"

#include "base/hash.h"

#include <string.h>

#include "../tap.h"

/* The same functions as compiled without integers of 128 bits. */
void portable_key_init(struct hash_key *key);
uint64_t portable_bytes(const struct hash_key *key, const void *bytes,
    size_t len);

#undef __SIZEOF_INT128__
#define hash_key_init portable_key_init
#define hash_bytes portable_bytes
#include "base/hash.c"
#undef hash_key_init
#undef hash_bytes

#define LEN_MAX 80

static unsigned
count_bits(uint64_t bits)
{
	unsigned count = 0;

	for (; bits != 0; bits &= bits - 1)
		count++;
	return count;
}

/*
 * Tests that a change of any bit of a text changes half of the hash on average,
 * and each of its bits at some time.
 */
static void
test_bits(void)
{
	struct hash_key key;
	unsigned char text[LEN_MAX];
	unsigned same = 0;

	hash_key_init(&key);
	for (size_t len = 1; len <= LEN_MAX; len++) {
		uint64_t changed = 0;
		unsigned long bits = 0;

		for (size_t i = 0; i < len; i++)
			text[i] = (unsigned char)tap_random(256);
		for (size_t i = 0; i < 8 * len; i++) {
			uint64_t before = hash_bytes(&key, text, len);
			uint64_t difference;

			text[i / 8] ^= (unsigned char)(1U << i % 8);
			difference = before ^ hash_bytes(&key, text, len);
			same += difference == 0;
			changed |= difference;
			bits += count_bits(difference);
		}
		if (len < 8)
			continue;
		ok(bits / (8 * len) >= 28 && bits / (8 * len) <= 36,
		    "%zu bytes: one bit changes %lu of 64", len,
		    bits / (8 * len));
		ok(changed == UINT64_MAX, "%zu bytes: every bit changes", len);
	}
	is_int(same, 0, "texts that differ in one bit have different hashes");
}

static void
test_lengths(void)
{
	static const unsigned char zeros[LEN_MAX];
	uint64_t hashes[LEN_MAX + 1];
	struct hash_key key;
	unsigned same = 0;

	hash_key_init(&key);
	for (size_t len = 0; len <= LEN_MAX; len++) {
		hashes[len] = hash_bytes(&key, zeros, len);
		for (size_t i = 0; i < len; i++)
			same += hashes[i] == hashes[len];
	}
	is_int(same, 0, "zeros of different lengths have different hashes");
	ok(hash_bytes(&key, NULL, 0) == hashes[0],
	    "a NULL text has the hash of an empty one");
}

static void
test_keys(void)
{
	struct hash_key keys[2];

	hash_key_init(&keys[0]);
	hash_key_init(&keys[1]);
	ok(hash_bytes(&keys[0], "8.8.8.8", 7) ==
		hash_bytes(&keys[0], "8.8.8.8", 7),
	    "the same key gives the same hash");
	ok(hash_bytes(&keys[0], "8.8.8.8", 7) !=
		hash_bytes(&keys[1], "8.8.8.8", 7),
	    "another key gives another hash");
}

static void
test_portable(void)
{
	unsigned char text[LEN_MAX];
	struct hash_key key;
	unsigned wrong = 0;

	for (unsigned n = 0; n < 20000; n++) {
		size_t len = tap_random(LEN_MAX + 1);

		portable_key_init(&key);
		for (size_t i = 0; i < len; i++)
			text[i] = (unsigned char)tap_random(256);
		wrong += hash_bytes(&key, text, len) !=
		    portable_bytes(&key, text, len);
	}
	is_int(wrong, 0, "hashes are equal without integers of 128 bits");
}

int
main(void)
{
	test_bits();
	test_lengths();
	test_keys();
	test_portable();
	return tap_done();
}
