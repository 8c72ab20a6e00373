#ifndef ASNQ_ORIGIN_TEXT_H
#define ASNQ_ORIGIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "record/origin.h"
#include "record/status.h"

/*
 * Reads the RDATA of one TXT record (RFC 1035 3.3.14: character-strings,
 * each a length byte and that many bytes) as an answer about an address. The
 * text itself shows which form it has:
 *
 *	"15169" "8.8.8.0" "24"				three strings
 *	"15169 8.8.8.0 24"				the same in one
 *	"15169 36040 | 8.8.8.0/24 | US | arin | 2023-12-28"
 *	"8.8.8.0/24 | AS15169 | Google Inc. | 2000-03-30 | US"
 *	"15169 | 8.8.8.0/24 |  | US | Google LLC"
 *
 * The words of an ASN field are AS numbers, with or without "AS", or sets of
 * them in braces. With `path` they are an AS path, whose last word is the
 * origin. The strings of a text with bars are joined with nothing between
 * them (RFC 7208 3.3).
 *
 * Appends an origin of `source` for each AS number and prefix and returns
 * STATUS_OK; or returns STATUS_UNANNOUNCED if the text says that nobody
 * announces the address, and STATUS_MALFORMED if it has none of the forms.
 * The origins' texts are in the arena.
 */
enum status origin_text_read(const uint8_t *rdata, size_t len, bool path,
    unsigned source, struct arena *arena, struct origins *out);

/*
 * Reads "15169 | US | arin | 2000-03-30 | GOOGLE, US", the text about AS
 * `asn`; the name is the rest of the line and may hold bars. Returns
 * STATUS_OK, or STATUS_MALFORMED for other text and for text about another
 * AS. The texts of *out are in the arena.
 */
enum status origin_text_read_name(const uint8_t *rdata, size_t len,
    uint32_t asn, struct arena *arena, struct registration *out);

#endif
