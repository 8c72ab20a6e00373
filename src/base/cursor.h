#ifndef ASNQ_CURSOR_H
#define ASNQ_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * A position in bytes of a binary format, which are borrowed. What would lie
 * past their end is read as 0 and sets `failed`, which then stays set, as
 * does the position: a reader takes several values and checks once.
 */
struct cursor {
	const uint8_t *bytes;
	size_t size;
	size_t at; /* never more than `size` */
	bool failed;
};

struct cursor cursor_of(struct span bytes);

/* Returns how many bytes are left, 0 after a failure. */
size_t cursor_left(const struct cursor *c);

/* Moves to an offset from the first byte; fails past the end. */
void cursor_seek(struct cursor *c, size_t at);

void cursor_skip(struct cursor *c, size_t len);

/* Takes bytes, which belong to the owner of all; empty after a failure. */
struct span cursor_bytes(struct cursor *c, size_t len);

/* Takes a big-endian number of `len` bytes, at most 8. */
uint64_t cursor_number(struct cursor *c, size_t len);

uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16(struct cursor *c);
uint32_t cursor_u32(struct cursor *c);

#endif
