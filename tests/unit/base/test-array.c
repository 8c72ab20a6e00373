#include "config.h"

#include "base/array.h"

#include <stdlib.h>

#include "../tap.h"

static unsigned comparisons;

static int
compare(const void *left, const void *right)
{
	const int *a = left;
	const int *b = right;

	comparisons++;
	return (*a > *b) - (*a < *b);
}

static void
test_grow(void)
{
	int *list = NULL;
	size_t size = 0;
	bool right = true;

	for (int i = 0; i < 1000; i++) {
		list = array_grow(list, &size, (size_t)i, sizeof(*list));
		list[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		right &= list[i] == i;
	ok(right, "elements stay while a list grows");
	ok(size >= 1000 && size < 2048, "its size doubles");
	free(list);
}

static void
test_sort(void)
{
	int sorted[] = { 1, 2, 2, 3 };
	int mixed[] = { 3, 1, 2, 1 };

	comparisons = 0;
	array_sort(sorted, LENGTH(sorted), sizeof(sorted[0]), compare);
	is_int(comparisons, 3, "a sorted list is only passed through once");
	array_sort(mixed, LENGTH(mixed), sizeof(mixed[0]), compare);
	ok(mixed[0] == 1 && mixed[1] == 1 && mixed[2] == 2 && mixed[3] == 3,
	    "a list is sorted");
	array_sort(NULL, 0, sizeof(int), compare);
	ok(true, "an empty list can be sorted");
}

static void
test_texts(void)
{
	struct texts texts = { .count = 0 };

	texts_add(&texts, "one");
	texts_add(&texts, "two");
	is_int((intmax_t)texts.count, 2, "the number of texts");
	ok(strcmp(texts.list[1], "two") == 0, "texts keep their order");
	texts_free(&texts);
	ok(texts.list == NULL && texts.count == 0, "a freed list is empty");
}

int
main(void)
{
	test_grow();
	test_sort();
	test_texts();
	return tap_done();
}
