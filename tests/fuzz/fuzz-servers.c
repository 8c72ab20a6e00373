#include "config.h"

#include "dns/servers.h"
#include "dns/zone.h"
#include "fuzz.h"

static void
print(const struct servers *servers, struct buf *out)
{
	for (size_t i = 0; i < servers->count; i++)
		buf_printf(out, "%s%s", i > 0 ? "," : "", servers->list[i]);
	buf_putc(out, '\0');
}

static void
check_servers(const struct servers *servers, bool names)
{
	struct servers again = { .count = 0 };
	struct buf text = { 0 };
	struct buf same = { 0 };

	HOLDS(servers->count > 0);
	HOLDS(names || !servers->tls);
	print(servers, &text);
	HOLDS(servers_add(&again, text.data, names) == NULL);
	HOLDS(again.tls == servers->tls);
	print(&again, &same);
	HOLDS(fuzz_same(text.data, text.len, same.data, same.len));
	servers_clear(&again);
	buf_free(&text);
	buf_free(&same);
}

static void
check_mirrors(const char *text)
{
	struct mirrors mirrors = { .count = 0 };
	char *why = mirrors_add(&mirrors, text);

	for (size_t i = 0; why == NULL && i < mirrors.count; i++) {
		const struct mirror *m = &mirrors.list[i];

		HOLDS(mirrors_find(&mirrors, m->zone) == m);
		check_servers(&m->servers, false);
	}
	free(why);
	mirrors_clear(&mirrors);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xmemdup(data, size);
	struct servers servers = { .count = 0 };
	char *why = servers_add(&servers, text, true);

	if (why == NULL)
		check_servers(&servers, true);
	free(why);
	servers_clear(&servers);
	check_mirrors(text);
	free(text);
	return 0;
}
