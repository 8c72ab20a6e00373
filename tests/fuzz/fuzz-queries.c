#include "config.h"

#include "dns/queries.h"

#include <sys/queue.h>

#include "dns/query.h"
#include "fuzz.h"

/*
 * A model of servers and clients, over dns/queries. The input decides which
 * clients come and leave and when, and how each try ends. Time is virtual.
 *
 * What holds at all times:
 *
 *	- No try is in flight for longer than a query may take, so that every
 *	  slot becomes free.
 *	- Nothing waits while a slot is free.
 *	- No more queries are in flight than allowed.
 *	- A source is suspended only after five time-outs in a row, with no
 *	  answer for at least half of a query's time.
 *	- Each client gets one answer to each query, in time, and that of its
 *	  own name; none after its end.
 */

#define MS INT64_C(1000)
#define NAMES 6
#define SOURCES 2
#define CLIENTS_MAX 24
#define QUERIES_MAX 3
#define IN_FLIGHT_MAX 4
#define STEPS_MAX 400
#define PAUSE_MAX (200 * MS) /* between two tries, besides timeout/8 */
#define STALL (100 * MS)     /* io/loop gives longer stops back */
#define REPRIEVE (2000 * MS)

/* What happens to a try. */
struct event {
	TAILQ_ENTRY(event) link;
	struct resolver_try *try;
	struct answer *answer; /* NULL: none ever comes */
	unsigned source;
	unsigned name;
	int64_t sent;
	int64_t at;
};

struct client {
	struct query_client client;
	struct model *model;
	bool used;
	unsigned names[QUERIES_MAX]; /* modulo NAMES; then the source */
	unsigned asked;
	unsigned answered;
	int64_t since; /* when it came */
};

struct model {
	struct loop loop; /* the first: a loop is its model */
	struct resolver resolver;
	struct span in;
	int64_t now;
	int64_t timeout;
	int64_t slack; /* stops, which are given back */
	unsigned in_flight;
	unsigned tries;
	bool capped; /* in rate or by connections: queries may wait */
	struct queries *queries;
	TAILQ_HEAD(, event) events; /* by time */
	struct client clients[CLIENTS_MAX];
	int64_t last[SOURCES * NAMES]; /* when something happened to a name */
	bool gave_up[SOURCES * NAMES]; /* by the resolver */
	int64_t answered[SOURCES];     /* when a source last did */
	unsigned timeouts[SOURCES];    /* since then */
	bool suspended[SOURCES];
};

static struct model *
model_of(const struct resolver *r)
{
	return (
	    struct model *)((const char *)r - offsetof(struct model, resolver));
}

/* --- The loop ------------------------------------------------------------ */

static int64_t
model_now(struct loop *loop)
{
	return ((struct model *)loop)->now;
}

static void
happen(struct model *m, struct event *e)
{
	struct resolver_try *try = e->try;
	struct answer *answer = e->answer;
	unsigned source = e->source;

	TAILQ_REMOVE(&m->events, e, link);
	m->last[e->source * NAMES + e->name] = m->now;
	m->gave_up[e->source * NAMES + e->name] =
	    answer->kind == ANSWER_TIMEOUT;
	free(e);
	try->in_flight = NULL;
	if (answer->kind != ANSWER_TIMEOUT) {
		m->timeouts[source] = 0;
		m->answered[source] = m->now;
	}
	m->loop.replies++;
	m->resolver.done(try->arg, answer);
}

static void
model_poll(struct loop *loop, int64_t wait)
{
	struct model *m = (struct model *)loop;
	struct event *e = TAILQ_FIRST(&m->events);
	int64_t until = wait == INT64_MAX ? m->now : m->now + wait;

	if (e != NULL && e->at < until)
		until = e->at;
	if (until > m->now)
		m->now = until;
	while ((e = TAILQ_FIRST(&m->events)) != NULL && e->at <= m->now)
		happen(m, e);
}

static const struct loop_driver model_loop = {
	.now = model_now,
	.poll = model_poll,
};

/* --- The resolver -------------------------------------------------------- */

static unsigned
model_tries(const struct resolver *r, enum via via)
{
	(void)via;
	return model_of(r)->tries;
}

/* Returns how a try ends; NULL: it does not. */
static struct answer *
choose_answer(struct model *m, const char *owner)
{
	static const enum answer_kind kinds[] = { ANSWER_TEXT, ANSWER_TEXT,
		ANSWER_NONE, ANSWER_SERVFAIL, ANSWER_SERVFAIL, ANSWER_TIMEOUT,
		ANSWER_BOGUS };
	unsigned which = fuzz_byte(&m->in) % (LENGTH(kinds) + 3);
	size_t len = strlen(owner);
	struct answer *a;

	if (which >= LENGTH(kinds))
		return NULL;
	a = answer_new(kinds[which], kinds[which] == ANSWER_TEXT ? len : 0);
	if (kinds[which] == ANSWER_TEXT)
		memcpy(a->data, owner, len);
	a->streamed = m->capped;
	return a;
}

static void
insert(struct model *m, struct event *e)
{
	struct event *before;

	TAILQ_FOREACH(before, &m->events, link)
		if (before->at > e->at) {
			TAILQ_INSERT_BEFORE(before, e, link);
			return;
		}
	TAILQ_INSERT_TAIL(&m->events, e, link);
}

static bool
model_ask(struct resolver *r, enum via via, unsigned number, const char *owner,
    struct resolver_try *try)
{
	static const int64_t delays[] = { 0, 1, 10, 40, 150, 300, 600, 2000 };
	struct model *m = model_of(r);
	struct event *e = xcalloc(1, sizeof(*e));
	unsigned delay = fuzz_byte(&m->in) % LENGTH(delays);

	(void)via;
	(void)number;
	*e = (struct event){
		.try = try,
		.answer = choose_answer(m, owner),
		.source = owner[0] == 'y',
		.name = (unsigned)(owner[1] - 'a'),
		.sent = m->now,
		.at = m->now + delays[delay] * MS,
	};
	m->last[e->source * NAMES + e->name] = m->now;
	if (e->answer == NULL)
		e->at = INT64_MAX;
	try->in_flight = e;
	insert(m, e);
	if (e->answer != NULL && delays[delay] == 0)
		happen(m, e);
	return true;
}

static void
model_cancel(struct resolver *r, struct resolver_try *try)
{
	struct model *m = model_of(r);
	struct event *e = try->in_flight;

	try->in_flight = NULL;
	TAILQ_REMOVE(&m->events, e, link);
	answer_release(e->answer);
	free(e);
}

static void
model_tidy(struct resolver *r)
{
	(void)r;
}

static bool
model_failed(const struct resolver *r)
{
	(void)r;
	return false;
}

static const struct resolver_driver model_resolver = {
	.tries = model_tries,
	.ask = model_ask,
	.cancel = model_cancel,
	.tidy = model_tidy,
	.failed = model_failed,
};

/* --- Clients ------------------------------------------------------------- */

static void
write_owner(unsigned name, char owner[4])
{
	owner[0] = name / NAMES % SOURCES == 0 ? 'x' : 'y';
	owner[1] = (char)('a' + name % NAMES);
	owner[2] = '\0';
}

static void
take(struct client *c, size_t number, struct answer *answer)
{
	char owner[4];

	HOLDS(c->used && number < c->asked);
	write_owner(c->names[number], owner);
	HOLDS(answer->kind != ANSWER_TEXT ||
	    memcmp(answer->data, owner, answer->size) == 0);
	c->answered++;
	HOLDS(c->answered <= c->asked);
	answer_release(answer);
}

static void
answered(struct query_client *q, size_t number, struct answer *answer)
{
	take((struct client *)q, number, answer);
}

static void
end_client(struct client *c)
{
	query_client_end(&c->client);
	c->used = false;
}

static void
advance(struct query_client *q)
{
	struct client *c = (struct client *)q;

	if (c->answered == c->asked)
		end_client(c);
}

static void
ask(struct client *c)
{
	struct model *m = c->model;
	unsigned name = fuzz_byte(&m->in) % (NAMES * SOURCES);
	unsigned number = c->asked++;
	struct answer *answer;
	char owner[4];

	c->names[number] = name;
	write_owner(name, owner);
	answer = queries_ask(&c->client, number, name / NAMES, owner);
	if (answer != NULL)
		take(c, number, answer);
}

static void
start_client(struct model *m, struct client *c)
{
	static const unsigned parts[] = { 1, 1, 1, 2, 4, 8 };
	uint8_t how = fuzz_byte(&m->in);

	*c = (struct client){ .model = m, .used = true, .since = m->now };
	query_client_init(m->queries, &c->client,
	    m->timeout / parts[how % LENGTH(parts)]);
	c->client.answered = answered;
	c->client.advance = advance;
	for (unsigned n = how / 64 % QUERIES_MAX + 1; n > 0; n--)
		ask(c);
	if (c->answered == c->asked)
		end_client(c);
}

/* --- What holds ---------------------------------------------------------- */

static bool
is_in_flight(const struct model *m, unsigned name)
{
	const struct event *e;

	TAILQ_FOREACH(e, &m->events, link)
		if (e->source * NAMES + e->name == name)
			return true;
	return false;
}

static unsigned
count_in_flight(const struct model *m)
{
	unsigned count = 0;

	for (unsigned name = 0; name < SOURCES * NAMES; name++)
		count += is_in_flight(m, name);
	return count;
}

/* Checks that a client has waited for no longer than it may. */
static void
check_client(const struct model *m, const struct client *c)
{
	const struct query_client *q = &c->client;

	HOLDS(c->answered < c->asked);
	HOLDS(q->deadline.place == 0 ||
	    q->deadline.at <= m->now + q->timeout + m->slack);
	HOLDS(q->deadline.place == 0 || q->deadline.at >= m->loop.now);
}

/* Checks that no query waits without need while there is a slot. */
static void
check_waiting(const struct model *m, const struct client *c)
{
	int64_t pause = m->timeout / 8 > PAUSE_MAX ? m->timeout / 8 : PAUSE_MAX;

	/* Whether the one or the other query waits is not known. */
	if (c->asked > 1 || is_in_flight(m, c->names[0]) ||
	    m->gave_up[c->names[0]])
		return;
	HOLDS(m->now - m->last[c->names[0]] <= pause + STALL &&
	    m->last[c->names[0]] > 0);
}

static void
check(struct model *m)
{
	const struct event *e;

	HOLDS(count_in_flight(m) <= m->in_flight);
	TAILQ_FOREACH(e, &m->events, link)
		HOLDS(m->now - e->sent <= m->timeout + m->slack);
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (m->clients[i].used) {
			check_client(m, &m->clients[i]);
			if (!m->capped && count_in_flight(m) < m->in_flight)
				check_waiting(m, &m->clients[i]);
		}
}

static void
check_suspended(struct model *m)
{
	const bool *suspended = queries_suspended(m->queries);

	for (unsigned i = 0; i < SOURCES; i++) {
		if (suspended[i] && !m->suspended[i])
			HOLDS(m->timeouts[i] >= 5 &&
			    2 * (m->now - m->answered[i]) >= m->timeout);
		m->suspended[i] = suspended[i];
	}
}

/* Counts the time-outs of a source. */
static void
note(void *arg, const struct query_event *event)
{
	struct model *m = arg;
	unsigned source = event->source[0] == 'y';

	m->timeouts[source] +=
	    event->answer != NULL && event->answer->kind == ANSWER_TIMEOUT;
}

/* --- The run ------------------------------------------------------------- */

static void
begin(struct model *m)
{
	static const int64_t timeouts[] = { 4000, 400, 1000, 15000 };
	static const double rates[] = { 0, 0, 0, 20 };
	uint8_t how = fuzz_byte(&m->in);
	uint8_t more = fuzz_byte(&m->in);
	struct query_source_config sources[SOURCES] = {
		{ .name = "x", .via = how & 1 ? VIA_MIRRORS : VIA_RESOLVER },
		{ .name = "y", .qps = rates[more / 4 % 4] },
	};
	struct queries_config config = {
		.sources = sources,
		.source_count = SOURCES,
		.in_flight = how / 2 % IN_FLIGHT_MAX + 1,
		.timeout = timeouts[how / 8 % 4] * MS,
		.cache_size = 4096,
		.lossless = how / 32 % 4 == 0,
		.trace = note,
		.trace_arg = m,
	};

	m->loop.driver = &model_loop;
	m->resolver.driver = &model_resolver;
	m->resolver.done = queries_answered;
	m->now = 3600 * 1000 * MS;
	m->timeout = config.timeout;
	m->in_flight = config.in_flight;
	m->tries = more % 4 == 0 ? 1 : RESOLVER_TRIES;
	m->capped = config.lossless || sources[1].qps > 0;
	TAILQ_INIT(&m->events);
	loop_update(&m->loop);
	m->queries = queries_new(&m->loop, &m->resolver, &config);
}

/* Turns the loop until nothing is left to be done at this time. */
static void
settle(struct model *m)
{
	while (queries_turn(m->queries))
		;
	check_suspended(m);
	check(m);
}

static void
just_end(void *arg)
{
	*(bool *)arg = true;
}

/* Lets time pass. */
static void
wait_for(struct model *m, int64_t ms)
{
	bool ended = false;
	struct timer end = { .fire = just_end, .arg = &ended };

	timers_set(&m->loop.timers, &end, m->now + ms * MS);
	while (!ended) {
		loop_turn(&m->loop, !queries_turn(m->queries));
		settle(m);
	}
}

static void
step(struct model *m)
{
	uint8_t op = fuzz_byte(&m->in);
	struct client *c = &m->clients[op / 8 % CLIENTS_MAX];

	switch (op % 8) {
	case 0:
		if (c->used)
			end_client(c);
		break;
	case 1:
		m->now += op / 8 * 40 * MS;
		m->slack += REPRIEVE + op / 8 * 40 * MS;
		wait_for(m, 0);
		break;
	case 2:
	case 3:
		wait_for(m, op / 8 * 20);
		break;
	case 4:
		wait_for(m, m->timeout / MS / 4);
		break;
	default:
		if (!c->used)
			start_client(m, c);
	}
	settle(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model m = { .in = { (const char *)data, size } };

	begin(&m);
	for (int steps = 0; m.in.len > 0 && steps < STEPS_MAX; steps++)
		step(&m);
	/* Whatever waits has an end: each query in flight makes way. */
	wait_for(&m, (m.timeout + m.slack) / MS * (NAMES * SOURCES + 1));
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		HOLDS(!m.clients[i].used);
	HOLDS(TAILQ_EMPTY(&m.events));
	queries_free(m.queries);
	timers_free(&m.loop.timers);
	return 0;
}
