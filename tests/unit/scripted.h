#ifndef ASNQ_SCRIPTED_H
#define ASNQ_SCRIPTED_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "dns/resolver.h"
#include "io/loop.h"

/*
 * A resolver and a loop that follow a script, with a clock of their own. They
 * open no socket and never sleep: time passes only while the loop waits, or
 * where the script says so. All times are milliseconds since the script began.
 *
 * A script is a text of rules, one a line. For each try, the first rule that
 * matches the owner name and the time of sending decides:
 *
 *	PATTERN [FROM-TO] OUTCOME [/ OUTCOME]...
 *
 * PATTERN is a shell pattern (*, ?, [...]). FROM-TO, both inclusive, limits the
 * rule to tries sent in that time. The first outcome is for the first try for
 * an owner name, and so on; the last one is for all further tries.
 *
 *	[after MS] KIND
 *
 * An answer comes 10 ms after its try, unless `after` says otherwise; with
 * `after 0` it comes before resolver_ask() returns. The kinds:
 *
 *	silent		no answer ever comes
 *	servfail	the server failed
 *	giveup		libunbound failed without an answer from a server
 *	bogus		DNSSEC validation failed
 *	none TTL	there is no such record, for TTL seconds
 *	origin TTL	one record, that AS64500 originates the address whose
 *			reversed octets begin the owner name; TTL seconds
 *	text TTL TEXT	one record; TEXT is the rest of the line, with ^
 *			between its character-strings
 *	refused		resolver_ask() returns false
 */
struct script {
	struct loop loop;
	struct resolver resolver;
	const char *rules; /* checked when used */
	unsigned tries;	   /* maximum for a query, for resolver_tries() */
	bool failed;	   /* for resolver_failed() */

	int64_t now; /* monotonic microseconds */
	struct timer end;
	bool ended;
	TAILQ_HEAD(scripted_events, scripted_event) events; /* by time */

	struct buf sent;    /* for each try "MS:OWNER", "/N" after later ones */
	unsigned in_flight; /* number of tries */
	unsigned in_flight_max;
	TAILQ_HEAD(scripted_owners, scripted_owner) owners;
};

/*
 * Begins a script and sets all members of `s`. `done` is the resolver's. The
 * caller passes on &s->resolver and &s->loop as a resolver and a loop.
 */
void script_begin(struct script *s, const char *rules, resolver_done *done);

/* Frees a script. No try may be in flight. */
void script_end(struct script *s);

/* Returns the time. */
int64_t script_time(const struct script *s);

/* Ends a wait of the loop at a time in ms, as input does. */
void script_wake_at(struct script *s, int64_t at);

/* Lets time pass in which the program is blocked. */
void script_block(struct script *s, int64_t ms);

/* Stops the process at a time for `ms`, as by SIGSTOP. */
void script_stop_at(struct script *s, int64_t at, int64_t ms);

/*
 * Turns the loop until a time in ms. Calls `turn` before each turn; it returns
 * whether there may be more to do at once.
 */
void script_run(struct script *s, bool (*turn)(void *arg), void *arg,
    int64_t until);

/* Returns how many tries were sent for owner names that match. */
unsigned script_count(const struct script *s, const char *pattern);

#endif
