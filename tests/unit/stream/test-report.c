#include "config.h"

#include "stream/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../scripted.h"
#include "../tap.h"
#include "base/buf.h"

/*
 * Tests what reports print on stderr, and when, by the script's clock. Nothing
 * is queried; times are milliseconds.
 */

struct bench {
	struct script script;
	struct queries *queries;
	struct tally tally;
	struct input *input;
	struct report *report;
	FILE *file; /* stderr, for reading */
	struct buf out;
};

/* Redirects stderr to a file; returns it for reading. */
static FILE *
catch_stderr(void)
{
	char path[] = "/tmp/test-report.XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fopen(path, "r");

	if (fd < 0 || file == NULL || dup2(fd, STDERR_FILENO) < 0) {
		printf("Bail out! %s cannot be made\n", path);
		exit(1);
	}
	unlink(path);
	close(fd);
	return file;
}

static void
begin(struct bench *b, const struct report_config *report, FILE *file)
{
	static const struct queries_config config = {
		.in_flight = 1,
		.timeout = 1000000,
		.cache_size = 1,
	};

	*b = (struct bench){ .file = file };
	script_begin(&b->script, "", queries_answered);
	b->queries = queries_new(&b->script.loop, &b->script.resolver, &config);
	b->input = input_new(&b->script.loop, FRAMING_LINE);
	b->report = report_new(report, &b->script.loop, &b->tally, b->queries,
	    b->input);
}

static bool
turn(void *arg)
{
	(void)arg;
	return false;
}

/* Lets time pass, and returns what was printed meanwhile. */
static const char *
run(struct bench *b, int64_t until)
{
	int c;

	script_run(&b->script, turn, NULL, until);
	buf_clear(&b->out);
	clearerr(b->file);
	while ((c = getc(b->file)) != EOF)
		buf_putc(&b->out, (char)c);
	buf_putc(&b->out, '\0');
	return b->out.data;
}

static void
end(struct bench *b)
{
	report_free(b->report);
	input_free(b->input);
	queries_free(b->queries);
	script_end(&b->script);
	buf_free(&b->out);
}

static unsigned
count_meters(const char *text)
{
	unsigned count = 0;

	for (; (text = strchr(text, '\r')) != NULL; text++)
		count++;
	return count;
}

static void
test_meter(FILE *file)
{
	static const struct report_config always = { .progress = WHEN_ALWAYS };
	static const struct report_config never = { .progress = WHEN_NEVER };
	static const struct report_config automatic = { .progress = WHEN_AUTO };
	struct bench b;

	begin(&b, &always, file);
	b.tally.records = 10;
	is_text(run(&b, 249), "",
	    "the progress line does not appear before a quarter second");
	is_text(run(&b, 260),
	    "\r10 records, 40/s, 0 repeated, 0 queries, 0 failed\033[K",
	    "the progress line appears after a quarter second");
	b.tally.records = 200;
	b.tally.repeated = 7;
	b.tally.by_status[STATUS_TIMEOUT] = 2;
	b.tally.by_status[STATUS_SERVFAIL] = 1;
	is_text(run(&b, 510),
	    "\r200 records, 400/s, 7 repeated, 0 queries, 3 failed\033[K",
	    "the progress line is updated");
	is_int(count_meters(run(&b, 2510)), 8,
	    "the progress line is updated four times a second");
	report_end(b.report);
	is_text(run(&b, 10000), "\r\033[K",
	    "the progress line is cleared at the end");
	end(&b);

	begin(&b, &never, file);
	is_text(run(&b, 10000), "", "with never, there is no progress line");
	report_end(b.report);
	is_text(run(&b, 20000), "",
	    "a progress line that never appeared is not cleared");
	end(&b);

	begin(&b, &automatic, file);
	is_text(run(&b, 10000), "",
	    "without a terminal, there is no progress line by default");
	end(&b);
}

static void
test_counters(FILE *file)
{
	static const struct report_config config = {
		.progress = WHEN_NEVER,
		.counters = true,
	};
	struct bench b;

	begin(&b, &config, file);
	b.tally.by_status[STATUS_OK] = 5;
	is_text(run(&b, 9999), "",
	    "counters are not printed before 10 seconds");
	is_text(run(&b, 10001), "reporter:counter:asnq,ok,5\n",
	    "counters are printed after 10 seconds");
	is_text(run(&b, 25000), "", "counters without changes are not printed");
	b.tally.by_status[STATUS_OK] = 7;
	b.tally.by_status[STATUS_TIMEOUT] = 1;
	is_text(run(&b, 30001),
	    "reporter:counter:asnq,ok,2\nreporter:counter:asnq,timeout,1\n",
	    "counters are printed as increments");
	b.tally.by_status[STATUS_OK] = 8;
	report_end(b.report);
	is_text(run(&b, 60000), "reporter:counter:asnq,ok,1\n",
	    "the last increments are printed at the end");
	end(&b);
}

static void
test_totals(FILE *file)
{
	static const struct report_config config = {
		.progress = WHEN_NEVER,
		.stats = STATS_TEXT,
	};
	struct bench b;

	begin(&b, &config, file);
	b.tally.records = 3;
	b.tally.by_status[STATUS_OK] = 3;
	b.tally.repeated = 1;
	run(&b, 1500);
	report_end(b.report);
	is_text(run(&b, 1501),
	    "asnq: 1.500 seconds, records 3, ok 3, repeated 1\n",
	    "statistics include the duration");
	end(&b);
}

int
main(void)
{
	FILE *file = catch_stderr();

	test_meter(file);
	test_counters(file);
	test_totals(file);
	fclose(file);
	return tap_done();
}
