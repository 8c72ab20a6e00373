#ifndef ASNQ_HARAKA_ANSWER_H
#define ASNQ_HARAKA_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "record/explain.h"

/* The providers that haraka-plugin-asn knows. */
enum haraka_provider {
	HARAKA_CYMRU,
	HARAKA_ROUTEVIEWS,
	HARAKA_RSPAMD,
	HARAKA_MONKEY,
	HARAKA_PROVIDER_MAX
};

#define HARAKA_FIELD_MAX 5

struct haraka_provider_info {
	const char *key;    /* its name in results */
	const char *header; /* and in headers */
	const char *zone;   /* also its name in the configuration */
	const char *zone6;  /* NULL: it does not serve IPv6 */
	/* The names of its fields, in the order of output. */
	const char *fields[HARAKA_FIELD_MAX];
	size_t field_count;
};

extern const struct haraka_provider_info haraka_providers[HARAKA_PROVIDER_MAX];

/* A provider's answer by its fields, in Latin-1; text NULL: undefined. */
struct haraka_answer {
	struct span values[HARAKA_FIELD_MAX];
};

/* The first two fields of every provider. */
#define HARAKA_ASN 0
#define HARAKA_NET 1

/*
 * Reads the RDATA of one TXT record as the provider's parser does. Returns
 * false, and explains why, if the parser gives no result. The texts live in
 * the arena or in the RDATA.
 */
bool haraka_answer_read(enum haraka_provider provider, const uint8_t *rdata,
    size_t len, struct arena *arena, struct explanation *explanation,
    struct haraka_answer *out);

#endif
