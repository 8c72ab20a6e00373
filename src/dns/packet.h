#ifndef ASNQ_PACKET_H
#define ASNQ_PACKET_H

#include "dns/answer.h"

/*
 * Reads a DNS response (RFC 1035 4.1) to a query for TXT, which may be any
 * bytes. All TXT records of the answer section count, in their order, and so do
 * those that a CNAME leads to. Returns one of these answers, whose reference
 * the caller owns:
 *
 *	ANSWER_TEXT	with the least TTL of CNAMEs and records
 *	ANSWER_NONE	NXDOMAIN, or no TXT record; with an SOA, the TTL is
 *			its negative one (RFC 2308 5)
 *	ANSWER_SERVFAIL	another response code, a referral (RFC 2308 2.2), or an
 *			unreadable packet
 */
struct answer *packet_read(const uint8_t *packet, size_t len);

/* For how many seconds answers are cached. */
#define TTL_MIN 1
#define TTL_MAX 86400	  /* records: a day */
#define TTL_NONE_MAX 3600 /* "no such record": an hour */

#endif
