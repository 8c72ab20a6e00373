#ifndef ASNQ_BUF_H
#define ASNQ_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"

/* A buffer that grows. All zero is an empty one; buf_free() frees it. */
struct buf {
	char *data; /* not NUL-terminated */
	size_t len;
	size_t size; /* the room in `data` */
};

/*
 * Makes room for `more` bytes after the last one and returns where they go.
 * The caller adds to `len` what it has written there.
 */
char *buf_reserve(struct buf *b, size_t more);

/* Append bytes, a text, a byte, a decimal number, a formatted text. */
void buf_put(struct buf *b, const void *bytes, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_put_number(struct buf *b, uint64_t number);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);

/* Drops the first `len` bytes, of which the buffer has at least as many. */
void buf_consume(struct buf *b, size_t len);

/* Empties the buffer and keeps its memory. */
void buf_clear(struct buf *b);

/* Frees the memory; the buffer is empty then. */
void buf_free(struct buf *b);

#endif
