#include "config.h"

#include "dns/resolver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <unbound.h>
#include <unbound-event.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/buf.h"
#include "dns/packet.h"
#include "dns/zone.h"
#include "io/warn.h"

#define TYPE_A 1    /* RFC 1035 3.2.2 */
#define TYPE_TXT 16 /* RFC 1035 3.2.2 */
#define CLASS_IN 1  /* RFC 1035 3.2.4 */

#define FAILURES_KEPT 1000000 /* us that a memory of failures may get old */
#define AGAIN_MAX 64	      /* more that are silent at once are not lost, */
			      /* but their server is dead */
#define RETRIES_UDP 2	      /* of libunbound's own; beyond our deadline */
#define RETRIES_TCP 24	      /* a server may close after some answers, and */
			      /* takes those that wait behind them with it */

/*
 * A libunbound context with the questions that are out in it. libunbound has
 * no way to drop a question: one that was cancelled goes on being asked, and
 * holds a socket, until it is answered or given up. So a context that has
 * collected too many of those is retired: its last live questions end, and
 * then it is deleted with all that was cancelled in it.
 */
struct generation {
	struct resolver *resolver;
	struct ub_ctx *ctx;
	int64_t failed; /* when a question first did; 0: none has */
	size_t live;
	size_t cancelled;
	struct generation *next; /* among the retired */
};

struct channel {
	struct generation *current;
	struct generation *retired;
	bool broken; /* could not be opened */
};

#define CHANNELS (VIA_MAX * RESOLVER_TRIES)

struct resolver {
	struct loop *loop;
	const struct resolver_config *config;
	resolver_done *done;
	struct servers system; /* whom resolv.conf names */
	int system_error;      /* why there are none; 0: there are */
	struct channel channels[VIA_MAX][RESOLVER_TRIES];
	bool closing;
};

struct setting {
	const char *name;
	const char *value;
};

/* Always. */
static const struct setting settings[] = {
	{ "do-not-query-localhost:", "no" },
	{ "infra-host-ttl:", "1" },    /* else silence turns into SERVFAIL */
	{ "rrset-roundrobin:", "no" }, /* records as they stand */
	{ "trust-anchor-signaling:", "no" },
	{ "udp-connect:", "no" },
};

/* Towards forwarders and mirrors; recursion needs its delegations. */
static const struct setting forwarding[] = {
	{ "msg-cache-size:", "100k" },
	{ "qname-minimisation:", "no" },
	{ "rrset-cache-size:", "100k" },
};

/*
 * What was truncated and failed gets a connection of its own: who closes one
 * that is shared takes the others' answers along. For the few that have failed
 * only, since libunbound closes those in use when it has no more.
 */
static const struct setting apart[] = {
	{ "max-reuse-tcp-queries:", "1" },
	{ "outgoing-num-tcp:", "8" },
};

/* Connections are kept, and many questions go over each. */
static const struct setting streaming[] = {
	{ "max-reuse-tcp-queries:", "20000" },
	{ "outgoing-num-tcp:", "8" },
	{ "tcp-upstream:", "yes" },
};

/* RFC 9718; https://data.iana.org/root-anchors/root-anchors.xml, 2024 */
static const char *const root_keys[] = {
	". IN DS 20326 8 2 "
	"E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
	". IN DS 38696 8 2 "
	"683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
};

/* Where systems keep the certificates of authorities. */
static const char *const bundles[] = {
	"/etc/ssl/certs/ca-certificates.crt", /* Debian, Alpine */
	"/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora */
	"/etc/ssl/cert.pem",		      /* BSD, macOS */
	"/opt/homebrew/etc/openssl@3/cert.pem",
};

/* What OpenSSL reads for itself: the system's policy of ciphers. */
static const char *const policies[] = {
	"/etc/ssl/openssl.cnf",
	"/etc/pki/tls/openssl.cnf",
	"/etc/crypto-policies/back-ends/opensslcnf.config",
	"/etc/crypto-policies/back-ends/openssl.config",
};

static bool
apply(struct ub_ctx *ctx, const struct setting *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ub_ctx_set_option(ctx, list[i].name, list[i].value) != 0)
			return false;
	return true;
}

static bool
apply_number(struct ub_ctx *ctx, const char *name, uint64_t number)
{
	char text[21];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	return ub_ctx_set_option(ctx, name, text) == 0;
}

static char *
refused(const char *what)
{
	return format_text("libunbound refuses %s", what);
}

/* Cancelled questions that a generation may hold before it is retired. */
static unsigned
cancelled_max(unsigned in_flight)
{
	return in_flight / 8 + 2;
}

/*
 * Live ones; those that are tried again while they are out; cancelled ones,
 * which two generations may hold of a first try and two of another; and what
 * else is open: connections by TCP, standard streams, inputs, the loop.
 */
unsigned
resolver_descriptors(unsigned in_flight)
{
	return in_flight +
	    (RESOLVER_TRIES - 1) * resolver_again_max(in_flight) +
	    4 * cancelled_max(in_flight) + 40;
}

unsigned
resolver_again_max(unsigned in_flight)
{
	return in_flight < 4 * AGAIN_MAX ? in_flight / 4 + 1 : AGAIN_MAX;
}

/* Whether the file of trust anchors has one for just this zone. */
static bool
anchor_names(const char *file, const char *zone)
{
	FILE *in = file != NULL ? fopen(file, "r") : NULL;
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	if (in == NULL)
		return false;
	while (!found && getline(&line, &size, in) >= 0) {
		char name[OWNER_MAX];

		found = zone_name(line, strcspn(line, " \t\r\n;"), name) &&
		    strcmp(name, zone) == 0;
	}
	free(line);
	fclose(in);
	return found;
}

/* A mirror is taken as unsigned, unless a trust anchor is for its zone. */
static char *
add_anchors(const struct resolver_config *config, struct ub_ctx *ctx)
{
	const char *file = config->trust_anchor;

	for (size_t i = 0; i < config->mirrors.count; i++) {
		const char *zone = config->mirrors.list[i].zone;

		if (!anchor_names(file, zone) &&
		    ub_ctx_set_option(ctx, "domain-insecure:", zone) != 0)
			return refused("domain-insecure");
	}
	if (file == NULL && access(ROOT_ANCHOR, R_OK) == 0)
		file = ROOT_ANCHOR;
	if (file != NULL)
		return ub_ctx_add_ta_file(ctx, file) == 0 ? NULL
							  : refused(file);
	for (size_t i = 0; i < LENGTH(root_keys); i++)
		if (ub_ctx_add_ta(ctx, root_keys[i]) != 0)
			return refused("the root's keys");
	return NULL;
}

static const char *
find_bundle(void)
{
	const char *named = getenv("SSL_CERT_FILE");

	if (named != NULL)
		return named;
	for (size_t i = 0; i < LENGTH(bundles); i++)
		if (access(bundles[i], R_OK) == 0)
			return bundles[i];
	return NULL;
}

static char *
add_tls(struct ub_ctx *ctx)
{
	const char *bundle = find_bundle();

	if (bundle == NULL)
		return xstrdup("no file of certificate authorities is found; "
			       "name one in SSL_CERT_FILE");
	if (access(bundle, R_OK) != 0)
		return format_text("SSL_CERT_FILE=%s: %s", bundle,
		    strerror(errno));
	if (ub_ctx_set_option(ctx, "tls-cert-bundle:", bundle) != 0 ||
	    ub_ctx_set_tls(ctx, 1) != 0)
		return refused("TLS");
	return NULL;
}

/* The servers of a try: of several, another one each time. */
static char *
add_servers(struct ub_ctx *ctx, const char *zone, const struct servers *servers,
    unsigned try)
{
	const char *server = servers->list[try % servers->count];
	int error = zone != NULL ? ub_ctx_set_stub(ctx, zone, server, 0)
				 : ub_ctx_set_fwd(ctx, server);

	return error == 0 ? NULL : refused(server);
}

static char *
add_resolvers(const struct resolver *r, unsigned try, struct ub_ctx *ctx)
{
	const struct resolver_config *config = r->config;
	char *why;

	if (config->kind == RESOLVER_RECURSIVE)
		return NULL;
	if (config->kind == RESOLVER_SERVERS)
		why = add_servers(ctx, NULL, &config->servers, try);
	else if (r->system_error == 0)
		why = add_servers(ctx, NULL, &r->system, try);
	else
		why = format_text("%s: %s; name a resolver with "
				  "--resolver=ADDRESS, or ask from the root "
				  "with --resolver=recursive",
		    SYSTEM_RESOLVERS, strerror(r->system_error));
	if (why == NULL && config->servers.tls)
		why = add_tls(ctx);
	return why;
}

/*
 * Mirrors; and resolvers, for CNAMEs that point out of the mirrored zones.
 * Where those would speak TLS, which is switched for a whole context, such
 * CNAMEs are not followed.
 */
static char *
add_mirrors(const struct resolver *r, unsigned try, struct ub_ctx *ctx)
{
	const struct resolver_config *config = r->config;
	char *why = NULL;

	for (size_t i = 0; why == NULL && i < config->mirrors.count; i++) {
		const struct mirror *m = &config->mirrors.list[i];

		why = add_servers(ctx, m->zone, &m->servers, try);
	}
	if (!config->servers.tls)
		free(add_resolvers(r, try, ctx));
	return why;
}

/* libunbound is to wait for as long as we do, and not to send again. */
static bool
add_patience(const struct resolver_config *config, struct ub_ctx *ctx)
{
	uint64_t wait = (uint64_t)config->timeout / 1000 + 1;

	return apply(ctx, forwarding, LENGTH(forwarding)) &&
	    apply_number(ctx, "infra-cache-min-rtt:", wait) &&
	    apply_number(ctx, "unknown-server-time-limit:", wait) &&
	    apply_number(ctx,
		"outbound-msg-retry:", config->tcp ? RETRIES_TCP : RETRIES_UDP);
}

static char *
add_settings(const struct resolver_config *config, enum via via, unsigned try,
    struct ub_ctx *ctx)
{
	bool recursive =
	    via == VIA_RESOLVER && config->kind == RESOLVER_RECURSIVE;

	if (!apply(ctx, settings, LENGTH(settings)) ||
	    (!recursive && !add_patience(config, ctx)) ||
	    (config->tcp && !apply(ctx, streaming, LENGTH(streaming))) ||
	    (!config->tcp && try > 0 && !apply(ctx, apart, LENGTH(apart))) ||
	    ub_ctx_set_option(ctx, "module-config:",
		config->dnssec != DNSSEC_MODE_OFF ? "validator iterator"
						  : "iterator") != 0 ||
	    !apply_number(ctx, "outgoing-range:",
		config->in_flight + cancelled_max(config->in_flight)))
		return refused("its settings");
	return NULL;
}

static void
ignore(void *arg, int rcode, void *packet, int len, int sec, char *why_bogus,
    int was_ratelimited)
{
	(void)arg;
	(void)rcode;
	(void)packet;
	(void)len;
	(void)sec;
	(void)why_bogus;
	(void)was_ratelimited;
}

/*
 * A libunbound with another library of ciphers than OpenSSL says so when it
 * sets itself up for its first question; which is one that it answers itself.
 */
static bool
speaks_tls(struct ub_ctx *ctx, FILE *log, char *const *said)
{
	int id;

	ub_resolve_event(ctx, "localhost.", TYPE_A, CLASS_IN, NULL, ignore,
	    &id);
	fflush(log);
	return strstr(*said, "no name verification functionality") == NULL;
}

/*
 * Puts everything into a context; `log` is what libunbound says meanwhile.
 * NULL, or what is wrong.
 */
static char *
configure(const struct resolver *r, enum via via, unsigned try,
    struct ub_ctx *ctx, FILE *log, char *const *said)
{
	const struct resolver_config *config = r->config;
	char *why = add_settings(config, via, try, ctx);

	if (why == NULL && config->dnssec != DNSSEC_MODE_OFF)
		why = add_anchors(config, ctx);
	if (why == NULL && via == VIA_MIRRORS)
		why = add_mirrors(r, try, ctx);
	else if (why == NULL)
		why = add_resolvers(r, try, ctx);
	/* The last: here libunbound reads what it was given before. */
	for (size_t i = 0; why == NULL && i < config->zone_count; i++)
		if (ub_ctx_zone_add(ctx, config->zones[i], "transparent") != 0)
			why = refused(config->trust_anchor != NULL
				? config->trust_anchor
				: config->zones[i]);
	if (why == NULL && via == VIA_RESOLVER && config->servers.tls &&
	    !speaks_tls(ctx, log, said))
		why = xstrdup("this libunbound was built without OpenSSL, so "
			      "it cannot speak DNS over TLS");
	return why;
}

static struct generation *
generation_new(struct resolver *r, enum via via, unsigned try)
{
	struct ub_ctx *ctx = ub_ctx_create_event(r->loop->base);
	char *said = NULL;
	size_t size = 0;
	FILE *log = open_memstream(&said, &size);
	struct generation *g = NULL;
	char *why;

	if (ctx == NULL || log == NULL) {
		why = xstrdup("libunbound cannot start");
	} else {
		ub_ctx_debugout(ctx, log);
		why = configure(r, via, try, ctx, log, &said);
		ub_ctx_debugout(ctx, NULL);
	}
	if (why != NULL) {
		warn_line("%s", why);
		free(why);
		ub_ctx_delete(ctx);
	} else {
		g = xcalloc(1, sizeof(*g));
		g->resolver = r;
		g->ctx = ctx;
	}
	if (log != NULL)
		fclose(log);
	free(said);
	return g;
}

size_t
resolver_files(const struct resolver_config *config,
    const char *files[RESOLVER_FILES])
{
	const char *bundle = config->servers.tls ? find_bundle() : NULL;
	size_t count = 0;

	_Static_assert(LENGTH(policies) + 3 == RESOLVER_FILES, "room");
	for (size_t i = 0; bundle != NULL && i < LENGTH(policies); i++)
		files[count++] = policies[i];
	if (config->trust_anchor != NULL)
		files[count++] = config->trust_anchor;
	if (config->dnssec != DNSSEC_MODE_OFF)
		files[count++] = ROOT_ANCHOR;
	if (bundle != NULL)
		files[count++] = bundle;
	return count;
}

const char *
resolver_version(void)
{
	return ub_version();
}

struct resolver *
resolver_new(struct loop *loop, const struct resolver_config *config,
    resolver_done *done)
{
	struct resolver *r = xcalloc(1, sizeof(*r));

	r->loop = loop;
	r->config = config;
	r->done = done;
	if (config->kind == RESOLVER_SYSTEM && config->zone_count > 0 &&
	    !servers_of_system(&r->system))
		r->system_error = errno;
	return r;
}

static void
retire(struct channel *channel)
{
	channel->current->next = channel->retired;
	channel->retired = channel->current;
	channel->current = NULL;
}

/*
 * Whether a context has had its time; its live questions may still end.
 * libunbound remembers failures for five seconds; one that is there for what
 * has failed before must not. By TCP it holds each connection that is reset
 * against the server, and after a few asks it nothing more: a single failure
 * is enough there, or it would be that of all who come behind.
 */
static bool
is_used_up(const struct generation *g, unsigned try)
{
	const struct resolver *r = g->resolver;
	int64_t kept = r->config->tcp ? 0 : FAILURES_KEPT;

	return g->cancelled >= cancelled_max(r->config->in_flight) ||
	    (try > 0 && g->failed != 0 && r->loop->now - g->failed >= kept);
}

/* The context that a try goes to, opened where need be. */
static struct generation *
current(struct resolver *r, enum via via, unsigned try)
{
	struct channel *channel = &r->channels[via][try];

	if (r->channels[via][0].broken)
		return NULL;
	if (channel->current != NULL && is_used_up(channel->current, try))
		retire(channel);
	if (channel->current == NULL && !channel->broken) {
		channel->current = generation_new(r, via, try);
		channel->broken = channel->current == NULL;
	}
	return channel->current;
}

unsigned
resolver_tries(const struct resolver *r, enum via via)
{
	return via == VIA_RESOLVER && r->config->kind == RESOLVER_RECURSIVE
	    ? 1
	    : RESOLVER_TRIES;
}

/* DNSSEC's word on an answer that could be read. */
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

/* With an rcode, neither packet nor length mean anything. */
static void
answered(void *arg, int rcode, void *packet, int len, int sec, char *why_bogus,
    int was_ratelimited)
{
	struct resolver_query *q = arg;
	struct generation *g = q->generation;
	struct resolver *r = g->resolver;
	struct answer *a;

	(void)why_bogus;
	(void)was_ratelimited;
	if (r->closing)
		return;
	g->live--;
	r->loop->replies++;
	q->generation = NULL;
	if (sec == 1)
		a = answer_new(ANSWER_BOGUS, 0);
	else if (rcode != 0 || len < 0)
		a = answer_new(ANSWER_SERVFAIL, 0);
	else
		a = judge(r->config, packet_read(packet, (size_t)len), sec);
	if (a->kind == ANSWER_SERVFAIL && g->failed == 0)
		g->failed = r->loop->now;
	r->done(q->arg, a);
}

bool
resolver_ask(struct resolver *r, enum via via, unsigned try, const char *owner,
    struct resolver_query *q)
{
	struct generation *g = current(r, via, try);
	char absolute[OWNER_MAX + 1];
	int id = 0;

	if (g == NULL)
		return false;
	snprintf(absolute, sizeof(absolute), "%s.", owner);
	q->generation = g;
	g->live++;
	if (ub_resolve_event(g->ctx, absolute, TYPE_TXT, CLASS_IN, q, answered,
		&id) != 0) {
		g->live--;
		q->generation = NULL;
		r->done(q->arg, answer_new(ANSWER_SERVFAIL, 0));
		return true;
	}
	/* It may have been answered by now, and then the id is void. */
	if (q->generation == g)
		q->id = id;
	return true;
}

void
resolver_cancel(struct resolver_query *q)
{
	struct generation *g = q->generation;

	if (g == NULL)
		return;
	ub_cancel(g->ctx, q->id);
	g->live--;
	g->cancelled++;
	q->generation = NULL;
}

static void
generation_free(struct generation *g)
{
	ub_ctx_delete(g->ctx);
	free(g);
}

void
resolver_tidy(struct resolver *r)
{
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

bool
resolver_is_missing(const struct resolver *r)
{
	return r->channels[VIA_RESOLVER][0].broken ||
	    r->channels[VIA_MIRRORS][0].broken;
}

char *
resolver_describe(const struct resolver *r, enum via via, const char *owner)
{
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

void
resolver_free(struct resolver *r)
{
	if (r == NULL)
		return;
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
