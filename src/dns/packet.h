#ifndef ASNQ_PACKET_H
#define ASNQ_PACKET_H

#include "dns/answer.h"

/*
 * Reads a DNS response (RFC 1035 4.1) whose question was for TXT. All TXT
 * records of the answer section count, in their order, so those behind CNAMEs
 * do too. Returns an answer, of which one reference is the caller's:
 *
 *	ANSWER_TEXT	with the least TTL of CNAMEs and records
 *	ANSWER_NONE	NXDOMAIN, or no TXT record; the TTL is the SOA's
 *			negative one (RFC 2308 5) where there is an SOA
 *	ANSWER_SERVFAIL	any other response code, or a packet that cannot be
 *			read
 */
struct answer *packet_read(const uint8_t *packet, size_t len);

/* Seconds that answers are kept for at the least and at the most. */
#define TTL_MIN 1
#define TTL_MAX 86400	  /* a day, for records */
#define TTL_NONE_MAX 3600 /* an hour, for "there is none" */

#endif
