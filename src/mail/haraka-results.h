#ifndef ASNQ_HARAKA_RESULTS_H
#define ASNQ_HARAKA_RESULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "mail/haraka-answer.h"
#include "record/record.h"

/* The members of the results. */
enum haraka_member {
	HARAKA_MEMBER_ASN,
	HARAKA_MEMBER_NET,
	HARAKA_MEMBER_ORG,
	HARAKA_MEMBER_PROVIDERS, /* that of the first enum haraka_provider */
	HARAKA_MEMBER_MAX = HARAKA_MEMBER_PROVIDERS + HARAKA_PROVIDER_MAX
};

/* The plugin's results for one address. All zero is "no results". */
struct haraka_results {
	struct span asn; /* Latin-1, as all texts but `org` */
	struct span net;
	struct span org; /* UTF-8 */
	bool is_number;	 /* `asn`, since it is from a database */
	struct haraka_answer answers[HARAKA_PROVIDER_MAX];
	/* The members that are set, in the order in which that happened. */
	unsigned order[HARAKA_MEMBER_MAX];
	size_t count;
};

/* Add an AS number or an organisation from a database. */
void haraka_results_add_asn(struct haraka_results *results, struct span number);
void haraka_results_add_org(struct haraka_results *results, struct span org);

/* Adds an answer. Its AS and its network each replace an earlier one. */
void haraka_results_add(struct haraka_results *results,
    enum haraka_provider provider, const struct haraka_answer *a);

#define HARAKA_VALUE_MAX                                                       \
	(HARAKA_MEMBER_PROVIDERS + HARAKA_PROVIDER_MAX * HARAKA_FIELD_MAX)

/*
 * Sets the names of the values that haraka_results_tell() adds, as in
 * "CYMRU_ASN", and returns their number. They live in the arena.
 */
size_t haraka_results_name(const char *names[HARAKA_VALUE_MAX],
    struct arena *arena);

/* Adds all results, set or not, to a record as values of these names. */
void haraka_results_tell(const struct haraka_results *results,
    const char *const *names, struct record *r);

#endif
