#include "config.h"

#include <fcntl.h>

#include "../unit/located.h"
#include "dns/queries.h"
#include "fuzz.h"
#include "io/framing.h"
#include "lookup/native.h"
#include "print/render.h"
#include "stream/locate.h"
#include "stream/window.h"

/*
 * Passes lines through the program: addresses are located and looked up without
 * a source, and the line is enriched and written. Without the additions, the
 * output must be the input.
 */

static const char *const keys[] = { NULL, "1", "2", "ip", "\"b", ".a", ".a.b",
	".ips[1]", "-1", "-2:first-public", "first-public", "ip:first-public",
	".a:first-public" };

struct stream {
	struct loop *loop;
	struct queries *queries;
	struct output output;
	struct tally tally;
};

static struct stream *
stream_without_sources(void)
{
	static struct stream s;
	static const struct queries_config config = {
		.in_flight = 1,
		.timeout = 1000000,
		.cache_size = 4096,
	};

	if (s.loop == NULL) {
		s.loop = loop_new(NULL);
		s.queries = queries_new(s.loop, NULL, &config);
		s.output.fd = open("/dev/null", O_WRONLY);
		HOLDS(s.output.fd >= 0);
	}
	return &s;
}

/* Checks that `longer` is the line with additions at the keys that were found only. */
static void
check_stripped(struct locator *e, const struct line *line,
    struct located_list *found, struct span longer)
{
	enum located_kind kind = find_located(e, line->text, found);
	size_t count = kind == LOCATED_NOTHING ? 0 : found->count;
	const char *from = line->text.text;
	const char *end = longer.text + longer.len;
	const char *at = longer.text;
	size_t len = line->text.len + line->ending;

	for (size_t i = 0; i < count; i++) {
		const struct located *p = &found->list[i];
		size_t before = (size_t)(line->text.text + p->insert_at - from);
		size_t left = len - p->insert_at;

		HOLDS(p->insert_at <= line->text.len);
		HOLDS((size_t)(end - at) >= before + left);
		HOLDS(fuzz_same(at, before, from, before));
		from += before;
		at += before;
		/* Of several additions, each ends at its closing bracket. */
		if (i + 1 == count) {
			at = end - left;
		} else {
			at = memchr(at, ']', (size_t)(end - at));
			HOLDS(at != NULL);
			at++;
		}
	}
	len -= (size_t)(from - line->text.text);
	HOLDS(fuzz_same(at, (size_t)(end - at), from, len));
}

static void
check_lines(struct stream *s, const struct locator_config *config,
    struct window *w, const struct locator *locator, struct span in)
{
	enum framing framing =
	    config->format == ENRICH_CSV ? FRAMING_CSV : FRAMING_LINE;
	char *why = NULL;
	struct locator *again = locator_new(config, &why);
	struct located_list found = { 0 };
	struct framing_state scan = { .separator = config->separator };
	struct line line;

	while (framing_cut(&scan, framing, in.text, in.len, true, &line) ==
	    CUT_RECORD) {
		buf_clear(&s->output.buf);
		line.first = line.text.text == in.text;
		window_add(w, &line);
		window_settle(w);
		HOLDS(window_is_empty(w));
		if (locator_error(locator) != NULL)
			break;
		if (line.first)
			locator_begin_file(again);
		check_stripped(again, &line, &found,
		    (struct span){ s->output.buf.data, s->output.buf.len });
		HOLDS(locator_error(again) == NULL);
	}
	located_free(&found);
	locator_free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { (const char *)data, size };
	struct stream *s = stream_without_sources();
	struct native native = { .source_count = 0 };
	uint8_t format = fuzz_byte(&in);
	uint8_t how = fuzz_byte(&in);
	struct locator_config config = {
		.format = (enum enrich_format)(ENRICH_TEXT + format % 6),
		.key = keys[how % LENGTH(keys)],
		.member = "as",
		.header = (how & 8) != 0,
		.separator = (how & 8) != 0 ? '\0' : ',',
		.elastic = (how & 16) != 0,
	};
	struct render_config render = {
		.enrich = config.format,
		.member = "as",
		.asn_prefix = "AS",
		.elastic = config.elastic,
	};
	struct viewer viewer = {
		.view = &view_native,
		.self = &native,
		.timeout = 1000000,
	};
	struct window_config window = {
		.viewers = &viewer,
		.viewer_count = 1,
		.print = { .asn_prefix = "AS" },
		.cache_size = 65536,
	};
	char *why = NULL;
	struct render *r = render_new(&render, &why);
	struct window *w;

	window.print.render = r;
	window.locator = locator_new(&config, &why);
	if (window.locator != NULL) {
		w = window_new(&window, s->queries, &s->output, &s->tally);
		if (in.len < 60000)
			check_lines(s, &config, w, window.locator, in);
		window_free(w);
	}
	free(why);
	locator_free(window.locator);
	render_free(r);
	return 0;
}
