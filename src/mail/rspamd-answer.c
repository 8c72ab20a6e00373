#include "config.h"

#include "mail/rspamd-answer.h"

#include <string.h>
#include <strings.h>

#include "base/escape.h"
#include "dns/answer.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* A bar, or white space as PCRE has it. */
static bool
is_separator(char c)
{
	return c == '|' || c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c, int base)
{
	if (base == 2)
		return c == '0' || c == '1';
	return (c >= '0' && c <= '9') ||
	    (base == 16 && ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'));
}

#define BINARY_DIGITS_MAX 64	/* significant ones */
#define EXPONENT_END (1L << 20) /* LuaJIT takes none that is so large */

/* Digits with at most one point among them. */
static bool
skip_digits(const char **at, int base)
{
	bool digits = false;
	bool point = false;
	size_t significant = 0;

	for (;; (*at)++) {
		if (is_digit(**at, base)) {
			digits = true;
			significant += significant > 0 || **at != '0';
		} else if (**at == '.' && !point && base != 2)
			point = true;
		else
			break;
	}
	return digits && (base != 2 || significant <= BINARY_DIGITS_MAX);
}

static bool
skip_exponent(const char **at)
{
	long exponent = 0;

	(*at)++;
	if (**at == '+' || **at == '-')
		(*at)++;
	if (!is_digit(**at, 10))
		return false;
	for (; is_digit(**at, 10) && exponent < EXPONENT_END; (*at)++)
		exponent = 10 * exponent + (**at - '0');
	return exponent < EXPONENT_END;
}

bool
rspamd_is_number(struct span text)
{
	char copy[sizeof("-infinity")] = "";
	const char *at = text.text;
	int base = 10;

	if (text.len < sizeof(copy))
		memcpy(copy, text.text, text.len);
	if (memchr(text.text, '\0', text.len) != NULL)
		return false;
	at = text.text[0] == '-' || text.text[0] == '+' ? at + 1 : at;
	if (copy[0] == '-' || copy[0] == '+')
		memmove(copy, copy + 1, strlen(copy));
	if (strcasecmp(copy, "inf") == 0 || strcasecmp(copy, "infinity") == 0 ||
	    strcasecmp(copy, "nan") == 0)
		return true;
	if (at[0] == '0' && (at[1] | 0x20) == 'x')
		base = 16;
	else if (at[0] == '0' && (at[1] | 0x20) == 'b')
		base = 2;
	if (base != 10)
		at += 2;
	if (!skip_digits(&at, base))
		return false;
	if (base != 2 && (*at | 0x20) == (base == 16 ? 'p' : 'e') &&
	    !skip_exponent(&at))
		return false;
	return at == text.text + text.len;
}

/* Cuts the next part off, with a NUL behind it; text NULL: there is none. */
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
	bool empty = *at == '\0';

	*out = (struct rspamd_answer){ .asn = { NULL, 0 } };
	out->asn = next_part(&at);
	if (out->asn.text == NULL) {
		explain_add(explanation,
		    empty ? "an empty text says nothing"
			  : "the module fails on a text of nothing "
			    "but bars and blanks");
		return false;
	}
	out->ipnet = next_part(&at);
	out->country = next_part(&at);
	if (!rspamd_is_number(out->asn)) {
		explain_add(explanation,
		    "malformed ASN \"%.*s\", which is dropped",
		    (int)out->asn.len, out->asn.text);
		out->asn = (struct span){ NULL, 0 };
	}
	return true;
}

/* Code points that are no letters, marks, numbers, signs or blanks. */
static bool
is_printable(uint32_t c)
{
	static const struct {
		uint32_t first;
		uint32_t last;
	} others[] = {
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

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (c >= others[i].first && c <= others[i].last)
			return false;
	return true;
}

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

/* How many bytes of an ill-formed sequence are replaced at once. */
static size_t
broken_length(const char *text, size_t len)
{
	uint8_t first = (uint8_t)text[0];
	size_t want = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	char whole[4];

	/* The longest beginning that some sequence has. */
	for (size_t n = want - 1; n > 1; n--) {
		bool control;

		if (n > len)
			continue;
		for (int last = 0x80; last < 0xc0; last += 0x10) {
			memcpy(whole, text, n);
			memset(whole + n, last, want - n);
			if (utf8_length(whole, want, &control) == want)
				return n;
		}
	}
	return 1;
}

/* As rspamd puts options into its results: what cannot be printed, replaced. */
static void
put_safe(struct buf *out, struct span s)
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
	const struct {
		const char *name;
		struct span text;
	} parts[] = {
		{ "asn:", answer->asn },
		{ "ipnet:", answer->ipnet },
		{ "country:", answer->country },
	};
	const char *comma = "";

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].text.text == NULL)
			continue;
		buf_puts(out, comma);
		buf_puts(out, parts[i].name);
		put_safe(out, parts[i].text);
		comma = ", ";
	}
}
