#include "config.h"

#include "dns/answer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

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
	assert(a->references > 0);
	a->references++;
	return a;
}

void
answer_release(struct answer *a)
{
	assert(a == NULL || a->references > 0);
	if (a != NULL && --a->references == 0)
		free(a);
}

bool
answer_next(const struct answer *a, size_t *at, const uint8_t **rdata,
    size_t *len)
{
	const uint8_t *record = a->data + *at;

	assert(*at <= a->size);
	if (*at == a->size)
		return false;
	*len = (size_t)record[0] << 8 | record[1];
	*rdata = record + 2;
	*at += 2 + *len;
	return true;
}

bool
answer_next_string(const uint8_t *rdata, size_t len, size_t *at,
    struct span *out)
{
	const uint8_t *string = rdata + *at;

	assert(*at <= len);
	if (*at == len || string[0] >= len - *at)
		return false;
	*out = (struct span){ (const char *)string + 1, string[0] };
	*at += 1 + out->len;
	return true;
}

char *
answer_join(const uint8_t *rdata, size_t len, struct arena *arena,
    size_t *joined)
{
	char *text = arena_alloc(arena, len + 1);
	struct span string;
	size_t at = 0;

	*joined = 0;
	while (answer_next_string(rdata, len, &at, &string)) {
		memcpy(text + *joined, string.text, string.len);
		*joined += string.len;
	}
	text[*joined] = '\0';
	return text;
}

void
answer_put_strings(struct buf *out, const uint8_t *rdata, size_t len)
{
	struct span string;
	size_t at = 0;

	while (answer_next_string(rdata, len, &at, &string)) {
		buf_puts(out, " \"");
		buf_put(out, string.text, string.len);
		buf_putc(out, '"');
	}
}
