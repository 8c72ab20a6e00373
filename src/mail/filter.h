#ifndef ASNQ_FILTER_H
#define ASNQ_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"
#include "lookup/lookup.h"
#include "record/format.h"
#include "record/tag.h"

/* The options that concern a filter. Everything is borrowed. */
struct filter_config {
	const char *const *files; /* the filter's own configuration */
	size_t file_count;
	struct db *const *databases; /* used in place of the filter's own */
	size_t database_count;
	bool dns;	 /* queries may be sent */
	int64_t timeout; /* microseconds, of --timeout; 0: not given */
};

/* A filter that is open. `self` owns every text and list. */
struct filter_state {
	void *self; /* passed to its view and to its functions below */
	struct vocabulary vocabulary;
	/* The zones that its view queries, by number: valid, lower case. */
	const char *const *zones;
	size_t zone_count;
	int64_t timeout; /* microseconds that one look-up may take */
	/* The address to look up before any record; NULL: none. */
	const char *test;
};

/* A mail filter that can be emulated. */
struct filter {
	const char *suffix; /* of the names of its configuration files */
	/* The formats that it prints, the default first. */
	enum format formats[FORMAT_MAX];
	size_t format_count;
	const struct view *view;

	/*
	 * Reads the configuration and fills *out. Returns false after a message
	 * on stderr with file and line if something is wrong; *out is not
	 * filled then.
	 */
	bool (*open)(const struct filter_config *config,
	    struct filter_state *out);
	void (*free)(void *self); /* accepts NULL */

	/* Looks up the test's address; NULL if the filter has no test. */
	const struct view *test;
	/* Takes the test's answers; NULL if the filter has no test. */
	void (*tested)(void *self, const struct lookup *l);
};

/*
 * Takes a step for the filter's view: queries once, unless `why_not` gives a
 * reason not to, and waits for all answers.
 */
enum step filter_step(const void *self, struct lookup *l,
    const char *(*why_not)(const void *self, const struct target *target),
    void (*ask)(const void *self, struct lookup *l));

/*
 * Sets the RDATA of an answer's first record, for filters that ignore others,
 * and explains that. Returns false if there is no record.
 */
bool filter_first_record(const struct answer *a,
    struct explanation *explanation, const uint8_t **rdata, size_t *len);

/* Returns the time that one look-up may take: that of --timeout, else `own`. */
static inline int64_t
filter_timeout(const struct filter_config *config, int64_t own)
{
	return config->timeout > 0 ? config->timeout : own;
}

#endif
