#include "config.h"

#include "../unit/ucl-json.h"
#include "fuzz.h"
#include "mail/ucl-read.h"

/*
 * Reads any text as UCL, but for what would open files, prints what was read as
 * JSON, and reads that: it must be the same.
 */

/* Appends a text as JSON; returns false if it cannot be read. */
static bool
read_and_print(struct span text, struct buf *out)
{
	struct arena arena = { 0 };
	struct json j = { .out = out };
	const struct ucl_value *top = ucl_read(&arena, "input", text);
	bool object = top != NULL && top->type == UCL_VALUE_OBJECT;

	if (object)
		ucl_json_put(&j, top);
	arena_free(&arena);
	return object;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xmemdup(data, size);
	struct buf once = { 0 };
	struct buf twice = { 0 };

	if (memchr(text, '\0', size) == NULL &&
	    strstr(text, "include") == NULL &&
	    read_and_print((struct span){ text, size }, &once) &&
	    memchr(once.data, '$', once.len) == NULL) {
		HOLDS(read_and_print((struct span){ once.data, once.len },
		    &twice));
		HOLDS(fuzz_same(once.data, once.len, twice.data, twice.len));
	}
	buf_free(&once);
	buf_free(&twice);
	free(text);
	return 0;
}
