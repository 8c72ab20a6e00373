#include "config.h"

#include "dns/answer.h"
#include "dns/packet.h"
#include "fuzz.h"
#include "record/origin-text.h"

static bool
holds_bytes(struct span in, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i + len <= in.len; i++)
		if (memcmp(in.text + i, bytes, len) == 0)
			return true;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	struct answer *a = packet_read(data, size);
	struct origins origins = { .count = 0 };
	struct arena arena = { .used = 0 };
	struct prefix net = prefix_of(&(struct addr){ { 8, 8, 8, 8 }, 0 }, 32);
	struct origin_reader reader = {
		.net = &net,
		.arena = &arena,
		.out = &origins,
	};
	const uint8_t *rdata;
	size_t records = 0;
	size_t total = 0;
	size_t at = 0;
	size_t len;

	while (answer_next(a, &at, &rdata, &len)) {
		HOLDS(holds_bytes(in, rdata, len));
		origin_text_read(&reader, rdata, len);
		HOLDS(origins.count <= ORIGINS_MAX);
		records++;
		total += 2 + len;
	}
	HOLDS((a->kind == ANSWER_TEXT) == (records > 0));
	HOLDS(total == a->size);
	HOLDS(!a->has_ttl || a->ttl <= INT32_MAX);
	HOLDS(a->kind != ANSWER_SERVFAIL || !a->has_ttl);
	answer_release(a);
	arena_free(&arena);
	free(origins.list);
	return 0;
}
