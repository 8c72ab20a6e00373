#include "config.h"

#include "fuzz.h"
#include "stream/json-path.h"

static void
check_flat(struct span in)
{
	struct buf out = { 0 };
	char *back;
	size_t len;

	escape_flat(&out, in.text, in.len);
	HOLDS(fuzz_is_clean(out.data, out.len, ""));
	back = fuzz_copy((struct span){ out.data, out.len });
	len = unescape(out.data, out.len, back);
	HOLDS(fuzz_same(back, len, in.text, in.len));
	free(back);
	buf_free(&out);
}

/* Checks that any text can be unescaped, and never becomes longer. */
static void
check_unescape(struct span in)
{
	char *back = fuzz_copy(in);

	HOLDS(unescape(in.text, in.len, back) <= in.len);
	free(back);
}

static void
check_controls(struct span in)
{
	struct buf out = { 0 };
	struct buf twice = { 0 };

	escape_controls(&out, in.text, in.len);
	HOLDS(fuzz_is_clean(out.data, out.len, ""));
	escape_controls(&twice, out.data, out.len);
	HOLDS(fuzz_same(out.data, out.len, twice.data, twice.len));
	buf_free(&out);
	buf_free(&twice);
}

/* Checks that the escaped text is valid as a value in a JSON object. */
static void
check_json(struct span in)
{
	struct buf out = { 0 };
	struct json_place found;
	struct json_path *path;
	char *why = NULL;

	buf_puts(&out, "{\"a\":\"");
	escape_json(&out, in.text, in.len);
	HOLDS(fuzz_is_clean(out.data, out.len, ""));
	buf_puts(&out, "\"}");
	path = json_path_new(".a", &why);
	if (path != NULL) {
		HOLDS(json_path_find(path, (struct span){ out.data, out.len },
		    false, "b", &found));
		HOLDS(found.value.text == out.data + 6);
		HOLDS(found.value.len == out.len - 8);
	}
	free(why);
	json_path_free(path);
	buf_free(&out);
}

/* Checks that a reader of RFC 4180 gets the text back as one cell. */
static void
check_csv(struct span in)
{
	struct buf out = { 0 };
	struct buf back = { 0 };
	bool quoted;

	buf_put(&out, "x,", 2);
	buf_put(&out, in.text, in.len);
	escape_csv(&out, 2);
	quoted = out.len > 2 && out.data[2] == '"';
	for (size_t i = 2 + quoted; i < out.len - quoted; i++) {
		HOLDS(quoted || (out.data[i] != ',' && out.data[i] != '"'));
		buf_putc(&back, out.data[i]);
		if (out.data[i] == '"')
			HOLDS(out.data[++i] == '"' && i < out.len - 1);
	}
	HOLDS(!quoted || out.data[out.len - 1] == '"');
	HOLDS(fuzz_same(back.data, back.len, in.text, in.len));
	buf_free(&out);
	buf_free(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };

	check_flat(in);
	check_unescape(in);
	check_controls(in);
	check_json(in);
	check_csv(in);
	return 0;
}
