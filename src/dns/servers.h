#ifndef ASNQ_SERVERS_H
#define ASNQ_SERVERS_H

#include <stdbool.h>
#include <stddef.h>

/* Addresses in libunbound's form: ADDRESS@PORT, ADDRESS@PORT#TLSNAME. */
struct servers {
	char **list;
	size_t count;
	bool tls; /* DNS over TLS (RFC 7858) is spoken to all of them */
};

/* A zone and the authoritative servers that have a copy of it. */
struct mirror {
	char *zone; /* lower case, no final dot */
	struct servers servers;
};

struct mirrors {
	struct mirror *list;
	size_t count;
};

/*
 * Reads ADDRESS[@PORT][#TLSNAME][,...] and appends; the name, which not all
 * callers allow, asks for TLS. Returns NULL, or what is wrong in words, which
 * the caller frees.
 */
char *servers_add(struct servers *servers, const char *text, bool names);

/* Where systems name their resolvers. */
#define SYSTEM_RESOLVERS "/etc/resolv.conf"

/*
 * Appends the resolvers that resolv.conf(5) names; where it names none, the
 * one on this host. Lines that cannot be read do not count. False, with errno
 * set, where there is no such file.
 */
bool servers_of_system(struct servers *servers);

/* Reads ZONE=ADDRESS[@PORT][,...] likewise. */
char *mirrors_add(struct mirrors *mirrors, const char *text);

/* The mirror of a zone or of one above it; NULL: there is none. */
const struct mirror *mirrors_find(const struct mirrors *mirrors,
    const char *name);

/* Free what they hold; all is zero again. */
void servers_clear(struct servers *servers);
void mirrors_clear(struct mirrors *mirrors);

#endif
