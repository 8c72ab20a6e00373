#ifndef ASNQ_CURSOR_H
#define ASNQ_CURSOR_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/span.h"

/*
 * A position in bytes of a binary format, which are borrowed. Reading past
 * their end gives zeros and sets `failed`; after that no bytes are left, so
 * that a reader can take several values and check once.
 */
struct cursor {
	const uint8_t *bytes;
	size_t size;
	size_t at; /* never more than `size` */
	bool failed;
};

struct cursor cursor_of(struct span bytes);

/* Marks a cursor as failed, for what is wrong with its bytes. */
SELDOM void cursor_fail(struct cursor *c);

/* Returns how many bytes are left, 0 after a failure. */
static inline size_t
cursor_left(const struct cursor *c)
{
	return c->size - c->at;
}

/* Moves to an offset from the first byte; fails past the end. */
static inline void
cursor_seek(struct cursor *c, size_t at)
{
	if (at <= c->size)
		c->at = at;
	else
		cursor_fail(c);
}

/* Moves past `len` bytes. Returns the first of them, or NULL if it fails. */
static inline const uint8_t *
cursor_skip(struct cursor *c, size_t len)
{
	if (len > c->size - c->at) {
		cursor_fail(c);
		return NULL;
	}
	c->at += len;
	return c->bytes + c->at - len;
}

/* Takes bytes, which belong to the owner of all; empty if it fails. */
static inline struct span
cursor_bytes(struct cursor *c, size_t len)
{
	const uint8_t *bytes = cursor_skip(c, len);

	return (struct span){ (const char *)bytes, bytes != NULL ? len : 0 };
}

/* Takes a big-endian number of `len` bytes, at most 8. */
static inline uint64_t
cursor_number(struct cursor *c, size_t len)
{
	const uint8_t *bytes = cursor_skip(c, len);
	uint64_t number = 0;

	assert(len <= sizeof(number));
	for (size_t i = 0; bytes != NULL && i < len; i++)
		number = number << 8 | bytes[i];
	return number;
}

static inline uint8_t
cursor_u8(struct cursor *c)
{
	return (uint8_t)cursor_number(c, 1);
}

static inline uint16_t
cursor_u16(struct cursor *c)
{
	return (uint16_t)cursor_number(c, 2);
}

static inline uint32_t
cursor_u32(struct cursor *c)
{
	return (uint32_t)cursor_number(c, 4);
}

#endif
