#include "config.h"

#include "base/cursor.h"

struct cursor
cursor_of(struct span bytes)
{
	return (struct cursor){
		.bytes = (const uint8_t *)(bytes.len > 0 ? bytes.text : ""),
		.size = bytes.len,
	};
}

void
cursor_fail(struct cursor *c)
{
	c->size = 0;
	c->at = 0;
	c->failed = true;
}
