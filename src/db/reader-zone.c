#include "config.h"

#include "db/reader-zone.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "record/addr.h"
#include "record/origin-text.h"
#include "record/status.h"

#define STRING_MAX 255 /* bytes of a character-string (RFC 1035 3.3) */
#define DEFAULT_MAX 16 /* origins of a default value, which many lines have */

/* Reads r->rdata as an answer of a zone. */
static enum line_result
read_rdata(struct form_reader *r)
{
	struct origin_reader reader = {
		.arena = &r->texts,
		.out = &r->origins,
	};

	switch (origin_text_read(&reader, (const uint8_t *)r->rdata.data,
	    r->rdata.len)) {
	case STATUS_OK:
		return LINE_GOOD;
	case STATUS_UNANNOUNCED:
		return LINE_SKIPPED;
	default:
		return LINE_BAD;
	}
}

/* Makes RDATA of a text, of several strings if it is too long for one. */
static void
make_rdata(struct buf *out, struct span text)
{
	buf_clear(out);
	do {
		size_t len = text.len < STRING_MAX ? text.len : STRING_MAX;

		buf_putc(out, (char)len);
		buf_put(out, text.text, len);
		text = (struct span){ text.text + len, text.len - len };
	} while (text.len > 0);
}

/* Returns the text of an rbldnsd value, :ADDRESS:TEXT or TEXT. */
static struct span
text_of_value(struct span value)
{
	const char *colon;

	if (value.len == 0 || value.text[0] != ':')
		return value;
	colon = memchr(value.text + 1, ':', value.len - 1);
	if (colon == NULL)
		return (struct span){ value.text, 0 };
	return (struct span){ colon + 1,
		(size_t)(value.text + value.len - colon - 1) };
}

/* Reads a prefix, or one address. */
static bool
read_net(struct span word, struct prefix *out)
{
	struct addr a;

	if (addr_parse(word.text, word.len, &a)) {
		*out = prefix_of(&a, family_bits(a.family));
		return true;
	}
	return prefix_parse(word.text, word.len, out);
}

static enum line_result
set_default(struct form_reader *r, struct span line)
{
	struct span text = text_of_value(line);

	if (text.len > STRING_MAX)
		return LINE_BAD;
	buf_clear(&r->default_text);
	buf_put(&r->default_text, text.text, text.len);
	return LINE_SKIPPED;
}

static enum line_result
exclude(struct form_reader *r, struct span word)
{
	struct prefix p;

	if (!read_net(word, &p))
		return LINE_BAD;
	table_exclude(r->table, &p);
	return LINE_GOOD;
}

enum line_result
form_rbldnsd(struct form_reader *r, struct span line)
{
	struct origin o = { .asn = 0 };
	struct span word;
	struct span text;
	enum line_result result;
	bool by_default;

	assert(line.len > 0);
	if (line.text[0] == ':')
		return set_default(r, line);
	word = form_take_word(&line);
	if (word.len > 0 && word.text[0] == '!')
		return exclude(r, (struct span){ word.text + 1, word.len - 1 });
	if (!read_net(word, &o.prefix))
		return LINE_BAD;
	text = text_of_value(line);
	by_default = text.len == 0;
	if (by_default)
		text =
		    (struct span){ r->default_text.data, r->default_text.len };
	if (text.len == 0)
		return LINE_BAD;
	make_rdata(&r->rdata, text);
	result = read_rdata(r);
	if (result == LINE_BAD)
		result = form_add_origins(r, &o, text);
	return by_default && r->origins.count > DEFAULT_MAX ? LINE_BAD : result;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span
skip_blanks(struct span text)
{
	while (text.len > 0 && is_blank(text.text[0]))
		text = (struct span){ text.text + 1, text.len - 1 };
	return text;
}

/* Makes RDATA of quoted character-strings (RFC 1035 5.1). */
static bool
read_strings(struct buf *out, struct span text)
{
	struct span string = { NULL, 0 };

	buf_clear(out);
	while (text.len > 0 && text.text[0] == '"') {
		size_t len = 1;

		while (len < text.len && text.text[len] != '"')
			len += text.text[len] == '\\' ? 2 : 1;
		if (len >= text.len || len > STRING_MAX)
			return false;
		string = (struct span){ text.text + 1, len - 1 };
		buf_putc(out, (char)string.len);
		buf_put(out, string.text, string.len);
		text.text += len + 1;
		text.len -= len + 1;
		text = skip_blanks(text);
	}
	return string.text != NULL;
}

/* Only TXT records count; SOA, NS and lines without an owner are skipped. */
enum line_result
form_zone_file(struct form_reader *r, struct span line)
{
	bool is_other;

	assert(line.len > 0);
	is_other = is_blank(line.text[0]);
	form_take_word(&line);
	while (line.len > 0 && line.text[0] != '"') {
		struct span word = form_take_word(&line);

		if (span_is(word, "TXT"))
			return read_strings(&r->rdata, line) ? read_rdata(r)
							     : LINE_BAD;
		is_other |= span_is(word, "SOA") || span_is(word, "NS");
	}
	return is_other ? LINE_SKIPPED : LINE_BAD;
}
