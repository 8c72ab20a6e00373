#include "config.h"

#include "io/lines.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "io/decompress.h"

/* Reads files line by line, and by bytes as a reader of binary data does. */

static char path[] = "/tmp/asnq-lines.XXXXXX";

static struct decompress *
open_bytes(const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len) {
		perror(path);
		exit(1);
	}
	close(fd);
	return decompress_open(path);
}

/* Appends a line in brackets to a buffer; skips "#", and refuses "!". */
static enum line_result
take(void *arg, struct span line)
{
	if (line.len > 0 && line.text[0] == '!')
		return LINE_BAD;
	if (line.len > 0 && line.text[0] == '#')
		return LINE_SKIPPED;
	buf_putc(arg, '[');
	buf_put(arg, line.text, line.len);
	buf_putc(arg, ']');
	return LINE_GOOD;
}

static bool
load(const char *bytes, size_t len, struct buf *out)
{
	struct decompress *file = open_bytes(bytes, len);
	bool good;

	buf_clear(out);
	good = lines_load(file, "a line", take, out);
	decompress_close(file);
	return good;
}

static void
test_lines(void)
{
	static const struct {
		const char *bytes;
		const char *lines;
		bool good;
	} cases[] = {
		{ "", "", false },
		{ "one\n", "[one]", true },
		{ "one\ntwo", "[one][two]", true },
		{ "one\r\ntwo\r", "[one][two]", true },
		{ "\n\none\n", "[][][one]", true },
		{ "\r\n", "[]", true },
		{ "o\rne\r\r\n", "[o\rne\r]", true },
		{ "#one\n", "", false },
		{ "!one\n", "", false },
		{ "!one\n#\ntwo\n", "[two]", true },
	};
	struct buf out = { 0 };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		size_t len = strlen(cases[i].bytes);
		bool good = load(cases[i].bytes, len, &out);

		is_bytes(out.len > 0 ? out.data : "", out.len, cases[i].lines,
		    "the lines of '%s'", cases[i].bytes);
		is_int(good, cases[i].good, "the result of '%s'",
		    cases[i].bytes);
	}
	buf_free(&out);
}

/* Tests lines longer than one read, and lines across the ends of reads. */
static void
test_long_lines(void)
{
	static const size_t lengths[] = { 65535, 65536, 65537, 1000000, 7 };
	struct buf in = { 0 };
	struct buf want = { 0 };
	struct buf out = { 0 };

	for (size_t i = 0; i < LENGTH(lengths); i++) {
		char *line = buf_reserve(&in, lengths[i]);

		memset(line, 'a' + (int)i, lengths[i]);
		in.len += lengths[i];
		buf_putc(&want, '[');
		buf_put(&want, line, lengths[i]);
		buf_putc(&want, ']');
		buf_putc(&in, '\n');
	}
	ok(load(in.data, in.len, &out), "long lines are loaded");
	ok(out.len == want.len && memcmp(out.data, want.data, out.len) == 0,
	    "long lines are complete");
	buf_free(&in);
	buf_free(&want);
	buf_free(&out);
}

/*
 * Tests records that consist of a big-endian length of four bytes, and that
 * many bytes.
 */
static void
test_binary(void)
{
	static const unsigned lengths[] = { 3, 0, 70000, 200000, 1 };
	struct decompress *file;
	struct buf in = { 0 };
	struct span bytes;
	char *why = NULL;
	size_t count = 0;

	for (size_t i = 0; i < LENGTH(lengths); i++) {
		for (int shift = 24; shift >= 0; shift -= 8)
			buf_putc(&in, (char)(lengths[i] >> shift));
		memset(buf_reserve(&in, lengths[i]), '\xff', lengths[i]);
		in.len += lengths[i];
	}
	file = open_bytes(in.data, in.len);
	while (decompress_peek(file, 4, &bytes, &why)) {
		struct cursor c = cursor_of(bytes);
		uint32_t len = cursor_u32(&c);

		is_int(len, lengths[count++], "the length of a record");
		if (!decompress_peek(file, 4 + len, &bytes, &why))
			break;
		decompress_drop(file, 4 + len);
	}
	ok(why == NULL && bytes.len == 0 && count == LENGTH(lengths),
	    "all records were read");
	decompress_close(file);
	buf_free(&in);
}

static void
test_peek(void)
{
	struct decompress *file = open_bytes("abc", 3);
	struct span bytes;
	char *why = NULL;

	ok(decompress_peek(file, 0, &bytes, &why),
	    "no bytes can always be peeked at");
	ok(decompress_peek(file, 1, &bytes, &why) && bytes.len == 3,
	    "there may be more bytes than requested");
	decompress_drop(file, 1);
	ok(decompress_peek(file, 2, &bytes, &why),
	    "two bytes are left after a drop");
	is_bytes(bytes.text, bytes.len, "bc", "the first byte was dropped");
	ok(!decompress_peek(file, 3, &bytes, &why), "three bytes are not left");
	is_bytes(bytes.text, bytes.len, "bc",
	    "the bytes that are left are returned");
	decompress_drop(file, 2);
	ok(!decompress_peek(file, 1, &bytes, &why) && why == NULL,
	    "the end is not an error");
	decompress_close(file);
	decompress_close(NULL);
}

#ifdef HAVE_LIBARCHIVE

static void
test_compressed(void)
{
	static const char gzip[] =
	    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xcb\xcf\x4b\xe5\x2a\x29"
	    "\xcf\xe7\x02\x00\xe6\x0b\xba\x12\x08\x00\x00\x00";
	struct decompress *file;
	struct buf out = { 0 };

	ok(load(gzip, sizeof(gzip) - 1, &out),
	    "a file compressed by gzip is loaded");
	is_bytes(out.data, out.len, "[one][two]", "its lines are decompressed");
	ok(!load(gzip, sizeof(gzip) - 9, &out),
	    "a compressed file that is cut off is an error");
	file = open_bytes(gzip, sizeof(gzip) - 1);
	is_int(lseek(decompress_fd(file), 0, SEEK_CUR), 0,
	    "nothing is read when a file is opened");
	decompress_close(file);
	buf_free(&out);
}

#endif

int
main(void)
{
	int fd = mkstemp(path);

	if (fd < 0) {
		perror(path);
		return 1;
	}
	close(fd);
	test_lines();
	test_long_lines();
	test_binary();
	test_peek();
#ifdef HAVE_LIBARCHIVE
	test_compressed();
#endif
	unlink(path);
	return tap_done();
}
