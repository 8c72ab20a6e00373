#include "config.h"

#include "fuzz.h"
#include "print/render.h"
#include "record/target.h"
#include "stream/json-path.h"

/* Makes a record with hostile names and input. */
static void
make_record(struct record *r, struct span name, struct span input)
{
	struct origin o = {
		.asn = 15169,
		.reg = { .country = "US" },
	};
	struct target target;

	if (name.len == 0)
		name.text = NULL;
	o.reg.registry = o.reg.allocated = o.reg.name = name;
	target_parse(input.text, input.len, &target);
	record_start(r, &target);
	if (target.kind == TARGET_BLANK || target.kind == TARGET_INVALID) {
		r->status = target.kind == TARGET_BLANK ? STATUS_NOADDRESS
							: STATUS_INVALID;
		r->why = target.why;
		return;
	}
	record_add_source(r, "one.example")->status = STATUS_OK;
	o.prefix = prefix_of(&target.net.addr, target.net.len / 2);
	*origins_add(&r->origins) = o;
	record_finish(r);
}

/* Checks that the cells of TSV can be unescaped to input and name. */
static void
check_tsv(const struct record *record, struct span input, struct span line)
{
	struct span cell = fuzz_until(&line, '\t');
	char *back = fuzz_copy(cell);
	size_t len = unescape(cell.text, cell.len, back);
	size_t cells = 1;

	HOLDS(fuzz_same(back, len, input.text, input.len));
	free(back);
	while (line.len > 0) {
		cell = fuzz_until(&line, '\t');
		cells++;
	}
	HOLDS(cells == 7);
	if (record->reg.name.text == NULL)
		return;
	back = fuzz_copy(cell);
	len = unescape(cell.text, cell.len, back);
	HOLDS(
	    fuzz_same(back, len, record->reg.name.text, record->reg.name.len));
	free(back);
}

static void
check_json(struct span line)
{
	struct json_place found;
	char *why = NULL;
	struct json_path *path = json_path_new(".input", &why);

	if (path != NULL) {
		HOLDS(json_path_find(path, line, false, "x", &found));
		HOLDS(found.value.text != NULL);
	}
	free(why);
	json_path_free(path);
}

/* Checks that a format prints one line without control characters. */
static void
check_format(enum format format, const struct record *record, struct span input)
{
	struct render_config config = { .format = format, .asn_prefix = "AS" };
	char *why = NULL;
	struct render *r = render_new(&config, &why);
	struct buf out = { 0 };
	struct span line;

	HOLDS(r != NULL);
	fuzz_render(r, record, input, &out);
	HOLDS(out.len > 0 && out.data[out.len - 1] == '\n');
	line = (struct span){ out.data, out.len - 1 };
	HOLDS(fuzz_is_clean(line.text, line.len, "\t"));
	if (format == FORMAT_TSV)
		check_tsv(record, input, line);
	if (format == FORMAT_JSON)
		check_json(line);
	buf_free(&out);
	render_free(r);
}

/* Checks a template or list of fields that a user may have typed. */
static void
check_typed(const struct render_config *config, const struct record *record,
    struct span input)
{
	char *why = NULL;
	struct render *r = render_new(config, &why);
	struct buf out = { 0 };
	struct buf again = { 0 };

	HOLDS((r == NULL) == (why != NULL));
	if (r != NULL) {
		fuzz_render(r, record, input, &out);
		fuzz_render(r, record, input, &again);
		HOLDS(fuzz_same(out.data, out.len, again.data, again.len));
		HOLDS(out.data[out.len - 1] == '\n');
		/* The text of a template is printed unchanged. */
		if (config->template == NULL)
			HOLDS(fuzz_is_clean(out.data, out.len, "\t\n"));
		buf_clear(&out);
		render_head(r, &out);
	}
	free(why);
	render_free(r);
	buf_free(&out);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	uint8_t format = fuzz_byte(&in);
	struct span typed = fuzz_until(&in, '\n');
	struct span input = fuzz_until(&in, '\n');
	struct record record = { .source_count = 0 };
	struct render_config config = {
		.format = (enum format)(format / 2 % FORMAT_MAX),
		.asn_prefix = "AS",
		.elastic = (format & 64) != 0,
		.header = true,
	};
	char *text = xmemdup(typed.text, typed.len);

	if ((format & 1) != 0)
		config.template = text;
	else
		config.fields = text;
	make_record(&record, in, input);
	for (int f = 0; f < FORMAT_MAX; f++)
		if (record.status != STATUS_NOADDRESS || f == FORMAT_JSON)
			check_format((enum format)f, &record, input);
	check_typed(&config, &record, input);
	record_free(&record);
	free(text);
	return 0;
}
