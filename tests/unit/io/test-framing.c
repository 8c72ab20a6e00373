#include "config.h"

#include "io/framing.h"

#include "../tap.h"
#include "base/array.h"
#include "base/buf.h"

#define CASE(what, framing, bytes, cuts)                                       \
	{                                                                      \
		what, framing, bytes, sizeof(bytes) - 1, cuts                  \
	}

static const struct {
	const char *what;
	enum framing framing;
	const char *bytes;
	size_t len;
	const char *cuts; /* records in <>, others in [], broken ones in !! */
} cases[] = {
	CASE("nothing", FRAMING_LINE, "", ""),
	CASE("one record", FRAMING_LINE, "a\n", "<a>"),
	CASE("no final newline", FRAMING_LINE, "a\nb", "<a><b>"),
	CASE("an empty record", FRAMING_LINE, "\n", "<>"),
	CASE("empty records", FRAMING_LINE, "\n\na\n\n", "<><><a><>"),
	CASE("CRLF", FRAMING_LINE, "a\r\nb\r\n", "<a><b>"),
	CASE("CRLF without the last LF", FRAMING_LINE, "a\r\nb\r", "<a><b>"),
	CASE("an empty line in CRLF", FRAMING_LINE, "a\r\n\r\nb\r\n",
	    "<a><><b>"),
	CASE("one CR belongs to the ending", FRAMING_LINE, "a\r\r\n", "<a\r>"),
	CASE("a CR inside a line", FRAMING_LINE, "a\rb\n", "<a\rb>"),
	CASE("only a CR", FRAMING_LINE, "\r", "<>"),
	CASE("NULs inside lines", FRAMING_LINE, "a\0b\n\0\n", "<a\\0b><\\0>"),
	CASE("not UTF-8", FRAMING_LINE, "\xff\xfe\n\x80", "<\xff\xfe><\x80>"),
	CASE("several records", FRAMING_LINE,
	    "8.8.8.8\r\n\n# x\n1.1.1.1 y z\n::1",
	    "<8.8.8.8><><# x><1.1.1.1 y z><::1>"),
	CASE("a quote in a line", FRAMING_LINE, "\"a\nb\"", "<\"a><b\">"),

	CASE("ended by NUL", FRAMING_NUL, "a\0b\0", "<a><b>"),
	CASE("ended by NUL, with newlines", FRAMING_NUL, "a\nb\0\n\0c",
	    "<a\nb><\n><c>"),
	CASE("a CR stays before a NUL", FRAMING_NUL, "a\r\0b\r", "<a\r><b\r>"),

	CASE("CSV", FRAMING_CSV, "a,b\nc,d\n", "<a,b><c,d>"),
	CASE("a newline in a cell", FRAMING_CSV, "\"a\nb\",c\r\nd\n",
	    "<\"a\nb\",c><d>"),
	CASE("quotes in a cell", FRAMING_CSV, "a,\"b\n\"\"c\n\"\nd",
	    "<a,\"b\n\"\"c\n\"><d>"),
	CASE("a quote that is text", FRAMING_CSV, "5\" disk\nx\n",
	    "<5\" disk><x>"),
	CASE("a quote after a byte order mark", FRAMING_CSV,
	    "\xef\xbb\xbf\"a\nb\"\nc", "<\xef\xbb\xbf\"a\nb\"><c>"),
	CASE("cells with semicolons between", FRAMING_CSV,
	    "a;\"b\n\";c\nd;\"e\nf\"\n", "<a;\"b\n\";c><d;\"e\nf\">"),
	CASE("a semicolon where commas are between cells", FRAMING_CSV,
	    "a,b\nc;\"d\ne", "<a,b><c;\"d><e>"),
	CASE("an open quote", FRAMING_CSV, "a,\"b\nc", "<a,\"b\nc>"),

	CASE("no blocks", FRAMING_BLOCK_LINE, "", ""),
	CASE("blocks", FRAMING_BLOCK_LINE, "2\na\nb\n1\nc\n",
	    "[2]<a><b>[1]<c>"),
	CASE("blocks in CRLF", FRAMING_BLOCK_LINE, "1\r\n\r\n0\r\n",
	    "[1]<>[0]"),
	CASE("an empty block", FRAMING_BLOCK_LINE, "0\n1\n1\n", "[0][1]<1>"),
	CASE("a block that is cut off", FRAMING_BLOCK_LINE, "3\na\nb",
	    "[3]<a><b>"),
	CASE("a record in place of a count", FRAMING_BLOCK_LINE, "1\na\nb\nc\n",
	    "[1]<a>!b!"),
	CASE("a long count", FRAMING_BLOCK_LINE,
	    "0000000000000000000000000000000000000000000000000000000000000"
	    "01\na\n",
	    "[0000000000000000000000000000000000000000000000000000000000000"
	    "01]<a>"),
	CASE("a count that is too long", FRAMING_BLOCK_LINE,
	    "0000000000000000000000000000000000000000000000000000000000000"
	    "0001\na\n",
	    "!0000000000000000000000000000000000000000000000000000000000000"
	    "000!"),
	CASE("an empty count", FRAMING_BLOCK_LINE, "\n1\n", "!!"),
	CASE("a count that is too large", FRAMING_BLOCK_LINE,
	    "18446744073709551616\na\n", "!18446744073709551616!"),
	CASE("the largest count", FRAMING_BLOCK_LINE,
	    "18446744073709551615\na\n", "[18446744073709551615]<a>"),
	CASE("blocks of CSV", FRAMING_BLOCK_CSV, "2\n\"a\nb\"\n3\n1\nc",
	    "[2]<\"a\nb\"><3>[1]<c>"),
};

static void
describe(enum cut cut, struct span text, struct buf *out)
{
	static const char marks[][2] = {
		[CUT_RECORD] = { '<', '>' },
		[CUT_BETWEEN] = { '[', ']' },
		[CUT_BROKEN] = { '!', '!' },
	};

	buf_putc(out, marks[cut][0]);
	for (size_t i = 0; i < text.len; i++)
		if (text.text[i] == '\0')
			buf_puts(out, "\\0");
		else
			buf_putc(out, text.text[i]);
	buf_putc(out, marks[cut][1]);
}

/* Cuts all records off some bytes. Returns how many bytes they had. */
static size_t
cut_all(struct framing_state *state, enum framing framing,
    const struct buf *bytes, bool last, enum cut *cut, struct buf *out)
{
	size_t rebuilt = 0;
	struct line line;

	while ((*cut = framing_cut(state, framing, bytes->data, bytes->len,
		    last, &line)) != CUT_MORE) {
		describe(*cut, line.text, out);
		rebuilt += line.text.len + line.ending;
		if (*cut == CUT_BROKEN)
			break;
	}
	return rebuilt;
}

/*
 * Cuts bytes that arrive in pieces of one size. With consume, drops what was
 * cut off before the next piece.
 */
static void
scan(const char *bytes, size_t len, enum framing framing, size_t piece,
    bool consume, struct buf *out)
{
	struct buf in = { 0 };
	struct framing_state state = { .at = 0 };
	size_t taken = 0;
	size_t rebuilt = 0;
	bool last = false;
	enum cut cut;

	for (;;) {
		rebuilt += cut_all(&state, framing, &in, last, &cut, out);
		if (last || cut == CUT_BROKEN)
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
	/* Texts and endings together are all bytes. */
	if (rebuilt != len && cut != CUT_BROKEN)
		buf_puts(out, "(bytes are missing)");
	buf_free(&in);
}

static void
test_pieces(void)
{
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *cuts = cases[i].cuts;
		struct buf out = { 0 };
		unsigned wrong = 0;

		buf_reserve(&out, 1);
		scan(cases[i].bytes, cases[i].len, cases[i].framing,
		    cases[i].len, false, &out);
		is_bytes(out.data, out.len, cuts, "%s", cases[i].what);
		for (size_t piece = 1; piece <= cases[i].len; piece++)
			for (int consume = 0; consume < 2; consume++) {
				buf_clear(&out);
				scan(cases[i].bytes, cases[i].len,
				    cases[i].framing, piece, consume != 0,
				    &out);
				wrong += out.len != strlen(cuts) ||
				    memcmp(out.data, cuts, out.len) != 0;
			}
		is_int(wrong, 0, "%s, in pieces", cases[i].what);
		buf_free(&out);
	}
}

static const char *const part_marks[] = {
	[LINE_WHOLE] = "",
	[LINE_START] = "1",
	[LINE_MIDDLE] = "2",
	[LINE_END] = "3",
};

/* Cuts bytes that arrive in pieces of one size, with a limit of records. */
static void
scan_limited(const char *bytes, size_t len, enum framing framing, size_t max,
    size_t piece, struct buf *out)
{
	struct framing_state state = { .max = max };
	size_t there = 0;
	struct line line;
	enum cut cut;

	for (;;) {
		while ((cut = framing_cut(&state, framing, bytes, there,
			    there == len, &line)) != CUT_MORE) {
			buf_puts(out, part_marks[line.part]);
			describe(cut, line.text, out);
			if (cut == CUT_BROKEN)
				return;
		}
		if (there == len)
			break;
		there += piece < len - there ? piece : len - there;
	}
	if (state.at != len)
		buf_puts(out, "(bytes are missing)");
}

static void
test_limit(void)
{
	static const struct {
		enum framing framing;
		size_t max;
		const char *bytes;
		const char *cuts;
	} limits[] = {
		{ FRAMING_LINE, 3, "abc\nabcd\nx\n", "<abc>1<abc>3<d><x>" },
		{ FRAMING_LINE, 3, "abc\r\nabcdefg\r\nx",
		    "<abc>1<abc>2<def>3<g><x>" },
		{ FRAMING_LINE, 3, "abcdef", "1<abc>3<def>" },
		{ FRAMING_LINE, 3, "abcdef\r\n", "1<abc>3<def>" },
		{ FRAMING_LINE, 3, "ab\r\rc\n", "1<ab\r>3<\rc>" },
		{ FRAMING_LINE, 1, "a\nbc\n\n", "<a>1<b>3<c><>" },
		{ FRAMING_LINE, 3, "abc\r", "<abc>" },
		{ FRAMING_CSV, 4, "\"a\n\"\"b\",c\nd\n",
		    "1<\"a\n\">2<\"b\",>3<c><d>" },
		{ FRAMING_CSV, 4, "abcd\"e\nf\n", "1<abcd>3<\"e><f>" },
		{ FRAMING_CSV, 4, "abc,\"e\nf\"\ng\n",
		    "1<abc,>2<\"e\nf>3<\"><g>" },
		{ FRAMING_BLOCK_LINE, 1, "2\nab\nc\n1\nd\n",
		    "[2]1<a>3<b><c>[1]<d>" },
		{ FRAMING_BLOCK_LINE, 1, "12\na", "[12]<a>" },
	};

	for (size_t i = 0; i < LENGTH(limits); i++) {
		size_t len = strlen(limits[i].bytes);
		unsigned wrong = 0;

		for (size_t piece = len; piece > 0; piece--) {
			struct buf out = { 0 };

			scan_limited(limits[i].bytes, len, limits[i].framing,
			    limits[i].max, piece, &out);
			if (piece == len)
				is_bytes(out.data, out.len, limits[i].cuts,
				    "limit %zu: %s", limits[i].max,
				    limits[i].bytes);
			wrong += out.len != strlen(limits[i].cuts) ||
			    memcmp(out.data, limits[i].cuts, out.len) != 0;
			buf_free(&out);
		}
		is_int(wrong, 0, "the same in pieces");
	}
}

/* Tests that random bytes give the same records in random pieces as in one. */
static void
test_random(void)
{
	unsigned wrong = 0;

	for (int i = 0; i < 3000; i++) {
		char bytes[200];
		size_t len = tap_random(sizeof(bytes));
		enum framing framing = (enum framing)tap_random(FRAMING_MAX);
		struct buf whole = { 0 };
		struct buf pieces = { 0 };

		for (size_t k = 0; k < len; k++)
			bytes[k] = "ab\"2,\r\n\0"[tap_random(8)];
		scan(bytes, len, framing, len, false, &whole);
		scan(bytes, len, framing, 1 + tap_random(30), true, &pieces);
		wrong += whole.len != pieces.len ||
		    (whole.len > 0 &&
			memcmp(whole.data, pieces.data, whole.len) != 0);
		buf_free(&whole);
		buf_free(&pieces);
	}
	is_int(wrong, 0, "random bytes give the same records in pieces");
}

/* Tests that a long record that arrives in pieces is searched only once. */
static void
test_searched(void)
{
	static char bytes[100001];
	struct framing_state state = { .at = 0 };
	struct line line;

	memset(bytes, 'a', sizeof(bytes) - 1);
	bytes[sizeof(bytes) - 1] = '\n';
	ok(framing_cut(&state, FRAMING_LINE, bytes, 100000, false, &line) ==
		CUT_MORE,
	    "a record without its end is not cut");
	is_int((intmax_t)state.at, 0, "no byte of it is cut off");
	is_int((intmax_t)state.searched, 100000,
	    "all of its bytes were searched");
	bytes[5] = '\n';
	ok(framing_cut(&state, FRAMING_LINE, bytes, 100001, false, &line) ==
		    CUT_RECORD &&
		line.text.len == 100000,
	    "searched bytes are not searched again");
	is_int((intmax_t)state.at, 100001, "the whole record is cut off");
}

static void
test_separators(void)
{
	static const struct {
		const char *header;
		char separator;
	} headers[] = {
		{ "", ',' },
		{ "ip", ',' },
		{ "ip,n", ',' },
		{ "ip, n", ',' },
		{ "ip;n", ';' },
		{ "ip\tn;m\to", '\t' },
		{ "ip|n", '|' },
		{ "ip;price, net;x", ';' },
		{ "ip,a;b;c;d", ',' },
		{ "\"a,b\";ip", ';' },
		{ "\"a;\"\"b\"\",;\",ip", ',' },
		{ "\xef\xbb\xbf\"a,b\";ip", ';' },
		{ "\"a;b", ',' },
		{ "ip;n,", ',' },
	};

	for (size_t i = 0; i < LENGTH(headers); i++)
		is_int(framing_find_separator((struct span){ headers[i].header,
			   strlen(headers[i].header) }),
		    headers[i].separator, "the separator of '%s'",
		    headers[i].header);
}

int
main(void)
{
	test_pieces();
	test_limit();
	test_random();
	test_searched();
	test_separators();
	return tap_done();
}
