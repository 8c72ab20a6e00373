#ifndef ASNQ_HARAKA_ANSWER_H
#define ASNQ_HARAKA_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
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
	const char *key;    /* what results call it */
	const char *header; /* and headers */
	const char *zone;   /* also its name in the configuration */
	const char *zone6;  /* NULL: it knows nothing of IPv6 */
	/* Its values, in the order in which they are shown. */
	const char *fields[HARAKA_FIELD_MAX];
	size_t field_count;
};

/* By enum haraka_provider. */
extern const struct haraka_provider_info haraka_providers[HARAKA_PROVIDER_MAX];

/* What a provider said: by its fields; text NULL: undefined. Latin-1. */
struct haraka_answer {
	struct span values[HARAKA_FIELD_MAX];
};

/* Of `values` in every provider. */
#define HARAKA_ASN 0
#define HARAKA_NET 1

/*
 * Reads the RDATA of one TXT record as the provider's parser does. False: it
 * gives no result, which the story tells. Texts live in the arena.
 */
bool haraka_answer_read(enum haraka_provider provider, const uint8_t *rdata,
    size_t len, struct arena *arena, struct explanation *explanation,
    struct haraka_answer *out);

/* Appends Latin-1 as UTF-8. */
void haraka_put_utf8(struct buf *out, struct span latin1);

/*
 * Appends the value of a header, in UTF-8, as Haraka writes it: what is not
 * ASCII as an encoded word (RFC 2047).
 */
void haraka_put_header_value(struct buf *out, struct span utf8);

#endif
