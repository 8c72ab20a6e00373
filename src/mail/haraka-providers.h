#ifndef ASNQ_HARAKA_PROVIDERS_H
#define ASNQ_HARAKA_PROVIDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "lookup/lookup.h"
#include "mail/haraka-answer.h"
#include "record/addr.h"

#define HARAKA_ZONE_MAX (HARAKA_PROVIDER_MAX * FAMILY_MAX)

/* A provider of the configuration. */
struct haraka_asked {
	enum haraka_provider provider;
	unsigned sources[FAMILY_MAX]; /* its zones, if it has them */
	bool failed;		      /* the test, so that it is not asked */
};

/* The providers of the configuration, in its order. All zero: none. */
struct haraka_providers {
	struct haraka_asked list[HARAKA_PROVIDER_MAX];
	size_t count;
	const char *zones[HARAKA_ZONE_MAX];
	size_t owners[HARAKA_ZONE_MAX]; /* the provider of each zone */
	size_t zone_count;
};

/*
 * Adds the providers that a setting names by their zones, each once; reports
 * unknown ones on stderr.
 */
void haraka_providers_add(struct haraka_providers *p, const char *setting);

/* Queries each provider of the target's family that did not fail. */
void haraka_providers_ask(const struct haraka_providers *p, struct lookup *l);

/* Returns whose query this is. */
enum haraka_provider haraka_providers_owner(const struct haraka_providers *p,
    const struct lookup_query *query);

/*
 * Reads the first record of a provider's answer as haraka_answer_read() does.
 * Returns false also if there is no record.
 */
bool haraka_providers_read(const struct haraka_providers *p,
    const struct lookup_query *query, struct arena *arena,
    struct explanation *explanation, struct haraka_answer *out);

/*
 * Takes the answers about the test's address: providers whose answer gives no
 * result have failed, which is said on stderr. `test_ip` is the setting.
 */
void haraka_providers_test(struct haraka_providers *p, const struct lookup *l,
    const char *test_ip);

#endif
