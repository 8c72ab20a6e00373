#include "config.h"

#include "dns/packet.h"

#include <sys/types.h>

#include <netinet/in.h>

#include <arpa/nameser.h>
#include <limits.h>
#include <string.h>

#define SOA_FIXED 20 /* five 32-bit numbers end an SOA's RDATA */

/* The TXT records of an answer section. */
struct sum {
	size_t size; /* bytes, with two for each one's length */
	bool found;
	uint32_t ttl; /* seconds, the least of these and of CNAMEs */
};

/* Returns a TTL; one with its highest bit set is 0 (RFC 2181 8). */
static uint32_t
ttl_of(uint32_t ttl)
{
	return ttl > INT32_MAX ? 0 : ttl;
}

static bool
sum_answers(ns_msg *message, struct sum *sum)
{
	*sum = (struct sum){ .ttl = UINT32_MAX };
	for (int i = 0; i < ns_msg_count(*message, ns_s_an); i++) {
		ns_rr rr;

		if (ns_parserr(message, ns_s_an, i, &rr) != 0)
			return false;
		if (ns_rr_class(rr) != ns_c_in)
			continue;
		if (ns_rr_type(rr) != ns_t_txt && ns_rr_type(rr) != ns_t_cname)
			continue;
		if (ttl_of(ns_rr_ttl(rr)) < sum->ttl)
			sum->ttl = ttl_of(ns_rr_ttl(rr));
		if (ns_rr_type(rr) == ns_t_txt) {
			sum->found = true;
			sum->size += 2 + (size_t)ns_rr_rdlen(rr);
		}
	}
	return true;
}

static void
copy_records(ns_msg *message, struct answer *a)
{
	uint8_t *to = a->data;

	for (int i = 0; i < ns_msg_count(*message, ns_s_an); i++) {
		ns_rr rr;

		if (ns_parserr(message, ns_s_an, i, &rr) != 0)
			break;
		if (ns_rr_class(rr) != ns_c_in || ns_rr_type(rr) != ns_t_txt)
			continue;
		to[0] = (uint8_t)(ns_rr_rdlen(rr) >> 8);
		to[1] = (uint8_t)ns_rr_rdlen(rr);
		memcpy(to + 2, ns_rr_rdata(rr), ns_rr_rdlen(rr));
		to += 2 + (size_t)ns_rr_rdlen(rr);
	}
}

/* Takes the lesser of an SOA's own TTL and its MINIMUM field (RFC 2308 5). */
static void
read_negative_ttl(ns_msg *message, struct answer *a)
{
	for (int i = 0; i < ns_msg_count(*message, ns_s_ns); i++) {
		const uint8_t *end;
		uint32_t minimum;
		ns_rr rr;

		if (ns_parserr(message, ns_s_ns, i, &rr) != 0)
			return;
		if (ns_rr_type(rr) != ns_t_soa || ns_rr_rdlen(rr) < SOA_FIXED)
			continue;
		end = ns_rr_rdata(rr) + ns_rr_rdlen(rr);
		a->ttl = ttl_of(ns_rr_ttl(rr));
		minimum = ttl_of((uint32_t)ns_get32(end - 4));
		if (minimum < a->ttl)
			a->ttl = minimum;
		a->has_ttl = true;
		return;
	}
}

/*
 * Returns whether a response without text refers to other servers, and so says
 * nothing of the name: it is not authoritative, and its authority section has
 * an NS and no SOA (RFC 2308 2.2).
 */
static bool
is_referral(ns_msg *message)
{
	bool refers = false;

	for (int i = 0; i < ns_msg_count(*message, ns_s_ns); i++) {
		ns_rr rr;

		if (ns_parserr(message, ns_s_ns, i, &rr) != 0 ||
		    ns_rr_type(rr) == ns_t_soa)
			return false;
		refers |= ns_rr_type(rr) == ns_t_ns;
	}
	return refers && ns_msg_getflag(*message, ns_f_aa) == 0;
}

struct answer *
packet_read(const uint8_t *packet, size_t len)
{
	struct answer *a;
	struct sum sum;
	ns_msg message;
	int rcode;

	if (len > INT_MAX || ns_initparse(packet, (int)len, &message) != 0)
		return answer_new(ANSWER_SERVFAIL, 0);
	rcode = ns_msg_getflag(message, ns_f_rcode);
	if (rcode != ns_r_noerror && rcode != ns_r_nxdomain)
		return answer_new(ANSWER_SERVFAIL, 0);
	if (!sum_answers(&message, &sum))
		return answer_new(ANSWER_SERVFAIL, 0);
	if (rcode == ns_r_noerror && !sum.found && is_referral(&message))
		return answer_new(ANSWER_SERVFAIL, 0);
	if (rcode == ns_r_nxdomain || !sum.found) {
		a = answer_new(ANSWER_NONE, 0);
		read_negative_ttl(&message, a);
		return a;
	}
	a = answer_new(ANSWER_TEXT, sum.size);
	copy_records(&message, a);
	a->has_ttl = true;
	a->ttl = sum.ttl;
	return a;
}
