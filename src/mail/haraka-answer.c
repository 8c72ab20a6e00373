#include "config.h"

#include "mail/haraka-answer.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "dns/answer.h"
#include "mail/text.h"

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

/* How a text with bars is read; at_least 0: the provider sends no bars. */
struct columns {
	size_t at_least;	       /* columns; fewer are no result */
	unsigned of[HARAKA_FIELD_MAX]; /* the column of each field */
	size_t asn_skip;	       /* bytes before the AS number */
};

static const struct columns columns[HARAKA_PROVIDER_MAX] = {
	[HARAKA_CYMRU] = { 4, { 0, 1, 2, 3, 4 }, 0 },
	[HARAKA_RSPAMD] = { 4, { 0, 1, 2, 3, 4 }, 0 },
	/* Two bytes are cut off the AS, meant to be "AS". */
	[HARAKA_MONKEY] = { 3, { 1, 0, 2, 3, 4 }, 2 },
};

/* Returns whether JavaScript's trim() removes a byte of Latin-1. */
static bool
is_trimmed(char c)
{
	return text_is_white(c) || c == '\xa0';
}

/* Splits a text at bars; returns how many parts there are, stored or not. */
static size_t
split_bars(struct span text, struct span parts[HARAKA_FIELD_MAX])
{
	size_t count = 0;
	size_t from = 0;

	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && text.text[i] != '|')
			continue;
		if (count < HARAKA_FIELD_MAX)
			parts[count] =
			    text_trim_by((struct span){ text.text + from,
					     i - from },
				is_trimmed);
		count++;
		from = i + 1;
	}
	return count;
}

/* Cuts off the bytes before an AS number, whatever they are. */
static void
skip_letters(struct span *asn, size_t skip, struct explanation *explanation)
{
	size_t cut = skip < asn->len ? skip : asn->len;

	if (skip == 0)
		return;
	if (cut < skip || memcmp(asn->text, "AS", skip) != 0)
		explain_add_bug(explanation,
		    "the first two letters of the AS are cut off unread");
	asn->text += cut;
	asn->len -= cut;
}

static bool
read_columns(const struct columns *c, struct span text,
    struct explanation *explanation, struct haraka_answer *out)
{
	struct span parts[HARAKA_FIELD_MAX] = { { NULL, 0 } };
	size_t count = split_bars(text, parts);

	if (count < c->at_least) {
		explain_add(explanation,
		    "no result: %zu fields between bars, but at least %zu "
		    "are needed",
		    count, c->at_least);
		return false;
	}
	for (size_t i = 0; i < HARAKA_FIELD_MAX; i++)
		out->values[i] = parts[c->of[i]];
	skip_letters(&out->values[HARAKA_ASN], c->asn_skip, explanation);
	return true;
}

#define STRINGS 3 /* of RouteViews: ASN, network, length */

/* Returns how many character-strings there are, stored or not. */
static size_t
split_strings(const uint8_t *rdata, size_t len, struct span parts[STRINGS])
{
	struct span string;
	size_t count = 0;
	size_t at = 0;

	while (answer_next_string(rdata, len, &at, &string)) {
		if (count < STRINGS)
			parts[count] = string;
		count++;
	}
	return count;
}

/* Returns "NETWORK/LENGTH". */
static struct span
join_net(struct span network, struct span length, struct arena *arena)
{
	struct buf net = { 0 };

	buf_put(&net, network.text, network.len);
	buf_putc(&net, '/');
	buf_put(&net, length.text, length.len);
	return text_keep(arena, &net);
}

static bool
read_strings(const uint8_t *rdata, size_t len, struct arena *arena,
    struct explanation *explanation, struct haraka_answer *out)
{
	struct span parts[STRINGS] = { { NULL, 0 } };
	size_t count = split_strings(rdata, len, parts);

	if (count != STRINGS) {
		explain_add(explanation,
		    "no result: %zu character-strings, but 3 are needed",
		    count);
		return false;
	}
	if (span_is_exactly(parts[0], "4294967295")) {
		explain_add(explanation, "no result: 4294967295 means no AS");
		return false;
	}
	out->values[HARAKA_ASN] = parts[0];
	out->values[HARAKA_NET] = join_net(parts[1], parts[2], arena);
	return true;
}

bool
haraka_answer_read(enum haraka_provider provider, const uint8_t *rdata,
    size_t len, struct arena *arena, struct explanation *explanation,
    struct haraka_answer *out)
{
	struct span text;

	assert(provider < HARAKA_PROVIDER_MAX);
	*out = (struct haraka_answer){ .values = { { NULL, 0 } } };
	if (columns[provider].at_least == 0)
		return read_strings(rdata, len, arena, explanation, out);
	text.text = answer_join(rdata, len, arena, &text.len);
	return read_columns(&columns[provider], text, explanation, out);
}
