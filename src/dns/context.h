#ifndef ASNQ_CONTEXT_H
#define ASNQ_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "dns/resolver-config.h"
#include "dns/servers.h"

/*
 * A context of libunbound with its settings, trust anchors and TLS. libunbound
 * is included by context.c alone.
 */
struct event_base;
struct context;

/* What a context is opened for. */
struct context_config {
	const struct resolver_config *resolver;
	const struct servers *system; /* RESOLVER_SYSTEM: of resolv.conf */
	int system_error; /* errno when that could not be read; else 0 */
	enum via via;
	unsigned number; /* of the try: of several servers, each try has */
			 /* another one */
};

/*
 * Takes an answer: libunbound's ub_event_callback_type. When `rcode` is not 0,
 * `packet` and `len` mean nothing. `sec` is 2 for a secure answer, 1 for a
 * bogus one, else 0.
 */
typedef void context_done(void *arg, int rcode, void *packet, int len, int sec,
    char *why_bogus, int was_ratelimited);

/*
 * Returns the version of libunbound that is in use, or "missing" if it cannot
 * be loaded.
 */
const char *context_version(void);

/*
 * Loads libunbound, which must be done before the program is confined. Returns
 * false after a line on stderr has said what is wrong.
 */
bool context_load(void);

/* Most files that a context reads when it is opened. */
#define CONTEXT_FILES 7

/* Writes their names into `files`, which borrows them; returns how many. */
size_t context_files(const struct resolver_config *config,
    const char *files[CONTEXT_FILES]);

/*
 * Returns how many cancelled queries a context may hold, each with a socket,
 * where so many queries may be in flight.
 */
unsigned context_cancelled_max(unsigned in_flight);

/*
 * Opens a context. Returns NULL after a line on stderr has said what is wrong.
 * The caller passes the result to context_close().
 */
struct context *context_open(struct event_base *base,
    const struct context_config *config);

/*
 * Asks for the TXT records of `owner`, an absolute name without its final dot.
 * `done` may be called before this returns; then *id means nothing. Returns
 * false when libunbound refuses, without calling `done`.
 */
bool context_ask(struct context *ctx, const char *owner, context_done *done,
    void *arg, int *id);

/* Drops a query: `done` is not called. libunbound goes on asking, though. */
void context_cancel(struct context *ctx, int id);

/* Closes a context; `done` may be called for queries in flight. */
void context_close(struct context *ctx);

#endif
