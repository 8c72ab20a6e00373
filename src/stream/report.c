#include "config.h"

#include "stream/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/json-writer.h"
#include "io/warn.h"

#define SECOND INT64_C(1000000)

#define METER_AFTER (2 * SECOND) /* shorter jobs get no meter */
#define METER_EVERY (SECOND / 4)
#define COUNT_EVERY (10 * SECOND)

struct report {
	struct report_config config;
	struct loop *loop;
	const struct tally *tally;
	const struct queries *queries;
	const struct input *input;
	int64_t started;
	struct timer meter;
	bool shown; /* the meter is on the terminal */
	struct timer counters;
	uint64_t counted[STATUS_MAX]; /* as Hadoop was told so far */
};

static bool
wants_meter(const struct report_config *config)
{
	if (config->progress != WHEN_AUTO)
		return config->progress == WHEN_ALWAYS;
	return !config->question && isatty(STDERR_FILENO) &&
	    !isatty(STDOUT_FILENO);
}

/*
 * Appends an estimate, as "1:02:03 left", if the size of the input is known. It
 * goes by the share of bytes whose records are written, since of those read
 * many may still wait for answers.
 */
static void
put_time_left(const struct report *r, struct buf *out)
{
	double taken = (double)input_record_count(r->input);
	double size = (double)input_bytes_total(r->input);
	double done = (double)input_bytes_read(r->input) *
	    (double)r->tally->records / (taken > 0 ? taken : 1);
	int64_t seconds;

	if (done <= 0 || size <= done)
		return;
	seconds = (int64_t)((double)(r->loop->now - r->started) / done *
		      (size - done)) /
	    SECOND;
	buf_printf(out, ", %" PRId64 ":%02d:%02d left", seconds / 3600,
	    (int)(seconds / 60 % 60), (int)(seconds % 60));
}

static void
show_meter(void *arg)
{
	struct report *r = arg;
	double seconds = (double)(r->loop->now - r->started) / SECOND;
	uint64_t failed = 0;
	struct buf line = { 0 };

	for (int i = 0; i < STATUS_MAX; i++)
		if (status_failed((enum status)i))
			failed += r->tally->by_status[i];
	buf_printf(&line, "\r%" PRIu64 " records, %.0f/s", r->tally->records,
	    seconds > 0 ? (double)r->tally->records / seconds : 0);
	buf_printf(&line,
	    ", %" PRIu64 " repeated, %lu queries, %" PRIu64 " failed",
	    r->tally->repeated, queries_counts(r->queries)->asked, failed);
	put_time_left(r, &line);
	buf_puts(&line, "\033[K");
	fwrite(line.data, 1, line.len, stderr);
	fflush(stderr);
	buf_free(&line);
	r->shown = true;
	timers_set(&r->loop->timers, &r->meter, r->loop->now + METER_EVERY);
}

/* Writes what was counted since the last time: Hadoop adds it up. */
static void
tell_counters(void *arg)
{
	struct report *r = arg;

	for (int i = 0; i < STATUS_MAX; i++) {
		uint64_t more = r->tally->by_status[i] - r->counted[i];

		if (more > 0)
			fprintf(stderr,
			    "reporter:counter:asnq,%s,%" PRIu64 "\n",
			    status_word((enum status)i), more);
		r->counted[i] += more;
	}
	fflush(stderr);
	timers_set(&r->loop->timers, &r->counters, r->loop->now + COUNT_EVERY);
}

struct report *
report_new(const struct report_config *config, struct loop *loop,
    const struct tally *tally, const struct queries *queries,
    const struct input *input)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->config = *config;
	r->loop = loop;
	r->tally = tally;
	r->queries = queries;
	r->input = input;
	r->started = loop->now;
	r->meter = (struct timer){ .fire = show_meter, .arg = r };
	r->counters = (struct timer){ .fire = tell_counters, .arg = r };
	if (config->counters)
		timers_set(&loop->timers, &r->counters,
		    loop->now + COUNT_EVERY);
	if (wants_meter(config))
		timers_set(&loop->timers, &r->meter,
		    loop->now +
			(config->progress == WHEN_ALWAYS ? METER_EVERY
							 : METER_AFTER));
	return r;
}

/* Appends TXT records as quoted character-strings, with bars between records. */
static void
put_texts(const struct answer *a, struct buf *out)
{
	const uint8_t *rdata;
	size_t at = 0;
	size_t len;

	while (answer_next(a, &at, &rdata, &len)) {
		buf_puts(out, at > 2 + len ? " |" : ":");
		answer_put_strings(out, rdata, len);
	}
}

void
report_query(void *resolver, const struct query_event *event)
{
	static const char *const kinds[ANSWER_MAX] = {
		[ANSWER_TEXT] = "answer",
		[ANSWER_NONE] = "no such record",
		[ANSWER_TIMEOUT] = "no answer in time",
		[ANSWER_SERVFAIL] = "failure",
		[ANSWER_BOGUS] = "failed DNSSEC validation",
	};
	const struct answer *a = event->answer;
	struct buf line = { 0 };

	if (a == NULL) {
		char *whom =
		    resolver_describe(resolver, event->via, event->owner);

		warn_line("%s TXT asked of %s", event->owner, whom);
		free(whom);
		return;
	}
	buf_printf(&line, "%s TXT: %s after %.1f ms", event->owner,
	    kinds[a->kind], (double)event->took / 1000);
	if (a->has_ttl)
		buf_printf(&line, ", TTL %lu", (unsigned long)a->ttl);
	if (a->dnssec == DNSSEC_SECURE)
		buf_puts(&line, ", secure");
	put_texts(a, &line);
	warn_bytes(line.data, line.len);
	buf_free(&line);
	if (event->suspension > 0)
		warn_line("%s is suspended for %d seconds, since it does not "
			  "answer",
		    event->source, (int)(event->suspension / SECOND));
}

/* One number of the totals. */
struct total {
	const char *name;
	uint64_t number;
};

static void
print_text(const struct total *list, size_t count, double seconds)
{
	struct buf line = { 0 };

	buf_printf(&line, "%.3f seconds", seconds);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || list[i].number > 0)
			buf_printf(&line, ", %s %" PRIu64, list[i].name,
			    list[i].number);
	buf_putc(&line, '\0');
	warn_line("%s", line.data);
	buf_free(&line);
}

static void
print_json(const struct total *list, size_t count, double seconds)
{
	struct buf line = { 0 };
	struct json j = { .out = &line };

	json_object(&j, NULL);
	json_decimal(&j, "seconds", seconds);
	for (size_t i = 0; i < count; i++)
		json_number(&j, list[i].name, list[i].number);
	json_object_end(&j);
	buf_putc(&line, '\n');
	fwrite(line.data, 1, line.len, stderr);
	buf_free(&line);
}

/* Erases the meter, so that another line can be written. */
static void
clear_meter(struct report *r)
{
	if (r->shown)
		fputs("\r\033[K", stderr);
	r->shown = false;
}

void
report_totals(struct report *r)
{
	const struct query_counts *counts = queries_counts(r->queries);
	struct total list[STATUS_MAX + 12];
	size_t n = 0;
	double seconds = (double)(r->loop->now - r->started) / SECOND;

	list[n++] = (struct total){ "records", r->tally->records };
	for (int i = 0; i <= STATUS_MISMATCH; i++)
		list[n++] = (struct total){ status_word((enum status)i),
			r->tally->by_status[i] };
	if (r->config.selecting) {
		list[n++] = (struct total){ "chosen", r->tally->selected };
		list[n++] = (struct total){ "undecided", r->tally->undecided };
	}
	if (r->config.enriching) {
		list[n++] = (struct total){ "passed", r->tally->passed };
		list[n++] = (struct total){ "odd", r->tally->odd };
	}
	list[n++] = (struct total){ "toolong", r->tally->too_long };
	list[n++] = (struct total){ "repeated", r->tally->repeated };
	list[n++] = (struct total){ "queries", counts->asked };
	list[n++] = (struct total){ "retries", counts->retried };
	list[n++] = (struct total){ "cached", counts->cached };
	list[n++] = (struct total){ "coalesced", counts->coalesced };
	list[n++] = (struct total){ "timeouts", counts->timeouts };
	list[n++] = (struct total){ "suspensions", counts->suspensions };
	clear_meter(r);
	if (r->config.stats == STATS_JSON)
		print_json(list, n, seconds);
	else
		print_text(list, n, seconds);
}

void
report_end(struct report *r)
{
	timers_cancel(&r->loop->timers, &r->meter);
	clear_meter(r);
	loop_update(r->loop);
	if (r->config.counters)
		tell_counters(r);
	timers_cancel(&r->loop->timers, &r->counters);
	if (r->config.stats != STATS_OFF)
		report_totals(r);
}

void
report_free(struct report *r)
{
	if (r == NULL)
		return;
	timers_cancel(&r->loop->timers, &r->meter);
	timers_cancel(&r->loop->timers, &r->counters);
	free(r);
}
