#include "config.h"

#include "answer.h"

#include <stdlib.h>

#include "mem.h"

struct answer *
answer_new(enum answer_kind kind, size_t size)
{
	struct answer *a = xmalloc(sizeof(*a) + size);

	*a = (struct answer){ .references = 1, .kind = kind, .size = size };
	return a;
}

struct answer *
answer_hold(struct answer *a)
{
	a->references++;
	return a;
}

void
answer_release(struct answer *a)
{
	if (a != NULL && --a->references == 0)
		free(a);
}

bool
answer_next(const struct answer *a, size_t *at, const uint8_t **rdata,
    size_t *len)
{
	const uint8_t *record = a->data + *at;

	if (*at == a->size)
		return false;
	*len = (size_t)record[0] << 8 | record[1];
	*rdata = record + 2;
	*at += 2 + *len;
	return true;
}

void
answer_put_strings(struct buf *out, const uint8_t *rdata, size_t len)
{
	for (size_t i = 0; i < len && rdata[i] < len - i;
	     i += 1 + (size_t)rdata[i]) {
		buf_puts(out, " \"");
		buf_put(out, rdata + i + 1, rdata[i]);
		buf_putc(out, '"');
	}
}
