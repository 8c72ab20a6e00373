#ifndef ASNQ_ARENA_H
#define ASNQ_ARENA_H

#include <stddef.h>

/*
 * Memory that is given back all at once. All zero is an empty arena;
 * arena_free() ends it.
 */
struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;		    /* of the newest */
};

/* Never NULL; aligned for any type; holds until the next clear or free. */
void *arena_alloc(struct arena *a, size_t size);

/* A copy of bytes, with a NUL behind them. */
char *arena_copy(struct arena *a, const void *bytes, size_t len);

/* Everything handed out is void; one block stays for the next use. */
void arena_clear(struct arena *a);

void arena_free(struct arena *a);

#endif
