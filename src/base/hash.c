#include "config.h"

#include "base/hash.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_SYS_RANDOM_H
#include <sys/random.h>
#endif

void
hash_key_init(struct hash_key *key)
{
	if (getentropy(key->words, sizeof(key->words)) == 0)
		return;
	/* Without entropy, the clock and the process number are what is left. */
	key->words[0] = (uint64_t)time(NULL);
	key->words[1] = (uint64_t)getpid();
	key->words[2] = UINT64_C(0x9e3779b97f4a7c15);
}

/* Returns the 128-bit product's upper half XOR its lower half. */
static uint64_t
fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	__extension__ unsigned __int128 product = a;

	product *= b;
	return (uint64_t)(product >> 64) ^ (uint64_t)product;
#else
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
	uint64_t left = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
	uint64_t right = (a & UINT32_MAX) * (b >> 32) + (left & UINT32_MAX);
	uint64_t high = (a >> 32) * (b >> 32) + (left >> 32) + (right >> 32);

	return high ^ (right << 32 | (low & UINT32_MAX));
#endif
}

static uint64_t
word_at(const unsigned char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/*
 * Folded products, as in wyhash (Wang Yi 2019): two words at a time, each
 * masked by a secret word. Words are read in the machine's byte order, since
 * hashes never leave the process. The last two words may overlap.
 */
uint64_t
hash_bytes(const struct hash_key *key, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	uint64_t sum = key->words[0] ^ len;
	uint64_t first = 0;
	uint64_t last = 0;

	for (; len > 16; len -= 16, at += 16)
		sum = fold(word_at(at) ^ key->words[1], word_at(at + 8) ^ sum);
	if (len >= 8) {
		first = word_at(at);
		last = word_at(at + len - 8);
	} else {
		while (len-- > 0)
			first = first << 8 | *at++;
	}
	return fold(fold(first ^ key->words[1], last ^ sum), key->words[2]);
}
