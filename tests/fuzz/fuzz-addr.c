#include "config.h"

#include <arpa/inet.h>

#include "fuzz.h"
#include "record/addr.h"
#include "record/special-purpose.h"
#include "record/target.h"

static void
check_addr(struct span in)
{
	char text[PREFIX_TEXT_MAX];
	struct addr a;
	struct addr again;
	struct addr bytes = { .family = FAMILY_IPV6 };
	char *whole = xmemdup(in.text, in.len);
	bool quad = inet_pton(AF_INET, whole, bytes.bytes) == 1;
	bool known = addr_parse(in.text, in.len, &a);
	size_t len;

	if (strlen(whole) == in.len)
		HOLDS((known && a.family == FAMILY_IPV4) == quad);
	free(whole);
	if (!known)
		return;
	len = addr_print(&a, text);
	HOLDS(len < PREFIX_TEXT_MAX);
	HOLDS(addr_parse(text, len, &again));
	HOLDS(memcmp(&a, &again, sizeof(a)) == 0);
	text[len] = '\0';
	HOLDS(inet_pton(a.family == FAMILY_IPV4 ? AF_INET : AF_INET6, text,
		  bytes.bytes) == 1);
	HOLDS(memcmp(bytes.bytes, a.bytes, family_bits(a.family) / 8) == 0);
}

/* Checks addr_step(): the next prefix has the same size and is adjacent. */
static void
check_step(const struct prefix *p)
{
	struct prefix next = { .len = p->len };
	struct addr last;

	if (!addr_step(&next.addr, p))
		return;
	HOLDS(!prefix_covers(p, &next) && !prefix_covers(&next, p));
	HOLDS(addr_is_range(&p->addr, &next.addr));
	last = next.addr;
	next = prefix_of_range(&p->addr, &last);
	HOLDS(memcmp(&next.addr, &p->addr, sizeof(last)) == 0);
	HOLDS(prefix_covers(&next, p) || prefix_covers(p, &next));
}

static void
check_special(const struct prefix *net)
{
	const struct special *s = special_find(&net->addr);
	struct prefix host =
	    prefix_of(&net->addr, family_bits(net->addr.family));

	if (s == NULL)
		return;
	HOLDS(!s->asked);
	HOLDS(prefix_covers(&s->prefix, &host) ||
	    (host.addr.bytes[0] == 0x20 && host.addr.bytes[1] == 0x02));
}

static void
check_prefix(struct span in)
{
	char text[PREFIX_TEXT_MAX];
	struct prefix p;
	struct prefix again;
	struct prefix cut;
	size_t len;

	if (!prefix_parse(in.text, in.len, &p))
		return;
	HOLDS(p.len <= family_bits(p.addr.family));
	cut = prefix_of(&p.addr, p.len);
	HOLDS(prefix_equal(&p, &cut));
	len = prefix_print(&p, text);
	HOLDS(len < PREFIX_TEXT_MAX);
	HOLDS(prefix_parse(text, len, &again) && prefix_equal(&p, &again));
	check_step(&p);
}

static void
check_target(struct span in)
{
	char text[PREFIX_TEXT_MAX];
	struct target t;
	struct target again;
	size_t len;

	struct arena arena = { 0 };

	target_parse(in.text, in.len, &t);
	target_explain(in, &arena, &t);
	HOLDS((t.kind == TARGET_INVALID) == (t.why != NULL));
	HOLDS(t.why == NULL || strlen(t.why) < 1000);
	arena_free(&arena);
	if (t.kind != TARGET_NET)
		return;
	len = prefix_print(&t.net, text);
	target_parse(text, len, &again);
	HOLDS(again.kind == TARGET_NET);
	HOLDS(prefix_equal(&t.net, &again.net));
	check_special(&t.net);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	uint32_t asn;

	check_addr(in);
	check_prefix(in);
	check_target(in);
	if (asn_parse(in.text, in.len, &asn)) {
		char *text = format_text("AS%u", (unsigned)asn);
		uint32_t again;

		HOLDS(asn_parse(text, strlen(text), &again) && again == asn);
		free(text);
	}
	return 0;
}
