#include "config.h"

#include "dns/resolver.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "dns/context.h"
#include "dns/packet.h"

#define FAILURES_KEPT 1000000 /* us that a context keeps its failures, by UDP */

/*
 * A context of libunbound and the queries in flight in it. libunbound cannot
 * drop a query: it goes on sending a cancelled one, and holds a socket for it,
 * until there is an answer or it gives up. So a context with too many cancelled
 * queries is retired: it is closed, with all that was cancelled, once its last
 * live query has ended.
 */
struct generation {
	struct unbound_resolver *resolver;
	struct context *ctx;
	int64_t failed;	 /* when a query first failed; 0: none has */
	int64_t gave_up; /* when libunbound first failed one by itself */
	size_t live;
	size_t cancelled;
	struct generation *next; /* among the retired */
};

/* The contexts for one number of a try. */
struct channel {
	struct generation *current;
	struct generation *retired;
	bool broken; /* could not be opened */
};

#define CHANNELS (VIA_MAX * RESOLVER_TRIES)

#define DOUBLED_TRIES 5 /* in flight of a doubled query, besides the first */

/* A resolver over libunbound. */
struct unbound_resolver {
	struct resolver base;
	struct loop *loop;
	const struct resolver_config *config;
	struct servers system; /* those of resolv.conf */
	int system_error;      /* errno when it could not be read; else 0 */
	struct channel channels[VIA_MAX][RESOLVER_TRIES];
	bool closing;
};

unsigned
resolver_doubled_max(unsigned in_flight)
{
	return in_flight < 8 ? in_flight : in_flight / 4 + 6;
}

/*
 * Adds up the live queries; the further tries of doubled ones; the cancelled
 * queries, in two generations of a first and two of another try; and all else
 * that is open: TCP connections, standard streams, inputs, the loop.
 */
unsigned
resolver_descriptors(unsigned in_flight)
{
	return in_flight + DOUBLED_TRIES * resolver_doubled_max(in_flight) +
	    4 * context_cancelled_max(in_flight) + 40;
}

static struct generation *
generation_new(struct unbound_resolver *r, enum via via, unsigned number)
{
	struct context_config config = {
		.resolver = r->config,
		.system = &r->system,
		.system_error = r->system_error,
		.via = via,
		.number = number,
	};
	struct context *ctx = context_open(r->loop->base, &config);
	struct generation *g;

	if (ctx == NULL)
		return NULL;
	g = xcalloc(1, sizeof(*g));
	g->resolver = r;
	g->ctx = ctx;
	return g;
}

static void
generation_free(struct generation *g)
{
	context_close(g->ctx);
	free(g);
}

static void
retire(struct channel *channel)
{
	channel->current->next = channel->retired;
	channel->retired = channel->current;
	channel->current = NULL;
}

/* Returns whether something happened at a time, at least `ago` ago. */
static bool
has_happened(const struct loop *loop, int64_t at, int64_t ago)
{
	return at != 0 && loop->now - at >= ago;
}

/*
 * Returns whether a context is used up; its live queries may still end.
 * libunbound remembers failures for five seconds, but a context for retries
 * must not. By TCP libunbound counts each reset connection against the server
 * and after a few fails all queries: there a single failure is enough. And no
 * context is of use that holds a server for dead and does not ask it.
 */
static bool
is_used_up(const struct generation *g, unsigned number)
{
	const struct unbound_resolver *r = g->resolver;
	int64_t kept = r->config->tcp ? 0 : FAILURES_KEPT;

	return g->cancelled >= context_cancelled_max(r->config->in_flight) ||
	    (number > 0 && has_happened(r->loop, g->failed, kept)) ||
	    has_happened(r->loop, g->gave_up, FAILURES_KEPT);
}

/* Returns the context for a try, opened when need be; NULL: it cannot be. */
static struct generation *
current(struct unbound_resolver *r, enum via via, unsigned number)
{
	struct channel *channel = &r->channels[via][number];

	if (r->channels[via][0].broken)
		return NULL;
	if (channel->current != NULL && is_used_up(channel->current, number))
		retire(channel);
	if (channel->current == NULL && !channel->broken) {
		channel->current = generation_new(r, via, number);
		channel->broken = channel->current == NULL;
	}
	return channel->current;
}

/* Applies DNSSEC's result to an answer that could be read. */
static struct answer *
judge(const struct resolver_config *config, struct answer *a, int sec)
{
	if (config->dnssec == DNSSEC_MODE_OFF || a->kind == ANSWER_SERVFAIL)
		return a;
	if (sec != 2 && config->dnssec == DNSSEC_MODE_REQUIRE) {
		answer_release(a);
		return answer_new(ANSWER_BOGUS, 0);
	}
	a->dnssec = sec == 2 ? DNSSEC_SECURE : DNSSEC_INSECURE;
	return a;
}

/*
 * Returns whether a descriptor is, or was, of a connection: libunbound closes
 * that before it reports the failure.
 */
static bool
is_stream(int fd)
{
	int type = 0;
	socklen_t size = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
	    type == SOCK_STREAM;
}

/*
 * Returns the answer for a failure that libunbound reports without a packet. A
 * server sent one that libunbound does not hand in, or closed a connection, if
 * that is what libunbound reads. Else it has waited for long enough, or asked
 * no server at all.
 */
static struct answer *
failure(struct generation *g)
{
	const struct loop *loop = g->resolver->loop;
	int fd = loop_ready_descriptor(loop);
	struct answer *a =
	    answer_new(fd >= 0 ? ANSWER_SERVFAIL : ANSWER_TIMEOUT, 0);

	if (fd < 0 && g->gave_up == 0)
		g->gave_up = loop->now;
	a->streamed = fd >= 0 && is_stream(fd);
	return a;
}

/* A context_done: hands in an answer of libunbound. */
static void
answered(void *arg, int rcode, void *packet, int len, int sec, char *why_bogus,
    int was_ratelimited)
{
	struct resolver_try *try = arg;
	struct generation *g = try->in_flight;
	struct unbound_resolver *r = g->resolver;
	struct answer *a;

	(void)why_bogus;
	(void)was_ratelimited;
	if (r->closing)
		return;
	g->live--;
	r->loop->replies++;
	try->in_flight = NULL;
	if (sec == 1)
		a = answer_new(ANSWER_BOGUS, 0);
	else if (rcode != 0 || len < 0)
		a = failure(g);
	else
		a = judge(r->config, packet_read(packet, (size_t)len), sec);
	if (a->kind == ANSWER_SERVFAIL && g->failed == 0)
		g->failed = r->loop->now;
	r->base.done(try->arg, a);
}

/* Returns 1 with RESOLVER_RECURSIVE: each try would begin at the root. */
static unsigned
unbound_tries(const struct resolver *resolver, enum via via)
{
	const struct unbound_resolver *r =
	    (const struct unbound_resolver *)resolver;

	return via == VIA_RESOLVER && r->config->kind == RESOLVER_RECURSIVE
	    ? 1
	    : RESOLVER_TRIES;
}

static bool
unbound_ask(struct resolver *resolver, enum via via, unsigned number,
    const char *owner, struct resolver_try *try)
{
	struct unbound_resolver *r = (struct unbound_resolver *)resolver;
	struct generation *g = current(r, via, number);
	int id = 0;

	if (g == NULL)
		return false;
	try->in_flight = g;
	g->live++;
	if (!context_ask(g->ctx, owner, answered, try, &id)) {
		g->live--;
		try->in_flight = NULL;
		resolver->done(try->arg, answer_new(ANSWER_SERVFAIL, 0));
		return true;
	}
	/* It may have been answered by now, and then the id is void. */
	if (try->in_flight == g)
		try->id = id;
	return true;
}

static void
unbound_cancel(struct resolver *resolver, struct resolver_try *try)
{
	struct generation *g = try->in_flight;

	(void)resolver;
	context_cancel(g->ctx, try->id);
	g->live--;
	g->cancelled++;
	try->in_flight = NULL;
}

/* Closes the retired contexts in which no query is live. */
static void
unbound_tidy(struct resolver *resolver)
{
	struct unbound_resolver *r = (struct unbound_resolver *)resolver;

	for (int i = 0; i < CHANNELS; i++) {
		struct generation **link =
		    &r->channels[i / RESOLVER_TRIES][i % RESOLVER_TRIES]
			 .retired;

		while (*link != NULL) {
			struct generation *g = *link;

			if (g->live > 0) {
				link = &g->next;
				continue;
			}
			*link = g->next;
			generation_free(g);
		}
	}
}

static bool
unbound_failed(const struct resolver *resolver)
{
	const struct unbound_resolver *r =
	    (const struct unbound_resolver *)resolver;

	return r->channels[VIA_RESOLVER][0].broken ||
	    r->channels[VIA_MIRRORS][0].broken;
}

static char *
unbound_describe(const struct resolver *resolver, enum via via,
    const char *owner)
{
	const struct unbound_resolver *r =
	    (const struct unbound_resolver *)resolver;
	const struct resolver_config *config = r->config;
	const struct servers *servers = &config->servers;
	struct buf text = { 0 };

	if (via == VIA_MIRRORS) {
		const struct mirror *m = mirrors_find(&config->mirrors, owner);

		if (m != NULL)
			servers = &m->servers;
	}
	if (via == VIA_RESOLVER && config->kind == RESOLVER_SYSTEM)
		return xstrdup(SYSTEM_RESOLVERS);
	if (via == VIA_RESOLVER && config->kind == RESOLVER_RECURSIVE)
		return xstrdup("the root down");
	for (size_t i = 0; i < servers->count; i++)
		buf_printf(&text, "%s%s", i > 0 ? "," : "", servers->list[i]);
	buf_putc(&text, '\0');
	return text.data;
}

static void
unbound_free(struct resolver *resolver)
{
	struct unbound_resolver *r = (struct unbound_resolver *)resolver;

	r->closing = true;
	for (int i = 0; i < CHANNELS; i++) {
		struct channel *channel =
		    &r->channels[i / RESOLVER_TRIES][i % RESOLVER_TRIES];

		if (channel->current != NULL)
			retire(channel);
		while (channel->retired != NULL) {
			struct generation *g = channel->retired;

			channel->retired = g->next;
			generation_free(g);
		}
	}
	servers_clear(&r->system);
	free(r);
}

static const struct resolver_driver unbound = {
	.tries = unbound_tries,
	.ask = unbound_ask,
	.cancel = unbound_cancel,
	.tidy = unbound_tidy,
	.failed = unbound_failed,
	.describe = unbound_describe,
	.free = unbound_free,
};

struct resolver *
resolver_new(struct loop *loop, const struct resolver_config *config,
    resolver_done *done)
{
	struct unbound_resolver *r = xcalloc(1, sizeof(*r));

	r->base.driver = &unbound;
	r->base.done = done;
	r->loop = loop;
	r->config = config;
	if (config->kind == RESOLVER_SYSTEM && config->zone_count > 0 &&
	    !servers_of_system(&r->system))
		r->system_error = errno;
	return &r->base;
}

uint16_t *
resolver_ports(const struct resolver *resolver, size_t *count)
{
	const struct unbound_resolver *r =
	    (const struct unbound_resolver *)resolver;
	const struct resolver_config *config = r->config;
	uint16_t *list = xcalloc(1, sizeof(*list));

	list[0] = PORT_DNS; /* of those that recursion finds */
	*count = 1;
	list = servers_ports(&r->system, list, count);
	list = servers_ports(&config->servers, list, count);
	for (size_t i = 0; i < config->mirrors.count; i++)
		list = servers_ports(&config->mirrors.list[i].servers, list,
		    count);
	return list;
}
