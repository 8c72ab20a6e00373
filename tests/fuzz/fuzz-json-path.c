#include "config.h"

#include "fuzz.h"
#include "stream/json-path.h"

#define ADDED "\"as\":{}"

/* Writes the line with a member added at the place that was found. */
static void
add(struct span line, const struct json_place *found, struct buf *out)
{
	buf_put(out, line.text, found->end);
	buf_puts(out, found->empty ? ADDED : "," ADDED);
	buf_put(out, line.text + found->end, line.len - found->end);
}

static void
check(struct json_path *path, struct span line, bool near)
{
	struct json_place found;
	struct json_place again;
	struct buf longer = { 0 };

	if (!json_path_find(path, line, near, "as", &found))
		return;
	HOLDS(found.end < line.len && line.text[found.end] == '}');
	HOLDS(found.value.text == NULL ||
	    (found.value.text >= line.text &&
		found.value.text + found.value.len < line.text + line.len));
	if (found.has_member)
		return; /* nothing is added */
	add(line, &found, &longer);
	HOLDS(json_path_find(path, (struct span){ longer.data, longer.len },
	    near, "as", &again));
	HOLDS(again.has_member && !again.empty);
	if (found.value.text != NULL)
		HOLDS(fuzz_same(found.value.text, found.value.len,
		    again.value.text, again.value.len));
	buf_free(&longer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	struct span first = fuzz_until(&in, '\n');
	char *text = xmemdup(first.text, first.len);
	char *why = NULL;
	struct json_path *path = json_path_new(text, &why);

	if (path != NULL) {
		check(path, in, false);
		check(path, in, true);
	}
	free(why);
	json_path_free(path);
	free(text);
	return 0;
}
