#ifndef ASNQ_RSPAMD_ANSWER_H
#define ASNQ_RSPAMD_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "base/words.h"
#include "record/explain.h"

/* The task variables that rspamd's module sets. */
enum rspamd_variable {
	RSPAMD_ASN,
	RSPAMD_IPNET,
	RSPAMD_COUNTRY,
	RSPAMD_VARIABLE_MAX
};

/* Their names: "asn". */
extern const struct words rspamd_variables;

/* An answer as the module splits it; text NULL: not set. */
struct rspamd_answer {
	struct span parts[RSPAMD_VARIABLE_MAX];
};

/*
 * Reads the RDATA of one TXT record. Returns false, and explains it, if the
 * module fails or the text is empty. The parts live in the arena.
 */
bool rspamd_answer_read(const uint8_t *rdata, size_t len, struct arena *arena,
    struct explanation *explanation, struct rspamd_answer *out);

/* Appends the option of the result: "asn:15169, country:US". */
void rspamd_put_option(struct buf *out, const struct rspamd_answer *answer);

#endif
