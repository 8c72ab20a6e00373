#include "config.h"

#include "fuzz.h"
#include "mail/rspamd-answer.h"

#define SEPARATORS "| \t\n\v\f\r"

/* Returns whether the exponent is 2^20 or more, which LuaJIT refuses. */
static bool
is_too_large(const char *text)
{
	bool hex = strchr(text, 'x') != NULL || strchr(text, 'X') != NULL;
	const char *exponent = strpbrk(text, hex ? "pP" : "eE");

	return exponent != NULL &&
	    labs(strtol(exponent + 1, NULL, 10)) >= 1L << 20;
}

/* Returns whether C reads a text as a number, as Lua does. */
static bool
is_number(const char *text)
{
	char *end;

	if (is_too_large(text))
		return false;
	strtod(text, &end);
	return end != text && *end == '\0' && strchr(text, '(') == NULL;
}

static bool
is_binary(const char *text)
{
	size_t sign = strspn(text, "+-");

	return text[sign] == '0' && (text[sign + 1] | 0x20) == 'b';
}

static void
check_part(const char **at, struct span found)
{
	size_t len;

	*at += strspn(*at, SEPARATORS);
	len = strcspn(*at, SEPARATORS);
	HOLDS(fuzz_same(found.text, found.len, *at, len));
	*at += len;
}

static void
check_answer(const char *text, bool good, const struct rspamd_answer *a)
{
	const char *at = text + strspn(text, SEPARATORS);
	size_t len = strcspn(at, SEPARATORS);
	char *asn = xmemdup(at, len);

	HOLDS(good == (len > 0));
	if (good && !is_binary(asn))
		HOLDS((a->parts[RSPAMD_ASN].text != NULL) == is_number(asn));
	if (a->parts[RSPAMD_ASN].text != NULL)
		HOLDS(fuzz_same(a->parts[RSPAMD_ASN].text,
		    a->parts[RSPAMD_ASN].len, asn, len));
	at += len;
	check_part(&at, a->parts[RSPAMD_IPNET]);
	check_part(&at, a->parts[RSPAMD_COUNTRY]);
	free(asn);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	struct buf rdata = { 0 };
	struct buf text = { 0 };
	struct buf option = { 0 };
	struct arena arena = { .used = 0 };
	struct explanation explanation = { .lines = { 0 } };
	struct rspamd_answer a;
	bool good;

	in.len = in.len < 250 ? in.len : 250;
	fuzz_rdata(in, &rdata);
	for (size_t i = 0; i < in.len; i++)
		if (in.text[i] != '^')
			buf_putc(&text, in.text[i]);
	buf_putc(&text, '\0');
	good = rspamd_answer_read((const uint8_t *)rdata.data, rdata.len,
	    &arena, &explanation, &a);
	check_answer(text.data, good, &a);
	rspamd_put_option(&option, &a);
	HOLDS(fuzz_is_clean(option.data, option.len, ""));
	HOLDS(
	    fuzz_is_clean(explanation.lines.data, explanation.lines.len, "\n"));
	explain_free(&explanation);
	arena_free(&arena);
	buf_free(&rdata);
	buf_free(&text);
	buf_free(&option);
	return 0;
}
