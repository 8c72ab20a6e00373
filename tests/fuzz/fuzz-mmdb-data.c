#include "config.h"

#include "db/mmdb-data.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[][3] = { { "asn" }, { "traits", "asn" },
		{ "" } };
	struct span in = { (const char *)data, size };
	size_t at = fuzz_byte(&in);
	bool sound = mmdb_data_is_sound(in, at);

	for (size_t i = 0; i < LENGTH(paths); i++) {
		struct mmdb_value v = { .count = 0 };

		if (mmdb_data_find(in, at, paths[i], &v) != MMDB_FOUND)
			continue;
		HOLDS(v.type > MMDB_TYPE_POINTER && v.type < MMDB_TYPE_MAX);
		HOLDS(v.bytes.text == NULL ||
		    (v.bytes.text >= in.text &&
			v.bytes.text + v.bytes.len <= in.text + in.len));
		HOLDS(!sound || v.count <= size);
	}
	return 0;
}
