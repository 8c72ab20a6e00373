#include "config.h"

#include "dns/queries.h"

#include <stdlib.h>
#include <string.h>

#include "../scripted.h"
#include "../tap.h"
#include "base/alloc.h"
#include "base/array.h"
#include "dns/query.h"

/*
 * Tests rules about time, each with a script of the servers' behaviour. All
 * times are milliseconds of the script's clock; an answer takes 10 unless the
 * script says otherwise.
 */

#define MS INT64_C(1000)
#define TIMEOUT 4000
#define DAY 86400000
#define QUERIES_MAX 8 /* of one client */

static const char *const kinds[ANSWER_MAX] = {
	[ANSWER_TEXT] = "text",
	[ANSWER_NONE] = "none",
	[ANSWER_TIMEOUT] = "timeout",
	[ANSWER_SERVFAIL] = "servfail",
	[ANSWER_BOGUS] = "bogus",
};

/*
 * What clients do: words "MS:WHAT", in order of their times. Each word that
 * makes queries is a client of its own. Its time is the ",TIMEOUT" of WHAT, or
 * the configured one.
 *
 *	a	queries for a; names that end in ".y" go to source y, all
 *		others to source x
 *	a#3	three clients, which query for a1, a2 and a3
 *	a+b	one client queries for both
 *	a>b	queries for b after the answer for a
 *	a|b	queries for both, and ends at the first answer
 *	-a	the last client that queried for a ends
 *	!N	the program is blocked for N ms
 *	=N	the process is stopped for N ms
 *	?	nothing, but the loop turns
 */
struct test {
	const char *name;
	const char *rules; /* see scripted.h */
	const char *asks;
	const char *answers;   /* "OWNER=KIND@MS", in order */
	const char *sent;      /* "MS:OWNER[/TRY]", in order; NULL for any */
	const char *counts;    /* "asked retried cached coalesced timeouts */
			       /* suspensions"; NULL for any */
	const char *suspended; /* "+x@MS" begins, "-x@MS" ends; NULL for any */
	int64_t until;	       /* 0 for a minute */

	/* 0 for the usual value. */
	int64_t timeout;
	unsigned in_flight;
	unsigned tries;
	size_t cache_size;
	double qps;
	bool lossless;
	bool mirror;
	const char *mirrored; /* ZONE=SERVER, of some names; NULL: none */
	bool failed;	      /* the resolver has */
};

struct bench {
	struct script script;
	struct mirrors mirrors;
	struct queries *queries;
	int64_t timeout;
	const char *asks; /* the remaining words */
	TAILQ_HEAD(, client) clients;
	struct buf answers;
	struct buf suspended;
	bool was_suspended[2];
};

struct client {
	struct query_client client;
	struct bench *bench;
	TAILQ_ENTRY(client) link;
	char owners[QUERIES_MAX][64];
	size_t count;
	const char *then; /* what to query next; NULL for nothing */
	bool impatient;	  /* ends at the first answer */
	bool ended;
	size_t answered;
	size_t advanced; /* answers when advance was last called */
};

static struct client *
client_of(struct query_client *c)
{
	return (struct client *)((char *)c - offsetof(struct client, client));
}

/* Records the answer to a client's query; takes over its reference. */
static void
note_answer(struct client *c, size_t number, struct answer *answer)
{
	struct bench *b = c->bench;

	buf_printf(&b->answers, "%s%s=%s@%lld", b->answers.len > 0 ? " " : "",
	    c->owners[number], kinds[answer->kind],
	    (long long)script_time(&b->script));
	c->answered++;
	answer_release(answer);
}

static void
make_query(struct client *c, const char *owner, size_t len)
{
	size_t number = c->count++;
	struct answer *answer;

	memcpy(c->owners[number], owner, len);
	c->owners[number][len] = '\0';
	answer = queries_ask(&c->client, number,
	    len > 2 && memcmp(owner + len - 2, ".y", 2) == 0,
	    c->owners[number]);
	if (answer != NULL)
		note_answer(c, number, answer);
}

static void
answered(struct query_client *q, size_t number, struct answer *answer)
{
	struct client *c = client_of(q);

	if (c->ended)
		ok(false, "no answer comes to a client that has ended");
	note_answer(c, number, answer);
}

static void
end_client(struct client *c)
{
	if (!c->ended)
		query_client_end(&c->client);
	c->ended = true;
}

/* Ends the client if it waits for no answer, as a look-up does. */
static void
advance(struct query_client *q)
{
	struct client *c = client_of(q);
	const char *then = c->then;

	if (c->answered == c->advanced)
		ok(false, "advance is called after an answer");
	c->advanced = c->answered;
	if (then != NULL) {
		size_t len = strcspn(then, ">, ");

		c->then = then[len] == '>' ? then + len + 1 : NULL;
		make_query(c, then, len);
	}
	if (c->impatient || c->answered == c->count)
		end_client(c);
}

/* Makes the queries of one client: "a+b", "a|b" or "a>b". */
static void
start_client(struct bench *b, const char *what, size_t len, unsigned number,
    int64_t timeout)
{
	struct client *c = xcalloc(1, sizeof(*c));
	const char *end = what + len;

	c->bench = b;
	c->client.answered = answered;
	c->client.advance = advance;
	TAILQ_INSERT_HEAD(&b->clients, c, link);
	query_client_init(b->queries, &c->client, timeout * MS);
	while (what < end) {
		size_t one = strcspn(what, "+|>#, ");
		char owner[64];

		if (what + one > end)
			one = (size_t)(end - what);
		snprintf(owner, sizeof(owner), "%.*s", (int)one, what);
		if (number > 0)
			snprintf(owner + one, sizeof(owner) - one, "%u",
			    number);
		if (what[one] == '>')
			c->then = what + one + 1;
		c->impatient |= what[one] == '|';
		make_query(c, owner, strlen(owner));
		if (what[one] != '+' && what[one] != '|')
			break;
		what += one + 1;
	}
	if (c->then == NULL && c->answered == c->count)
		end_client(c);
}

static void
end_last_client(struct bench *b, const char *owner, size_t len)
{
	struct client *c;

	TAILQ_FOREACH(c, &b->clients, link)
		if (!c->ended && strlen(c->owners[0]) == len &&
		    memcmp(c->owners[0], owner, len) == 0) {
			end_client(c);
			return;
		}
	ok(false, "there is a client to end");
}

/* Executes one word. */
static void
act(struct bench *b, const char *what)
{
	size_t len = strcspn(what, "#, ");
	unsigned long count = 1;
	int64_t timeout = b->timeout;
	const char *at = what + len;

	switch (*what) {
	case '-':
		end_last_client(b, what + 1, len - 1);
		return;
	case '!':
		script_block(&b->script, atol(what + 1));
		return;
	case '?':
	case '=':
		return;
	}
	if (*at == '#')
		count = strtoul(at + 1, (char **)&at, 10);
	if (*at == ',')
		timeout = atol(at + 1);
	for (unsigned i = 1; i <= count; i++)
		start_client(b, what, len, what[len] == '#' ? i : 0, timeout);
}

static void
note_suspensions(struct bench *b)
{
	const bool *suspended = queries_suspended(b->queries);

	for (int i = 0; i < 2; i++) {
		if (suspended[i] != b->was_suspended[i])
			buf_printf(&b->suspended, "%s%c%c@%lld",
			    b->suspended.len > 0 ? " " : "",
			    suspended[i] ? '+' : '-', "xy"[i],
			    (long long)script_time(&b->script));
		b->was_suspended[i] = suspended[i];
	}
}

/* Does what the program does between two turns of the loop. */
static bool
turn(void *arg)
{
	struct bench *b = arg;
	char *end;

	note_suspensions(b);
	while (*b->asks != '\0' &&
	    strtol(b->asks, &end, 10) <= script_time(&b->script)) {
		b->asks = end + 1;
		act(b, b->asks);
		b->asks += strcspn(b->asks, " ");
		b->asks += *b->asks == ' ';
	}
	return queries_turn(b->queries);
}

/* Makes the loop turn at the times of all words. */
static void
plan(struct bench *b, const char *asks)
{
	b->asks = asks;
	while (*asks != '\0') {
		char *end;
		long at = strtol(asks, &end, 10);

		if (end[1] == '=')
			script_stop_at(&b->script, at, atol(end + 2));
		else
			script_wake_at(&b->script, at);
		asks = end + strcspn(end, " ");
		asks += *asks == ' ';
	}
}

static void
begin(struct bench *b, const struct test *t, struct queries_config *config)
{
	static const char *const names[] = { "x", "y" };
	struct query_source_config sources[LENGTH(names)];

	*b = (struct bench){ .timeout = t->timeout > 0 ? t->timeout : TIMEOUT };
	TAILQ_INIT(&b->clients);
	script_begin(&b->script, t->rules, queries_answered);
	if (t->tries > 0)
		b->script.tries = t->tries;
	b->script.failed = t->failed;
	for (size_t i = 0; i < LENGTH(names); i++)
		sources[i] = (struct query_source_config){
			.name = names[i],
			.via = t->mirror ? VIA_MIRRORS : VIA_RESOLVER,
			.qps = t->qps,
		};
	config->sources = sources;
	config->source_count = LENGTH(sources);
	config->in_flight = t->in_flight > 0 ? t->in_flight : 256;
	config->timeout = b->timeout * MS;
	config->cache_size = t->cache_size > 0 ? t->cache_size : 1 << 20;
	config->lossless = t->lossless;
	if (t->mirrored != NULL)
		free(mirrors_add(&b->mirrors, t->mirrored));
	config->mirrors = &b->mirrors;
	b->queries = queries_new(&b->script.loop, &b->script.resolver, config);
	buf_reserve(&b->answers, 1);
	buf_reserve(&b->suspended, 1);
	plan(b, t->asks);
}

static void
run(struct bench *b, int64_t until)
{
	script_run(&b->script, turn, b, until);
}

static void
end(struct bench *b)
{
	struct client *c;

	while ((c = TAILQ_FIRST(&b->clients)) != NULL) {
		TAILQ_REMOVE(&b->clients, c, link);
		end_client(c);
		free(c);
	}
	queries_free(b->queries);
	mirrors_clear(&b->mirrors);
	script_end(&b->script);
	buf_free(&b->answers);
	buf_free(&b->suspended);
}

static void
check(struct bench *b, const struct test *t)
{
	const struct query_counts *n = queries_counts(b->queries);
	char counts[80];

	is_bytes(b->answers.data, b->answers.len, t->answers, "%s", t->name);
	if (t->sent != NULL)
		is_bytes(b->script.sent.data, b->script.sent.len, t->sent,
		    "%s: sent", t->name);
	snprintf(counts, sizeof(counts), "%lu %lu %lu %lu %lu %lu", n->asked,
	    n->retried, n->cached, n->coalesced, n->timeouts, n->suspensions);
	if (t->counts != NULL)
		is_text(counts, t->counts, "%s: counts", t->name);
	if (t->suspended != NULL)
		is_bytes(b->suspended.data, b->suspended.len, t->suspended,
		    "%s: suspended", t->name);
}

static const struct test tests[] = {
	/* --- Answers and silence --- */
	{
	    .name = "an answer",
	    .rules = "* text 60 t",
	    .asks = "0:a",
	    .answers = "a=text@10",
	    .sent = "0:a",
	    .counts = "1 0 0 0 0 0",
	},
	{
	    .name = "an answer that arrives before resolver_ask() returns",
	    .rules = "* after 0 text 60 t",
	    .asks = "0:a",
	    .answers = "a=text@0",
	},
	{
	    .name = "no such record",
	    .rules = "* none 60",
	    .asks = "0:a",
	    .answers = "a=none@10",
	    .counts = "1 0 0 0 0 0",
	},
	{
	    .name = "silence gives a time-out when the time is over",
	    .rules = "* silent",
	    .asks = "0:a",
	    .answers = "a=timeout@4000",
	    .counts = "3 2 0 0 1 0",
	},
	{
	    .name = "silence is retried after 1/8, and after 2/8 more",
	    .rules = "* silent",
	    .asks = "0:a",
	    .answers = "a=timeout@4000",
	    .sent = "0:a 500:a/2 1500:a/3",
	},
	{
	    .name = "a short time has the same parts",
	    .rules = "* silent",
	    .asks = "0:a",
	    .timeout = 80,
	    .answers = "a=timeout@80",
	    .sent = "0:a 10:a/2 30:a/3",
	},
	{
	    .name = "recursion from the root has one try",
	    .rules = "* silent",
	    .asks = "0:a",
	    .tries = 1,
	    .answers = "a=timeout@4000",
	    .sent = "0:a",
	},
	{
	    .name = "after a lost query, the second try is answered",
	    .rules = "* silent / text 60 t",
	    .asks = "0:a",
	    .answers = "a=text@510",
	    .sent = "0:a 500:a/2",
	},
	{
	    .name = "after two lost queries, the third try is answered",
	    .rules = "* silent / silent / text 60 t",
	    .asks = "0:a",
	    .answers = "a=text@1510",
	    .sent = "0:a 500:a/2 1500:a/3",
	},
	{
	    .name = "a late answer counts, to the first try too",
	    .rules = "* after 3999 text 60 t",
	    .asks = "0:a",
	    .answers = "a=text@3999",
	    .counts = "3 2 0 0 0 0",
	},
	{
	    .name = "an answer at the end of the time counts",
	    .rules = "* after 4000 text 60 t / silent",
	    .asks = "0:a",
	    .answers = "a=text@4000",
	},
	{
	    .name = "an answer after the end of the time does not count",
	    .rules = "* after 4001 text 60 t",
	    .asks = "0:a 4002:b",
	    .answers = "a=timeout@4000 b=timeout@8002",
	},

	/* --- Failures --- */
	{
	    .name = "a retry follows a failure after 0.2 s",
	    .rules = "* servfail / text 60 t",
	    .asks = "0:a",
	    .answers = "a=text@220",
	    .sent = "0:a 210:a/2",
	    .counts = "2 1 0 0 0 0",
	},
	{
	    .name = "two failures in a row are a failure",
	    .rules = "* servfail",
	    .asks = "0:a",
	    .answers = "a=servfail@220",
	    .sent = "0:a 210:a/2",
	    .counts = "2 1 0 0 0 0",
	},
	{
	    .name = "over TCP, three failures in a row are a failure",
	    .rules = "* servfail",
	    .asks = "0:a",
	    .lossless = true,
	    .answers = "a=servfail@430",
	    .sent = "0:a 210:a/2 420:a/3",
	},
	{
	    .name = "with a single try, a failure counts at once",
	    .rules = "* servfail",
	    .asks = "0:a",
	    .tries = 1,
	    .answers = "a=servfail@10",
	},
	{
	    .name = "no retry follows without time for it",
	    .rules = "* servfail",
	    .asks = "0:a",
	    .timeout = 210,
	    .answers = "a=servfail@10",
	    .sent = "0:a",
	},
	{
	    .name = "after a last retry without answer, the failure counts",
	    .rules = "* servfail / silent",
	    .asks = "0:a",
	    .timeout = 211,
	    .tries = 2,
	    .answers = "a=servfail@211",
	    .sent = "0:a 210:a/2",
	},
	{
	    .name = "a failure before silence counts at the end",
	    .rules = "* servfail / silent",
	    .asks = "0:a",
	    .answers = "a=servfail@4000",
	    .sent = "0:a 210:a/2 1210:a/3",
	},
	{
	    .name = "a bogus answer is not retried",
	    .rules = "* bogus",
	    .asks = "0:a",
	    .answers = "a=bogus@10",
	    .sent = "0:a",
	},
	{
	    .name = "a query that cannot be sent fails, at the second attempt",
	    .rules = "* refused",
	    .asks = "0:a",
	    .answers = "a=servfail@200",
	    .counts = "0 1 0 0 0 0",
	},
	{
	    .name = "without waiters a failure is not retried, but cached",
	    .rules = "* servfail",
	    .asks = "0:a,5 100:a",
	    .answers = "a=timeout@5 a=servfail@100",
	    .sent = "0:a",
	},
	{
	    .name = "after an outage of a second, a retry is answered",
	    .rules = "* 0-999 silent\n* text 60 t",
	    .asks = "0:a",
	    .answers = "a=text@1510",
	},
	{
	    .name =
		"over TCP, four that failed once are in flight at first, and "
		"one more for each that is answered",
	    .rules = "* servfail / after 100 text 60 t",
	    .asks = "0:a 1:b 2:c 3:d 4:e 5:f",
	    .lossless = true,
	    .answers = "a=text@310 b=text@311 c=text@312 d=text@313 "
		       "e=text@410 f=text@410",
	    .sent = "0:a 1:b 2:c 3:d 4:e 5:f 210:a/2 211:b/2 212:c/2 "
		    "213:d/2 310:e/2 310:f/2",
	},
	{
	    .name = "over UDP, all that failed are in flight at the same time",
	    .rules = "* servfail / after 100 text 60 t",
	    .asks = "0:a#6",
	    .answers = "a1=text@310 a6=text@310 a4=text@310 a5=text@310 "
		       "a2=text@310 a3=text@310",
	},
	{
	    .name = "over TCP, one that failed twice is in flight at first",
	    .rules = "* servfail / servfail / after 100 text 60 t",
	    .asks = "0:a#2",
	    .lossless = true,
	    .answers = "a1=text@520 a2=text@620",
	    .sent = "0:a1 0:a2 210:a1/2 210:a2/2 420:a1/3 520:a2/3",
	},

	/* --- Doubled queries --- */
	{
	    .name = "a doubled query: a failure waits for the other try",
	    .rules = "* after 600 servfail / after 300 text 60 t",
	    .asks = "0:a",
	    .answers = "a=text@800",
	    .sent = "0:a 500:a/2",
	},
	{
	    .name = "a doubled query: if both tries fail, a third follows",
	    .rules = "* after 600 servfail / after 300 servfail / text 60 t",
	    .asks = "0:a",
	    .answers = "a=text@1010",
	    .sent = "0:a 500:a/2 1000:a/3",
	},
	{
	    .name = "a doubled query: no such record ends both tries",
	    .rules = "* after 600 none 60 / silent",
	    .asks = "0:a",
	    .answers = "a=none@600",
	},
	{
	    .name = "where few may be in flight, all may be doubled",
	    .rules = "* silent",
	    .asks = "0:a 1:b 2:c 3:d",
	    .in_flight = 4,
	    .answers = "a=timeout@4000 b=timeout@4001 c=timeout@4002 "
		       "d=timeout@4003",
	    .sent = "0:a 1:b 2:c 3:d 500:a/2 501:b/2 502:c/2 "
		    "503:d/2 1500:a/3 1501:b/3 1502:c/3 1503:d/3",
	},
	{
	    .name = "four lost queries are all tried again",
	    .rules = "* silent / text 60 t",
	    .asks = "0:a 1:b 2:c 3:d",
	    .in_flight = 4,
	    .answers = "a=text@510 b=text@511 c=text@512 d=text@513",
	    .sent = "0:a 1:b 2:c 3:d 500:a/2 501:b/2 502:c/2 503:d/2",
	},

	/* --- Given up by the resolver: silence --- */
	{
	    .name = "a try that is given up is no failure",
	    .rules = "* giveup",
	    .asks = "0:a",
	    .tries = 1,
	    .answers = "a=timeout@4000",
	    .sent = "0:a",
	    .counts = "1 0 0 0 1 0",
	},
	{
	    .name = "a try that is given up is followed by another after 0.2 s",
	    .rules = "* giveup / text 60 t",
	    .asks = "0:a",
	    .answers = "a=text@210",
	    .sent = "0:a 200:a/2",
	},
	{
	    .name = "however many tries are given up, an answer is found",
	    .rules = "* 0-3700 after 0 giveup\n* text 60 t",
	    .asks = "0:a",
	    .answers = "a=text@3810",
	},
	{
	    .name = "a try that is given up does not end another's wait",
	    .rules = "* after 900 text 60 t / giveup",
	    .asks = "0:a",
	    .answers = "a=text@900",
	    .sent = "0:a 500:a/2",
	},
	{
	    .name = "a failure counts, if later tries are given up",
	    .rules = "* servfail / giveup",
	    .asks = "0:a",
	    .answers = "a=servfail@4000",
	},

	/* --- Outages of a zone that is known --- */
	{
	    .name = "after an outage of a second, all queries are answered",
	    .rules = "* 0-999 after 30 servfail\n* after 30 text 60 t",
	    .asks = "0:a#6",
	    .answers = "a1=text@1220 a4=text@1220 a2=text@1220 a6=text@1220 "
		       "a3=text@1220 a5=text@1220",
	    .counts = "24 18 0 0 0 0",
	},
	{
	    .name = "after an outage of three seconds too",
	    .rules = "* 0-2999 after 30 servfail\n* after 30 text 60 t",
	    .asks = "0:a#6",
	    .answers = "a1=text@3340 a3=text@3340 a5=text@3340 a2=text@3340 "
		       "a6=text@3340 a4=text@3340",
	},
	{
	    .name = "after an outage that ends just in time too",
	    .rules = "* 0-3700 servfail\n* text 60 t",
	    .asks = "0:a#6",
	    .answers = "a1=text@3760 a5=text@3760 a6=text@3760 a3=text@3760 "
		       "a4=text@3760 a2=text@3760",
	},
	{
	    .name = "after an outage over TCP too",
	    .rules = "* 0-999 after 30 servfail\n* after 30 text 60 t",
	    .asks = "0:a#6",
	    .lossless = true,
	    .answers = "a2=text@1040 a3=text@1070 a1=text@1450 a6=text@1480 "
		       "a4=text@1510 a5=text@1540",
	},
	{
	    .name = "a silent outage of three seconds does no harm",
	    .rules = "* 100-3099 silent\n* text 60 t",
	    .asks = "0:w#5 100:a#8",
	    .in_flight = 8,
	    .mirror = true,
	    .answers = "w1=text@10 w2=text@10 w3=text@10 w4=text@10 w5=text@10 "
		       "a2=text@3190 a1=text@3190 a4=text@3190 a8=text@3190 "
		       "a5=text@3190 a3=text@3190 a6=text@3190 a7=text@3190",
	},
	{
	    .name = "a lost query is tried again and again",
	    .rules = "a silent / silent / silent / silent / silent / text 60 t"
		     "\n* text 60 t",
	    .asks = "0:w#5 100:a",
	    .mirror = true,
	    .answers = "w1=text@10 w2=text@10 w3=text@10 w4=text@10 w5=text@10 "
		       "a=text@3860",
	},
	{
	    .name = "of a zone that cannot be queried at all, no more is tried",
	    .rules = "* refused",
	    .asks = "0:a#6",
	    .failed = true,
	    .answers = "a1=servfail@200 a6=servfail@200 a4=servfail@200 "
		       "a5=servfail@200 a2=servfail@200 a3=servfail@200",
	},

	/* --- Slow zones --- */
	{
	    .name = "a slow answer is not lost: it has no second try",
	    .rules = "* after 1000 text 60 t",
	    .asks = "0:w#5 1500:a#3",
	    .in_flight = 4,
	    .mirror = true,
	    .answers = "w1=text@1000 w2=text@1000 w3=text@1000 w4=text@1000 "
		       "w5=text@2000 a1=text@2500 a2=text@2500 a3=text@2500",
	    .counts = "12 4 0 0 0 0",
	},
	{
	    .name = "a lost query of a slow zone is tried again",
	    .rules = "a silent / text 60 t\n* after 1000 text 60 t",
	    .asks = "0:w#5 1500:a",
	    .mirror = true,
	    .answers = "w1=text@1000 w2=text@1000 w3=text@1000 w4=text@1000 "
		       "w5=text@1000 a=text@2950",
	},
	{
	    .name = "where an answer takes nearly all the time, none is tried",
	    .rules = "* after 3900 text 60 t",
	    .asks = "0:w#5 5000:a#3",
	    .answers = "w1=text@3900 w2=text@3900 w3=text@3900 w4=text@3900 "
		       "w5=text@3900 a1=text@8900 a2=text@8900 a3=text@8900",
	    .counts = "18 10 0 0 0 0",
	},

	/* --- Mirrors --- */
	{
	    .name = "a mirror is retried after 8 times its usual wait",
	    .rules = "a silent / text 60 t\n* text 60 t",
	    .asks = "0:w 100:a",
	    .mirror = true,
	    .answers = "w=text@10 a=text@190",
	    .sent = "0:w 100:a 180:a/2",
	},
	{
	    .name = "a mirror's third try comes after 1/8 of the time",
	    .rules = "a silent\n* text 60 t",
	    .asks = "0:w 100:a",
	    .mirror = true,
	    .answers = "w=text@10 a=timeout@4100",
	    .sent = "0:w 100:a 180:a/2 680:a/3",
	},
	{
	    .name = "a fast mirror is not retried before 50 ms",
	    .rules = "a silent / text 60 t\n* after 1 text 60 t",
	    .asks = "0:w 100:a",
	    .mirror = true,
	    .answers = "w=text@1 a=text@160",
	    .sent = "0:w 100:a 150:a/2",
	},
	{
	    .name = "a slow mirror is retried after 1/8 of the time",
	    .rules = "a silent / text 60 t\n* after 200 text 60 t",
	    .asks = "0:w 1000:a",
	    .mirror = true,
	    .answers = "w=text@200 a=text@1510",
	    .sent = "0:w 1000:a 1500:a/2",
	},
	{
	    .name = "another name's answer gives a mirror its usual wait",
	    .rules = "a silent / text 60 t\n* text 60 t",
	    .asks = "0:a 50:w",
	    .mirror = true,
	    .answers = "w=text@60 a=text@110",
	    .sent = "0:a 50:w 100:a/2",
	},
	{
	    .name = "a mirror's usual wait moves by an eighth with each answer",
	    .rules = "a silent / text 60 t\nv after 70 text 60 t\n* text 60 t",
	    .asks = "0:w 100:v 500:a",
	    .mirror = true,
	    .answers = "w=text@10 v=text@170 a=text@650",
	},
	{
	    .name = "a mirror over TCP is retried as late as a resolver",
	    .rules = "a silent / text 60 t\n* text 60 t",
	    .asks = "0:w 100:a",
	    .mirror = true,
	    .lossless = true,
	    .answers = "w=text@10 a=text@610",
	    .sent = "0:w 100:a 600:a/2",
	},

	{
	    .name = "a name that has a mirror of its own is retried as there",
	    .rules = "a* silent / text 60 t\n* text 60 t",
	    .asks = "0:w.m.t 100:a.m.t 100:a.xm.t",
	    .mirrored = "m.t=192.0.2.1",
	    .answers = "w.m.t=text@10 a.m.t=text@190 a.xm.t=text@610",
	    .sent = "0:w.m.t 100:a.xm.t 100:a.m.t 180:a.m.t/2 600:a.xm.t/2",
	},
	{
	    .name = "a name that has a mirror of its own is not rate-limited",
	    .rules = "* text 60 t",
	    .asks = "0:a.t 0:b.t 0:a.m.t 0:b.m.t 0:c.m.t",
	    .mirrored = "m.t=192.0.2.1",
	    .qps = 1,
	    .answers = "a.t=text@10 a.m.t=text@10 b.m.t=text@10 "
		       "c.m.t=text@10 b.t=text@960",
	},
	{
	    .name = "a source is suspended if its mirrored part is too",
	    .rules = "*.m.t 0-4000 text 60 t\n* silent",
	    .tries = 1,
	    .asks = "0:a1 0:z.m.t 1000:a2 2000:a3 3000:a4 4000:a5 5000:b1.m.t "
		    "6000:b2.m.t 7000:b3.m.t 8000:b4.m.t 9000:b5.m.t",
	    .mirrored = "m.t=192.0.2.1",
	    .timeout = 400,
	    .until = 20000,
	    .answers = "z.m.t=text@10 a1=timeout@400 a2=timeout@1400 "
		       "a3=timeout@2400 a4=timeout@3400 a5=timeout@4400 "
		       "b1.m.t=timeout@5400 b2.m.t=timeout@6400 "
		       "b3.m.t=timeout@7400 b4.m.t=timeout@8400 "
		       "b5.m.t=timeout@9400",
	    .suspended = "+x@9400",
	},

	/* --- Coalescing --- */
	{
	    .name = "equal queries in flight are coalesced",
	    .rules = "* text 60 t",
	    .asks = "0:a 5:a 9:a",
	    .answers = "a=text@10 a=text@10 a=text@10",
	    .sent = "0:a",
	    .counts = "1 0 0 2 0 0",
	},
	{
	    .name = "equal queries of one client are coalesced",
	    .rules = "* text 60 t",
	    .asks = "0:a+a",
	    .answers = "a=text@10 a=text@10",
	    .sent = "0:a",
	},
	{
	    .name = "equal queries that are queued are coalesced",
	    .rules = "b after 100 text 60 t\n* text 60 t",
	    .asks = "0:b 0:a 50:a",
	    .in_flight = 1,
	    .answers = "b=text@100 a=text@110 a=text@110",
	    .sent = "0:b 100:a",
	},
	{
	    .name = "equal queries are coalesced while one is paused",
	    .rules = "* servfail / text 60 t",
	    .asks = "0:a 100:a",
	    .answers = "a=text@220 a=text@220",
	    .sent = "0:a 210:a/2",
	},
	{
	    .name = "the same name at another source is another query",
	    .rules = "* text 60 t",
	    .asks = "0:a 0:a.y",
	    .answers = "a=text@10 a.y=text@10",
	    .sent = "0:a 0:a.y",
	    .counts = "2 0 0 0 0 0",
	},
	{
	    .name = "a client that joins later has its own deadline",
	    .rules = "* silent",
	    .asks = "0:a 1000:a",
	    .answers = "a=timeout@4000 a=timeout@5000",
	    .sent = "0:a 500:a/2 1500:a/3 4000:a 4500:a/2 5500:a/3",
	    .counts = "6 4 0 1 2 0",
	},
	{
	    .name = "a client that joined gets the answer if the first leaves",
	    .rules = "* after 1000 text 60 t",
	    .asks = "0:a 100:a 200:-a",
	    .answers = "a=text@1000",
	},

	/* --- Deadlines --- */
	{
	    .name = "each client's time begins with its own query",
	    .rules = "* silent",
	    .asks = "0:a 100:b",
	    .answers = "a=timeout@4000 b=timeout@4100",
	},
	{
	    .name = "a client may have less time than a query",
	    .rules = "* silent",
	    .asks = "0:a,1000",
	    .answers = "a=timeout@1000",
	    .counts = "3 2 0 0 1 0",
	},
	{
	    .name = "an answer after its client's time is cached",
	    .rules = "* after 3000 text 60 t",
	    .asks = "0:a,1000 5000:a",
	    .answers = "a=timeout@1000 a=text@5000",
	    .counts = "3 2 1 0 0 0",
	},
	{
	    .name = "time in the queue does not count as waiting",
	    .rules = "a after 3000 text 60 t\n* silent",
	    .asks = "0:a 0:b",
	    .in_flight = 1,
	    .answers = "a=text@3000 b=timeout@7000",
	},
	{
	    .name = "a client's time begins with its first query",
	    .rules = "a after 3000 text 60 t\n* silent",
	    .asks = "0:a+b",
	    .in_flight = 1,
	    .answers = "a=text@3000 b=timeout@4000",
	},
	{
	    .name = "a query that is not sent in time is withdrawn",
	    .rules = "* silent",
	    .asks = "0:a+b",
	    .in_flight = 1,
	    .answers = "a=timeout@4000 b=timeout@4000",
	    .sent = "0:a 500:a/2 1500:a/3",
	},
	{
	    .name = "a later query has the remaining time",
	    .rules = "a after 3000 text 60 t\n* silent",
	    .asks = "0:a>b",
	    .answers = "a=text@3000 b=timeout@4000",
	},
	{
	    .name = "a client sends no query after its time",
	    .rules = "* silent",
	    .asks = "0:a>b",
	    .answers = "a=timeout@4000 b=timeout@4000",
	    .sent = "0:a 500:a/2 1500:a/3",
	},
	{
	    .name = "a client gets cached answers after its time",
	    .rules = "b text 60 t\n* silent",
	    .asks = "0:b 100:a>b",
	    .answers = "b=text@10 a=timeout@4100 b=text@4100",
	},

	{
	    .name = "a client that joins late gets a query of its own",
	    .rules = "* 0-3999 silent\n* text 60 t",
	    .asks = "0:a 3900:a",
	    .answers = "a=timeout@4000 a=text@4010",
	    .sent = "0:a 500:a/2 1500:a/3 4000:a",
	    .counts = "4 2 0 1 1 0",
	},
	{
	    .name =
		"a query ends with its time, though clients join it all the "
		"time",
	    .rules = "* silent",
	    .asks = "0:a 500:a 1000:-a 1500:a 2000:-a 2500:a 3000:-a 3500:a "
		    "4001:-a 4500:b",
	    .in_flight = 1,
	    .answers = "a=timeout@4000 b=timeout@12000",
	},
	{
	    .name = "a client that joins after a failure has all its time",
	    .rules = "* 0-3990 servfail\n* text 60 t",
	    .asks = "0:w#5,50 100:a 3700:a",
	    .answers = "w1=servfail@50 w2=servfail@50 w4=servfail@50 "
		       "w5=servfail@50 w3=servfail@50 a=servfail@4100 "
		       "a=text@4750",
	},

	/* --- Clients that end --- */
	{
	    .name = "if a client ends, its query stays in flight and is cached",
	    .rules = "* after 400 text 60 t",
	    .asks = "0:a 100:-a 1000:a",
	    .answers = "a=text@1000",
	    .counts = "1 0 1 0 0 0",
	},
	{
	    .name = "if a client ends, its queued query is not sent",
	    .rules = "* after 100 text 60 t",
	    .asks = "0:a 0:b 50:-b",
	    .in_flight = 1,
	    .answers = "a=text@100",
	    .sent = "0:a",
	},
	{
	    .name = "if a client ends, its query is not retried",
	    .rules = "* servfail / text 60 t",
	    .asks = "0:a 50:-a 300:a",
	    .answers = "a=text@310",
	    .sent = "0:a 300:a",
	},
	{
	    .name = "a client ends at its first answer",
	    .rules = "b after 100 text 60 t\n* text 60 t",
	    .asks = "0:a|b 200:b",
	    .answers = "a=text@10 b=text@200",
	    .counts = "2 0 1 0 0 0",
	},
	{
	    .name = "without waiters, a query times out after half of its time",
	    .rules = "a silent\n* text 60 t",
	    .asks = "0:a,2000 2500:b",
	    .in_flight = 1,
	    .answers = "a=timeout@2000 b=text@2510",
	},
	{
	    .name = "without waiters before that, a query stays in flight",
	    .rules = "a silent\n* text 60 t",
	    .asks = "0:a,1999 2500:b",
	    .in_flight = 1,
	    .answers = "a=timeout@1999 b=text@4010",
	},
	{
	    .name = "without waiters, a query ends with its time",
	    .rules = "* silent",
	    .asks = "0:a 100:-a 3999:? 4000:b",
	    .in_flight = 1,
	    .answers = "b=timeout@8000",
	    .counts = "6 4 0 0 2 0",
	},

	/* --- The cache --- */
	{
	    .name = "an answer is cached for its TTL",
	    .rules = "* text 60 t",
	    .asks = "0:a 60009:a 60010:a",
	    .answers = "a=text@10 a=text@60009 a=text@60020",
	    .counts = "2 0 1 0 0 0",
	    .until = 70000,
	},
	{
	    .name = "a TTL of 0 counts as a second",
	    .rules = "* text 0 t",
	    .asks = "0:a 1009:a 1010:a",
	    .answers = "a=text@10 a=text@1009 a=text@1020",
	},
	{
	    .name = "an answer is cached for a day at most",
	    .rules = "* text 1000000 t",
	    .asks = "0:a 86400009:a 86400010:a",
	    .answers = "a=text@10 a=text@86400009 a=text@86400020",
	    .until = DAY + 1000,
	},
	{
	    .name = "no such record is cached for the negative TTL",
	    .rules = "* none 77",
	    .asks = "0:a 77009:a 77010:a",
	    .answers = "a=none@10 a=none@77009 a=none@77020",
	    .until = 80000,
	},
	{
	    .name = "no such record is cached for a second at least",
	    .rules = "* none 0",
	    .asks = "0:a 1009:a 1010:a",
	    .answers = "a=none@10 a=none@1009 a=none@1020",
	},
	{
	    .name = "no such record is cached for an hour at most",
	    .rules = "* none 86400",
	    .asks = "0:a 3600009:a 3600010:a",
	    .answers = "a=none@10 a=none@3600009 a=none@3600020",
	    .until = 3601000,
	},
	{
	    .name = "a failure is cached for 1 s, doubling up to 30 s",
	    .rules = "* servfail",
	    .tries = 1,
	    .asks = "0:a 1009:a 1010:a 3019:a 3020:a 7029:a 7030:a 15039:a "
		    "15040:a 31049:a 31050:a 61059:a 61060:a 91069:a 91070:a",
	    .answers = "a=servfail@10 a=servfail@1009 a=servfail@1020 "
		       "a=servfail@3019 a=servfail@3030 a=servfail@7029 "
		       "a=servfail@7040 a=servfail@15039 a=servfail@15050 "
		       "a=servfail@31049 a=servfail@31060 a=servfail@61059 "
		       "a=servfail@61070 a=servfail@91069 a=servfail@91080",
	    .counts = "8 0 7 0 0 0",
	    .until = 100000,
	},
	{
	    .name = "after an answer, a failure is cached for 1 s again",
	    .rules = "* 0-2999 servfail\n* 3000-3999 text 1 t\n* servfail",
	    .tries = 1,
	    .asks = "0:a 1010:a 3020:a 5000:a 6009:a 6010:a",
	    .answers = "a=servfail@10 a=servfail@1020 a=text@3030 "
		       "a=servfail@5010 a=servfail@6009 a=servfail@6020",
	},
	{
	    .name = "a time-out is cached as a failure",
	    .rules = "* silent",
	    .asks = "0:a 4999:a 5000:a",
	    .answers = "a=timeout@4000 a=timeout@4999 a=timeout@9000",
	    .counts = "6 4 1 0 2 0",
	},
	{
	    .name = "a bogus answer is cached as a failure",
	    .rules = "* bogus",
	    .asks = "0:a 1009:a 1010:a",
	    .answers = "a=bogus@10 a=bogus@1009 a=bogus@1020",
	},
	{
	    .name = "in a full cache, the oldest answer is dropped",
	    .rules = "* text 60 t",
	    .asks = "0:a 0:a 50:b 100:a",
	    .cache_size = 1,
	    .answers = "a=text@10 a=text@10 b=text@60 a=text@110",
	},

	/* --- Limits --- */
	{
	    .name = "no more queries are in flight than allowed",
	    .rules = "* after 100 text 60 t",
	    .asks = "0:a#5",
	    .in_flight = 2,
	    .answers = "a1=text@100 a2=text@100 a3=text@200 a4=text@200 "
		       "a5=text@300",
	    .sent = "0:a1 0:a2 100:a3 100:a4 200:a5",
	},
	{
	    .name = "a silent query counts as in flight until its time is over",
	    .rules = "a silent\n* text 60 t",
	    .asks = "0:a 0:b",
	    .in_flight = 1,
	    .answers = "a=timeout@4000 b=text@4010",
	},
	{
	    .name = "a silent name does not delay others",
	    .rules = "a silent\n* text 60 t",
	    .asks = "0:a 0:b 100:c",
	    .answers = "b=text@10 c=text@110 a=timeout@4000",
	},
	{
	    .name = "a paused query does not count as in flight",
	    .rules = "a servfail / text 60 t\n* after 500 text 60 t",
	    .asks = "0:a 0:b",
	    .in_flight = 1,
	    .answers = "b=text@510 a=text@520",
	    .sent = "0:a 10:b 510:a/2",
	},
	{
	    .name = "sources take turns",
	    .rules = "* after 100 text 60 t",
	    .asks = "0:a#3 0:b.y 0:c.y",
	    .in_flight = 1,
	    .answers = "a1=text@100 b.y=text@200 a2=text@300 c.y=text@400 "
		       "a3=text@500",
	},
	{
	    .name = "a rate limits the queries: here to ten a second",
	    .rules = "* text 60 t",
	    .asks = "0:a#4",
	    .qps = 10,
	    .answers = "a1=text@10 a2=text@60 a3=text@160 a4=text@260",
	    .sent = "0:a1 50:a2 150:a3 250:a4",
	},
	{
	    .name = "a rate: the queries of 50 ms may be sent at once",
	    .rules = "* text 60 t",
	    .asks = "0:a#8",
	    .qps = 100,
	    .answers = "a1=text@10 a2=text@10 a3=text@10 a4=text@10 "
		       "a5=text@10 a6=text@10 a7=text@20 a8=text@30",
	},
	{
	    .name = "a rate: unused time is not saved",
	    .rules = "* text 60 t",
	    .asks = "0:a 5000:b#3",
	    .qps = 10,
	    .answers = "a=text@10 b1=text@5010 b2=text@5060 b3=text@5160",
	},
	{
	    .name = "a rate: each source has its own limit",
	    .rules = "* text 60 t",
	    .asks = "0:a#2 0:c.y 0:d.y",
	    .qps = 10,
	    .answers = "a1=text@10 c.y=text@10 a2=text@60 d.y=text@60",
	},
	{
	    .name = "a rate: waiting for it does not count as waiting time",
	    .rules = "* silent",
	    .asks = "0:a#3",
	    .qps = 1,
	    .answers = "a1=timeout@4000 a2=timeout@4950 a3=timeout@5950",
	},
	{
	    .name = "a rate: retries count too",
	    .rules = "* servfail / text 60 t",
	    .asks = "0:a 200:b",
	    .qps = 2,
	    .answers = "a=text@460 b=text@1460",
	    .sent = "0:a 450:a/2 950:b 1450:b/2",
	},

	/* --- Suspensions --- */
	{
	    .name = "five time-outs in a row suspend a source for 30 s",
	    .rules = "* silent",
	    .asks = "0:a1 1000:a2 2000:a3 3000:a4 4000:a5 34399:? 34400:?",
	    .timeout = 400,
	    .answers = "a1=timeout@400 a2=timeout@1400 a3=timeout@2400 "
		       "a4=timeout@3400 a5=timeout@4400",
	    .suspended = "+x@4400 -x@34400",
	    .counts = "15 10 0 0 5 1",
	},
	{
	    .name = "a source that answers other queries is not suspended",
	    .rules = "a* silent\nb after 390 text 60 t\n* text 60 t",
	    .tries = 1,
	    .asks = "0:a#9 5:b 395:c 5000:?",
	    .timeout = 400,
	    .answers =
		"b=text@395 a1=timeout@400 a2=timeout@400 a9=timeout@400 "
		"a4=timeout@400 a7=timeout@400 a6=timeout@400 "
		"a5=timeout@400 a8=timeout@400 a3=timeout@400 c=text@405",
	    .suspended = "",
	},
	{
	    .name = "a source that answered last before them is suspended",
	    .rules = "a* silent\n* text 60 t",
	    .tries = 1,
	    .asks = "0:c 10:a#5 5000:?",
	    .timeout = 400,
	    .answers = "c=text@10 a1=timeout@410 a5=timeout@410 a4=timeout@410 "
		       "a3=timeout@410 a2=timeout@410",
	    .suspended = "+x@410",
	    .until = 10000,
	},
	{
	    .name = "four time-outs in a row do not suspend a source",
	    .rules = "* silent",
	    .asks = "0:a1 1000:a2 2000:a3 3000:a4",
	    .timeout = 400,
	    .answers = "a1=timeout@400 a2=timeout@1400 a3=timeout@2400 "
		       "a4=timeout@3400",
	    .suspended = "",
	},
	{
	    .name = "an answer between time-outs restarts the count",
	    .rules = "b text 60 t\n* silent",
	    .asks = "0:a1 1000:a2 2000:a3 3000:a4 4000:b 5000:a5 6000:a6 "
		    "7000:a7 8000:a8",
	    .timeout = 400,
	    .answers = "a1=timeout@400 a2=timeout@1400 a3=timeout@2400 "
		       "a4=timeout@3400 b=text@4010 a5=timeout@5400 "
		       "a6=timeout@6400 a7=timeout@7400 a8=timeout@8400",
	    .suspended = "",
	},
	{
	    .name = "a failure between time-outs restarts the count",
	    .rules = "b servfail\n* silent",
	    .tries = 1,
	    .asks = "0:a1 1000:a2 2000:a3 3000:a4 4000:b 5000:a5",
	    .timeout = 400,
	    .answers = "a1=timeout@400 a2=timeout@1400 a3=timeout@2400 "
		       "a4=timeout@3400 b=servfail@4010 a5=timeout@5400",
	    .suspended = "",
	},
	{
	    .name = "one query finds out that the source answers again",
	    .rules = "* 0-9999 silent\n* after 100 text 60 t",
	    .asks = "0:a1 1000:a2 2000:a3 3000:a4 4000:a5 34400:? 40000:b "
		    "40050:?",
	    .timeout = 400,
	    .answers = "a1=timeout@400 a2=timeout@1400 a3=timeout@2400 "
		       "a4=timeout@3400 a5=timeout@4400 b=text@40100",
	    .suspended = "+x@4400 -x@34400 +x@40000 -x@40100",
	    .counts = "17 11 0 0 5 1",
	},
	{
	    .name = "one query that is silent too suspends for 30 s more",
	    .rules = "* silent",
	    .asks = "0:a1 1000:a2 2000:a3 3000:a4 4000:a5 34400:? 40000:b "
		    "70399:? 70400:?",
	    .timeout = 400,
	    .until = 80000,
	    .answers = "a1=timeout@400 a2=timeout@1400 a3=timeout@2400 "
		       "a4=timeout@3400 a5=timeout@4400 b=timeout@40400",
	    .suspended = "+x@4400 -x@34400 +x@40000 -x@70400",
	    .counts = "18 12 0 0 6 1",
	},
	{
	    .name = "a late answer to a client that has left ends a suspension",
	    .rules = "b after 350 text 60 t\n* silent",
	    .tries = 1,
	    .asks = "0:a1 1000:a2 2000:a3 3000:a4 4000:a5 4340:b,50",
	    .timeout = 400,
	    .answers = "a1=timeout@400 a2=timeout@1400 a3=timeout@2400 "
		       "a4=timeout@3400 b=timeout@4390 a5=timeout@4400",
	    .suspended = "+x@4400 -x@4690",
	},
	{
	    .name = "slow answers to clients that have left do not suspend",
	    .rules = "* after 350 text 60 t",
	    .tries = 1,
	    .asks = "0:a,50 1000:b,50 2000:c,50 3000:d,50 4000:e,50 5000:f,50",
	    .timeout = 400,
	    .answers = "a=timeout@50 b=timeout@1050 c=timeout@2050 "
		       "d=timeout@3050 e=timeout@4050 f=timeout@5050",
	    .suspended = "",
	    .counts = "6 0 0 0 0 0",
	},
	{
	    .name = "silence suspends, even if the clients have left",
	    .rules = "* silent",
	    .tries = 1,
	    .asks = "0:a,50 1000:b,50 2000:c,50 3000:d,50 4000:e,50",
	    .timeout = 400,
	    .answers = "a=timeout@50 b=timeout@1050 c=timeout@2050 "
		       "d=timeout@3050 e=timeout@4050",
	    .suspended = "+x@4400",
	    .until = 10000,
	},
	{
	    .name = "each source is suspended on its own",
	    .rules = "*.y text 60 t\n* silent",
	    .tries = 1,
	    .asks = "0:a1 1000:a2 1100:b.y 2000:a3 3000:a4 3100:c.y 4000:a5",
	    .timeout = 400,
	    .answers = "a1=timeout@400 b.y=text@1110 a2=timeout@1400 "
		       "a3=timeout@2400 c.y=text@3110 a4=timeout@3400 "
		       "a5=timeout@4400",
	    .suspended = "+x@4400",
	    .until = 10000,
	},
	{
	    .name = "a query to a suspended source gets its answer",
	    .rules = "b text 60 t\n* silent",
	    .tries = 1,
	    .asks = "0:a1 1000:a2 2000:a3 3000:a4 4000:a5 5000:b",
	    .timeout = 400,
	    .answers = "a1=timeout@400 a2=timeout@1400 a3=timeout@2400 "
		       "a4=timeout@3400 a5=timeout@4400 b=text@5010",
	    .suspended = "+x@4400 -x@5010",
	    .until = 10000,
	},

	/* --- Stops --- */
	{
	    .name = "after a stop, an answer from meanwhile counts",
	    .rules = "* after 300 text 60 t",
	    .asks = "0:a 100:=1500",
	    .timeout = 1000,
	    .answers = "a=text@1600",
	},
	{
	    .name = "after a stop, the lost time is given back",
	    .rules = "* silent",
	    .asks = "0:a 900:=1000",
	    .timeout = 1000,
	    .tries = 1,
	    .answers = "a=timeout@2800",
	},
	{
	    .name = "after a stop, an answer may come in the time given back",
	    .rules = "* after 2500 text 60 t",
	    .asks = "0:a 900:=1000",
	    .timeout = 1000,
	    .tries = 1,
	    .answers = "a=text@2500",
	},
	{
	    .name = "after a stop, at most two seconds are given back",
	    .rules = "* silent",
	    .asks = "0:a 900:=60000",
	    .timeout = 1000,
	    .tries = 1,
	    .until = 70000,
	    .answers = "a=timeout@62900",
	},
	{
	    .name = "a stop of less than 0.1 s does not count",
	    .rules = "* silent",
	    .asks = "0:a 950:=149",
	    .timeout = 1000,
	    .tries = 1,
	    .answers = "a=timeout@1099",
	},
	{
	    .name = "after a blocked write, an answer from meanwhile counts",
	    .rules = "* after 300 text 60 t",
	    .asks = "0:a 100:!1500",
	    .timeout = 1000,
	    .answers = "a=text@1600",
	},
	{
	    .name = "after a blocked write, the lost time is given back",
	    .rules = "* silent",
	    .asks = "0:a 100:!1500",
	    .timeout = 1000,
	    .tries = 1,
	    .answers = "a=timeout@3100",
	},
};

static void
test_table(void)
{
	for (size_t i = 0; i < LENGTH(tests); i++) {
		struct queries_config config = { .trace = NULL };
		struct bench b;

		begin(&b, &tests[i], &config);
		run(&b, tests[i].until > 0 ? tests[i].until : 60000);
		check(&b, &tests[i]);
		end(&b);
	}
}

/* --- Events, for --verbose --- */

static void
note_event(void *arg, const struct query_event *event)
{
	struct buf *out = arg;

	if (event->answer == NULL)
		buf_printf(out, "%s ", event->owner);
	else
		buf_printf(out, "%s=%s/%s@%lld+%lld ", event->owner,
		    event->source, kinds[event->answer->kind],
		    (long long)(event->took / MS),
		    (long long)(event->suspension / MS));
}

static void
test_events(void)
{
	static const struct test t = {
		.rules = "b servfail / text 60 t\n* silent\n",
		.asks = "0:a1 1000:a2 2000:a3 3000:a4 4000:a5 5000:b",
		.timeout = 400,
		.tries = 2,
	};
	struct buf events = { 0 };
	struct queries_config config = {
		.trace = note_event,
		.trace_arg = &events,
	};
	struct bench b;

	begin(&b, &t, &config);
	run(&b, 10000);
	is_bytes(events.data, events.len,
	    "a1 a1 a1=x/timeout@400+0 a2 a2 a2=x/timeout@400+0 "
	    "a3 a3 a3=x/timeout@400+0 a4 a4 a4=x/timeout@400+0 "
	    "a5 a5 a5=x/timeout@400+30000 "
	    "b b=x/servfail@10+0 b b=x/text@220+0 ",
	    "there is an event for each try, answer and suspension");
	end(&b);
	buf_free(&events);
}

/* --- Wake times --- */

struct waker {
	struct query_client client;
	struct bench *bench;
	struct buf woken;
	int64_t next; /* wakes again after this time; 0 for never */
};

static void
woken(struct query_client *c)
{
	struct waker *w = (struct waker *)c;

	buf_printf(&w->woken, "%lld ",
	    (long long)script_time(&w->bench->script));
	if (w->next > 0)
		query_client_wake(c, queries_now(w->bench->queries) + w->next);
	w->next = 0;
}

static void
test_wake(void)
{
	static const struct test t = { .rules = "", .asks = "" };
	struct queries_config config = { .trace = NULL };
	struct bench b;
	struct waker w = { .bench = &b, .next = 70 * MS };
	int64_t now;

	begin(&b, &t, &config);
	w.client.advance = woken;
	query_client_init(b.queries, &w.client, TIMEOUT * MS);
	now = queries_now(b.queries);
	query_client_wake(&w.client, now + 100 * MS);
	query_client_wake(&w.client, now + 50 * MS);
	run(&b, 1000);
	is_bytes(w.woken.data, w.woken.len, "50 120 ",
	    "a wake-up may be moved, and set from a wake-up");
	query_client_wake(&w.client, now + 1500 * MS);
	query_client_wake(&w.client, 0);
	run(&b, 2000);
	is_int((intmax_t)w.woken.len, 7, "a cancelled wake-up does not come");
	query_client_wake(&w.client, now + 2500 * MS);
	query_client_end(&w.client);
	run(&b, 3000);
	is_int((intmax_t)w.woken.len, 7,
	    "no wake-up comes after the end of the client");
	end(&b);
	buf_free(&w.woken);
}

/* --- Many queries --- */

/* Returns how many tries were sent in any second at most. */
static unsigned
most_in_a_second(const struct buf *sent)
{
	int64_t *times = xcalloc(sent->len, sizeof(*times));
	size_t count = 0;
	unsigned most = 0;

	for (const char *at = sent->data; at < sent->data + sent->len;) {
		times[count++] = atol(at);
		at += strcspn(at, " ") + 1;
	}
	for (size_t i = 0; i < count; i++) {
		size_t j = i;

		while (j < count && times[j] < times[i] + 1000)
			j++;
		if (j - i > most)
			most = (unsigned)(j - i);
	}
	free(times);
	return most;
}

static void
test_rate(void)
{
	static const struct test t = {
		.rules = "*[02468] text 60 t\n* servfail / text 60 t",
		.asks = "0:a#1000 3000:b#1000 60000:c#10",
		.qps = 20,
	};
	struct queries_config config = { .trace = NULL };
	struct bench b;
	unsigned most;

	begin(&b, &t, &config);
	run(&b, 200000);
	buf_putc(&b.script.sent, '\0');
	b.script.sent.len--;
	most = most_in_a_second(&b.script.sent);
	ok(most >= 20 && most <= 22,
	    "with a rate of 20, at most %u are sent in any second", most);
	is_int((intmax_t)queries_counts(b.queries)->asked, 3015,
	    "the rate includes the retries of every second query");
	end(&b);
}

static void
test_in_flight(void)
{
	static const struct test t = {
		.rules = "*7 silent\n*3 servfail\n* after 300 text 60 t",
		.asks = "0:a#2000 100:b#2000 5000:c#100",
		.in_flight = 40,
	};
	struct queries_config config = { .trace = NULL };
	struct bench b;

	begin(&b, &t, &config);
	run(&b, 600000);
	ok(b.script.in_flight_max >= 40 &&
		b.script.in_flight_max <=
		    40 + (QUERY_TRIES - 1) * resolver_doubled_max(40),
	    "with 40 queries in flight there are at most %u tries",
	    b.script.in_flight_max);
	is_int(b.script.in_flight, 0, "no query is in flight at the end");
	is_int(TAILQ_FIRST(&b.clients)->ended, true, "every query has ended");
	end(&b);
}

static void
test_free(void)
{
	static const struct test t = {
		.rules = "s* silent\nf* servfail\n* text 60 t",
		.asks = "0:s1 5:f1 5:s2 8:a 8:b",
		.in_flight = 3,
	};
	struct queries_config config = { .trace = NULL };
	struct bench b;

	/* Queries in flight, paused, answered and queued. */
	begin(&b, &t, &config);
	run(&b, 18);
	end(&b);
	ok(true, "queries in every state are freed");
}

int
main(void)
{
	test_table();
	test_events();
	test_wake();
	test_rate();
	test_in_flight();
	test_free();
	return tap_done();
}
