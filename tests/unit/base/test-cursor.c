#include "config.h"

#include "base/cursor.h"

#include "../tap.h"

static struct cursor
cursor_on(const char *bytes, size_t len)
{
	return cursor_of((struct span){ bytes, len });
}

static void
test_numbers(void)
{
	struct cursor c = cursor_on("\x01\x02\x03\x04\x05\x06\x07\xff", 8);

	is_int(cursor_u8(&c), 0x01, "a byte is read");
	is_int(cursor_u16(&c), 0x0203, "two bytes are read big-endian");
	is_int(cursor_u32(&c), 0x04050607, "four bytes are read big-endian");
	is_int((intmax_t)cursor_left(&c), 1, "one byte is left");
	is_int((intmax_t)cursor_number(&c, 0), 0, "a number of no bytes is 0");
	is_int((intmax_t)cursor_number(&c, 1), 0xff,
	    "a number of one byte is that byte");
	ok(!c.failed && cursor_left(&c) == 0,
	    "reaching the end is not a failure");
	c = cursor_on("\x80\0\0\0\0\0\0\x01", 8);
	ok(cursor_number(&c, 8) == UINT64_C(0x8000000000000001),
	    "a number may have eight bytes");
}

static void
test_bytes(void)
{
	struct cursor c = cursor_on("abcdef", 6);
	struct span s;

	cursor_skip(&c, 1);
	s = cursor_bytes(&c, 3);
	is_bytes(s.text, s.len, "bcd", "bytes are borrowed");
	cursor_seek(&c, 0);
	is_int(cursor_u8(&c), 'a', "a seek counts from the first byte");
	cursor_seek(&c, 6);
	s = cursor_bytes(&c, 0);
	ok(!c.failed && s.len == 0, "no bytes can be taken at the end");
}

static void
test_failure(void)
{
	struct cursor c = cursor_on("abcd", 4);
	struct span s;

	is_int(cursor_u8(&c), 'a', "a byte is read before the failure");
	is_int(cursor_u32(&c), 0, "a number that is cut off is 0");
	ok(c.failed, "a number that is cut off is a failure");
	is_int(cursor_u8(&c), 0, "after a failure no byte is read");
	is_int((intmax_t)cursor_left(&c), 0, "after a failure nothing is left");
	s = cursor_bytes(&c, 1);
	ok(s.text == NULL && s.len == 0,
	    "after a failure no bytes are borrowed");
	cursor_seek(&c, 0);
	cursor_skip(&c, 0);
	ok(c.failed && cursor_u8(&c) == 0, "a seek does not undo a failure");

	c = cursor_on("abcd", 4);
	cursor_seek(&c, 5);
	ok(c.failed, "a seek past the end fails");
	c = cursor_on("abcd", 4);
	cursor_skip(&c, SIZE_MAX);
	ok(c.failed, "a skip past the end fails, however long");
	c = cursor_on("abcd", 4);
	cursor_skip(&c, 2);
	cursor_bytes(&c, SIZE_MAX - 1);
	ok(c.failed, "lengths do not wrap around");
}

static void
test_empty(void)
{
	struct cursor c = cursor_on(NULL, 0);

	ok(cursor_left(&c) == 0 && !c.failed,
	    "an empty cursor has no bytes left");
	cursor_seek(&c, 0);
	cursor_bytes(&c, 0);
	ok(!c.failed, "taking no bytes is not a failure");
	cursor_u8(&c);
	ok(c.failed, "taking a byte from none is a failure");
}

int
main(void)
{
	test_numbers();
	test_bytes();
	test_failure();
	test_empty();
	return tap_done();
}
