#include "config.h"

#include "mail/rspamd-answer.h"

#include <string.h>

#include "base/array.h"
#include "base/escape.h"
#include "dns/answer.h"
#include "mail/rspamd-number.h"
#include "mail/text.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static const char *const names[] = {
	[RSPAMD_ASN] = "asn",
	[RSPAMD_IPNET] = "ipnet",
	[RSPAMD_COUNTRY] = "country",
};

_Static_assert(LENGTH(names) == RSPAMD_VARIABLE_MAX,
    "every variable has its name");

const struct words rspamd_variables = WORDS(names);

static bool
is_separator(char c)
{
	return c == '|' || text_is_white(c);
}

/* Returns the next part, after writing a NUL at its end; text NULL: none. */
static struct span
next_part(char **at)
{
	struct span part = { NULL, 0 };

	while (is_separator(**at))
		(*at)++;
	if (**at == '\0')
		return part;
	part.text = *at;
	while (**at != '\0' && !is_separator(**at))
		(*at)++;
	part.len = (size_t)(*at - part.text);
	if (**at != '\0')
		*(*at)++ = '\0';
	return part;
}

bool
rspamd_answer_read(const uint8_t *rdata, size_t len, struct arena *arena,
    struct explanation *explanation, struct rspamd_answer *out)
{
	size_t joined;
	char *at = answer_join(rdata, len, arena, &joined);
	struct span *asn = &out->parts[RSPAMD_ASN];
	bool empty = *at == '\0';

	for (size_t i = 0; i < RSPAMD_VARIABLE_MAX; i++)
		out->parts[i] = next_part(&at);
	if (asn->text == NULL) {
		explain_add(explanation,
		    empty ? "the text is empty"
			  : "the module fails on a text of only bars "
			    "and blanks");
		return false;
	}
	if (!rspamd_is_number(*asn)) {
		explain_add(explanation, "malformed ASN \"%.*s\" is dropped",
		    (int)asn->len, asn->text);
		*asn = (struct span){ NULL, 0 };
	}
	return true;
}

/* --- the option ---------------------------------------------------------- */

/* Code points that are no letters, marks, numbers, signs or blanks. */
static const struct {
	uint32_t first;
	uint32_t last;
} unprintable[] = {
	{ 0x00, 0x1f },
	{ 0x7f, 0x9f },
	{ 0xad, 0xad },
	{ 0x600, 0x605 },
	{ 0x61c, 0x61c },
	{ 0x6dd, 0x6dd },
	{ 0x70f, 0x70f },
	{ 0x180e, 0x180e },
	{ 0x200b, 0x200f },
	{ 0x202a, 0x202e },
	{ 0x2060, 0x206f },
	{ 0xe000, 0xf8ff },
	{ 0xfdd0, 0xfdef },
	{ 0xfeff, 0xfeff },
	{ 0xfff0, 0xfffb },
	{ 0xfffe, 0xffff },
	{ 0xe0000, 0xe00ff },
	{ 0xe01f0, 0x10ffff },
};

static bool
is_printable(uint32_t c)
{
	for (size_t i = 0; i < LENGTH(unprintable); i++)
		if (c >= unprintable[i].first && c <= unprintable[i].last)
			return false;
	return true;
}

/* Returns the code point of a well-formed sequence of UTF-8. */
static uint32_t
code_point(const char *text, size_t len)
{
	uint32_t c = (uint8_t)text[0];

	if (len > 1)
		c &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((uint8_t)text[i] & 0x3f);
	return c;
}

/* Returns whether some sequence of `want` bytes begins with these `n`. */
static bool
begins_sequence(const char *text, size_t n, size_t want)
{
	char whole[4];
	bool control;

	memcpy(whole, text, n);
	for (int last = 0x80; last < 0xc0; last += 0x10) {
		memset(whole + n, last, want - n);
		if (utf8_length(whole, want, &control) == want)
			return true;
	}
	return false;
}

/* Returns how many bytes of an ill-formed sequence are replaced at once. */
static size_t
broken_length(const char *text, size_t len)
{
	uint8_t first = (uint8_t)text[0];
	size_t want = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;

	for (size_t n = want - 1; n > 1; n--)
		if (n <= len && begins_sequence(text, n, want))
			return n;
	return 1;
}

/* Appends a text; what is unprintable or ill-formed is replaced. */
static void
put_printable(struct buf *out, struct span s)
{
	while (s.len > 0) {
		bool control;
		size_t n = utf8_length(s.text, s.len, &control);

		if (n > 0 && is_printable(code_point(s.text, n)))
			buf_put(out, s.text, n);
		else
			buf_puts(out, REPLACEMENT);
		if (n == 0)
			n = broken_length(s.text, s.len);
		s.text += n;
		s.len -= n;
	}
}

void
rspamd_put_option(struct buf *out, const struct rspamd_answer *answer)
{
	const char *comma = "";

	for (size_t i = 0; i < RSPAMD_VARIABLE_MAX; i++) {
		if (answer->parts[i].text == NULL)
			continue;
		buf_printf(out, "%s%s:", comma, names[i]);
		put_printable(out, answer->parts[i]);
		comma = ", ";
	}
}
