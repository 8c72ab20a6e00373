#include "config.h"

#include "dns/packet.h"

#include <stdlib.h>

#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"

enum {
	TYPE_A = 1,
	TYPE_NS = 2,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	TYPE_TXT = 16,
	TYPE_RRSIG = 46,
	CLASS_IN = 1,
	CLASS_CH = 3
};

/* A packet that is built by hand. */
struct packet {
	uint8_t bytes[4096];
	size_t len;
};

static void
put8(struct packet *p, unsigned value)
{
	p->bytes[p->len++] = (uint8_t)value;
}

static void
put16(struct packet *p, unsigned value)
{
	put8(p, value >> 8);
	put8(p, value & 0xff);
}

static void
put32(struct packet *p, uint32_t value)
{
	put16(p, value >> 16);
	put16(p, value & 0xffff);
}

static void
put_name(struct packet *p, const char *name)
{
	while (*name != '\0') {
		size_t len = strcspn(name, ".");

		put8(p, (unsigned)len);
		memcpy(p->bytes + p->len, name, len);
		p->len += len;
		name += len + (name[len] == '.');
	}
	put8(p, 0);
}

/*
 * Begins a packet with a header, counts, and a question for TXT at
 * 4.3.2.1.example.
 */
static void
begin(struct packet *p, unsigned flags, unsigned answers, unsigned authority)
{
	p->len = 0;
	put16(p, 0x1234);
	put16(p, 0x8180 | flags);
	put16(p, 1);
	put16(p, answers);
	put16(p, authority);
	put16(p, 0);
	put_name(p, "4.3.2.1.example");
	put16(p, TYPE_TXT);
	put16(p, CLASS_IN);
}

/*
 * Appends a record of the name in the question, up to the length of its RDATA.
 */
static void
put_head(struct packet *p, unsigned type, unsigned class, uint32_t ttl,
    size_t len)
{
	put16(p, 0xc00c);
	put16(p, type);
	put16(p, class);
	put32(p, ttl);
	put16(p, (unsigned)len);
}

static void
put_txt(struct packet *p, uint32_t ttl, const char *text)
{
	size_t len = strlen(text);

	put_head(p, TYPE_TXT, CLASS_IN, ttl, len + 1);
	put8(p, (unsigned)len);
	memcpy(p->bytes + p->len, text, len);
	p->len += len;
}

static void
put_cname(struct packet *p, uint32_t ttl, const char *name)
{
	put_head(p, TYPE_CNAME, CLASS_IN, ttl, strlen(name) + 2);
	put_name(p, name);
}

static void
put_soa(struct packet *p, uint32_t ttl, uint32_t minimum)
{
	put_head(p, TYPE_SOA, CLASS_IN, ttl, 2 + 2 + 20);
	put16(p, 0xc00c);
	put16(p, 0xc00c);
	for (int i = 0; i < 4; i++)
		put32(p, 1000);
	put32(p, minimum);
}

static void
put_ns(struct packet *p, const char *name)
{
	put_head(p, TYPE_NS, CLASS_IN, 300, strlen(name) + 2);
	put_name(p, name);
}

/*
 * Reads a copy without room after it, so that a sanitizer sees reads past the
 * end.
 */
static struct answer *
read_exactly(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = xmalloc(len);
	struct answer *a;

	if (len > 0)
		memcpy(copy, bytes, len);
	a = packet_read(copy, len);
	free(copy);
	return a;
}

/* Describes an answer: its kind and TTL, and the texts, each after a bar. */
static void
describe(const struct answer *a, struct buf *out)
{
	static const char *const kinds[] = {
		[ANSWER_TEXT] = "text",
		[ANSWER_NONE] = "none",
		[ANSWER_TIMEOUT] = "timeout",
		[ANSWER_SERVFAIL] = "servfail",
		[ANSWER_BOGUS] = "bogus",
		[ANSWER_LATE] = "late",
		[ANSWER_SKIPPED] = "skipped",
	};
	const uint8_t *rdata;
	size_t at = 0;
	size_t len;

	buf_puts(out, kinds[a->kind]);
	if (a->has_ttl)
		buf_printf(out, " %u", (unsigned)a->ttl);
	while (answer_next(a, &at, &rdata, &len)) {
		buf_putc(out, '|');
		for (size_t i = 0; i < len; i += 1 + (size_t)rdata[i])
			buf_put(out, (const char *)rdata + i + 1, rdata[i]);
	}
}

static void
check(const struct packet *p, const char *want, const char *what)
{
	struct answer *a = read_exactly(p->bytes, p->len);
	struct buf out = { 0 };

	describe(a, &out);
	is_bytes(out.data, out.len, want, "%s", what);
	is_int(a->references, 1, "an answer has one reference");
	answer_release(a);
	buf_free(&out);
}

static void
test_answers(void)
{
	struct packet p;

	begin(&p, 0, 1, 0);
	put_txt(&p, 300, "one");
	check(&p, "text 300|one", "a TXT record is read");

	begin(&p, 0, 3, 0);
	put_txt(&p, 300, "two");
	put_txt(&p, 200, "one");
	put_txt(&p, 400, "three");
	check(&p, "text 200|two|one|three",
	    "several records keep their order and have the lowest TTL");

	begin(&p, 0, 1, 0);
	put_txt(&p, 300, "");
	check(&p, "text 300|", "an empty character-string");

	begin(&p, 0, 1, 0);
	put_head(&p, TYPE_TXT, CLASS_IN, 300, 0);
	check(&p, "text 300|", "RDATA without a character-string");

	begin(&p, 0, 1, 0);
	put_head(&p, TYPE_TXT, CLASS_IN, 300, 7);
	put8(&p, 2);
	put16(&p, 0x6162);
	put8(&p, 0);
	put8(&p, 2);
	put16(&p, 0x6364);
	check(&p, "text 300|abcd", "several character-strings are read");

	begin(&p, 0, 3, 0);
	put_cname(&p, 100, "a.example");
	put_cname(&p, 50, "b.example");
	put_txt(&p, 300, "after");
	check(&p, "text 50|after",
	    "text is read after CNAMEs, whose TTLs count");

	begin(&p, 0, 2, 0);
	put_txt(&p, 300, "before");
	put_cname(&p, 50, "b.example");
	check(&p, "text 50|before", "a CNAME after the text counts too");

	begin(&p, 0, 3, 0);
	put_head(&p, TYPE_RRSIG, CLASS_IN, 10, 4);
	put32(&p, 0);
	put_txt(&p, 300, "text");
	put_head(&p, TYPE_A, CLASS_IN, 10, 4);
	put32(&p, 0x7f000002);
	check(&p, "text 300|text", "records of other types do not count");

	begin(&p, 0, 2, 0);
	put_head(&p, TYPE_TXT, CLASS_CH, 10, 2);
	put16(&p, 0x0178);
	put_txt(&p, 300, "text");
	check(&p, "text 300|text", "records of other classes do not count");

	begin(&p, 0, 1, 1);
	put_txt(&p, 300, "text");
	put_soa(&p, 5, 5);
	check(&p, "text 300|text", "an SOA does not change text");
}

static void
test_ttls(void)
{
	static const struct {
		uint32_t ttl;
		const char *want;
	} ttls[] = {
		{ 0, "text 0|x" },
		{ 1, "text 1|x" },
		{ 2147483647, "text 2147483647|x" },
		{ 2147483648, "text 0|x" },
		{ 4294967295, "text 0|x" },
	};
	struct packet p;

	for (size_t i = 0; i < LENGTH(ttls); i++) {
		begin(&p, 0, 1, 0);
		put_txt(&p, ttls[i].ttl, "x");
		check(&p, ttls[i].want,
		    "a TTL with the highest bit set is 0 (RFC 2181 8)");
	}
	begin(&p, 0, 2, 0);
	put_txt(&p, 300, "x");
	put_txt(&p, 4294967295, "y");
	check(&p, "text 0|x|y",
	    "one of two TTLs with the highest bit set makes 0");
}

static void
test_none(void)
{
	static const struct {
		uint32_t ttl;
		uint32_t minimum;
		const char *want;
	} soas[] = {
		{ 300, 60, "none 60" },
		{ 60, 300, "none 60" },
		{ 0, 300, "none 0" },
		{ 300, 0, "none 0" },
		{ 2147483647, 2147483647, "none 2147483647" },
		{ 2147483648, 300, "none 0" },
	};
	struct packet p;

	for (size_t i = 0; i < LENGTH(soas); i++) {
		begin(&p, 0, 0, 1);
		put_soa(&p, soas[i].ttl, soas[i].minimum);
		check(&p, soas[i].want,
		    "NODATA with an SOA has the negative TTL (RFC 2308 5)");
		begin(&p, 3, 0, 1);
		put_soa(&p, soas[i].ttl, soas[i].minimum);
		check(&p, soas[i].want,
		    "NXDOMAIN with an SOA has the negative TTL");
	}
	begin(&p, 0, 0, 0);
	check(&p, "none", "NODATA without an SOA has no TTL");
	begin(&p, 3, 0, 0);
	check(&p, "none", "NXDOMAIN without an SOA has no TTL");

	begin(&p, 0, 1, 1);
	put_cname(&p, 100, "a.example");
	put_soa(&p, 300, 60);
	check(&p, "none 60", "a CNAME without a target is no record");

	begin(&p, 3, 1, 1);
	put_cname(&p, 100, "a.example");
	put_soa(&p, 300, 60);
	check(&p, "none 60", "a CNAME that leads to NXDOMAIN is no record");

	begin(&p, 3, 1, 0);
	put_txt(&p, 300, "x");
	check(&p, "none", "NXDOMAIN with text is NXDOMAIN");

	begin(&p, 0, 1, 0);
	put_head(&p, TYPE_A, CLASS_IN, 10, 4);
	put32(&p, 0x7f000002);
	check(&p, "none", "an A record is not text");

	begin(&p, 3, 0, 1);
	put_head(&p, TYPE_SOA, CLASS_IN, 300, 4);
	put32(&p, 60);
	check(&p, "none", "an SOA that is too short gives no TTL");
}

static void
test_referrals(void)
{
	struct packet p;

	begin(&p, 0, 0, 1);
	put_ns(&p, "ns.example.net");
	check(&p, "servfail", "a referral is a failure (RFC 2308 2.2)");

	begin(&p, 0, 1, 1);
	put_cname(&p, 100, "a.example");
	put_ns(&p, "ns.example.net");
	check(&p, "servfail", "a CNAME that leads to a referral is a failure");

	begin(&p, 0x0400, 0, 1);
	put_ns(&p, "ns.example.net");
	check(&p, "none", "an authoritative server refers to nobody");

	begin(&p, 0, 0, 2);
	put_ns(&p, "ns.example.net");
	put_soa(&p, 300, 60);
	check(&p, "none 60", "NODATA with an NS and an SOA is no referral");

	begin(&p, 3, 0, 1);
	put_ns(&p, "ns.example.net");
	check(&p, "none", "NXDOMAIN with an NS is no referral");

	begin(&p, 0, 1, 1);
	put_txt(&p, 300, "text");
	put_ns(&p, "ns.example.net");
	check(&p, "text 300|text", "an NS does not change text");
}

static void
test_failures(void)
{
	struct packet p;

	for (unsigned rcode = 0; rcode < 16; rcode++) {
		if (rcode == 0 || rcode == 3)
			continue;
		begin(&p, rcode, 1, 0);
		put_txt(&p, 300, "x");
		check(&p, "servfail", "other response codes are failures");
	}
}

/*
 * Tests that a packet is read within its bounds, whatever its lengths and
 * counts say.
 */
static void
test_broken(void)
{
	struct answer *a;
	struct packet p;
	unsigned taken = 0;

	begin(&p, 0, 2, 1);
	put_cname(&p, 100, "b.example");
	put_txt(&p, 300, "some text");
	put_soa(&p, 300, 60);
	for (size_t len = 0; len < p.len; len++) {
		a = read_exactly(p.bytes, len);
		taken += a->kind != ANSWER_SERVFAIL;
		answer_release(a);
	}
	is_int(taken, 0, "a packet cut off at any byte is a failure");

	for (unsigned i = 0; i < 4; i++) {
		begin(&p, 0, 1, 0);
		put_txt(&p, 300, "x");
		p.bytes[4 + 2 * i + 1]++;
		check(&p, "servfail",
		    "a count that is too large by one is a failure");
		begin(&p, 0, 1, 0);
		put_txt(&p, 300, "x");
		p.bytes[4 + 2 * i] = 0xff;
		check(&p, "servfail",
		    "a count that is far too large is a failure");
	}
	begin(&p, 0, 1, 0);
	put_txt(&p, 300, "x");
	p.bytes[p.len - 3]++;
	check(&p, "servfail", "RDATA longer than the packet is a failure");

	begin(&p, 0, 1, 0);
	put16(&p, 0xc000 | (unsigned)p.len);
	put16(&p, TYPE_TXT);
	put16(&p, CLASS_IN);
	put32(&p, 300);
	put16(&p, 0);
	check(&p, "servfail", "a name that points to itself is a failure");

	begin(&p, 0, 1, 0);
	put16(&p, 0xc000 | (unsigned)(p.len + 2));
	put16(&p, 0xc000 | (unsigned)(p.len - 2));
	put16(&p, TYPE_TXT);
	put16(&p, CLASS_IN);
	put32(&p, 300);
	put16(&p, 0);
	check(&p, "servfail",
	    "two names that point to each other are a failure");

	begin(&p, 0, 1, 0);
	put16(&p, 0xffff);
	put16(&p, TYPE_TXT);
	put16(&p, CLASS_IN);
	put32(&p, 300);
	put16(&p, 0);
	check(&p, "servfail",
	    "a name that points out of the packet is a failure");

	begin(&p, 0, 1, 0);
	put8(&p, 0x80);
	put8(&p, 0);
	put16(&p, TYPE_TXT);
	put16(&p, CLASS_IN);
	put32(&p, 300);
	put16(&p, 0);
	check(&p, "servfail", "a label of an unknown kind is a failure");
}

/* Tests a valid packet with random changes. */
static void
test_noise(void)
{
	struct packet good;
	unsigned wrong = 0;

	begin(&good, 0, 2, 1);
	put_cname(&good, 100, "b.example");
	put_txt(&good, 300, "some text");
	put_soa(&good, 300, 60);
	for (int i = 0; i < 50000; i++) {
		struct packet p = good;
		struct answer *a;
		const uint8_t *rdata;
		size_t at = 0;
		size_t len;
		size_t sum = 0;

		for (uint32_t n = 1 + tap_random(6); n > 0; n--)
			p.bytes[tap_random((uint32_t)p.len)] =
			    (uint8_t)tap_random(256);
		a = read_exactly(p.bytes, p.len - tap_random(4));
		while (answer_next(a, &at, &rdata, &len))
			sum += 2 + len;
		wrong += sum != a->size || at != a->size;
		wrong += a->kind != ANSWER_TEXT && a->size > 0;
		answer_release(a);
	}
	is_int(wrong, 0, "packets with random changes give whole answers");
}

static void
test_references(void)
{
	struct answer *a = answer_new(ANSWER_NONE, 0);

	ok(answer_hold(a) == a, "answer_hold() returns the answer");
	is_int(a->references, 2, "answer_hold() adds a reference");
	answer_release(a);
	is_int(a->references, 1, "answer_release() removes a reference");
	answer_release(a);
	answer_release(NULL);
}

int
main(void)
{
	test_answers();
	test_ttls();
	test_none();
	test_referrals();
	test_failures();
	test_broken();
	test_noise();
	test_references();
	return tap_done();
}
