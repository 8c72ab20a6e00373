#include "config.h"

#include "mail/haraka-providers.h"

#include <assert.h>
#include <string.h>

#include "dns/zone.h"
#include "io/warn.h"
#include "mail/filter.h"
#include "mail/text.h"

static const char *
zone_of(enum haraka_provider provider, enum family family)
{
	const struct haraka_provider_info *info = &haraka_providers[provider];

	return family == FAMILY_IPV4 ? info->zone : info->zone6;
}

static void
add_zone(struct haraka_providers *p, size_t owner, enum family family)
{
	struct haraka_asked *a = &p->list[owner];
	const char *zone = zone_of(a->provider, family);

	if (zone == NULL)
		return;
	p->zones[p->zone_count] = zone;
	p->owners[p->zone_count] = owner;
	a->sources[family] = (unsigned)p->zone_count++;
}

static void
add(struct haraka_providers *p, enum haraka_provider provider)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].provider == provider)
			return;
	p->list[p->count].provider = provider;
	add_zone(p, p->count, FAMILY_IPV4);
	add_zone(p, p->count, FAMILY_IPV6);
	p->count++;
}

static void
add_named(struct haraka_providers *p, struct span zone)
{
	for (size_t i = 0; i < HARAKA_PROVIDER_MAX; i++)
		if (span_is_exactly(zone, haraka_providers[i].zone)) {
			add(p, (enum haraka_provider)i);
			return;
		}
	warn_line("Haraka: unrecognized ASN provider: %.*s", (int)zone.len,
	    zone.text);
}

void
haraka_providers_add(struct haraka_providers *p, const char *setting)
{
	static const char separators[] = WHITE ",;";

	while (*setting != '\0') {
		size_t len = strcspn(setting, separators);

		add_named(p, (struct span){ setting, len });
		setting += len;
		setting += strspn(setting, separators);
	}
}

void
haraka_providers_ask(const struct haraka_providers *p, struct lookup *l)
{
	const struct addr *addr = &l->target.net.addr;
	char owner[OWNER_MAX];

	assert(l->target.kind == TARGET_NET);
	for (size_t i = 0; i < p->count; i++) {
		const struct haraka_asked *a = &p->list[i];
		const char *zone = zone_of(a->provider, addr->family);

		if (a->failed || zone == NULL)
			continue;
		zone_owner(zone, addr, family_bits(addr->family), owner);
		lookup_add(l, a->sources[addr->family], owner);
	}
}

enum haraka_provider
haraka_providers_owner(const struct haraka_providers *p,
    const struct lookup_query *query)
{
	assert(query->source < p->zone_count);
	return p->list[p->owners[query->source]].provider;
}

bool
haraka_providers_read(const struct haraka_providers *p,
    const struct lookup_query *query, struct arena *arena,
    struct explanation *explanation, struct haraka_answer *out)
{
	const uint8_t *rdata;
	size_t len;

	return filter_first_record(query->answer, explanation, &rdata, &len) &&
	    haraka_answer_read(haraka_providers_owner(p, query), rdata, len,
		arena, explanation, out);
}

/* Reports a provider that failed the test. `query` is NULL: it was not asked. */
static void
tell_failure(const struct haraka_asked *a, const struct lookup_query *query,
    const char *test_ip)
{
	static const char *const kinds[ANSWER_MAX] = {
		[ANSWER_TEXT] = "gave no result that the plugin can read",
		[ANSWER_NONE] = "has no such record",
		[ANSWER_TIMEOUT] = "did not answer in time",
		[ANSWER_SERVFAIL] = "failed",
		[ANSWER_BOGUS] = "failed",
		[ANSWER_LATE] = "failed",
		[ANSWER_SKIPPED] = "failed",
	};
	const char *zone = haraka_providers[a->provider].zone;

	if (query == NULL)
		warn_line("Haraka: %s failed its test: test_ip '%s' gives no "
			  "query; so this provider is not used",
		    zone, test_ip);
	else
		warn_line("Haraka: %s failed its test: it was asked for TXT %s "
			  "(test_ip is %s) and %s; so this provider is not "
			  "used",
		    zone, query->owner, test_ip, kinds[query->answer->kind]);
}

static const struct lookup_query *
find_query(const struct haraka_providers *p, const struct lookup *l,
    size_t owner)
{
	for (size_t i = 0; i < l->query_count; i++)
		if (p->owners[l->queries[i].source] == owner)
			return &l->queries[i];
	return NULL;
}

void
haraka_providers_test(struct haraka_providers *p, const struct lookup *l,
    const char *test_ip)
{
	struct arena arena = { 0 };
	struct haraka_answer answer;

	for (size_t i = 0; i < p->count; i++) {
		const struct lookup_query *query = find_query(p, l, i);

		p->list[i].failed = query == NULL ||
		    !haraka_providers_read(p, query, &arena, NULL, &answer);
		if (p->list[i].failed)
			tell_failure(&p->list[i], query, test_ip);
	}
	arena_free(&arena);
}
