#ifndef ASNQ_OPTIONS_H
#define ASNQ_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/array.h"
#include "dns/resolver.h"
#include "dns/zone.h"
#include "mail/filters.h"
#include "print/render.h"
#include "print/select.h"
#include "print/summary.h"
#include "stream/locate.h"
#include "stream/report.h"

enum choice {
	CHOICE_AUTO,
	CHOICE_ON,
	CHOICE_OFF
};

/* How several sources are used. */
enum mode {
	MODE_AUTO,  /* MODE_FIRST where there is a database, else MODE_ALL */
	MODE_ALL,   /* ask all of them and merge their answers */
	MODE_FIRST, /* stop at the first that knows an origin */
	MODE_MAX
};

enum transport {
	TRANSPORT_UDP,
	TRANSPORT_TCP,
	TRANSPORT_MAX
};

/* A pipeline engine that runs asnq with framing or replies of its own. */
enum engine {
	ENGINE_NONE,
	ENGINE_CLICKHOUSE, /* blocks, each after a line with their length */
	ENGINE_RSYSLOG,	   /* for each message the changes of its properties */
	ENGINE_HADOOP,	   /* counters on stderr */
	ENGINE_MAX
};

/* A database. Databases and zones are sources in the order of the options. */
struct database {
	const char *path;
	size_t zones_before; /* how many zones come before it */
};

/* What the user asks for. Texts are borrowed from argv or from `owned`. */
struct options {
	struct zones zones; /* empty: the default ones, or databases only */
	struct database *databases;
	size_t database_count;
	const char *names_db; /* file of AS names, or NULL */
	const char *compile;  /* file to write the databases to, or NULL */
	enum mode mode;
	bool no_dns;
	enum choice names;

	struct resolver_config resolver; /* without zones and limits */
	enum transport transport;
	int64_t timeout; /* microseconds; 0: the default */
	int64_t grace;	 /* microseconds */
	unsigned in_flight;
	double qps; /* 0: no limit; negative: the default */
	bool has_grain;
	uint8_t grain[FAMILY_MAX];
	bool ask_special;
	size_t cache_size;

	struct texts inputs;
	size_t max_record; /* bytes */

	struct render_config render;
	enum when color;

	enum enrich_format enrich;
	const char *key;
	char delimiter; /* of CSV; 0: as the header shows */
	const char *member;
	struct select *select; /* NULL: every record is printed */
	const char *match_tag; /* NULL: _ASN_, or the filter's */

	enum summary_by summary;
	struct report_config report;
	bool check;
	bool explain;

	enum filter_kind like;
	struct texts like_configs;
	bool compare;

	const char *config; /* NULL: the file in its usual place */
	bool no_config;
	enum engine engine;
	enum choice exit_status;
	bool no_sandbox;
	bool quiet;
	bool verbose;

	struct texts operands; /* without @RESOLVER */
	struct texts owned;    /* of the configuration file; to be freed */
};

/* Sets the defaults. */
void options_init(struct options *o);

/* Frees what options own. */
void options_free(struct options *o);

#endif
