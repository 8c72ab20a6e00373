#include "config.h"

#include "stream/recall.h"

#include <stdio.h>
#include <string.h>

#include "../tap.h"

#define NEVER 1000

static struct span
text_of(unsigned n, char *buf, size_t size)
{
	int len =
	    snprintf(buf, size, "10.%u.%u.%u", n >> 16, n >> 8 & 255, n & 255);

	return (struct span){ buf, (size_t)len };
}

/*
 * Caches a rendering of a number under its text, with len bytes and n % 5
 * holes.
 */
static void
keep(struct recall *m, unsigned n, size_t len, int64_t until)
{
	static char bytes[4096];
	static size_t holes[64];
	char buf[32];
	struct span text = text_of(n, buf, sizeof(buf));
	struct rendering k = {
		.status = STATUS_OK,
		.selection = SELECTED,
		.bytes = { bytes, len },
		.holes = holes,
		.hole_count = n % 5,
	};

	memset(bytes, (int)(n & 255), sizeof(bytes));
	for (size_t i = 0; i < n % 5; i++)
		holes[i] = n + i;
	recall_keep(m, text, recall_prefetch(m, text), until, &k);
}

/* Returns the length of the cached rendering; -1 for none, -2 for another. */
static long
find(struct recall *m, unsigned n, int64_t now)
{
	char buf[32];
	struct span text = text_of(n, buf, sizeof(buf));
	uint64_t hash = recall_prefetch(m, text);
	struct rendering k;

	recall_prefetch_more(m, hash);
	if (!recall_find(m, text, hash, now, &k))
		return -1;
	for (size_t i = 0; i < k.bytes.len; i++)
		if ((unsigned char)k.bytes.text[i] != (n & 255))
			return -2;
	for (size_t i = 0; i < k.hole_count; i++)
		if (k.holes[i] != n + i)
			return -2;
	return k.hole_count == n % 5 && k.status == STATUS_OK
	    ? (long)k.bytes.len
	    : -2;
}

static void
test_one(void)
{
	struct recall *m = recall_new(1 << 16);

	ok(find(m, 1, 0) == -1, "nothing is cached at first");
	keep(m, 1, 20, 100);
	ok(find(m, 1, 99) == 20, "a cached rendering is found");
	ok(find(m, 1, 100) == -1, "an expired rendering is not found");
	keep(m, 1, 30, NEVER);
	ok(find(m, 1, 100) == 30, "a later rendering replaces an earlier one");
	keep(m, 2, 0, NEVER);
	ok(find(m, 2, 0) == 0, "an empty rendering is cached too");
	recall_free(m);
}

static void
test_texts(void)
{
	static const char text[65] = "1111111111222222222233333333334444444444"
				     "555555555566666666667777";
	struct recall *m = recall_new(1 << 16);
	struct rendering k = { .bytes = { "x", 1 } };
	struct span s = { text, 64 };

	recall_keep(m, s, recall_prefetch(m, s), NEVER, &k);
	ok(recall_find(m, s, recall_prefetch(m, s), 0, &k),
	    "a text of 64 bytes is cached");
	s.len = 65;
	recall_keep(m, s, recall_prefetch(m, s), NEVER, &k);
	ok(!recall_find(m, s, recall_prefetch(m, s), 0, &k),
	    "a text of 65 bytes is not cached");
	s.len = 0;
	recall_keep(m, s, recall_prefetch(m, s), NEVER, &k);
	ok(!recall_find(m, s, recall_prefetch(m, s), 0, &k),
	    "an empty text is not cached");
	recall_free(m);
}

static void
test_small(void)
{
	struct recall *none = recall_new(0);
	struct recall *m = recall_new(200);

	keep(none, 1, 1, NEVER);
	ok(find(none, 1, 0) == -1, "without room nothing is cached");
	keep(m, 1, 1000, NEVER);
	ok(find(m, 1, 0) == -1, "a rendering that does not fit is not cached");
	keep(m, 2, 10, NEVER);
	keep(m, 3, 10, NEVER);
	ok(find(m, 3, 0) == 10, "the newest rendering is cached");
	recall_free(none);
	recall_free(m);
}

/* Compares the cache with the last length for each number. */
static void
test_many(void)
{
	enum {
		NUMBERS = 400
	};
	struct recall *m = recall_new(20000);
	long kept[NUMBERS];
	uint32_t state = 1;
	unsigned wrong = 0;
	unsigned found = 0;
	unsigned newest = 0;

	for (unsigned i = 0; i < NUMBERS; i++)
		kept[i] = -1;
	for (unsigned i = 0; i < 200000; i++) {
		unsigned n;
		long got;

		state = state * 1664525 + 1013904223;
		n = (state >> 16) % NUMBERS;
		kept[n] = (long)(state >> 8) % 300;
		keep(m, n, (size_t)kept[n], NEVER);
		newest += find(m, n, 0) == kept[n];
		n = (state >> 24) % NUMBERS;
		got = find(m, n, 0);
		found += got >= 0;
		wrong += got != -1 && got != kept[n];
	}
	ok(newest == 200000,
	    "a rendering is always found just after it is cached");
	ok(wrong == 0,
	    "no older rendering, and none of another text, is found");
	ok(found > 20000, "many renderings are found later (%u)", found);
	recall_free(m);
}

/*
 * Looks for some numbers and caches those that are not found. Returns how many
 * were found.
 */
static unsigned
pass(struct recall *m, unsigned from, unsigned to)
{
	unsigned found = 0;

	for (unsigned n = from; n < to; n++)
		if (find(m, n, 0) >= 0)
			found++;
		else
			keep(m, n, 10, NEVER);
	return found;
}

static void
test_use(void)
{
	struct recall *m = recall_new(64 << 20);
	unsigned found;

	pass(m, 0, 10000);
	ok(find(m, 5, 0) == 10, "the first texts are cached");
	pass(m, 10000, 100000);
	found = pass(m, 50000, 60000);
	ok(found > 500 && found < 2500,
	    "few texts are cached if none was repeated (%u)", found);
	for (unsigned i = 0; i < 20; i++)
		pass(m, 200000, 210000);
	/*
	 * Two texts whose hashes share 32 bits replace each other. Among 10,000
	 * of them one run in 86 has such a pair, since each run has a key of
	 * its own.
	 */
	found = pass(m, 200000, 210000);
	ok(found >= 9990,
	    "all texts are cached once they are repeated (%u of 10000)", found);
	recall_free(m);
}

/*
 * Tests that if few texts are repeated, the cache is filled to an eighth at
 * most.
 */
static void
test_room(void)
{
	enum {
		MAX = 1 << 20,
		LEN = 900 /* an eighth of the room has about 130 */
	};
	struct recall *m = recall_new(MAX);
	unsigned kept = 0;

	for (unsigned n = 0; n < 400000; n++)
		if (find(m, n, 0) < 0)
			keep(m, n, LEN, NEVER);
	for (unsigned n = 0; n < 400000; n++)
		kept += find(m, n, 0) == LEN;
	ok(kept > 100 && kept * LEN < MAX / 8,
	    "an eighth of the room is used (%u)", kept);
	recall_free(m);
}

/* Looks for a number OFTEN times, or until it is not found. */
static void
look(struct recall *m, unsigned n, bool while_found)
{
	enum {
		OFTEN = 40000 /* the use is judged at least once in that many */
	};
	char buf[32];
	struct span text = text_of(n, buf, sizeof(buf));
	uint64_t hash = recall_prefetch(m, text);
	struct rendering k;

	for (unsigned i = 0; i < OFTEN; i++)
		if (!recall_find(m, text, hash, 0, &k) && while_found)
			return;
}

/* Caches numbers above n until one is found, while few are cached. */
static unsigned
keep_one_above(struct recall *m, unsigned n)
{
	do
		keep(m, ++n, 10, NEVER);
	while (find(m, n, 0) < 0);
	return n;
}

/*
 * Tests changes between caching few texts and caching all. Each change moves
 * the positions on by the whole room, and they start again at 0 within these
 * turns: a rendering from before must not be found again. So few texts are
 * cached that nothing overwrites them in the table.
 */
static void
test_positions(void)
{
	enum {
		ROOM = 1 << 28,
		TURNS = 600 /* of two moves each, by 2^22 of 2^32 positions */
	};
	struct recall *m = recall_new(ROOM);
	unsigned back = 0;
	unsigned lost = 0;

	keep(m, 1, 10, NEVER);
	for (unsigned turn = 0; turn < TURNS; turn++) {
		look(m, 2, false);
		back += find(m, 1, 0) >= 0;
		look(m, keep_one_above(m, 10), true);
		back += find(m, 1, 0) >= 0;
		keep(m, 3, 20, NEVER);
		lost += find(m, 3, 0) != 20;
	}
	is_int(back, 0, "no forgotten rendering is found again");
	is_int(lost, 0, "every new rendering is found");
	recall_free(m);
}

int
main(void)
{
	test_one();
	test_texts();
	test_small();
	test_many();
	test_use();
	test_room();
	test_positions();
	return tap_done();
}
