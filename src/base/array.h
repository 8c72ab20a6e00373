#ifndef ASNQ_SORT_H
#define ASNQ_SORT_H

#include <stddef.h>

/*
 * As qsort(), for lists that mostly are in order, or hold one thing: these
 * cost a look.
 */
void sort(void *list, size_t count, size_t size,
    int (*compare)(const void *, const void *));

#endif
