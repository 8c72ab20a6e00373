#ifndef ASNQ_RESOLVER_H
#define ASNQ_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/answer.h"
#include "dns/servers.h"
#include "io/loop.h"

/* Whom to ask: authoritative mirrors, or resolvers for all the rest. */
enum via {
	VIA_RESOLVER,
	VIA_MIRRORS,
	VIA_MAX
};

enum resolver_kind {
	RESOLVER_SYSTEM,    /* what resolv.conf names */
	RESOLVER_RECURSIVE, /* nobody: ask from the root down */
	RESOLVER_SERVERS    /* the given ones */
};

enum dnssec_mode {
	DNSSEC_MODE_OFF,
	DNSSEC_MODE_ON,
	DNSSEC_MODE_REQUIRE /* an unsigned answer is bogus, too */
};

struct resolver_config {
	enum resolver_kind kind;
	struct servers servers; /* RESOLVER_SERVERS */
	struct mirrors mirrors;
	const char *const *zones; /* names below are always looked up */
	size_t zone_count;
	bool tcp; /* speak TCP to everybody */
	enum dnssec_mode dnssec;
	const char *trust_anchor; /* a file, or NULL: the root's keys */
	unsigned in_flight;	  /* questions out at once */
	int64_t timeout;	  /* microseconds a question may take */
};

struct generation;

/*
 * A question may be tried several times, also while an earlier try is still
 * out. Each try goes another way: it shares no memory of failures with those
 * before it, and goes to the next of several servers.
 */
#define RESOLVER_TRIES 3

/* One try that is out; lies in memory of whoever asked, who sets `arg`. */
struct resolver_query {
	struct generation *generation; /* NULL: not out */
	int id;
	void *arg;
};

/*
 * Called for each try that was not cancelled, once; also before
 * resolver_ask() returns. The answer's reference is the callee's. It must not
 * call the resolver: it may only store and queue.
 */
typedef void resolver_done(void *arg, struct answer *a);

struct resolver;

/* Files that are read again for each context that is opened, at most. */
#define RESOLVER_FILES 7

/* Puts them into `files`, where they are not NULL; returns their number. */
size_t resolver_files(const struct resolver_config *config,
    const char *files[RESOLVER_FILES]);

/* The version of libunbound that is in use. */
const char *resolver_version(void);

/* How many files are open at most with so many questions out at once. */
unsigned resolver_descriptors(unsigned in_flight);

/* How many questions may be tried again while an earlier try is out. */
unsigned resolver_again_max(unsigned in_flight);

/*
 * Nothing is opened yet, but the system's resolvers are looked up, where it
 * is they who are to be asked. The configuration is borrowed and must outlive
 * the resolver.
 */
struct resolver *resolver_new(struct loop *loop,
    const struct resolver_config *config, resolver_done *done);

/* How many ways there are to ask: from the root down there is only one. */
unsigned resolver_tries(const struct resolver *r, enum via via);

/*
 * Asks for the TXT records at `owner`, an absolute name without final dot;
 * `try` counts from 0. False, where it cannot be asked at all: then a line on
 * stderr has said why, once.
 */
bool resolver_ask(struct resolver *r, enum via via, unsigned try,
    const char *owner, struct resolver_query *q);

/* Forgets a try; nothing happens where it is not out. */
void resolver_cancel(struct resolver_query *q);

/* To be called between turns of the loop: closes what is used up. */
void resolver_tidy(struct resolver *r);

/* Whether a question could not be asked since nothing could be opened. */
bool resolver_is_missing(const struct resolver *r);

/*
 * Whom a question goes to, for messages; the caller frees it. `owner` says
 * which mirror.
 */
char *resolver_describe(const struct resolver *r, enum via via,
    const char *owner);

/* Accepts NULL. Questions that are out are forgotten. */
void resolver_free(struct resolver *r);

#endif
