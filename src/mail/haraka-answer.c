#include "config.h"

#include "mail/haraka-answer.h"

#include <string.h>

#include "dns/answer.h"

const struct haraka_provider_info haraka_providers[HARAKA_PROVIDER_MAX] = {
	[HARAKA_CYMRU] = { "cymru", "CYMRU", "origin.asn.cymru.com",
	    "origin6.asn.cymru.com",
	    { "asn", "net", "country", "assignor", "date" }, 5 },
	[HARAKA_ROUTEVIEWS] = { "routeviews", "ROUTEVIEWS",
	    "asn.routeviews.org", "origin6.asn.routeviews.org",
	    { "asn", "net" }, 2 },
	[HARAKA_RSPAMD] = { "rspamd", "RSPAMD", "asn.rspamd.com",
	    "asn6.rspamd.com", { "asn", "net", "country", "assignor", "date" },
	    5 },
	[HARAKA_MONKEY] = { "monkey", "MONKEY",
	    "origin.asn.spameatingmonkey.net", NULL,
	    { "asn", "net", "org", "date", "country" }, 5 },
};

/* How a text with bars is read. */
struct columns {
	size_t least;		       /* fewer are no result */
	unsigned at[HARAKA_FIELD_MAX]; /* column of each field */
	size_t asn_skip;	       /* bytes before the number */
};

static const struct columns columns[HARAKA_PROVIDER_MAX] = {
	[HARAKA_CYMRU] = { 4, { 0, 1, 2, 3, 4 }, 0 },
	[HARAKA_RSPAMD] = { 4, { 0, 1, 2, 3, 4 }, 0 },
	[HARAKA_MONKEY] = { 3, { 1, 0, 2, 3, 4 },
	    2 }, /* "AS", whatever it is */
};

#define NO_BREAK_SPACE "\xc2\xa0"

/* White space of JavaScript, as far as Latin-1 has it. */
static bool
is_white(char c)
{
	return (c >= '\t' && c <= '\r') || c == ' ' || c == '\xa0';
}

static struct span
trim(struct span s)
{
	while (s.len > 0 && is_white(s.text[0])) {
		s.text++;
		s.len--;
	}
	while (s.len > 0 && is_white(s.text[s.len - 1]))
		s.len--;
	return s;
}

static bool
read_columns(const struct columns *c, struct span text,
    struct explanation *explanation, struct haraka_answer *out)
{
	struct span parts[HARAKA_FIELD_MAX] = { { NULL, 0 } };
	size_t count = 0;
	size_t from = 0;

	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && text.text[i] != '|')
			continue;
		if (count < HARAKA_FIELD_MAX)
			parts[count] =
			    trim((struct span){ text.text + from, i - from });
		count++;
		from = i + 1;
	}
	if (count < c->least) {
		explain_add(explanation,
		    "no result: %zu fields between bars, at least %zu are "
		    "needed",
		    count, c->least);
		return false;
	}
	for (size_t i = 0; i < HARAKA_FIELD_MAX; i++)
		out->values[i] = parts[c->at[i]];
	if (c->asn_skip > 0) {
		struct span *asn = &out->values[HARAKA_ASN];
		size_t skip = c->asn_skip < asn->len ? c->asn_skip : asn->len;

		if (skip < c->asn_skip || memcmp(asn->text, "AS", 2) != 0)
			explain_add_bug(explanation,
			    "the first two letters of the AS are cut off "
			    "unseen");
		asn->text += skip;
		asn->len -= skip;
	}
	return true;
}

/* ASN, network, length: a character-string each. */
static bool
read_strings(const uint8_t *rdata, size_t len, struct arena *arena,
    struct explanation *explanation, struct haraka_answer *out)
{
	struct span parts[3] = { { NULL, 0 } };
	struct span string;
	size_t count = 0;
	size_t at = 0;
	char *net;

	while (answer_next_string(rdata, len, &at, &string)) {
		if (count < 3)
			parts[count] = string;
		count++;
	}
	if (count != 3) {
		explain_add(explanation,
		    "no result: %zu character-strings, 3 are needed", count);
		return false;
	}
	if (span_is_exactly(parts[0], "4294967295")) {
		explain_add(explanation,
		    "no result: 4294967295 stands for no AS");
		return false;
	}
	net = arena_alloc(arena, parts[1].len + 1 + parts[2].len);
	memcpy(net, parts[1].text, parts[1].len);
	net[parts[1].len] = '/';
	memcpy(net + parts[1].len + 1, parts[2].text, parts[2].len);
	out->values[HARAKA_ASN] = parts[0];
	out->values[HARAKA_NET] =
	    (struct span){ net, parts[1].len + 1 + parts[2].len };
	return true;
}

bool
haraka_answer_read(enum haraka_provider provider, const uint8_t *rdata,
    size_t len, struct arena *arena, struct explanation *explanation,
    struct haraka_answer *out)
{
	struct span text;

	*out = (struct haraka_answer){ .values = { { NULL, 0 } } };
	if (provider == HARAKA_ROUTEVIEWS)
		return read_strings(rdata, len, arena, explanation, out);
	text.text = answer_join(rdata, len, arena, &text.len);
	return read_columns(&columns[provider], text, explanation, out);
}

void
haraka_put_utf8(struct buf *out, struct span latin1)
{
	for (size_t i = 0; i < latin1.len; i++) {
		uint8_t c = (uint8_t)latin1.text[i];

		if (c >= 0x80) {
			buf_putc(out, (char)(0xc0 | c >> 6));
			c = 0x80 | (c & 0x3f);
		}
		buf_putc(out, (char)c);
	}
}

static bool
is_ascii(char c)
{
	return (uint8_t)c < 0x80;
}

/* Where the first word begins that is not all ASCII; there is one. */
static size_t
first_word(struct span s)
{
	size_t word = 0;
	size_t i = 0;

	while (is_ascii(s.text[i])) {
		if (is_white(s.text[i]))
			word = i + 1;
		i++;
	}
	/* A no-break space behind white space takes that along. */
	if (word == i && i > 0 && s.len - i >= strlen(NO_BREAK_SPACE) &&
	    memcmp(s.text + i, NO_BREAK_SPACE, strlen(NO_BREAK_SPACE)) == 0)
		word = i - 1;
	return word;
}

/* Behind the word that holds the last byte that is not ASCII. */
static size_t
last_word_end(struct span s)
{
	size_t end = s.len;

	while (is_ascii(s.text[end - 1]))
		end--;
	while (end < s.len && !is_white(s.text[end]))
		end++;
	return end;
}

static bool
stays_in_word(const char *text, size_t len, size_t i)
{
	char c = text[i];

	if (c == '-')
		return i > 0 && text[i - 1] != '\n';
	if (c == ' ')
		return i + 1 < len && text[i + 1] != '\n' &&
		    text[i + 1] != '\r';
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || (c != '\0' && strchr("!*+/", c) != NULL);
}

/* Encoding Q of RFC 2047, all in one word, however long. */
static void
put_encoded_word(struct buf *out, struct span s)
{
	buf_puts(out, "=?UTF-8?Q?");
	for (size_t i = 0; i < s.len; i++) {
		char c = s.text[i];

		if (!stays_in_word(s.text, s.len, i))
			buf_printf(out, "=%02X", (unsigned)(uint8_t)c);
		else
			buf_putc(out, c == ' ' ? '_' : c);
	}
	buf_puts(out, "?=");
}

/* A line end inside goes on in a line that begins with a blank. */
static void
put_folded(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		bool crlf =
		    s.text[i] == '\r' && i + 1 < s.len && s.text[i + 1] == '\n';
		size_t next = i + (crlf ? 2 : 1);
		bool continues = next < s.len &&
		    (s.text[next] == ' ' || s.text[next] == '\t');

		if ((s.text[i] != '\r' && s.text[i] != '\n') || continues) {
			buf_putc(out, s.text[i]);
			continue;
		}
		buf_puts(out, "\r\n ");
		i = next - 1;
	}
}

void
haraka_put_header_value(struct buf *out, struct span s)
{
	struct buf text = { 0 };
	size_t start = 0;
	size_t end = 0;
	bool ascii = true;

	while (s.len > 0 && s.text[s.len - 1] == '\n') {
		s.len--;
		if (s.len > 0 && s.text[s.len - 1] == '\r')
			s.len--;
	}
	if (s.len == 0)
		return;
	for (size_t i = 0; i < s.len; i++)
		ascii &= is_ascii(s.text[i]);
	if (!ascii) {
		start = first_word(s);
		end = last_word_end(s);
	}
	buf_put(&text, s.text, start);
	if (!ascii)
		put_encoded_word(&text,
		    (struct span){ s.text + start, end - start });
	buf_put(&text, s.text + end, s.len - end);
	put_folded(out, (struct span){ text.data, text.len });
	buf_free(&text);
}
