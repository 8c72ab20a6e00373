#ifndef ASNQ_RSPAMD_ANSWER_H
#define ASNQ_RSPAMD_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "record/explain.h"

/* What rspamd's module makes of an answer; text NULL: nothing. */
struct rspamd_answer {
	struct span asn;
	struct span ipnet;
	struct span country;
};

/*
 * Reads the RDATA of one TXT record. False: the module fails, or has nothing
 * to read; the story tells. Texts live in the arena.
 */
bool rspamd_answer_read(const uint8_t *rdata, size_t len, struct arena *arena,
    struct explanation *explanation, struct rspamd_answer *out);

/* Whether Lua (that of LuaJIT) takes a text without blanks for a number. */
bool rspamd_is_number(struct span text);

/* Appends the text of the result's option: "asn:15169, country:US". */
void rspamd_put_option(struct buf *out, const struct rspamd_answer *answer);

#endif
