#include "config.h"

#include "dns/zone.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/span.h"
#include "base/suggest.h"

#define LABEL_MAX 63	/* RFC 1035 2.3.4 */
#define REVERSED_MAX 64 /* 32 nibbles, each with a dot */

static const struct provider {
	const char *name;
	const char *zones[FAMILY_MAX]; /* NULL: does not serve the family */
	bool path;		       /* see struct zone */
	bool countryless;	       /* likewise */
} providers[] = {
	{ "routeviews", { "asn.routeviews.org", NULL }, false, true },
	{ "cymru", { "origin.asn.cymru.com", "origin6.asn.cymru.com" }, false,
	    false },
	{ "rspamd", { "asn.rspamd.com", "asn6.rspamd.com" }, false, false },
	{ "monkey", { "origin.asn.spameatingmonkey.net", NULL }, false, false },
	{ "aspath", { "aspath.routeviews.org", NULL }, true, true },
};

#define PROVIDER_COUNT LENGTH(providers)

const struct words provider_words = WORDS_OF(providers, name);

bool
zone_name(const char *text, size_t len, char out[OWNER_MAX])
{
	size_t label = 0;

	if (len > 0 && text[len - 1] == '.')
		len--;
	if (len == 0 || len + REVERSED_MAX >= OWNER_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '.' && label == 0)
			return false;
		if (c != '.' && !isalnum(c) && c != '-' && c != '_')
			return false;
		label = c == '.' ? 0 : label + 1;
		if (label > LABEL_MAX)
			return false;
		out[i] = (char)tolower(c);
	}
	out[len] = '\0';
	return label > 0;
}

bool
zone_is_public(const char *name)
{
	for (size_t i = 0; i < PROVIDER_COUNT; i++)
		for (int f = 0; f < FAMILY_MAX; f++)
			if (providers[i].zones[f] != NULL &&
			    strcmp(providers[i].zones[f], name) == 0)
				return true;
	return false;
}

bool
zone_holds(const char *zone, const char *name)
{
	size_t zone_len = strlen(zone);
	size_t len = strlen(name);

	return len >= zone_len && strcmp(name + len - zone_len, zone) == 0 &&
	    (len == zone_len || name[len - zone_len - 1] == '.');
}

static void
add(struct zones *zones, const char *name, const struct provider *provider,
    const bool serves[FAMILY_MAX])
{
	struct zone *zone = NULL;

	for (size_t i = 0; i < zones->count; i++)
		if (strcmp(zones->list[i].name, name) == 0)
			zone = &zones->list[i];
	if (zone == NULL) {
		zones->list = xrealloc(zones->list,
		    (zones->count + 1) * sizeof(*zones->list));
		zone = &zones->list[zones->count++];
		*zone = (struct zone){ .name = xstrdup(name) };
	}
	for (int f = 0; f < FAMILY_MAX; f++)
		zone->serves[f] |= serves[f];
	if (provider != NULL) {
		zone->provider = true;
		zone->path = provider->path;
		zone->countryless = provider->countryless;
	}
}

static void
add_provider(struct zones *zones, const struct provider *provider)
{
	for (int f = 0; f < FAMILY_MAX; f++) {
		bool serves[FAMILY_MAX] = { false };

		serves[f] = true;
		if (provider->zones[f] != NULL)
			add(zones, provider->zones[f], provider, serves);
	}
}

static char *
unknown_provider(const char *spec)
{
	char *all = words_join(&provider_words, " ");
	char *near = suggest(spec, all);
	char *why;

	if (near != NULL)
		why = format_text("unknown provider '%s'; did you mean '%s'?",
		    spec, near);
	else
		why = format_text("unknown provider '%s'; expected one of: "
				  "%s, or a zone, which has a dot in its name",
		    spec, all);
	free(near);
	free(all);
	return why;
}

/* Adds a zone by its name. A provider's zone serves the provider's family. */
static char *
add_zone(struct zones *zones, const char *spec)
{
	size_t len = strcspn(spec, "/");
	const char *family = spec + len;
	const struct provider *owner = NULL;
	bool serves[FAMILY_MAX] = { true, true };
	char name[OWNER_MAX];

	if (!zone_name(spec, len, name))
		return format_text("'%s' is not a zone name", spec);
	if (strcmp(name, "peer.asn.cymru.com") == 0)
		return xstrdup("peer.asn.cymru.com lists upstreams, not "
			       "origins");
	for (size_t i = 0; i < PROVIDER_COUNT; i++)
		for (int f = 0; f < FAMILY_MAX; f++)
			if (providers[i].zones[f] != NULL &&
			    strcmp(providers[i].zones[f], name) == 0) {
				owner = &providers[i];
				serves[!f] = false;
			}
	if (*family != '\0') {
		if (strcmp(family, "/4") != 0 && strcmp(family, "/6") != 0)
			return format_text("'%s': expected ZONE, ZONE/4 or "
					   "ZONE/6",
			    spec);
		serves[FAMILY_IPV4] = family[1] == '4';
		serves[FAMILY_IPV6] = family[1] == '6';
	}
	add(zones, name, owner, serves);
	return NULL;
}

char *
zones_add(struct zones *zones, const char *specs)
{
	char *why = NULL;

	for (const char *at = specs; why == NULL;) {
		size_t len = strcspn(at, ",");
		struct span s = span_trim((struct span){ at, len });
		char *spec = xmemdup(s.text, s.len);
		size_t i = 0;

		while (
		    i < PROVIDER_COUNT && strcmp(providers[i].name, spec) != 0)
			i++;
		if (i < PROVIDER_COUNT)
			add_provider(zones, &providers[i]);
		else if (strchr(spec, '.') == NULL)
			why = unknown_provider(spec);
		else
			why = add_zone(zones, spec);
		free(spec);
		if (at[len] == '\0')
			break;
		at += len + 1;
	}
	return why;
}

void
zones_clear(struct zones *zones)
{
	for (size_t i = 0; i < zones->count; i++)
		free(zones->list[i].name);
	free(zones->list);
	*zones = (struct zones){ 0 };
}

size_t
zone_owner(const char *zone, const struct addr *a, uint8_t grain,
    char out[OWNER_MAX])
{
	struct prefix shown = prefix_of(a, grain);
	size_t zone_len = strlen(zone);
	size_t len = 0;

	assert(zone_len + REVERSED_MAX < OWNER_MAX);
	for (int i = family_bits(a->family) / 8 - 1; i >= 0; i--) {
		unsigned byte = shown.addr.bytes[i];

		if (a->family == FAMILY_IPV4) {
			if (byte >= 100)
				out[len++] = (char)('0' + byte / 100);
			if (byte >= 10)
				out[len++] = (char)('0' + byte / 10 % 10);
			out[len++] = (char)('0' + byte % 10);
		} else {
			out[len++] = "0123456789abcdef"[byte & 15];
			out[len++] = '.';
			out[len++] = "0123456789abcdef"[byte >> 4];
		}
		out[len++] = '.';
	}
	memcpy(out + len, zone, zone_len + 1);
	return len + zone_len;
}

size_t
zone_owner_of_as(uint32_t asn, char out[OWNER_MAX])
{
	return (
	    size_t)snprintf(out, OWNER_MAX, "AS%u." NAMES_ZONE, (unsigned)asn);
}
