#include "config.h"

#include "dns/servers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"
#include "base/span.h"
#include "dns/zone.h"
#include "record/addr.h"

#define BLANKS " \t\r\n"
#define PORT_DNS 53  /* RFC 1035 4.2 */
#define PORT_TLS 853 /* RFC 7858 3.1 */

/* Cuts a text at the first such mark and returns the rest, or NULL. */
static char *
cut_at(char *text, char mark)
{
	char *at = strchr(text, mark);

	if (at != NULL)
		*at++ = '\0';
	return at;
}

/* Returns whether it is an address; IPv6 may have a zone (RFC 4007 11). */
static bool
is_address(const char *text)
{
	size_t len = strcspn(text, "%");
	struct addr a;

	return addr_parse(text, len, &a) &&
	    (text[len] == '\0' ||
		(a.family == FAMILY_IPV6 && text[len + 1] != '\0'));
}

/* Returns a server in libunbound's form, or NULL when the text is none. */
static char *
read_server(const char *text, size_t len, bool names, bool *tls)
{
	char *address = xmemdup(text, len);
	char *name = names ? cut_at(address, '#') : NULL;
	char *port = cut_at(address, '@');
	uint64_t number = name != NULL ? PORT_TLS : PORT_DNS;
	char host[OWNER_MAX];
	char *server = NULL;

	*tls = name != NULL;
	if (is_address(address) &&
	    (port == NULL ||
		(number_parse(port, strlen(port), 65535, &number) &&
		    number > 0)) &&
	    (name == NULL || zone_name(name, strlen(name), host)))
		server = format_text("%s@%u%s%s", address, (unsigned)number,
		    name != NULL ? "#" : "", name != NULL ? name : "");
	free(address);
	return server;
}

char *
servers_add(struct servers *servers, const char *text, bool names)
{
	for (;;) {
		size_t len = strcspn(text, ",");
		struct span one = span_trim((struct span){ text, len });
		bool tls;
		char *server = read_server(one.text, one.len, names, &tls);

		if (server == NULL)
			return format_text("expected ADDRESS[@PORT]%s, not "
					   "'%.*s'",
			    names ? "[#TLSNAME]" : "", (int)len, text);
		if (servers->count > 0 && tls != servers->tls) {
			free(server);
			return xstrdup("either all resolvers speak TLS, or "
				       "none");
		}
		servers->list = xrealloc(servers->list,
		    (servers->count + 1) * sizeof(*servers->list));
		servers->list[servers->count++] = server;
		servers->tls = tls;
		if (text[len] == '\0')
			return NULL;
		text += len + 1;
	}
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
