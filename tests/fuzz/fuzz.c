#include "config.h"

#include "fuzz.h"

#include <fcntl.h>
#include <unistd.h>

#include "db/mmdb.h"
#include "dns/zone.h"
#include "io/warn.h"
#include "lookup/lookup-run.h"
#include "print/render.h"

#define RDATA_MAX 60000

/*
 * Checks a warning instead of printing it: it must not have control characters.
 */
void
warn_bytes(const char *bytes, size_t len)
{
	struct buf line = { 0 };

	escape_controls(&line, bytes, len);
	HOLDS(fuzz_is_clean(line.data, line.len, ""));
	buf_free(&line);
}

void
warn_line(const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = vformat_text(format, list);
	va_end(list);
	warn_bytes(text, strlen(text));
	free(text);
}

static char *path; /* the file of fuzz_file() */

static void
remove_file(void)
{
	unlink(path);
	free(path);
}

const char *
fuzz_file(struct span bytes)
{
	const char *folder = getenv("TMPDIR");
	static int fd = -1;

	if (fd < 0) {
		path = format_text("%s/asnq-fuzz-XXXXXX",
		    folder != NULL ? folder : "/tmp");
		fd = mkstemp(path);
		HOLDS(fd >= 0 && atexit(remove_file) == 0);
	}
	HOLDS(pwrite(fd, bytes.text, bytes.len, 0) == (ssize_t)bytes.len);
	HOLDS(ftruncate(fd, (off_t)bytes.len) == 0);
	return path;
}

struct mmdb *
fuzz_mmdb(struct span bytes, char **why)
{
	const char *name = fuzz_file(bytes);
	int fd = open(name, O_RDONLY);
	struct mmdb *m = mmdb_open(fd, false, why);

	close(fd);
	return m;
}

struct prefix
fuzz_prefix(struct span *in)
{
	static const uint8_t ends[] = { 0, 8, 12, 16, 17, 24, 31, 32 };
	uint8_t how = fuzz_byte(in);
	struct addr a = { .family = how & 1 };
	uint8_t bits = family_bits(a.family);
	uint8_t len = (uint8_t)(ends[how / 2 % 8] * (bits / 32));

	a.bytes[0] = 10 + (how >> 7);
	a.bytes[1] = fuzz_byte(in);
	a.bytes[bits / 8 - 1] = fuzz_byte(in);
	return prefix_of(&a, len > 0 ? len : 5);
}

void
fuzz_rdata(struct span text, struct buf *out)
{
	size_t from = out->len;

	do {
		struct span string = fuzz_until(&text, '^');

		if (string.len > UINT8_MAX)
			string.len = UINT8_MAX;
		buf_putc(out, (char)string.len);
		buf_put(out, string.text, string.len);
	} while (text.len > 0 && out->len - from < RDATA_MAX);
}

struct answer *
fuzz_answer(struct span lines, enum answer_kind kind)
{
	struct buf all = { 0 };
	struct answer *a;

	while (kind == ANSWER_TEXT && lines.len > 0) {
		size_t at = all.len;
		size_t len;

		buf_put(&all, "??", 2);
		fuzz_rdata(fuzz_until(&lines, '\n'), &all);
		len = all.len - at - 2;
		all.data[at] = (char)(len >> 8);
		all.data[at + 1] = (char)len;
	}
	a = answer_new(kind, all.len);
	if (all.len > 0)
		memcpy(a->data, all.data, all.len);
	buf_free(&all);
	return a;
}

void
fuzz_look_up(const struct viewer *viewer, struct lookup *l, struct span in)
{
	size_t answered = 0;
	bool finished = false;

	for (int turn = 0; turn < 8 && !finished; turn++) {
		finished = lookup_run_step(l, viewer);
		for (; answered < l->query_count; answered++) {
			struct lookup_query *query = &l->queries[answered];
			uint8_t kind = fuzz_byte(&in) % 8;
			struct span text = fuzz_until(&in, '\r');

			if (lookup_query_is_answered(query))
				continue;
			HOLDS(strlen(query->owner) < OWNER_MAX);
			lookup_answer(l, query,
			    fuzz_answer(text,
				kind < ANSWER_MAX ? (enum answer_kind)kind
						  : ANSWER_TEXT));
		}
	}
	HOLDS(finished);
}

void
fuzz_render(const struct render *r, const struct record *record,
    struct span input, struct buf *out)
{
	struct render_output rendering = { .count = 0 };

	render_record(r, record, &rendering);
	for (size_t i = 0; i < rendering.count; i++)
		HOLDS(rendering.holes[i] <= rendering.bytes.len);
	buf_clear(out);
	render_fill(r, rendering.bytes.data, rendering.bytes.len,
	    rendering.holes, rendering.count, input, out);
	render_output_free(&rendering);
}
