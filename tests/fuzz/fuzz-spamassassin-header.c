#include "config.h"

#include "fuzz.h"
#include "mail/spamassassin-header.h"

#define COLUMNS 79
#define NAME "X-Spam-N: "

/* Returns the value of a tag; two tags exist, with the same value. */
static struct span
value_of(void *arg, struct span tag)
{
	const struct span *value = arg;

	return span_is_exactly(tag, "ASN") || span_is_exactly(tag, "ASNCIDR")
	    ? *value
	    : (struct span){ NULL, 0 };
}

/*
 * Checks that a header is printable ASCII, and that later lines begin with a
 * TAB.
 */
static void
check_lines(const struct buf *header)
{
	HOLDS(header->len > strlen(NAME));
	HOLDS(memcmp(header->data, NAME, strlen(NAME)) == 0);
	HOLDS(header->data[header->len - 1] == '\n');
	for (size_t i = 0; i < header->len; i++) {
		char c = header->data[i];

		HOLDS((c >= ' ' && c <= '~') || c == '\t' || c == '\n');
		HOLDS(c != '\n' || i + 1 == header->len ||
		    header->data[i + 1] == '\t');
	}
}

static bool
is_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.text[i] < ' ' || s.text[i] > '~')
			return false;
	return true;
}

static void
put_without_blanks(const struct buf *text, struct buf *out)
{
	for (size_t i = 0; i < text->len; i++)
		if (strchr(" \t\n", text->data[i]) == NULL)
			buf_putc(out, text->data[i]);
}

/*
 * Checks that a folded header has the same text, in lines that are short enough
 * where blanks allow it.
 */
static void
check_folded(const struct buf *folded, const struct buf *whole)
{
	struct span in = { folded->data, folded->len };
	struct buf one = { 0 };
	struct buf other = { 0 };

	while (in.len > 0) {
		struct span line = fuzz_until(&in, '\n');
		bool more = line.text[0] == '\t';
		struct span text = { line.text + more, line.len - more };
		size_t first = strcspn(text.text, " ,\n");

		HOLDS(line.len + more * 7 <= COLUMNS || first >= text.len - 1 ||
		    !more);
	}
	put_without_blanks(folded, &one);
	put_without_blanks(whole, &other);
	HOLDS(fuzz_same(one.data, one.len, other.data, other.len));
	buf_free(&one);
	buf_free(&other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	struct span value = fuzz_until(&in, '\0');
	struct buf folded = { 0 };
	struct buf whole = { 0 };

	sa_header_write(&folded, "N", in, true, value_of, &value);
	sa_header_write(&whole, "N", in, false, value_of, &value);
	check_lines(&folded);
	check_lines(&whole);
	HOLDS(
	    memchr(whole.data, '\n', whole.len) == whole.data + whole.len - 1);
	if (is_plain(value) && is_plain(in))
		check_folded(&folded, &whole);
	buf_free(&folded);
	buf_free(&whole);
	return 0;
}
