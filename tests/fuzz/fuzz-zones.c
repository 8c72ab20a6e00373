#include "config.h"

#include "dns/zone.h"
#include "fuzz.h"

/* Appends the zones as a list for zones_add(). */
static void
print(const struct zones *zones, struct buf *out)
{
	for (size_t i = 0; i < zones->count; i++) {
		const struct zone *z = &zones->list[i];

		HOLDS(z->serves[FAMILY_IPV4] || z->serves[FAMILY_IPV6]);
		buf_printf(out, "%s%s.%s", i > 0 ? "," : "", z->name,
		    !z->serves[FAMILY_IPV6]	  ? "/4"
			: !z->serves[FAMILY_IPV4] ? "/6"
						  : "");
	}
	buf_putc(out, '\0');
}

static void
check_zone(const struct zone *zone)
{
	static const char *const addresses[] = { "255.255.255.255",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" };
	char name[OWNER_MAX];

	HOLDS(zone_name(zone->name, strlen(zone->name), name));
	HOLDS(strcmp(zone->name, name) == 0);
	for (size_t i = 0; i < LENGTH(addresses); i++) {
		char owner[OWNER_MAX];
		struct addr a;
		size_t len;

		HOLDS(addr_parse(addresses[i], strlen(addresses[i]), &a));
		len = zone_owner(zone->name, &a, family_bits(a.family), owner);
		HOLDS(len == strlen(owner) && len < OWNER_MAX);
		HOLDS(zone_holds(zone->name, owner));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *specs = xmemdup(data, size);
	struct zones zones = { .count = 0 };
	struct zones again = { .count = 0 };
	struct buf text = { 0 };
	struct buf same = { 0 };
	char *why = zones_add(&zones, specs);

	for (size_t i = 0; i < zones.count; i++)
		check_zone(&zones.list[i]);
	if (why == NULL) {
		print(&zones, &text);
		HOLDS(zones_add(&again, text.data) == NULL);
		print(&again, &same);
		HOLDS(fuzz_same(text.data, text.len, same.data, same.len));
	}
	free(why);
	free(specs);
	zones_clear(&zones);
	zones_clear(&again);
	buf_free(&text);
	buf_free(&same);
	return 0;
}
