#include "config.h"

#include "dns/servers.h"

#include <net/if.h>

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"
#include "base/span.h"
#include "dns/zone.h"
#include "record/addr.h"

#define BLANKS " \t\r\n"

/* Cuts a text at the first such mark and returns the rest, or NULL. */
static char *
cut_at(char *text, char mark)
{
	char *at = strchr(text, mark);

	if (at != NULL)
		*at++ = '\0';
	return at;
}

/*
 * Reads the zone of an IPv6 address: the name of an interface, or its number.
 * A confined process cannot look names up, so libunbound gets the number.
 */
static bool
read_zone(const char *text, unsigned *zone)
{
	uint64_t number;

	*zone = if_nametoindex(text);
	if (*zone == 0 && number_parse(text, strlen(text), INT_MAX, &number))
		*zone = (unsigned)number;
	return *zone != 0;
}

/* The parts of ADDRESS[%ZONE][@PORT][#TLSNAME]; NULL where one is missing. */
struct parts {
	const char *address;
	const char *zone;
	const char *port;
	const char *name;
};

/* Cuts a text into parts. */
static struct parts
cut(char *text, bool names)
{
	struct parts p = { .address = text };

	p.name = names ? cut_at(text, '#') : NULL;
	p.port = cut_at(text, '@');
	p.zone = cut_at(text, '%');
	return p;
}

/* Returns a server in libunbound's form, or sets *why to what is wrong. */
static char *
make_server(const struct parts *p, char **why)
{
	uint64_t port = p->name != NULL ? PORT_TLS : PORT_DNS;
	char zone[sizeof("%2147483647")] = "";
	char host[OWNER_MAX];
	unsigned number;
	struct addr a;

	if (!addr_parse(p->address, strlen(p->address), &a) ||
	    (p->port != NULL &&
		(!number_parse(p->port, strlen(p->port), 65535, &port) ||
		    port == 0)) ||
	    (p->name != NULL && !zone_name(p->name, strlen(p->name), host)) ||
	    (p->zone != NULL &&
		(a.family != FAMILY_IPV6 || p->zone[0] == '\0')))
		return NULL;
	if (p->zone != NULL && !read_zone(p->zone, &number)) {
		*why =
		    format_text("there is no network interface '%s'", p->zone);
		return NULL;
	}
	if (p->zone != NULL)
		snprintf(zone, sizeof(zone), "%%%u", number);
	return format_text("%s%s@%u%s%s", p->address, zone, (unsigned)port,
	    p->name != NULL ? "#" : "", p->name != NULL ? p->name : "");
}

/* Appends the server that a text is. Returns NULL, or what is wrong. */
static char *
add_server(struct servers *servers, struct span text, bool names)
{
	char *copy = xmemdup(text.text, text.len);
	struct parts parts = cut(copy, names);
	bool tls = parts.name != NULL;
	char *why = NULL;
	char *server = make_server(&parts, &why);

	free(copy);
	if (server == NULL)
		return why != NULL
		    ? why
		    : format_text("expected ADDRESS[@PORT]%s, "
				  "not '%.*s'",
			  names ? "[#TLSNAME]" : "", (int)text.len, text.text);
	if (servers->count > 0 && tls != servers->tls) {
		free(server);
		return xstrdup("either all resolvers speak TLS, or none");
	}
	servers->list = xrealloc(servers->list,
	    (servers->count + 1) * sizeof(*servers->list));
	servers->list[servers->count++] = server;
	servers->tls = tls;
	return NULL;
}

char *
servers_add(struct servers *servers, const char *text, bool names)
{
	for (;;) {
		size_t len = strcspn(text, ",");
		char *why = add_server(servers,
		    span_trim((struct span){ text, len }), names);

		if (why != NULL || text[len] == '\0')
			return why;
		text += len + 1;
	}
}

uint16_t *
servers_ports(const struct servers *servers, uint16_t *list, size_t *count)
{
	list = xrealloc(list, (*count + servers->count + 1) * sizeof(*list));
	for (size_t i = 0; i < servers->count; i++) {
		const char *port = strchr(servers->list[i], '@') + 1;
		uint64_t number;
		bool good =
		    number_parse(port, strcspn(port, "#"), 65535, &number);

		assert(good);
		(void)good;
		list[(*count)++] = (uint16_t)number;
	}
	return list;
}

bool
servers_of_system(struct servers *servers)
{
	FILE *in = fopen(SYSTEM_RESOLVERS, "r");
	char *line = NULL;
	size_t size = 0;

	if (in == NULL)
		return false;
	while (getline(&line, &size, in) >= 0) {
		char *at = line + strspn(line, BLANKS);

		if (strncmp(at, "nameserver", 10) != 0 ||
		    strcspn(at, BLANKS) != 10)
			continue;
		at += 10 + strspn(at + 10, BLANKS);
		at[strcspn(at, BLANKS)] = '\0';
		free(servers_add(servers, at, false));
	}
	if (servers->count == 0)
		free(servers_add(servers, "127.0.0.1", false));
	free(line);
	fclose(in);
	return true;
}

char *
mirrors_add(struct mirrors *mirrors, const char *text)
{
	size_t len = strcspn(text, "=");
	struct mirror *m = NULL;
	char name[OWNER_MAX];

	if (text[len] == '\0' || !zone_name(text, len, name))
		return format_text("expected ZONE=ADDRESS[@PORT][,...], not "
				   "'%s'",
		    text);
	for (size_t i = 0; i < mirrors->count; i++)
		if (strcmp(mirrors->list[i].zone, name) == 0)
			m = &mirrors->list[i];
	if (m == NULL) {
		mirrors->list = xrealloc(mirrors->list,
		    (mirrors->count + 1) * sizeof(*mirrors->list));
		m = &mirrors->list[mirrors->count++];
		*m = (struct mirror){ .zone = xstrdup(name) };
	}
	return servers_add(&m->servers, text + len + 1, false);
}

const struct mirror *
mirrors_find(const struct mirrors *mirrors, const char *name)
{
	const struct mirror *best = NULL;

	for (size_t i = 0; i < mirrors->count; i++)
		if (zone_holds(mirrors->list[i].zone, name) &&
		    (best == NULL ||
			strlen(mirrors->list[i].zone) > strlen(best->zone)))
			best = &mirrors->list[i];
	return best;
}

void
servers_clear(struct servers *servers)
{
	for (size_t i = 0; i < servers->count; i++)
		free(servers->list[i]);
	free(servers->list);
	*servers = (struct servers){ .count = 0 };
}

void
mirrors_clear(struct mirrors *mirrors)
{
	for (size_t i = 0; i < mirrors->count; i++) {
		free(mirrors->list[i].zone);
		servers_clear(&mirrors->list[i].servers);
	}
	free(mirrors->list);
	*mirrors = (struct mirrors){ .count = 0 };
}
