#include "config.h"

#include "scripted.h"

#include <fnmatch.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "dns/zone.h"
#include "rdata.h"

#define MS INT64_C(1000)
#define EPOCH (INT64_C(3600) * 1000 * MS) /* the machine has run for an hour */
#define USUAL_DELAY 10

/* An event: at its time a try is answered, or the process is stopped. */
struct scripted_event {
	TAILQ_ENTRY(scripted_event) link;
	struct script *script;
	int64_t at;
	struct resolver_try *try; /* NULL if there is none */
	struct answer *answer;
	int64_t stop; /* microseconds */
};

/* An owner name of tries, with their number. */
struct scripted_owner {
	TAILQ_ENTRY(scripted_owner) link;
	unsigned tries;
	char name[];
};

/* The outcome of a try. */
struct outcome {
	int64_t delay;
	bool silent;
	bool refused;
	struct answer *answer;
};

static struct script *
script_of_loop(struct loop *loop)
{
	return (struct script *)((char *)loop - offsetof(struct script, loop));
}

static struct script *
script_of_resolver(const struct resolver *r)
{
	return (struct script *)((char *)r - offsetof(struct script, resolver));
}

/* Ends the test, whose script is wrong. */
static void
give_up(const char *what, const char *text)
{
	printf("Bail out! script: %s: %s\n", what, text);
	exit(1);
}

int64_t
script_time(const struct script *s)
{
	return (s->now - EPOCH) / MS;
}

static void
insert_event(struct script *s, struct scripted_event *event)
{
	struct scripted_event *before = TAILQ_LAST(&s->events, scripted_events);

	while (before != NULL && before->at > event->at)
		before = TAILQ_PREV(before, scripted_events, link);
	if (before != NULL)
		TAILQ_INSERT_AFTER(&s->events, before, event, link);
	else
		TAILQ_INSERT_HEAD(&s->events, event, link);
}

static void
remove_event(struct scripted_event *event)
{
	TAILQ_REMOVE(&event->script->events, event, link);
	free(event);
}

/* --- The loop ----------------------------------------------------------- */

static int64_t
scripted_now(struct loop *loop)
{
	return script_of_loop(loop)->now;
}

/* Ends a try whose event has happened or was removed. */
static void
land(struct script *s, struct resolver_try *try)
{
	try->in_flight = NULL;
	s->in_flight--;
}

static void
happen(struct script *s, struct scripted_event *event)
{
	struct scripted_event e = *event;

	remove_event(event);
	s->now += e.stop;
	if (e.try == NULL)
		return;
	s->loop.replies++;
	land(s, e.try);
	s->resolver.done(e.try->arg, e.answer);
}

/* Processes events. Takes no time, unless a script says so. */
static void
scripted_poll(struct loop *loop, int64_t wait)
{
	struct script *s = script_of_loop(loop);
	struct scripted_event *event = TAILQ_FIRST(&s->events);
	int64_t until = wait == INT64_MAX ? wait : s->now + wait;

	if (wait > 0 && event != NULL && event->at < until)
		until = event->at > s->now ? event->at : s->now;
	if (until == INT64_MAX)
		give_up("no event ends this wait", s->sent.data);
	if (until > s->now)
		s->now = until;
	until = s->now;
	while ((event = TAILQ_FIRST(&s->events)) != NULL && event->at <= until)
		happen(s, event);
}

static const struct loop_driver scripted_loop = {
	.now = scripted_now,
	.poll = scripted_poll,
};

/* --- The resolver ------------------------------------------------------- */

/* Returns the number of tries for an owner name, counting this one. */
static unsigned
count_try(struct script *s, const char *name)
{
	size_t len = strlen(name);
	struct scripted_owner *owner;

	TAILQ_FOREACH(owner, &s->owners, link)
		if (strcmp(owner->name, name) == 0)
			return owner->tries++;
	owner = xcalloc(1, sizeof(*owner) + len + 1);
	memcpy(owner->name, name, len);
	TAILQ_INSERT_TAIL(&s->owners, owner, link);
	return owner->tries++;
}

/* Copies the next word and moves past it; returns false if there is none. */
static bool
next_word(const char **at, char word[64])
{
	size_t len;

	*at += strspn(*at, " \t");
	len = strcspn(*at, " \t\n");
	if (len == 0 || len >= 64)
		return false;
	memcpy(word, *at, len);
	word[len] = '\0';
	*at += len;
	return true;
}

static long
next_number(const char **at)
{
	char word[64];
	char *end;
	long number;

	if (!next_word(at, word))
		give_up("a number is missing", *at);
	number = strtol(word, &end, 10);
	if (*end != '\0' || number < 0)
		give_up("not a number", word);
	return number;
}

static struct answer *
answer_with_ttl(struct answer *answer, long ttl)
{
	answer->has_ttl = true;
	answer->ttl = (uint32_t)ttl;
	return answer;
}

/* Returns an answer that AS64500 originates the address of "4.3.2.1.zone". */
static struct answer *
origin_of(const char *owner)
{
	unsigned o[4];
	char text[80];

	if (sscanf(owner, "%u.%u.%u.%u.", &o[3], &o[2], &o[1], &o[0]) != 4)
		give_up("no address", owner);
	snprintf(text, sizeof(text), "64500 | %u.%u.%u.%u/32 | US | arin |",
	    o[0], o[1], o[2], o[3]);
	return answer_of(text);
}

/* Returns where an outcome ends: before the next one, or with its line. */
static const char *
end_of_outcome(const char *at)
{
	const char *end = at + strcspn(at, "\n");
	const char *next = strstr(at, " / ");

	return next != NULL && next < end ? next : end;
}

static struct outcome
read_outcome(const char *at, const char *owner)
{
	struct outcome out = { .delay = USUAL_DELAY };
	char word[64];
	char text[512];

	if (!next_word(&at, word))
		give_up("an outcome is missing", owner);
	if (strcmp(word, "after") == 0) {
		out.delay = next_number(&at);
		if (!next_word(&at, word))
			give_up("an outcome is missing", owner);
	}
	if (strcmp(word, "silent") == 0) {
		out.silent = true;
	} else if (strcmp(word, "refused") == 0) {
		out.refused = true;
	} else if (strcmp(word, "servfail") == 0) {
		out.answer = answer_new(ANSWER_SERVFAIL, 0);
	} else if (strcmp(word, "giveup") == 0) {
		out.answer = answer_new(ANSWER_TIMEOUT, 0);
	} else if (strcmp(word, "bogus") == 0) {
		out.answer = answer_new(ANSWER_BOGUS, 0);
	} else if (strcmp(word, "none") == 0) {
		out.answer = answer_with_ttl(answer_new(ANSWER_NONE, 0),
		    next_number(&at));
	} else if (strcmp(word, "origin") == 0) {
		out.answer =
		    answer_with_ttl(origin_of(owner), next_number(&at));
	} else if (strcmp(word, "text") == 0) {
		long ttl = next_number(&at);

		snprintf(text, sizeof(text), "%.*s",
		    (int)(end_of_outcome(at) - at - 1), at + 1);
		out.answer = answer_with_ttl(answer_of(text), ttl);
	} else {
		give_up("unknown outcome", word);
	}
	return out;
}

/* Returns whether a rule applies now; moves past its time. */
static bool
is_its_time(const struct script *s, const char **at)
{
	long from;
	long to;
	int len = 0;

	*at += strspn(*at, " \t");
	if (sscanf(*at, "%ld-%ld%n", &from, &to, &len) != 2 || len == 0)
		return true;
	*at += len;
	return script_time(s) >= from && script_time(s) <= to;
}

/* Returns the outcome of try `count` for an owner name. */
static struct outcome
find_outcome(const struct script *s, const char *owner, unsigned count)
{
	const char *at = s->rules;

	for (; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n') {
		const char *rest = at;
		char pattern[64];

		if (!next_word(&rest, pattern) ||
		    fnmatch(pattern, owner, 0) != 0 || !is_its_time(s, &rest))
			continue;
		for (; count > 0 && *end_of_outcome(rest) == ' '; count--)
			rest = end_of_outcome(rest) + strlen(" / ");
		return read_outcome(rest, owner);
	}
	give_up("no rule", owner);
	return (struct outcome){ .silent = true };
}

static unsigned
scripted_tries(const struct resolver *r, enum via via)
{
	(void)via;
	return script_of_resolver(r)->tries;
}

static bool
scripted_ask(struct resolver *r, enum via via, unsigned number,
    const char *owner, struct resolver_try *try)
{
	struct script *s = script_of_resolver(r);
	struct outcome out = find_outcome(s, owner, count_try(s, owner));
	struct scripted_event *event;

	(void)via;
	buf_printf(&s->sent, "%s%lld:%s", s->sent.len > 0 ? " " : "",
	    (long long)script_time(s), owner);
	if (number > 0)
		buf_printf(&s->sent, "/%u", number + 1);
	if (out.refused)
		return false;
	if (!out.silent && out.delay == 0) {
		r->done(try->arg, out.answer);
		return true;
	}
	event = xcalloc(1, sizeof(*event));
	*event = (struct scripted_event){
		.script = s,
		.at = out.silent ? INT64_MAX : s->now + out.delay * MS,
		.try = try,
		.answer = out.answer,
	};
	try->in_flight = event;
	insert_event(s, event);
	if (++s->in_flight > s->in_flight_max)
		s->in_flight_max = s->in_flight;
	return true;
}

static void
scripted_cancel(struct resolver *r, struct resolver_try *try)
{
	struct scripted_event *event = try->in_flight;

	answer_release(event->answer);
	remove_event(event);
	land(script_of_resolver(r), try);
}

static void
scripted_tidy(struct resolver *r)
{
	(void)r;
}

static bool
scripted_failed(const struct resolver *r)
{
	return script_of_resolver(r)->failed;
}

static char *
scripted_describe(const struct resolver *r, enum via via, const char *owner)
{
	(void)r;
	(void)via;
	(void)owner;
	return xstrdup("a script");
}

/* Does nothing: script_end() frees the script. */
static void
scripted_free(struct resolver *r)
{
	(void)r;
}

static const struct resolver_driver scripted_resolver = {
	.tries = scripted_tries,
	.ask = scripted_ask,
	.cancel = scripted_cancel,
	.tidy = scripted_tidy,
	.failed = scripted_failed,
	.describe = scripted_describe,
	.free = scripted_free,
};

/* --- The script --------------------------------------------------------- */

void
script_begin(struct script *s, const char *rules, resolver_done *done)
{
	*s = (struct script){
		.loop = { .driver = &scripted_loop },
		.resolver = { .driver = &scripted_resolver, .done = done },
		.rules = rules,
		.tries = RESOLVER_TRIES,
		.now = EPOCH,
	};
	TAILQ_INIT(&s->events);
	TAILQ_INIT(&s->owners);
	buf_reserve(&s->sent, 1);
	loop_update(&s->loop);
}

void
script_end(struct script *s)
{
	struct scripted_event *event;
	struct scripted_owner *owner;

	if (s->in_flight > 0)
		give_up("tries are in flight", "at the end");
	while ((event = TAILQ_FIRST(&s->events)) != NULL)
		remove_event(event);
	while ((owner = TAILQ_FIRST(&s->owners)) != NULL) {
		TAILQ_REMOVE(&s->owners, owner, link);
		free(owner);
	}
	buf_free(&s->sent);
	timers_free(&s->loop.timers);
}

static void
add_stop(struct script *s, int64_t at, int64_t ms)
{
	struct scripted_event *event = xcalloc(1, sizeof(*event));

	*event = (struct scripted_event){
		.script = s,
		.at = EPOCH + at * MS,
		.stop = ms * MS,
	};
	insert_event(s, event);
}

void
script_wake_at(struct script *s, int64_t at)
{
	add_stop(s, at, 0);
}

void
script_stop_at(struct script *s, int64_t at, int64_t ms)
{
	add_stop(s, at, ms);
}

void
script_block(struct script *s, int64_t ms)
{
	s->now += ms * MS;
}

static void
set_ended(void *arg)
{
	*(bool *)arg = true;
}

void
script_run(struct script *s, bool (*turn)(void *arg), void *arg, int64_t until)
{
	s->ended = false;
	s->end = (struct timer){ .fire = set_ended, .arg = &s->ended };
	timers_set(&s->loop.timers, &s->end, EPOCH + until * MS);
	while (!s->ended)
		loop_turn(&s->loop, !turn(arg));
}

unsigned
script_count(const struct script *s, const char *pattern)
{
	const struct scripted_owner *owner;
	unsigned count = 0;

	TAILQ_FOREACH(owner, &s->owners, link)
		if (fnmatch(pattern, owner->name, 0) == 0)
			count += owner->tries;
	return count;
}
