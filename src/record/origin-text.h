#ifndef ASNQ_ORIGIN_TEXT_H
#define ASNQ_ORIGIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "record/origin.h"
#include "record/status.h"

/*
 * The widest prefix inside of a target that nothing covers, and its lowest AS
 * number. All zero is none.
 */
struct inside {
	bool found;
	uint32_t asn;
	struct prefix prefix;
};

/* Takes a prefix and its AS number if they are such, and better. */
void inside_take(struct inside *in, const struct prefix *net,
    const struct prefix *p, uint32_t asn);

/* How the texts of one answer are read, and what they say. */
struct origin_reader {
	bool path;		  /* the ASN fields are AS paths */
	unsigned source;	  /* of the origins */
	const struct prefix *net; /* the target; NULL: every prefix counts */
	struct arena *arena;	  /* holds the origins' texts */
	struct origins *out;	  /* the origins are appended here */
	size_t from;		  /* index in it of the answer's first one */

	/* Of all texts that were read so far: */
	size_t dropped;	      /* prefixes that do not cover the target */
	struct inside inside; /* of these, one inside of it */
	bool truncated;	      /* they name more than ORIGINS_MAX origins */
};

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
 * them in braces. In an AS path the last word is the origin. The strings of a text with bars are joined with nothing between
 * them (RFC 7208 3.3).
 *
 * Appends an origin for each AS number and each prefix that counts, and returns
 * STATUS_OK. Returns STATUS_MISMATCH if no prefix covers the target,
 * STATUS_UNANNOUNCED if the text says that nobody announces the address, and
 * STATUS_MALFORMED if it has none of the forms.
 *
 * A text can name many AS numbers and many prefixes, whose product is bounded:
 * an answer about a target has at most ORIGINS_MAX origins, those of the most
 * specific prefixes and of the lowest AS numbers. Without a target, a text with
 * more than ORIGINS_MAX is malformed unless one of the two counts is 1.
 */
enum status origin_text_read(struct origin_reader *r, const uint8_t *rdata,
    size_t len);

/*
 * Reads "15169 | US | arin | 2000-03-30 | GOOGLE, US", the text about AS
 * `asn`; the name is the rest of the line and may hold bars. Returns
 * STATUS_OK, or STATUS_MALFORMED for other text and for text about another
 * AS. The texts of *out are in the arena.
 */
enum status origin_text_read_name(const uint8_t *rdata, size_t len,
    uint32_t asn, struct arena *arena, struct registration *out);

#endif
