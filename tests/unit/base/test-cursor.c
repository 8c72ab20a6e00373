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

	is_int(cursor_u8(&c), 0x01, "one byte");
	is_int(cursor_u16(&c), 0x0203, "two bytes, big-endian");
	is_int(cursor_u32(&c), 0x04050607, "four bytes");
	is_int((intmax_t)cursor_left(&c), 1, "one byte is left");
	is_int((intmax_t)cursor_number(&c, 0), 0, "a number of no bytes is 0");
	is_int((intmax_t)cursor_number(&c, 1), 0xff, "a number of one");
	ok(!c.failed && cursor_left(&c) == 0, "the end is no failure");
	c = cursor_on("\x80\0\0\0\0\0\0\x01", 8);
	ok(cursor_number(&c, 8) == UINT64_C(0x8000000000000001),
	    "a number of eight bytes");
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

	is_int(cursor_u8(&c), 'a', "a byte before the failure");
	is_int(cursor_u32(&c), 0, "a number that is cut is 0");
	ok(c.failed, "it is a failure");
	is_int(cursor_u8(&c), 0, "which stays, though a byte would be there");
	is_int((intmax_t)cursor_left(&c), 0, "nothing is left");
	s = cursor_bytes(&c, 1);
	ok(s.text == NULL && s.len == 0, "bytes are none");
	cursor_seek(&c, 0);
	cursor_skip(&c, 0);
	ok(c.failed && cursor_u8(&c) == 0, "a seek does not mend it");

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

	ok(cursor_left(&c) == 0 && !c.failed, "of no bytes none are left");
	cursor_seek(&c, 0);
	cursor_bytes(&c, 0);
	ok(!c.failed, "taking none of none is no failure");
	cursor_u8(&c);
	ok(c.failed, "taking one is");
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
