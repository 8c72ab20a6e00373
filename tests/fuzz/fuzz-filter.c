#include "config.h"

#include "fuzz.h"
#include "lookup/lookup-run.h"
#include "mail/filters.h"
#include "print/render.h"
#include "record/target.h"
#include "stream/json-path.h"

/*
 * Runs mail filters on hostile answers: the output must not contain control
 * characters, break out of a header or line, or be invalid JSON.
 */

/* Answers that are valid for each of Haraka's providers. */
static const char good[] = "\5"
			   "1|2|3|4^x^y\r\5"
			   "1|2|3|4^x^y\r\5"
			   "1|2|3|4^x^y";

/* Makes a filter ready for a look-up: Haraka tests its zones first. */
static void
make_ready(const struct filter *f, struct filter_state *state)
{
	static const struct filter_config config = { .dns = true };
	struct viewer viewer = { .view = f->test };
	struct lookup l = { .now = 1 };

	HOLDS(f->open(&config, state));
	if (f->test == NULL)
		return;
	viewer.self = state->self;
	target_parse(state->test, strlen(state->test), &l.target);
	fuzz_look_up(&viewer, &l, (struct span){ good, strlen(good) });
	f->tested(state->self, &l);
	lookup_clear(&l);
}

static void
check_json(struct span line)
{
	struct json_place found;
	char *why = NULL;
	struct json_path *path = json_path_new("", &why);

	if (path != NULL)
		HOLDS(json_path_find(path, line, false, "x", &found));
	free(why);
	json_path_free(path);
}

/*
 * Checks a header: a line either begins with a blank and continues the last
 * one, or is a new field; an empty line ends the record.
 */
static void
check_header(struct span header)
{
	while (header.len > 0) {
		struct span line = fuzz_until(&header, '\n');

		HOLDS(line.len > 0 || header.len == 0);
		HOLDS(line.len == 0 || line.text[0] == 'X' ||
		    line.text[0] == ' ' || line.text[0] == '\t');
	}
}

static void
check_format(const struct render_config *config, const struct record *record,
    struct span input)
{
	char *why = NULL;
	struct render *r = render_new(config, &why);
	bool header =
	    config->enrich == ENRICH_NONE && config->format == FORMAT_HEADER;
	struct buf out = { 0 };

	HOLDS(r != NULL);
	fuzz_render(r, record, input, &out);
	HOLDS(fuzz_is_clean(out.data, out.len, "\t\n"));
	if (header)
		check_header((struct span){ out.data, out.len });
	else if (out.len > 0)
		HOLDS(memchr(out.data, '\n', out.len - 1) == NULL);
	if (config->enrich == ENRICH_NONE && config->format == FORMAT_JSON)
		check_json((struct span){ out.data, out.len - 1 });
	buf_free(&out);
	render_free(r);
}

static void
check_formats(const struct filter *f, const struct viewer *viewer,
    const struct record *record, struct span input)
{
	struct render_config config = {
		.member = "as",
		.asn_prefix = "AS",
		.filter = viewer,
	};

	for (int format = 0; format < FORMAT_MAX; format++) {
		config.format = (enum format)format;
		if ((filter_formats(f) & 1U << config.format) != 0)
			check_format(&config, record, input);
	}
	for (int enrich = ENRICH_TEXT; enrich <= ENRICH_JSON; enrich++) {
		config.format = f->formats[0];
		config.enrich = (enum enrich_format)enrich;
		check_format(&config, record, input);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct filter_state states[FILTER_MAX];
	struct span in = { (const char *)data, size };
	enum filter_kind kind =
	    (enum filter_kind)(1 + fuzz_byte(&in) % (FILTER_MAX - 1));
	struct span input = fuzz_until(&in, '\n');
	const struct filter *f = filters[kind];
	struct filter_state *state = &states[kind];
	struct viewer viewer = { .view = f->view };
	struct lookup l = { .now = 1 };
	struct explanation explanation = { .lines = { 0 } };
	struct record r = { .source_count = 0 };

	if (state->self == NULL)
		make_ready(f, state);
	viewer.self = state->self;
	viewer.vocabulary = &state->vocabulary;
	f->view->read(input.text, input.len, &l.target);
	fuzz_look_up(&viewer, &l, in);
	r.explanation = &explanation;
	lookup_run_conclude(&l, &viewer, &r);
	HOLDS((r.status == STATUS_OK) >= r.has_asn);
	HOLDS(
	    fuzz_is_clean(explanation.lines.data, explanation.lines.len, "\n"));
	if (r.status != STATUS_NOADDRESS)
		check_formats(f, &viewer, &r, input);
	record_free(&r);
	explain_free(&explanation);
	lookup_clear(&l);
	return 0;
}
