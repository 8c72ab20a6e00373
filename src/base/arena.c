#include "config.h"

#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define BLOCK_SIZE 4096 /* holds what an ordinary record needs */

struct arena_block {
	struct arena_block *older;
	size_t size;
	max_align_t data[];
};

void *
arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *block = a->blocks;
	void *memory;

	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (block == NULL || block->size - a->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

		block = xmalloc(sizeof(*block) + room);
		block->size = room;
		block->older = a->blocks;
		a->blocks = block;
		a->used = 0;
	}
	memory = (char *)block->data + a->used;
	a->used += size;
	return memory;
}

char *
arena_copy(struct arena *a, const void *bytes, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (len > 0)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

void
arena_clear(struct arena *a)
{
	struct arena_block *block = a->blocks;

	while (block != NULL && block->older != NULL) {
		struct arena_block *older = block->older;

		free(block);
		block = older;
	}
	a->blocks = block;
	a->used = 0;
}

void
arena_free(struct arena *a)
{
	arena_clear(a);
	free(a->blocks);
	*a = (struct arena){ 0 };
}
