#include "config.h"

#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static SELDOM void
grow(struct buf *b, size_t more)
{
	size_t size = b->size > 0 ? b->size : 64;

	while (size - b->len < more)
		size *= 2;
	b->data = xrealloc(b->data, size);
	b->size = size;
}

static inline char *
reserve(struct buf *b, size_t more)
{
	if (b->size - b->len < more)
		grow(b, more);
	return b->data + b->len;
}

char *
buf_reserve(struct buf *b, size_t more)
{
	return reserve(b, more);
}

void
buf_put(struct buf *b, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	memcpy(reserve(b, len), bytes, len);
	b->len += len;
}

void
buf_puts(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

void
buf_putc(struct buf *b, char c)
{
	*reserve(b, 1) = c;
	b->len++;
}

void
buf_put_number(struct buf *b, uint64_t number)
{
	char digits[20]; /* 2^64 has 20 */
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	buf_put(b, digits + at, sizeof(digits) - at);
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list list;
	int len;

	va_start(list, format);
	len = vsnprintf(NULL, 0, format, list);
	va_end(list);
	if (len < 0)
		return;
	buf_reserve(b, (size_t)len + 1);
	va_start(list, format);
	vsnprintf(b->data + b->len, (size_t)len + 1, format, list);
	va_end(list);
	b->len += (size_t)len;
}

void
buf_consume(struct buf *b, size_t len)
{
	assert(len <= b->len);
	b->len -= len;
	if (len > 0 && b->len > 0)
		memmove(b->data, b->data + len, b->len);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
}

void
buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}
