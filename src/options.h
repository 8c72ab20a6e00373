#ifndef ASNQ_OPTIONS_H
#define ASNQ_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "render.h"
#include "report.h"
#include "resolver.h"
#include "zone.h"

enum choice {
	CHOICE_AUTO,
	CHOICE_ON,
	CHOICE_OFF
};

enum mode {
	MODE_ALL,		/* ask all sources and merge */
	MODE_FIRST		/* stop at the first that knows an origin */
};

enum transport {
	TRANSPORT_UDP,
	TRANSPORT_TCP
};

/* A list of borrowed texts. */
struct texts {
	const char **list;
	size_t count;
};

/* What the user wants. */
struct options {
	struct zones zones;
	enum mode mode;
	bool no_dns;
	enum choice names;

	struct resolver_config resolver; /* kind, servers, dnssec, anchor */
	enum transport transport;
	struct mirror *mirrors;
	size_t mirror_count;
	int64_t timeout;		/* microseconds */
	int64_t grace;
	unsigned in_flight;
	double qps;			/* 0: no cap; below: the default */
	bool has_grain;
	uint8_t grain[FAMILY_MAX];
	bool ask_special;
	size_t cache_size;

	struct texts inputs;

	struct render_config render;
	enum when color;

	struct report_config report;
	bool check;

	const char *config;
	bool no_config;
	enum choice exit_status;
	bool quiet;
	bool verbose;

	struct texts operands;		/* without @RESOLVER */

	bool *given;			/* by row of the table: seen */
	char **owned;			/* texts read from the configuration */
	size_t owned_count;
};

/*
 * Reads the command line, then the configuration file. What is wrong is said
 * in one line on stderr, and the program exits with 2; --help and --version
 * print and exit with 0.
 */
void options_read(struct options *o, int argc, char **argv);

/*
 * Sets one option as the configuration file has it; what the command line
 * has given stays. Returns NULL, or what is wrong in words, which the caller
 * frees. `value` is NULL where there is none.
 */
char *options_set_from_config(struct options *o, const char *name,
    const char *value);

/* Says on stderr how to use the program, shortly. */
void options_usage(void);

void options_free(struct options *o);

#endif
