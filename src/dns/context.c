#include "config.h"

#include "dns/context.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <unbound.h>
#include <unbound-event.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/library.h"
#include "dns/zone.h"
#include "io/warn.h"

#define TYPE_A 1    /* RFC 1035 3.2.2 */
#define TYPE_TXT 16 /* RFC 1035 3.2.2 */
#define CLASS_IN 1  /* RFC 1035 3.2.4 */

#define RETRIES_UDP 1  /* libunbound's own: we know better when to retry */
#define RETRIES_TCP 24 /* a server that closes its connection after some */
		       /* answers makes all queries on it fail */

#define FUNCTIONS(F)                                                           \
	F(ub_cancel)                                                           \
	F(ub_ctx_add_ta)                                                       \
	F(ub_ctx_add_ta_file)                                                  \
	F(ub_ctx_create_event)                                                 \
	F(ub_ctx_debugout)                                                     \
	F(ub_ctx_delete)                                                       \
	F(ub_ctx_set_fwd)                                                      \
	F(ub_ctx_set_option)                                                   \
	F(ub_ctx_set_stub)                                                     \
	F(ub_ctx_set_tls)                                                      \
	F(ub_ctx_zone_add)                                                     \
	F(ub_resolve_event)                                                    \
	F(ub_version)

struct library {
	FUNCTIONS(LIBRARY_MEMBER)
};

#ifdef LIBUNBOUND_FILE
LIBRARY_LOADED(FUNCTIONS, LIBUNBOUND_FILE)
#else
LIBRARY_LINKED(FUNCTIONS)
#endif

struct context {
	struct library lib;
	struct ub_ctx *ub;
};

struct setting {
	const char *name;
	const char *value;
};

/* Of every context. */
static const struct setting always[] = {
	{ "do-not-query-localhost:", "no" },
	{ "infra-host-ttl:", "1" },    /* else silence turns into SERVFAIL */
	{ "rrset-roundrobin:", "no" }, /* records in the order of the packet */
	{ "trust-anchor-signaling:", "no" }, { "udp-connect:", "no" },
	{ "unblock-lan-zones:", "yes" }, /* else it sets up a hundred zones, */
					 /* none of which is asked for */
};

/* Towards forwarders and mirrors. Recursion needs room for delegations. */
static const struct setting forwarding[] = {
	{ "msg-cache-size:", "100k" },
	{ "qname-minimisation:", "no" },
	{ "rrset-cache-size:", "100k" },
};

/*
 * Towards forwarders and mirrors, where libunbound knows it: else it would drop
 * the NS by which a referral to the root is told from NODATA.
 */
static const struct setting whole[] = {
	{ "iter-scrub-promiscuous:", "no" },
};

/*
 * For retries by UDP: a truncated answer gets a TCP connection of its own, so
 * that a server which closes it takes no other answer along. Only for the few
 * queries that have failed: libunbound has 8 connections and closes one in use
 * when it needs a ninth.
 */
static const struct setting separate[] = {
	{ "max-reuse-tcp-queries:", "1" },
	{ "outgoing-num-tcp:", "8" },
};

/* For --transport=tcp: connections stay open and carry many queries each. */
static const struct setting streaming[] = {
	{ "max-reuse-tcp-queries:", "20000" },
	{ "outgoing-num-tcp:", "8" },
	{ "tcp-upstream:", "yes" },
};

/* Where every server has an IPv4 address: no socket is for IPv6. */
static const struct setting ipv4_only[] = {
	{ "do-ip6:", "no" },
};

/*
 * Where no datagram leaves this host, so that nobody can forge an answer by
 * guessing a port: libunbound lists its ports three times before its first
 * query, and 60,000 of them take as long as the query. These are the first of
 * the dynamic ports (RFC 6335 6).
 */
#define FEW_PORTS 4096
static const struct setting few_ports[] = {
	{ "outgoing-port-avoid:", "0-65535" },
	{ "outgoing-port-permit:", "49152-53247" },
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

/* The system's policy of ciphers, which OpenSSL reads by itself. */
static const char *const policies[] = {
	"/etc/ssl/openssl.cnf",
	"/etc/pki/tls/openssl.cnf",
	"/etc/crypto-policies/back-ends/opensslcnf.config",
	"/etc/crypto-policies/back-ends/openssl.config",
};

const char *
context_version(void)
{
	struct library lib;
	char *why = load(&lib);

	if (why == NULL)
		return lib.ub_version();
	free(why);
	return "missing";
}

bool
context_load(void)
{
	struct library lib;
	char *why = load(&lib);

	if (why == NULL)
		return true;
	warn_line("%s", why);
	free(why);
	return false;
}

unsigned
context_cancelled_max(unsigned in_flight)
{
	return in_flight / 8 + 2;
}

static bool
apply(struct context *ctx, const struct setting *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ctx->lib.ub_ctx_set_option(ctx->ub, list[i].name,
			list[i].value) != 0)
			return false;
	return true;
}

static bool
apply_number(struct context *ctx, const char *name, uint64_t number)
{
	char text[21];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	return ctx->lib.ub_ctx_set_option(ctx->ub, name, text) == 0;
}

static char *
refused(const char *what)
{
	return format_text("libunbound refuses %s", what);
}

/* Returns whether the file of trust anchors has one for this very zone. */
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

/*
 * Adds the trust anchors. A mirrored zone counts as unsigned, unless one of
 * them is for it.
 */
static char *
add_anchors(const struct resolver_config *config, struct context *ctx)
{
	const char *file = config->trust_anchor;

	for (size_t i = 0; i < config->mirrors.count; i++) {
		const char *zone = config->mirrors.list[i].zone;

		if (!anchor_names(file, zone) &&
		    ctx->lib.ub_ctx_set_option(ctx->ub,
			"domain-insecure:", zone) != 0)
			return refused("domain-insecure");
	}
	if (file == NULL && access(ROOT_ANCHOR, R_OK) == 0)
		file = ROOT_ANCHOR;
	if (file != NULL)
		return ctx->lib.ub_ctx_add_ta_file(ctx->ub, file) == 0
		    ? NULL
		    : refused(file);
	for (size_t i = 0; i < LENGTH(root_keys); i++)
		if (ctx->lib.ub_ctx_add_ta(ctx->ub, root_keys[i]) != 0)
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

size_t
context_files(const struct resolver_config *config,
    const char *files[CONTEXT_FILES])
{
	const char *bundle = config->servers.tls ? find_bundle() : NULL;
	size_t count = 0;

	_Static_assert(LENGTH(policies) + 3 == CONTEXT_FILES, "room");
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

static char *
add_tls(struct context *ctx)
{
	const char *bundle = find_bundle();

	if (bundle == NULL)
		return xstrdup("no file of certificate authorities is found; "
			       "name one in SSL_CERT_FILE");
	if (access(bundle, R_OK) != 0)
		return format_text("SSL_CERT_FILE=%s: %s", bundle,
		    strerror(errno));
	if (ctx->lib.ub_ctx_set_option(ctx->ub, "tls-cert-bundle:", bundle) !=
		0 ||
	    ctx->lib.ub_ctx_set_tls(ctx->ub, 1) != 0)
		return refused("TLS");
	return NULL;
}

/* Returns the server of a try. */
static const char *
server_of(const struct servers *servers, unsigned number)
{
	return servers->list[number % servers->count];
}

/* Adds the server of a try; `zone` is NULL for a resolver. */
static char *
add_server(struct context *ctx, const char *zone, const struct servers *servers,
    unsigned number)
{
	const char *server = server_of(servers, number);
	int error = zone != NULL
	    ? ctx->lib.ub_ctx_set_stub(ctx->ub, zone, server, 0)
	    : ctx->lib.ub_ctx_set_fwd(ctx->ub, server);

	return error == 0 ? NULL : refused(server);
}

static char *
add_resolvers(const struct context_config *c, struct context *ctx)
{
	const struct resolver_config *config = c->resolver;
	char *why;

	if (config->kind == RESOLVER_RECURSIVE)
		return NULL;
	if (config->kind == RESOLVER_SERVERS)
		why = add_server(ctx, NULL, &config->servers, c->number);
	else if (c->system_error == 0)
		why = add_server(ctx, NULL, c->system, c->number);
	else
		why = format_text("%s: %s; name a resolver with "
				  "--resolver=ADDRESS, or ask from the root "
				  "with --resolver=recursive",
		    SYSTEM_RESOLVERS, strerror(c->system_error));
	if (why == NULL && config->servers.tls)
		why = add_tls(ctx);
	return why;
}

/*
 * Adds the mirrors, and resolvers for CNAMEs that point out of the mirrored
 * zones. When the resolvers speak TLS, such CNAMEs are not followed:
 * libunbound has one switch for the whole context, and mirrors speak no TLS.
 */
static char *
add_mirrors(const struct context_config *c, struct context *ctx)
{
	const struct resolver_config *config = c->resolver;
	char *why = NULL;

	for (size_t i = 0; why == NULL && i < config->mirrors.count; i++) {
		const struct mirror *m = &config->mirrors.list[i];

		why = add_server(ctx, m->zone, &m->servers, c->number);
	}
	if (!config->servers.tls)
		free(add_resolvers(c, ctx));
	return why;
}

/* Makes libunbound wait for as long as we do, and not send again. */
static bool
add_patience(const struct resolver_config *config, struct context *ctx)
{
	uint64_t wait = (uint64_t)config->timeout / 1000 + 1;

	apply(ctx, whole, LENGTH(whole));
	return apply(ctx, forwarding, LENGTH(forwarding)) &&
	    apply_number(ctx, "infra-cache-min-rtt:", wait) &&
	    apply_number(ctx, "unknown-server-time-limit:", wait) &&
	    apply_number(ctx,
		"outbound-msg-retry:", config->tcp ? RETRIES_TCP : RETRIES_UDP);
}

/* What a context can do without, since no server that it may ask needs it. */
struct needless {
	bool ipv6;
	bool ports; /* more than a few */
};

static void
note_server(struct needless *n, const struct servers *servers, unsigned number)
{
	const char *server = server_of(servers, number);

	n->ipv6 &= strchr(server, ':') == NULL;
	n->ports &=
	    strncmp(server, "127.", 4) == 0 || strncmp(server, "::1@", 4) == 0;
}

static struct needless
find_needless(const struct context_config *c)
{
	const struct resolver_config *config = c->resolver;
	struct needless n = { .ipv6 = true, .ports = true };
	bool follows = c->via == VIA_RESOLVER || !config->servers.tls;

	if (follows && config->kind == RESOLVER_RECURSIVE)
		return (struct needless){ .ipv6 = false };
	if (follows && config->kind == RESOLVER_SERVERS)
		note_server(&n, &config->servers, c->number);
	if (follows && config->kind == RESOLVER_SYSTEM && c->system_error == 0)
		note_server(&n, c->system, c->number);
	for (size_t i = 0; c->via == VIA_MIRRORS && i < config->mirrors.count;
	     i++)
		note_server(&n, &config->mirrors.list[i].servers, c->number);
	n.ports = (n.ports || config->tcp ||
		      (c->via == VIA_RESOLVER && config->servers.tls)) &&
	    config->in_flight <= FEW_PORTS / 4;
	return n;
}

static bool
leave_out(const struct context_config *c, struct context *ctx)
{
	struct needless n = find_needless(c);

	return (!n.ipv6 || apply(ctx, ipv4_only, LENGTH(ipv4_only))) &&
	    (!n.ports || apply(ctx, few_ports, LENGTH(few_ports)));
}

static char *
add_settings(const struct context_config *c, struct context *ctx)
{
	const struct resolver_config *config = c->resolver;
	bool recursive =
	    c->via == VIA_RESOLVER && config->kind == RESOLVER_RECURSIVE;

	if (!apply(ctx, always, LENGTH(always)) || !leave_out(c, ctx) ||
	    (!recursive && !add_patience(config, ctx)) ||
	    (config->tcp && !apply(ctx, streaming, LENGTH(streaming))) ||
	    (!config->tcp && c->number > 0 &&
		!apply(ctx, separate, LENGTH(separate))) ||
	    ctx->lib.ub_ctx_set_option(ctx->ub, "module-config:",
		config->dnssec != DNSSEC_MODE_OFF ? "validator iterator"
						  : "iterator") != 0 ||
	    !apply_number(ctx, "outgoing-range:",
		config->in_flight + context_cancelled_max(config->in_flight)))
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
 * Returns whether libunbound can verify names in certificates. Built with
 * another library than OpenSSL it cannot, and logs that when it sets itself up
 * for its first query: here one that it answers by itself.
 */
static bool
speaks_tls(struct context *ctx, FILE *log, char *const *said)
{
	int id;

	ctx->lib.ub_resolve_event(ctx->ub, "localhost.", TYPE_A, CLASS_IN, NULL,
	    ignore, &id);
	fflush(log);
	return strstr(*said, "no name verification functionality") == NULL;
}

/*
 * Puts everything into a context, whose log goes to `log` and so to *said.
 * Returns NULL, or what is wrong, which the caller frees.
 */
static char *
configure(const struct context_config *c, struct context *ctx, FILE *log,
    char *const *said)
{
	const struct resolver_config *config = c->resolver;
	char *why = add_settings(c, ctx);

	if (why == NULL && config->dnssec != DNSSEC_MODE_OFF)
		why = add_anchors(config, ctx);
	if (why == NULL && c->via == VIA_MIRRORS)
		why = add_mirrors(c, ctx);
	else if (why == NULL)
		why = add_resolvers(c, ctx);
	/* Comes last: with it libunbound reads what it was given so far. */
	for (size_t i = 0; why == NULL && i < config->zone_count; i++)
		if (ctx->lib.ub_ctx_zone_add(ctx->ub, config->zones[i],
			"transparent") != 0)
			why = refused(config->trust_anchor != NULL
				? config->trust_anchor
				: config->zones[i]);
	if (why == NULL && c->via == VIA_RESOLVER && config->servers.tls &&
	    !speaks_tls(ctx, log, said))
		why = xstrdup("this libunbound was built without OpenSSL, so "
			      "it cannot speak DNS over TLS");
	return why;
}

struct context *
context_open(struct event_base *base, const struct context_config *config)
{
	struct context *ctx = xcalloc(1, sizeof(*ctx));
	char *said = NULL;
	size_t size = 0;
	FILE *log = open_memstream(&said, &size);
	char *why = load(&ctx->lib);

	if (why == NULL)
		ctx->ub = ctx->lib.ub_ctx_create_event(base);
	if (why == NULL && (ctx->ub == NULL || log == NULL))
		why = xstrdup("libunbound cannot start");
	if (why == NULL) {
		ctx->lib.ub_ctx_debugout(ctx->ub, log);
		why = configure(config, ctx, log, &said);
		ctx->lib.ub_ctx_debugout(ctx->ub, NULL);
	}
	if (why != NULL) {
		warn_line("%s", why);
		free(why);
		context_close(ctx);
		ctx = NULL;
	}
	if (log != NULL)
		fclose(log);
	free(said);
	return ctx;
}

bool
context_ask(struct context *ctx, const char *owner, context_done *done,
    void *arg, int *id)
{
	char absolute[OWNER_MAX + 1];
	int length = snprintf(absolute, sizeof(absolute), "%s.", owner);

	assert(length > 1 && (size_t)length < sizeof(absolute));
	(void)length;
	return ctx->lib.ub_resolve_event(ctx->ub, absolute, TYPE_TXT, CLASS_IN,
		   arg, done, id) == 0;
}

void
context_cancel(struct context *ctx, int id)
{
	ctx->lib.ub_cancel(ctx->ub, id);
}

void
context_close(struct context *ctx)
{
	if (ctx->ub != NULL)
		ctx->lib.ub_ctx_delete(ctx->ub);
	free(ctx);
}
