#ifndef ASNQ_FILTERS_H
#define ASNQ_FILTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"
#include "lookup/lookup.h"
#include "record/format.h"

/* The mail filters that can be emulated. */
enum filter_kind {
	FILTER_NONE,
	FILTER_SPAMASSASSIN,
	FILTER_HARAKA,
	FILTER_RSPAMD,
	FILTER_MAX
};

struct filter_config {
	const char *const *files; /* the filter's own configuration */
	size_t file_count;
	struct db *const *databases; /* what stands for its own */
	size_t database_count;
	bool dns;	 /* queries may be sent */
	int64_t timeout; /* microseconds that the user gave; 0: none */
};

/* A filter that is ready, as it says of itself. */
struct filter_state {
	void *self; /* for its view, and to be freed by it */
	struct vocabulary vocabulary;
	/* Zones that its view asks, by number; valid and in lower case. */
	const char *const *zones;
	size_t zone_count;
	int64_t timeout; /* microseconds that one look-up may take */
	/* What is asked about before any record; NULL: nothing is. */
	const char *test;
};

struct filter {
	const char *name;	  /* as people write it */
	const char *files;	  /* how names of its configuration files end */
	unsigned formats;	  /* bits by enum format */
	const char *format_names; /* for messages */
	enum format usual;	  /* one of those */
	const struct view *view;

	/*
	 * Reads the configuration. What is wrong is said on stderr, with file
	 * and line; then it returns false, and nothing is to be freed.
	 */
	bool (*open)(const struct filter_config *config,
	    struct filter_state *out);
	void (*free)(void *self); /* accepts NULL */

	/* Looks the test up; NULL where there is never one. */
	const struct view *test;
	/* What came of it. */
	void (*tested)(void *self, const struct lookup *l);
};

/* By enum filter_kind; the first has no name. */
extern const struct filter filters[FILTER_MAX];

#endif
