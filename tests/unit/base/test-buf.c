#include "config.h"

#include "base/buf.h"

#include <stdlib.h>

#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"

static void
test_bufs(void)
{
	struct buf b = { 0 };
	char long_text[300];

	buf_consume(&b, 0);
	buf_put(&b, NULL, 0);
	is_int((intmax_t)b.len, 0, "an empty buffer has no bytes");
	buf_puts(&b, "ab");
	buf_putc(&b, '-');
	buf_put_number(&b, 0);
	buf_putc(&b, '-');
	buf_put_number(&b, UINT64_MAX);
	buf_printf(&b, "%s%d", "x", -1);
	is_bytes(b.data, b.len, "ab-0-18446744073709551615x-1",
	    "every function appends");
	buf_consume(&b, 3);
	is_bytes(b.data, b.len, "0-18446744073709551615x-1",
	    "bytes are dropped from the front");
	buf_consume(&b, b.len);
	is_int((intmax_t)b.len, 0, "all bytes can be dropped");
	memset(long_text, 'z', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	buf_printf(&b, "%s", long_text);
	buf_puts(&b, long_text);
	ok(b.len == 598 && b.data[597] == 'z', "a buffer grows");
	buf_clear(&b);
	ok(b.len == 0 && b.size >= 598, "clearing keeps the memory");
	buf_free(&b);
	ok(b.data == NULL && b.size == 0, "freeing releases it");
}

static void
test_memory(void)
{
	char *text = format_text("%d %s", 42, "x");
	char *copy = xmemdup("a\0b", 3);

	is_text(text, "42 x", "format_text() returns the text");
	ok(memcmp(copy, "a\0b", 4) == 0, "xmemdup() ends in a NUL");
	free(text);
	free(copy);
	text = xmalloc(0);
	ok(text != NULL, "xmalloc(0) returns memory");
	text = xrealloc(text, 0);
	ok(text != NULL, "xrealloc() to 0 bytes returns memory");
	free(text);
}

int
main(void)
{
	test_bufs();
	test_memory();
	return tap_done();
}
