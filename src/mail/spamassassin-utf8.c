#include "config.h"

#include "mail/spamassassin-utf8.h"

#include <stdbool.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define NEVER 0xff		   /* as `second`: is always ill-formed */

/*
 * Perl's UTF-8, which goes beyond Unicode: bytes from `first` on begin a
 * sequence of `length` bytes. After `first` itself, a second byte below
 * `second` makes the sequence too long for its code point.
 */
static const struct sequence {
	unsigned char first;
	unsigned char second;
	size_t length;
} sequences[] = {
	{ 0xff, NEVER, 13 },
	{ 0xfe, 0x82, 7 },
	{ 0xfc, 0x84, 6 },
	{ 0xf8, 0x88, 5 },
	{ 0xf0, 0x90, 4 },
	{ 0xe0, 0xa0, 3 },
	{ 0xc2, 0x80, 2 },
	{ 0xc0, NEVER, 2 },
	{ 0x80, NEVER, 1 },
	{ 0x00, 0x00, 1 },
};

/* Returns how many bytes Perl decodes at once, and whether well-formed. */
static size_t
take_sequence(const unsigned char *text, size_t len, bool *good)
{
	const struct sequence *s = sequences;
	size_t n = 1;

	while (text[0] < s->first)
		s++;
	while (n < s->length && n < len && (text[n] & 0xc0) == 0x80)
		n++;
	*good = n == s->length && s->second != NEVER &&
	    (n == 1 || text[0] != s->first || text[1] >= s->second);
	return n;
}

void
sa_put_decoded(struct buf *out, struct span string)
{
	while (string.len > 0) {
		bool good;
		size_t n = take_sequence((const unsigned char *)string.text,
		    string.len, &good);

		if (good)
			buf_put(out, string.text, n);
		else
			buf_puts(out, REPLACEMENT);
		string.text += n;
		string.len -= n;
	}
}
