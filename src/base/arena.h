#ifndef ASNQ_ARENA_H
#define ASNQ_ARENA_H

#include <stddef.h>

/*
 * Memory that is freed all at once. All zero is an empty arena; arena_free()
 * frees it.
 */
struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;		    /* bytes of the newest block */
};

/*
 * Returns memory aligned for any type, never NULL. It is valid until
 * arena_clear() or arena_free().
 */
void *arena_alloc(struct arena *a, size_t size);

/* Returns a copy of the bytes with a NUL at its end, as arena_alloc() does. */
char *arena_copy(struct arena *a, const void *bytes, size_t len);

/* Ends the life of all that was returned; keeps one block for the next use. */
void arena_clear(struct arena *a);

/* Frees everything; the arena is empty then. */
void arena_free(struct arena *a);

#endif
