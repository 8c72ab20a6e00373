#include "config.h"

#include "mail/haraka-results.h"

#include <assert.h>

#include "base/array.h"
#include "base/buf.h"
#include "mail/haraka-header.h"
#include "mail/text.h"

static void
note(struct haraka_results *r, unsigned member)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->order[i] == member)
			return;
	assert(r->count < LENGTH(r->order));
	r->order[r->count++] = member;
}

void
haraka_results_add_asn(struct haraka_results *results, struct span number)
{
	results->asn = number;
	results->is_number = true;
	note(results, HARAKA_MEMBER_ASN);
}

void
haraka_results_add_org(struct haraka_results *results, struct span org)
{
	results->org = org;
	note(results, HARAKA_MEMBER_ORG);
}

void
haraka_results_add(struct haraka_results *results,
    enum haraka_provider provider, const struct haraka_answer *a)
{
	if (a->values[HARAKA_ASN].len > 0) {
		results->asn = a->values[HARAKA_ASN];
		note(results, HARAKA_MEMBER_ASN);
	}
	if (a->values[HARAKA_NET].len > 0) {
		results->net = a->values[HARAKA_NET];
		note(results, HARAKA_MEMBER_NET);
	}
	results->answers[provider] = *a;
	note(results, HARAKA_MEMBER_PROVIDERS + provider);
}

static const char *
name_of_field(const struct haraka_provider_info *info, size_t field,
    struct arena *arena)
{
	struct buf name = { 0 };
	char *kept;

	buf_printf(&name, "%s_%s", info->header, info->fields[field]);
	kept = arena_copy(arena, name.data, name.len);
	buf_free(&name);
	text_to_upper(kept);
	return kept;
}

size_t
haraka_results_name(const char *names[HARAKA_VALUE_MAX], struct arena *arena)
{
	size_t count = HARAKA_MEMBER_PROVIDERS;

	names[HARAKA_MEMBER_ASN] = "ASN";
	names[HARAKA_MEMBER_NET] = "NET";
	names[HARAKA_MEMBER_ORG] = "ORG";
	for (size_t p = 0; p < HARAKA_PROVIDER_MAX; p++)
		for (size_t i = 0; i < haraka_providers[p].field_count; i++)
			names[count++] =
			    name_of_field(&haraka_providers[p], i, arena);
	return count;
}

static void
add_value(struct record *r, const char *name, struct span latin1)
{
	struct buf utf8 = { 0 };
	struct span text = { NULL, 0 };

	buf_reserve(&utf8, 1);
	haraka_header_put_utf8(&utf8, latin1);
	if (latin1.text != NULL)
		text = (struct span){ utf8.data, utf8.len };
	record_add_value(r, name, text);
	buf_free(&utf8);
}

void
haraka_results_tell(const struct haraka_results *results,
    const char *const *names, struct record *r)
{
	size_t count = HARAKA_MEMBER_PROVIDERS;

	add_value(r, names[HARAKA_MEMBER_ASN], results->asn);
	add_value(r, names[HARAKA_MEMBER_NET], results->net);
	record_add_value(r, names[HARAKA_MEMBER_ORG], results->org);
	for (size_t p = 0; p < HARAKA_PROVIDER_MAX; p++)
		for (size_t i = 0; i < haraka_providers[p].field_count; i++)
			add_value(r, names[count++],
			    results->answers[p].values[i]);
}
