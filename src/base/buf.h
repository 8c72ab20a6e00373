#ifndef ASNQ_BUF_H
#define ASNQ_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"

/* Bytes that grow. All zero is an empty one; buf_free() gives it back. */
struct buf {
	char *data;
	size_t len;
	size_t size;
};

/* Makes room for `more` bytes behind the last and returns where they go. */
char *buf_reserve(struct buf *b, size_t more);

void buf_put(struct buf *b, const void *bytes, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_put_number(struct buf *b, uint64_t number);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);

/* Drops the first `len` bytes. */
void buf_consume(struct buf *b, size_t len);

/* Empties it; the memory stays. */
void buf_clear(struct buf *b);

void buf_free(struct buf *b);

#endif
