#ifndef ASNQ_ARRAY_H
#define ASNQ_ARRAY_H

#include <stddef.h>

/* The number of elements of an array, which is no pointer. */
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Makes room for element number `count` of a list that has room for *size
 * elements of `width` bytes. Returns the list, perhaps at another address;
 * the caller frees it. NULL is an empty list.
 */
void *array_grow(void *list, size_t *size, size_t count, size_t width);

/*
 * Sorts as qsort() does. A list that is in order already costs one pass:
 * most lists here are, or hold one element.
 */
void array_sort(void *list, size_t count, size_t size,
    int (*compare)(const void *, const void *));

/* A list of texts that it does not own; all zero is an empty one. */
struct texts {
	const char **list;
	size_t count;
	size_t size; /* the room in `list` */
};

void texts_add(struct texts *texts, const char *text);

/* Frees the list, but not its texts, and empties it. */
void texts_free(struct texts *texts);

#endif
