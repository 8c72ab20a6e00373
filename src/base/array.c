#include "config.h"

#include "base/array.h"

#include <stdlib.h>

#include "base/alloc.h"

#define ARRAY_FIRST 8 /* elements, once there is one */

void
array_sort(void *list, size_t count, size_t size,
    int (*compare)(const void *, const void *))
{
	const char *at = list;

	for (size_t i = 1; i < count; i++, at += size)
		if (compare(at, at + size) > 0) {
			qsort(list, count, size, compare);
			return;
		}
}

void *
array_grow(void *list, size_t *size, size_t count, size_t width)
{
	if (count < *size)
		return list;
	*size = *size > 0 ? 2 * *size : ARRAY_FIRST;
	return xreallocarray(list, *size, width);
}

void
texts_add(struct texts *texts, const char *text)
{
	texts->list = array_grow(texts->list, &texts->size, texts->count,
	    sizeof(*texts->list));
	texts->list[texts->count++] = text;
}

void
texts_free(struct texts *texts)
{
	free(texts->list);
	*texts = (struct texts){ .count = 0 };
}
