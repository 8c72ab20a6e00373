#ifndef ASNQ_SERVERS_H
#define ASNQ_SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PORT_DNS 53  /* RFC 1035 4.2 */
#define PORT_TLS 853 /* RFC 7858 3.1 */

/*
 * Addresses in libunbound's form: ADDRESS@PORT, ADDRESS@PORT#TLSNAME. The zone
 * of an IPv6 address (RFC 4007 11) is the number of a network interface.
 */
struct servers {
	char **list;
	size_t count;
	bool tls; /* speak DNS over TLS (RFC 7858) to all of them */
};

/* A zone, with authoritative servers that have a copy of it. */
struct mirror {
	char *zone; /* lower case, no final dot */
	struct servers servers;
};

struct mirrors {
	struct mirror *list;
	size_t count;
};

/*
 * Reads ADDRESS[@PORT][#TLSNAME][,...] and appends the servers. A name means
 * TLS; `names` allows it. Returns NULL, or what is wrong, in words, which the
 * caller frees.
 */
char *servers_add(struct servers *servers, const char *text, bool names);

/*
 * Appends the port of each server to a list of *count ports. Returns the list,
 * perhaps at another address; the caller frees it.
 */
uint16_t *servers_ports(const struct servers *servers, uint16_t *list,
    size_t *count);

/* The file in which systems name their resolvers: resolv.conf(5). */
#define SYSTEM_RESOLVERS "/etc/resolv.conf"

/*
 * Appends the resolvers of that file or, when it names none, the one on this
 * host. Skips lines that cannot be read. Returns false, with errno set, when
 * the file cannot be opened.
 */
bool servers_of_system(struct servers *servers);

/*
 * Reads ZONE=ADDRESS[@PORT][,...] and appends the servers to those of the zone.
 * Returns NULL, or what is wrong, in words, which the caller frees.
 */
char *mirrors_add(struct mirrors *mirrors, const char *text);

/*
 * Returns the mirror of the zone that a name is in: of several, the one of the
 * longest zone. NULL: no mirrored zone holds the name.
 */
const struct mirror *mirrors_find(const struct mirrors *mirrors,
    const char *name);

/* Free what they hold and empty them. */
void servers_clear(struct servers *servers);
void mirrors_clear(struct mirrors *mirrors);

#endif
