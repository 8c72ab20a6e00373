#include "config.h"

#include "base/cursor.h"

#include <assert.h>

struct cursor
cursor_of(struct span bytes)
{
	return (struct cursor){
		.bytes = (const uint8_t *)(bytes.len > 0 ? bytes.text : ""),
		.size = bytes.len,
	};
}

size_t
cursor_left(const struct cursor *c)
{
	return c->failed ? 0 : c->size - c->at;
}

void
cursor_seek(struct cursor *c, size_t at)
{
	if (c->failed || at > c->size)
		c->failed = true;
	else
		c->at = at;
}

/* Moves past `len` bytes. Returns the first of them, or NULL. */
static const uint8_t *
take(struct cursor *c, size_t len)
{
	if (c->failed || len > c->size - c->at) {
		c->failed = true;
		return NULL;
	}
	c->at += len;
	return c->bytes + c->at - len;
}

void
cursor_skip(struct cursor *c, size_t len)
{
	take(c, len);
}

struct span
cursor_bytes(struct cursor *c, size_t len)
{
	const uint8_t *bytes = take(c, len);

	return (struct span){ (const char *)bytes, bytes != NULL ? len : 0 };
}

uint64_t
cursor_number(struct cursor *c, size_t len)
{
	const uint8_t *bytes = take(c, len);
	uint64_t number = 0;

	assert(len <= sizeof(number));
	for (size_t i = 0; bytes != NULL && i < len; i++)
		number = number << 8 | bytes[i];
	return number;
}

uint8_t
cursor_u8(struct cursor *c)
{
	return (uint8_t)cursor_number(c, 1);
}

uint16_t
cursor_u16(struct cursor *c)
{
	return (uint16_t)cursor_number(c, 2);
}

uint32_t
cursor_u32(struct cursor *c)
{
	return (uint32_t)cursor_number(c, 4);
}
