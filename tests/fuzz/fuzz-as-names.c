#include "config.h"

#include "db/as-names.h"
#include "fuzz.h"

/* Returns the name in the first line that has one for an AS. */
static struct span
search(struct span in, uint32_t wanted)
{
	while (in.len > 0) {
		struct span line = fuzz_until(&in, '\n');
		struct span asn;
		struct span name;
		uint32_t number;

		if (line.len > 0 && line.text[line.len - 1] == '\r')
			line.len--;
		asn = line.len > 0 && line.text[0] != '#'
		    ? fuzz_until(&line, '\t')
		    : (struct span){ "", 0 };
		name = span_trim(line);
		if (name.len > 0 && asn_parse(asn.text, asn.len, &number) &&
		    number == wanted)
			return name;
	}
	return (struct span){ NULL, 0 };
}

/* Whether bytes may be decompressed, to lines that are not known here. */
static bool
may_be_compressed(struct span in)
{
	for (size_t i = 0; i < in.len; i++)
		if (in.text[i] < ' ' && strchr("\t\n\r", in.text[i]) == NULL)
			return true;
	return in.len > 3 &&
	    (memcmp(in.text, "BZh", 3) == 0 || memcmp(in.text, "beg", 3) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t probes[] = { 0, 1, 2, 13, 15169, 4294967295 };
	struct span in = { (const char *)data, size };
	struct as_names *n = as_names_open(fuzz_file(in));

	for (size_t i = 0; i < LENGTH(probes); i++) {
		struct span want = search(in, probes[i]);
		struct span name = { NULL, 0 };

		if (n != NULL)
			name = as_names_find(n, probes[i]);
		if (!may_be_compressed(in))
			HOLDS(fuzz_same(name.text, name.len, want.text,
			    want.len));
	}
	as_names_release(n);
	return 0;
}
