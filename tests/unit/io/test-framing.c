#include "config.h"

#include "io/framing.h"

#include "../tap.h"
#include "base/array.h"
#include "base/buf.h"

static const struct {
	const char *what;
	const char *bytes;
	size_t len;
	char end;
	const char *records; /* each in angle brackets */
} cases[] = {
	{ "nothing", "", 0, '\n', "" },
	{ "one record", "a\n", 2, '\n', "<a>" },
	{ "no last end", "a\nb", 3, '\n', "<a><b>" },
	{ "an empty record", "\n", 1, '\n', "<>" },
	{ "empty records", "\n\na\n\n", 5, '\n', "<><><a><>" },
	{ "CRLF", "a\r\nb\r\n", 6, '\n', "<a><b>" },
	{ "CRLF without the last LF", "a\r\nb\r", 5, '\n', "<a><b>" },
	{ "an empty line in CRLF", "a\r\n\r\nb\r\n", 8, '\n', "<a><><b>" },
	{ "one CR belongs to the end", "a\r\r\n", 4, '\n', "<a\r>" },
	{ "a CR inside", "a\rb\n", 4, '\n', "<a\rb>" },
	{ "a CR alone", "\r", 1, '\n', "<>" },
	{ "NULs inside", "a\0b\n\0\n", 6, '\n', "<a\\0b><\\0>" },
	{ "ended by NUL", "a\0b\0", 4, '\0', "<a><b>" },
	{ "ended by NUL, with newlines", "a\nb\0\n\0c", 7, '\0',
	    "<a\nb><\n><c>" },
	{ "a CR stays before a NUL", "a\r\0b\r", 5, '\0', "<a\r><b\r>" },
	{ "not UTF-8", "\xff\xfe\n\x80", 4, '\n', "<\xff\xfe><\x80>" },
	{ "several", "8.8.8.8\r\n\n# x\n1.1.1.1 y z\n::1", 29, '\n',
	    "<8.8.8.8><><# x><1.1.1.1 y z><::1>" },
};

static void
describe(struct span record, struct buf *out)
{
	buf_putc(out, '<');
	for (size_t i = 0; i < record.len; i++)
		if (record.text[i] == '\0')
			buf_puts(out, "\\0");
		else
			buf_putc(out, record.text[i]);
	buf_putc(out, '>');
}

/*
 * Bytes come in pieces of one size, as a reader gets them: what is done with
 * is dropped before more is taken in, or not.
 */
static void
scan_framed(const char *bytes, size_t len, const struct framing *framing,
    size_t piece, bool consume, struct buf *out)
{
	struct buf in = { 0 };
	struct framing_state state = { .at = 0 };
	size_t taken = 0;
	size_t rebuilt = 0;
	bool last = false;
	struct line line;

	for (;;) {
		while (framing_cut(&state, framing, in.data, in.len, last,
		    &line)) {
			describe(line.text, out);
			rebuilt += line.text.len + line.ending;
		}
		if (last)
			break;
		if (consume) {
			buf_consume(&in, state.at);
			framing_drop(&state, state.at);
		}
		if (piece > len - taken)
			piece = len - taken;
		buf_put(&in, bytes + taken, piece);
		taken += piece;
		last = taken == len;
	}
	/* Texts and endings are all there is. */
	if (rebuilt != len)
		buf_puts(out, "(bytes are missing)");
	buf_free(&in);
}

static void
scan(const char *bytes, size_t len, char end, size_t piece, bool consume,
    struct buf *out)
{
	struct framing framing = { .end = end };

	scan_framed(bytes, len, &framing, piece, consume, out);
}

/* Newlines in quoted cells end no record. */
static void
test_quotes(void)
{
	static const struct {
		const char *bytes;
		const char *records;
	} rows[] = {
		{ "a,b\nc,d\n", "<a,b><c,d>" },
		{ "\"a\nb\",c\r\nd\n", "<\"a\nb\",c><d>" },
		{ "a,\"b\n\"\"c\n\"\nd", "<a,\"b\n\"\"c\n\"><d>" },
		{ "5\" disk\nx\n", "<5\" disk><x>" },
		{ "a,\"b\nc", "<a,\"b\nc>" },
	};
	struct framing framing = { .end = '\n', .quotes = true };

	for (size_t i = 0; i < LENGTH(rows); i++)
		for (size_t piece = 1; piece <= strlen(rows[i].bytes);
		     piece++) {
			struct buf out = { 0 };

			scan_framed(rows[i].bytes, strlen(rows[i].bytes),
			    &framing, piece, piece % 2 == 0, &out);
			is_bytes(out.data, out.len, rows[i].records,
			    "quotes %zu, pieces of %zu", i, piece);
			buf_free(&out);
		}
}

static void
test_pieces(void)
{
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *records = cases[i].records;
		struct buf out = { 0 };
		unsigned wrong = 0;

		buf_reserve(&out, 1);
		scan(cases[i].bytes, cases[i].len, cases[i].end, cases[i].len,
		    false, &out);
		is_bytes(out.data, out.len, records, "%s", cases[i].what);
		for (size_t piece = 1; piece <= cases[i].len; piece++)
			for (int consume = 0; consume < 2; consume++) {
				buf_clear(&out);
				scan(cases[i].bytes, cases[i].len, cases[i].end,
				    piece, consume != 0, &out);
				wrong += out.len != strlen(records) ||
				    memcmp(out.data, records, out.len) != 0;
			}
		is_int(wrong, 0, "%s, in pieces", cases[i].what);
		buf_free(&out);
	}
}

/* Random bytes in random pieces give the records of the whole. */
static void
test_random(void)
{
	unsigned wrong = 0;

	for (int i = 0; i < 3000; i++) {
		char bytes[200];
		size_t len = tap_random(sizeof(bytes));
		char end = tap_random(2) == 0 ? '\n' : '\0';
		struct buf whole = { 0 };
		struct buf pieces = { 0 };

		for (size_t k = 0; k < len; k++)
			bytes[k] = "ab\r\n\0"[tap_random(5)];
		scan(bytes, len, end, len, false, &whole);
		scan(bytes, len, end, 1 + tap_random(30), true, &pieces);
		wrong += whole.len != pieces.len ||
		    (whole.len > 0 &&
			memcmp(whole.data, pieces.data, whole.len) != 0);
		buf_free(&whole);
		buf_free(&pieces);
	}
	is_int(wrong, 0, "random bytes in pieces");
}

/* A long record in pieces is searched once, not once a piece. */
static void
test_searched(void)
{
	static char bytes[100001];
	struct framing framing = { .end = '\n' };
	struct framing_state state = { .at = 0 };
	struct line line;

	memset(bytes, 'a', sizeof(bytes) - 1);
	bytes[sizeof(bytes) - 1] = '\n';
	ok(!framing_cut(&state, &framing, bytes, 100000, false, &line),
	    "no whole record");
	is_int((intmax_t)state.at, 0, "it is not begun");
	is_int((intmax_t)state.searched, 100000, "all of it was searched");
	bytes[5] = '\n';
	ok(framing_cut(&state, &framing, bytes, 100001, false, &line) &&
		line.text.len == 100000,
	    "what was searched is not searched again");
	is_int((intmax_t)state.at, 100001, "and is done with");
}

int
main(void)
{
	test_pieces();
	test_quotes();
	test_random();
	test_searched();
	return tap_done();
}
